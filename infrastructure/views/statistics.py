"""Downloads and uses, as the city publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infrastructure.engine import selection
from infrastructure.engine.tables import tables_of
from projections import downloads, usage
from projections.usage_reports import UsageReports

if TYPE_CHECKING:
    from infrastructure.database import Database

DOWNLOADS = downloads.DownloadStatistics()
OPENINGS = usage.UsageOpening()
REPORTS = UsageReports()


class StatisticsView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def downloads(self) -> dict[str, Any]:
        """See ``projections.downloads.DownloadFigures``."""
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(connection, DOWNLOADS)
        return downloads.figures(rows).model_dump(mode="json")

    def usage(self) -> dict[str, Any]:
        """See ``projections.usage.UsageFigures``."""
        [hours] = tables_of(REPORTS).totals
        with self._database.sqlalchemy.connect() as connection:
            openings = selection.read(connection, OPENINGS)
            counted = selection.decoded(connection, usage.UsageHour, hours.select())
        return usage.figures(openings, counted).model_dump(mode="json")
