"""Conversations and planned contacts, as they are and as they stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infrastructure.engine import selection
from projections.follow_ups import FollowUps
from projections.report_messages import ReportMessages

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from domain.geography import DistrictCode
    from infrastructure.database import Database
    from projections.follow_ups import FollowUpRow
    from projections.report_messages import MessageRow

MESSAGES = ReportMessages()
FOLLOW_UPS = FollowUps()


class MessagesView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, report_id: UUID, as_of: int | None = None) -> list[MessageRow]:
        """What was written about the report, oldest first.

        Raises:
            FoldBehind: the fold has not come to ``as_of``.
        """
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(
                connection, MESSAGES, as_of, lambda table: table.c.report_id == report_id
            )
        return sorted(rows, key=lambda row: row.position)


class FollowUpsView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def to_do(
        self, districts: Collection[DistrictCode] | None = None, as_of: int | None = None
    ) -> list[FollowUpRow]:
        """What one of ``districts`` (None: any) sees, what is due or is due first before others.

        Raises:
            FoldBehind: the fold has not come to ``as_of``.
        """
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(
                connection, FOLLOW_UPS, as_of, lambda table: selection.seen_by(table, districts)
            )
        return sorted(rows, key=lambda row: (row.due_at, row.follow_up_id))

    def of(self, report_id: UUID, as_of: int | None = None) -> list[FollowUpRow]:
        """What is to be done for one report; raises as ``to_do``."""
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(
                connection, FOLLOW_UPS, as_of, lambda table: table.c.report_id == report_id
            )
        return sorted(rows, key=lambda row: (row.due_at, row.follow_up_id))
