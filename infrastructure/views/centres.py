"""Which centres are open, and what happened in their districts meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from infrastructure.engine import selection
from projections.centres import CentresFold
from projections.report_detail import ReportDetail

if TYPE_CHECKING:
    from datetime import datetime

    from domain.geography import DistrictCode
    from infrastructure.database import Database
    from projections.centres import CentreRow
    from projections.report_detail_row import ReportRow

CENTRES = CentresFold()
DETAIL = ReportDetail()
HANDLED_MAX = 200


class CentresView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self) -> list[CentreRow]:
        with self._database.sqlalchemy.connect() as connection:
            return selection.read(connection, CENTRES)

    def handled(self, district: DistrictCode, since: datetime, until: datetime) -> list[ReportRow]:
        """Newest first, at most ``HANDLED_MAX``."""

        def where(table: sa.Table) -> sa.ColumnElement[bool]:
            return sa.and_(
                table.c.district == district,
                table.c.last_at >= since,
                table.c.received_at <= until,
            )

        with self._database.sqlalchemy.connect() as connection:
            found = selection.read(connection, DETAIL, None, where)
        return sorted(found, key=lambda row: row.received_at, reverse=True)[:HANDLED_MAX]
