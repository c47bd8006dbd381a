"""Positions of open cases in one transient table, each sealed under its case's track key.

Sealed, because a deleted row stays in the server's files for a while: with the track's key it is
forgotten everywhere at once. What decides (district, accuracy, age) lies beside it in clear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from application.live_map import PositionNews
from domain.emergency.facts import track_of
from domain.emergency.fix import Fix
from domain.geography import FixQuality, FixSource, Position
from infrastructure.away import told_when_away
from infrastructure.log.sealing import Place, Sealer, pack

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.policy import Policy
    from infrastructure.database import Database
    from infrastructure.log.sealing import KeyRing

CHANNEL: Final = "ansim_positions"
"""Says that a report has moved; open screens ask for the rest."""
TOPIC: Final = "live_position"
"""Binds a sealed position to this table."""

_KEEP: Final = """
INSERT INTO live_positions (report_id, slot, taken_at, received_at, said_at, usable, source,
    accuracy_m, age_s, battery_pct, district, cell, depth_m, outside, sealed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_RECENT: Final = """
SELECT taken_at, received_at, said_at, source, accuracy_m, age_s, battery_pct, district, cell,
    depth_m, outside, sealed
FROM live_positions WHERE report_id = %s AND taken_at > %s ORDER BY taken_at
"""
# A report that is reopened, or never said where, may be named too early: the report itself knows.
_SILENT: Final = """
SELECT q.report_id FROM read.operator_queue q
WHERE q.stage IN ('open', 'claimed') AND q.how <> 'bell' AND q.signal_lost_at IS NULL
  AND greatest(q.located_at, q.received_at,
      (SELECT max(l.taken_at) FROM live_positions l WHERE l.report_id = q.report_id AND l.usable))
      <= clock_timestamp() - make_interval(secs => %s)
ORDER BY q.received_at LIMIT %s
"""
_NEWS: Final = """
SELECT DISTINCT ON (l.report_id) l.report_id, q.audience, l.taken_at, l.accuracy_m, l.source,
    l.battery_pct
FROM live_positions l JOIN read.operator_queue q USING (report_id)
WHERE l.report_id = ANY(%s) AND q.stage IN ('window', 'open', 'claimed')
ORDER BY l.report_id, l.taken_at DESC
"""
_PURGE: Final = """
DELETE FROM live_positions WHERE received_at < clock_timestamp() - make_interval(secs => %s)
    OR report_id IN (SELECT report_id FROM read.operator_queue
        WHERE report_id IN (SELECT report_id FROM live_positions)
          AND stage IN ('cancelled', 'resolved'))
"""


class PostgresLiveMap:
    """See ``application.live_map.LiveMap``."""

    def __init__(self, database: Database, key_ring: KeyRing, policy: Policy) -> None:
        self._database = database
        self._keys = key_ring
        self._sealer = Sealer(key_ring)
        self._policy = policy

    def keep(self, report_id: UUID, fixes: Sequence[Fix]) -> int:
        if not fixes:
            return 0
        rows = [self._row(report_id, fix) for fix in fixes]
        with told_when_away(), self._database.connection() as connection, connection.transaction():
            with connection.cursor() as cursor:
                cursor.executemany(_KEEP, rows)
                kept = cursor.rowcount
            if kept:
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(report_id)))
        return kept

    def recent(self, report_id: UUID, since: datetime) -> Sequence[Fix]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(_RECENT, (report_id, since)).fetchall()
        return [fix for row in rows if (fix := self._fix(report_id, row)) is not None]

    def silent(self, limit: int) -> Sequence[UUID]:
        after_s = self._policy.signal_lost_after_s
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(_SILENT, (after_s, limit)).fetchall()
        return [row[0] for row in rows]

    def news(self, report_ids: Collection[UUID]) -> Sequence[PositionNews]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(_NEWS, (list(report_ids),)).fetchall()
        return [
            PositionNews(
                report_id=report_id,
                audience=tuple(orjson.loads(audience)),
                taken_at=taken_at,
                accuracy_m=accuracy_m,
                source=FixSource(source),
                battery_pct=battery_pct,
            )
            for report_id, audience, taken_at, accuracy_m, source, battery_pct in rows
        ]

    def purge(self) -> int:
        with told_when_away(), self._database.connection() as connection:
            return connection.execute(_PURGE, (self._policy.live_positions_s,)).rowcount

    def _row(self, report_id: UUID, fix: Fix) -> tuple[Any, ...]:
        key = self._keys.sealing_key(track_of(report_id))
        position = orjson.dumps(fix.position.model_dump())
        quality = fix.quality
        return (
            report_id,
            int(fix.moment.timestamp() // self._policy.fix_gap_s),
            fix.moment,
            fix.received_at,
            fix.said_at,
            fix.usable(self._policy),
            quality.source,
            quality.accuracy_m,
            quality.age_s,
            fix.battery_pct,
            fix.district,
            fix.cell,
            fix.depth_m,
            fix.outside,
            pack([self._sealer.seal(position, key, _place(report_id))]),
        )

    def _fix(self, report_id: UUID, row: tuple[Any, ...]) -> Fix | None:
        """None once the track's key is destroyed."""
        taken_at, received_at, said_at, source, accuracy_m, age_s, battery_pct = row[:7]
        district, cell, depth_m, outside, sealed = row[7:]
        opened = self._sealer.opened_at(_place(report_id), sealed)
        if not opened:
            return None
        return Fix(
            position=Position.model_validate_json(opened[0]),
            quality=FixQuality(
                source=FixSource(source),
                accuracy_m=accuracy_m,
                fixed_at=None if age_s is None else taken_at,
                age_s=age_s,
            ),
            moment=taken_at,
            received_at=received_at,
            said_at=said_at,
            district=district,
            cell=cell,
            depth_m=depth_m,
            outside=outside,
            battery_pct=battery_pct,
        )


def _place(report_id: UUID) -> Place:
    return Place(report_id, 0, TOPIC, 1)
