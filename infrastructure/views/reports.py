"""One report: all that is known of it, and all that has happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infrastructure.engine import selection
from infrastructure.engine.tables import tables_of
from projections.incident_history import HistoryRow, IncidentHistory
from projections.report_detail import ReportDetail

if TYPE_CHECKING:
    from uuid import UUID

    from infrastructure.database import Database
    from projections.report_detail_row import ReportRow

DETAIL = ReportDetail()
HISTORY = IncidentHistory()


class ReportView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, report_id: UUID, as_of: int | None = None) -> ReportRow | None:
        """The report now, or once ``as_of`` was folded; None when it was not raised by then.

        Raises:
            FoldBehind: the fold has not come to ``as_of``.
        """
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(
                connection, DETAIL, as_of, lambda table: table.c.report_id == report_id
            )
        return rows[0] if rows else None


class HistoryView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, report_id: UUID, until: int | None = None) -> list[HistoryRow]:
        """The report's facts in order, up to and including position ``until``."""
        table = tables_of(HISTORY).live
        query = table.select().where(table.c.report_id == report_id).order_by(table.c.version)
        if until is not None:
            query = query.where(table.c.position <= until)
        with self._database.sqlalchemy.connect() as connection:
            return selection.decoded(connection, HistoryRow, query)
