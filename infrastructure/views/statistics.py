"""Downloads and uses, as the city publishes them: as they are known now, or once were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.base import Fact
from infrastructure.engine import selection
from infrastructure.engine.columns import shape_of
from infrastructure.engine.tables import tables_of
from infrastructure.log.scope import Scope
from projections import downloads, usage
from projections.board import BoardRow, ServiceBoard, ServiceHour, ServicesByHour
from projections.board.taxi import KIND as TAXI
from projections.operator_queue import OperatorQueue
from projections.taxi_boardings import TaxiBoardingHour, TaxiBoardings, of_board
from projections.usage import UsageHour
from projections.usage_reports import UsageByHour, UsageReports, of_queue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infrastructure.database import Database
    from infrastructure.engine.engine import FactReader
    from projections.fold import Fold, Key, RowT

DOWNLOADS = downloads.DownloadStatistics()
OPENINGS = usage.UsageOpening()
REPORTS = UsageReports()
QUEUE = OperatorQueue()
BOARD = ServiceBoard()
SERVICES = ServicesByHour()
BOARDINGS = TaxiBoardings()
BY_HOUR = UsageByHour()

SAME = (
    "stage",
    "lane",
    "district",
    "how",
    "alert",
    "accepted",
    "hour",
    "joined",
    "police",
    "ambulance",
)


class StatisticsView:
    """``as_of``: as the log knew it at that position, for the hours in which it happened.

    The queue keeps every past state of every report, so past uses are counted from it. The
    ledgers are short: what they said then is folded from the log.
    """

    def __init__(self, database: Database, reader: FactReader) -> None:
        self._database = database
        self._reader = reader

    def downloads(self, as_of: int | None = None) -> dict[str, Any]:
        """See ``projections.downloads.DownloadFigures``."""
        if as_of is not None:
            return downloads.figures(self._folded(DOWNLOADS, as_of)).model_dump(mode="json")
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(connection, DOWNLOADS)
        return downloads.figures(rows).model_dump(mode="json")

    def usage(self, as_of: int | None = None) -> dict[str, Any]:
        """See ``projections.usage.UsageFigures``.

        Raises:
            FoldBehind: the queue has not come to ``as_of``.
        """
        if as_of is not None:
            openings: Iterable[usage.OpeningRow] = self._folded(OPENINGS, as_of)
            sessions = self._sessions(as_of)
            served = [hour for row in sessions if (hour := SERVICES.contribution(row))]
            then: list[UsageHour | ServiceHour] = [*self._hours(as_of), *served]
            boarded_then = [of_board(row) for row in sessions if row.kind == TAXI]
            return usage.figures(openings, then, boarded_then).model_dump(mode="json")
        [hours], [services] = tables_of(REPORTS).totals, tables_of(BOARD).totals
        [boarded] = tables_of(BOARDINGS).totals
        with self._database.sqlalchemy.connect() as connection:
            openings = selection.read(connection, OPENINGS)
            counted = selection.decoded(connection, UsageHour, hours.select())
            counted += selection.decoded(connection, ServiceHour, services.select())
            rides = selection.decoded(connection, TaxiBoardingHour, boarded.select())
        return usage.figures(openings, counted, rides).model_dump(mode="json")

    def _hours(self, as_of: int) -> list[UsageHour]:
        """What each report counted for then; alike ones are counted together by the database."""
        with self._database.sqlalchemy.connect() as connection:
            selection.must_have_reached(connection, QUEUE.name, as_of)
            alike = connection.execute(_alike(as_of)).mappings().all()
        hours = []
        for group in alike:
            counted = BY_HOUR.contribution(of_queue({name: group[name] for name in SAME}))
            if counted is not None:
                shape = shape_of(UsageHour)
                numbers = tuple(one * group["number"] for one in shape.numbers_of(counted))
                hours.append(shape.total(shape.key_of(counted), numbers))
        return [hour for hour in hours if isinstance(hour, UsageHour)]

    def _sessions(self, as_of: int) -> list[BoardRow]:
        """Each session of the other services as it stood then."""
        with self._database.sqlalchemy.connect() as connection:
            return selection.read(connection, BOARD, as_of)

    def _folded(self, fold: Fold[RowT], as_of: int) -> list[RowT]:
        rows: dict[Key, RowT] = {}
        for fact in self._reader.page(0, as_of, Scope.of(fold)):
            if isinstance(fact, Fact):
                for key in fold.keys(fact):
                    row = fold.evolve(rows.pop(key, None), fact)
                    if row is not None:
                        rows[key] = row
        return list(rows.values())


def _alike(as_of: int) -> sa.Select[Any]:
    stood = selection.standing(tables_of(QUEUE), as_of).subquery()
    columns = [
        stood.c.stage,
        stood.c.lane,
        stood.c.district,
        stood.c.how,
        stood.c.alert,
        stood.c.accepted_at.is_not(None).label("accepted"),
        sa.func.date_trunc("hour", stood.c.received_at, "UTC").label("hour"),
        stood.c.joined,
        (stood.c.police != "none").label("police"),
        (stood.c.ambulance != "none").label("ambulance"),
    ]
    return sa.select(*columns, sa.func.count().label("number")).group_by(*columns)
