"""Which line was called last, and for whom: no fact, and worth nothing after a few seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.pager import Turn
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from uuid import UUID

    from infrastructure.database import Database

TAKE: Final = b"""
INSERT INTO page_lines AS l (line, delivery_id, called_at) VALUES (%(line)s, %(mine)s, %(at)s)
ON CONFLICT (line) DO UPDATE
    SET delivery_id = excluded.delivery_id, called_at = excluded.called_at, call_id = NULL
    WHERE l.called_at + %(within)s <= excluded.called_at
        AND (l.call_id IS NULL OR l.called_at < %(asked_at)s)
RETURNING line
"""
KNOWN: Final = b"SELECT delivery_id, called_at, call_id FROM page_lines WHERE line = %(line)s"
TOLD: Final = b"""
UPDATE page_lines SET call_id = %s WHERE line = %s AND delivery_id = %s AND call_id IS NULL
"""
LEAVE: Final = b"DELETE FROM page_lines WHERE line = %s AND delivery_id = %s AND call_id IS NULL"


class PostgresPageLines:
    """See ``application.pager.PageLines``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, line: str, delivery_id: UUID, *, asked_at: datetime, at: datetime, within: timedelta
    ) -> Turn:
        values = {
            "line": line,
            "mine": delivery_id,
            "at": at,
            "within": within,
            "asked_at": asked_at,
        }
        with told_when_away(), self._database.connection() as connection:
            if connection.execute(TAKE, values).fetchone() is not None:
                return Turn()
            known = connection.execute(KNOWN, values).fetchone()
        if known is None:  # left at this very moment
            return Turn(wait=within)
        holder, called_at, call_id = known
        if call_id is not None and asked_at <= called_at:
            return Turn(told_by=call_id)
        if holder == delivery_id:
            return Turn(told_by=call_id)
        return Turn(wait=called_at + within - at)

    def told(self, line: str, delivery_id: UUID, call_id: str) -> None:
        with told_when_away(), self._database.connection() as connection:
            connection.execute(TOLD, (call_id, line, delivery_id))

    def leave(self, line: str, delivery_id: UUID) -> None:
        with told_when_away(), self._database.connection() as connection:
            connection.execute(LEAVE, (line, delivery_id))
