"""Messages to people outside, as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from infrastructure.engine import selection
from projections.sent_messages import SentMessages

if TYPE_CHECKING:
    from uuid import UUID

    from infrastructure.database import Database
    from projections.sent_messages import SentRow

MESSAGES: Final = SentMessages()


class SentView:
    """See ``application.messages_seen.SentView``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def about(self, about: UUID) -> list[SentRow]:
        return self._read(lambda table: table.c.about == about)

    def of(self, citizen_id: UUID, about: UUID | None, limit: int) -> list[SentRow]:
        def where(table: sa.Table) -> sa.ColumnElement[bool]:
            hers = table.c.citizen_id == citizen_id
            return hers if about is None else sa.and_(hers, table.c.about == about)

        return self._read(where)[:limit]

    def _read(self, where: selection.Condition) -> list[SentRow]:
        """The newest first."""
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(connection, MESSAGES, None, where)
        return sorted(rows, key=lambda row: (row.composed_at, row.message_id), reverse=True)
