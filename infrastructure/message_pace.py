"""When the next message may go along each line: one row a line, moved by one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.message_pace import next_free
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from infrastructure.database import Database

HELD: Final = b"""
INSERT INTO message_pace (line, free_at) VALUES (%s, %s)
ON CONFLICT (line) DO UPDATE SET free_at = message_pace.free_at
RETURNING free_at
"""
"""Also locks the line until the end of the transaction."""
MOVED: Final = b"UPDATE message_pace SET free_at = %s WHERE line = %s"


class PostgresPace:
    """See ``application.message_pace.Pace``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, line: str, *, at: datetime, every: timedelta, at_once: int) -> timedelta | None:
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.transaction(),
        ):
            row = connection.execute(HELD, (line, at)).fetchone()
            free_at, wait = next_free(row[0] if row else None, at=at, every=every, at_once=at_once)
            if wait is None:
                connection.execute(MOVED, (free_at, line))
        return wait
