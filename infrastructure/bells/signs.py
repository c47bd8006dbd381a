"""The newest word of each bell: no fact, and overwritten by the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.bells.ports import Sign
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from infrastructure.database import Database

KEEP: Final = b"""
INSERT INTO bell_signs AS s (bell_id, bell_no, heard_at, battery_pct)
SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::int[])
ON CONFLICT (bell_id) DO UPDATE SET
    heard_at = excluded.heard_at,
    battery_pct = coalesce(excluded.battery_pct, s.battery_pct)
WHERE s.heard_at <= excluded.heard_at
"""
OF: Final = b"SELECT bell_id, bell_no, heard_at, battery_pct FROM bell_signs WHERE bell_id = %s"


class PostgresBellSigns:
    """See ``application.bells.ports.BellSigns``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, signs: Sequence[Sign]) -> None:
        in_order = sorted(signs, key=lambda one: one.bell_id)  # two gateways lock alike
        columns = (
            [one.bell_id for one in in_order],
            [one.bell_no for one in in_order],
            [one.heard_at for one in in_order],
            [one.battery_pct for one in in_order],
        )
        with told_when_away(), self._database.connection() as connection:
            connection.execute(KEEP, columns)

    def of(self, bell_id: UUID) -> Sign | None:
        with told_when_away(), self._database.connection() as connection:
            row = connection.execute(OF, (bell_id,)).fetchone()
        if row is None:
            return None
        return Sign(bell_id=row[0], bell_no=row[1], heard_at=row[2], battery_pct=row[3])
