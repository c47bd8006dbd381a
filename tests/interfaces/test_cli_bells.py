"""Lists of bells are taken in from a shell; bad lines are named and counted."""

from __future__ import annotations

from pathlib import Path

from tests.clusters import Database
from tests.interfaces.shell import ansim, complaint, last_json

LIST = (
    "bell_no,latitude_deg,longitude_deg,address,line\n"
    "CL-1,37.5301,127.1238,성내로 25,8001\n"
    "CL-2,37.4954,126.8874,,\n"
    "CL-3,north,126.8874,,\n"
)


def test_a_list_is_taken_in_and_its_bad_lines_are_named(database: Database, tmp_path: Path) -> None:
    to = {
        "database_url": database.service_url,
        "home": str(tmp_path / "home"),
        "key_encryption_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }
    path = tmp_path / "bells.csv"
    path.write_text(LIST)
    told = last_json(ansim("bells", "import", str(path), "--json", **to))
    assert (told["bells"], told["installed"], told["changed"]) == (2, 2, 0)
    assert told["refused"] == [{"line": 4, "bell_no": "CL-3", "reason": "position"}]
    again = ansim("bells", "import", str(path), **to)
    assert "2 as they were" in again.stderr
    assert "CL-3" in again.stdout
    path.write_text("who,where\n1,2\n")
    assert "bell_no" in complaint(ansim("bells", "import", str(path), **to))
