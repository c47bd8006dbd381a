"""Positions of open sessions in one transient table, each sealed under its session's track key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infrastructure.away import told_when_away
from infrastructure.fix_rows import COLUMNS, PLACES, READ, FixRows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.policy import Policy
    from domain.watching.fix import Fix
    from infrastructure.database import Database
    from infrastructure.log.sealing import KeyRing

TOPIC: Final = "session_position"
"""Binds a sealed position to this table."""

_KEEP: Final = f"""
INSERT INTO session_positions (session_id, walker_id, {COLUMNS})
SELECT %s, %s, {PLACES} FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants
_RECENT: Final = f"""
SELECT {READ} FROM session_positions
WHERE session_id = %s AND walker_id = %s AND taken_at > %s ORDER BY taken_at
"""  # noqa: S608 - constants
_FORGET: Final = "DELETE FROM session_positions WHERE session_id = %s"
_PURGE: Final = """
DELETE FROM session_positions WHERE received_at < clock_timestamp() - make_interval(secs => %s)
"""


class PostgresTracks:
    """See ``application.tracks.Tracks``."""

    def __init__(self, database: Database, key_ring: KeyRing, policy: Policy) -> None:
        self._database = database
        self._rows = FixRows(key_ring, policy, topic=TOPIC)
        self._policy = policy

    def keep(self, session_id: UUID, walker_id: UUID, fixes: Sequence[Fix]) -> int:
        """See ``Tracks``. A crash of the server may take the last moment: the next fix is near."""
        rows = [(session_id, walker_id, *self._rows.row(session_id, fix)) for fix in fixes]
        if not rows:
            return 0
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.cursor() as cursor,
        ):
            if len(rows) == 1:  # nearly always: one way to the server, and no more
                cursor.execute(_KEEP, rows[0], prepare=True)
            else:
                cursor.executemany(_KEEP, rows)
            return cursor.rowcount

    def recent(self, session_id: UUID, walker_id: UUID, since: datetime) -> Sequence[Fix]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(_RECENT, (session_id, walker_id, since)).fetchall()
        return [fix for row in rows if (fix := self._rows.fix(session_id, row)) is not None]

    def forget(self, session_id: UUID) -> int:
        with told_when_away(), self._database.connection() as connection:
            return connection.execute(_FORGET, (session_id,)).rowcount

    def purge(self) -> int:
        with told_when_away(), self._database.connection() as connection:
            return connection.execute(_PURGE, (self._policy.live_positions_s,)).rowcount
