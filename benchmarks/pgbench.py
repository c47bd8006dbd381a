"""The physical limit: pgbench, a client in C, on the statement of the raw peer."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict

from benchmarks.peers.raw import COLUMNS, rows_of_a_life
from infrastructure.embedded.postgres_binaries import wheel_binaries

if TYPE_CHECKING:
    from pathlib import Path

AGGREGATE_ID, EVENT_ID = (
    COLUMNS.split(", ").index("aggregate_id"),
    COLUMNS.split(", ").index("event_id"),
)
TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class Pgbench:
    """One script for each row of a report's life, drawn with equal chance."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._scripts = []
        for number, row in enumerate(rows_of_a_life()):
            script = folder / f"insert-{number}.sql"
            values = [_literal(value) for value in row]
            values[AGGREGATE_ID] = values[EVENT_ID] = "gen_random_uuid()"
            statement = f"INSERT INTO raw_events ({COLUMNS}) VALUES ({', '.join(values)});\n"  # noqa: S608
            script.write_text(statement)
            self._scripts.append(script)

    def per_s(self, clients: int, seconds: float) -> float:
        parts = conninfo_to_dict(self._url)
        words = [str(wheel_binaries() / "pgbench"), "--no-vacuum", "--protocol=prepared"]
        words += [f"--client={clients}", f"--jobs={min(clients, 4)}"]
        words += [f"--time={max(1, round(seconds))}"]
        words += [f"--file={script}" for script in self._scripts]
        environment = os.environ | {
            f"PG{name.upper()}": str(value) for name, value in parts.items() if name != "dbname"
        }
        environment["PGDATABASE"] = str(parts["dbname"])
        done = subprocess.run(  # noqa: S603 - our own command
            words, env=environment, capture_output=True, text=True, check=True
        )
        found = TPS.search(done.stdout)
        if found is None:
            raise RuntimeError(done.stdout + done.stderr)
        return float(found.group(1))


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"decode('{value.hex()}', 'hex')"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return "E'" + text.replace(":", "\\x3A") + "'"  # a colon would name a variable of pgbench
