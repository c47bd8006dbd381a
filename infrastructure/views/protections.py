"""Protections and their figures, as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from infrastructure.engine import selection
from infrastructure.engine.tables import tables_of
from projections.protections import ProtectionFigures, Protections

if TYPE_CHECKING:
    from domain.geography import DistrictCode
    from infrastructure.database import Database
    from projections.protections import ProtectionRow

PROTECTIONS = Protections()


class ProtectionsView:
    """See ``application.protection.reading.ProtectionsView``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, district: DistrictCode | None) -> list[ProtectionRow]:
        def where(table: sa.Table) -> sa.ColumnElement[bool]:
            inside = sa.true() if district is None else table.c.district == district
            return sa.and_(inside, table.c.ended.is_(None))

        with self._database.sqlalchemy.connect() as connection:
            found = selection.read(connection, PROTECTIONS, None, where)
        return sorted(found, key=lambda row: (row.begun_at, row.protection_id))

    def figures(self) -> list[ProtectionFigures]:
        [totals] = tables_of(PROTECTIONS).totals
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.decoded(connection, ProtectionFigures, totals.select())
        return sorted(rows, key=lambda row: (row.month, row.measure))
