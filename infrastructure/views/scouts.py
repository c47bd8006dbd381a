"""The scouts of a district, by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from infrastructure.engine import selection
from projections.scouts import Scouts

if TYPE_CHECKING:
    from uuid import UUID

    from domain.geography import DistrictCode
    from infrastructure.database import Database

SCOUTS = Scouts()


class ScoutsView:
    """See ``application.escort.nights.ScoutsView``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def serving(self, district: DistrictCode) -> list[UUID]:
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(
                connection,
                SCOUTS,
                None,
                lambda table: sa.and_(table.c.district == district, ~table.c.has_left),
            )
        return [row.scout_id for row in rows]
