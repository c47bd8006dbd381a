"""Lists of lamps are taken in from a shell; bad lines are named and counted."""

from __future__ import annotations

from pathlib import Path

from tests.clusters import Database
from tests.interfaces.shell import ansim, complaint, last_json

LIST = """\
lamp_id,network,latitude_deg,longitude_deg
6f1c7a52-9c3e-4f0e-8f0a-0c5b3f0d1a01,gd,37.5301,127.1238
6f1c7a52-9c3e-4f0e-8f0a-0c5b3f0d1a02,gd,37.5302,127.1238
6f1c7a52-9c3e-4f0e-8f0a-0c5b3f0d1a02,gd,37.5302,127.1238
lamp 4,gd,37.5302,127.1238
6f1c7a52-9c3e-4f0e-8f0a-0c5b3f0d1a05,gd/#,37.5302,127.1238
6f1c7a52-9c3e-4f0e-8f0a-0c5b3f0d1a06,gd,north,127.1238
6f1c7a52-9c3e-4f0e-8f0a-0c5b3f0d1a07,gd,nan,127.1238
"""


def test_a_list_is_taken_in_and_its_bad_lines_are_named(database: Database, tmp_path: Path) -> None:
    to = {
        "database_url": database.service_url,
        "home": str(tmp_path / "home"),
        "key_encryption_key": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }
    path = tmp_path / "lamps.csv"
    path.write_text(LIST)
    told = last_json(ansim("lights", "import", str(path), "--json", **to))
    assert told["lamps"] == 2
    assert [(one["line"], one["reason"]) for one in told["refused"]] == [
        (4, "twice"),
        (5, "lamp_id"),
        (6, "network"),
        (7, "position"),
        (8, "position"),
    ]
    assert "5 lines left out" in ansim("lights", "import", str(path), **to).stderr
    path.write_text("who,where\n1,2\n")
    assert "lamp_id" in complaint(ansim("lights", "import", str(path), **to))
