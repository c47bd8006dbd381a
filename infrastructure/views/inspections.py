"""Forms, teams and their figures, as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from infrastructure.engine import selection
from infrastructure.engine.tables import tables_of
from projections.inspection_teams import InspectionTeams
from projections.inspections import UNFINISHED, FormFigures, Inspections

if TYPE_CHECKING:
    from domain.geography import DistrictCode
    from infrastructure.database import Database
    from projections.inspection_teams import TeamRow
    from projections.inspections import FormRow

FORMS = Inspections()
TEAMS = InspectionTeams()
SHOWN_MAX = 500


class InspectionsView:
    """See ``application.inspection.reading.FormsView``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forms(self, district: DistrictCode | None, *, unfinished: bool) -> list[FormRow]:
        """Of all forms the newest ``SHOWN_MAX``."""

        def where(table: sa.Table) -> sa.ColumnElement[bool]:
            inside = sa.true() if district is None else table.c.district == district
            return sa.and_(inside, table.c.stage.in_(UNFINISHED)) if unfinished else inside

        with self._database.sqlalchemy.connect() as connection:
            found = selection.read(connection, FORMS, None, where)
        return sorted(found, key=lambda row: (row.requested_at, row.form_id))[-SHOWN_MAX:]

    def teams(self, district: DistrictCode | None) -> list[TeamRow]:
        with self._database.sqlalchemy.connect() as connection:
            found = selection.read(
                connection,
                TEAMS,
                None,
                lambda table: sa.true() if district is None else table.c.district == district,
            )
        return sorted(found, key=lambda row: (row.district, row.number))

    def figures(self) -> list[FormFigures]:
        [totals] = tables_of(FORMS).totals
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.decoded(connection, FormFigures, totals.select())
        return sorted(rows, key=lambda row: (row.month, row.district, row.kind, row.building))
