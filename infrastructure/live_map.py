"""Positions of open cases in one transient table, each sealed under its case's track key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from application.live_map import PositionNews
from domain.geography import FixSource
from infrastructure.away import told_when_away
from infrastructure.fix_rows import COLUMNS, PLACES, READ, FixRows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.policy import Policy
    from domain.watching.fix import Fix
    from infrastructure.database import Database
    from infrastructure.log.sealing import KeyRing

CHANNEL: Final = "ansim_positions"
"""Says that a report has moved; open screens ask for the rest."""
TOPIC: Final = "live_position"
"""Binds a sealed position to this table."""

_KEEP: Final = f"""
INSERT INTO live_positions (report_id, {COLUMNS}) VALUES (%s, {PLACES}) ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants
_RECENT: Final = f"""
SELECT {READ} FROM live_positions WHERE report_id = %s AND taken_at > %s ORDER BY taken_at
"""  # noqa: S608 - constants
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
        self._rows = FixRows(key_ring, policy, topic=TOPIC)
        self._policy = policy

    def keep(self, report_id: UUID, fixes: Sequence[Fix]) -> int:
        if not fixes:
            return 0
        rows = [(report_id, *self._rows.row(report_id, fix)) for fix in fixes]
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
        return [fix for row in rows if (fix := self._rows.fix(report_id, row)) is not None]

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
