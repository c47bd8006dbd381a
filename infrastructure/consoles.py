"""Consoles on duty, as they tell of themselves: no facts, and gone when the shift is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from application.consoles import Console
from domain.roles import Role
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.geography import DistrictCode
    from infrastructure.database import Database

COLUMNS = "staff_id, role, district, started_at, heard_at, input_at"


class PostgresConsoles:
    """See ``application.consoles.Consoles``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, console: Console) -> None:
        self._ask(
            f"INSERT INTO consoles ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s)"  # noqa: S608
            " ON CONFLICT (staff_id) DO UPDATE SET role = excluded.role,"
            " district = excluded.district, started_at = excluded.started_at,"
            " heard_at = excluded.heard_at, input_at = excluded.input_at"
            f" RETURNING {COLUMNS}",
            console.staff_id,
            console.role,
            console.district,
            console.started_at,
            console.heard_at,
            console.input_at,
        )

    def beat(self, staff_id: UUID, at: datetime, *, felt: bool) -> Console | None:
        return self._one(
            "UPDATE consoles SET heard_at = greatest(heard_at, %s),"  # noqa: S608 - constants
            " input_at = CASE WHEN %s THEN greatest(input_at, %s) ELSE input_at END"
            f" WHERE staff_id = %s RETURNING {COLUMNS}",
            at,
            felt,
            at,
            staff_id,
        )

    def take(self, staff_id: UUID) -> Console | None:
        return self._one(
            f"DELETE FROM consoles WHERE staff_id = %s RETURNING {COLUMNS}",  # noqa: S608
            staff_id,
        )

    def find(self, staff_id: UUID) -> Console | None:
        return self._one(
            f"SELECT {COLUMNS} FROM consoles WHERE staff_id = %s",  # noqa: S608
            staff_id,
        )

    def of(self, district: DistrictCode) -> list[Console]:
        return self._ask(
            f"SELECT {COLUMNS} FROM consoles WHERE district = %s ORDER BY started_at",  # noqa: S608
            district,
        )

    def all(self) -> list[Console]:
        return self._ask(f"SELECT {COLUMNS} FROM consoles ORDER BY started_at")  # noqa: S608

    def _one(self, query: str, *values: Any) -> Console | None:
        return next(iter(self._ask(query, *values)), None)

    def _ask(self, query: str, *values: Any) -> list[Console]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(query.encode(), values).fetchall()
        return [Console(row[0], Role(row[1]), *row[2:]) for row in rows]
