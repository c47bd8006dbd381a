"""How often the app was downloaded: opening balances and what the stores report day by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from domain import ledger
from domain.base import Fact, Value
from projections.fold import Fold, Key, Row
from projections.periods import Counted, cumulative, new_by_year


class DownloadRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("store", "until", "daily")

    store: str
    until: date
    """The day itself, or the last day of an opening balance."""
    daily: bool
    since: date | None
    """First day counted; None: from the beginning."""
    count: int
    corrections: int
    reason: str | None
    """Of the last correction."""
    source: str | None
    """Of an opening balance."""


class DownloadStatistics(Fold[DownloadRow]):
    """One row for each store and period; a correction replaces, and is counted."""

    name: ClassVar[str] = "download_statistics"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = DownloadRow
    topics: ClassVar[tuple[str, ...]] = ("downloads.",)

    def keys(self, fact: Fact) -> Iterable[Key]:
        match fact:
            case ledger.Reported() | ledger.Corrected():
                return ((fact.store, fact.day, True),)
            case ledger.DownloadsOpened():
                return ((fact.store, fact.until, False),)
            case _:
                return ()

    def evolve(self, row: DownloadRow | None, fact: Fact) -> DownloadRow | None:
        match fact:
            case ledger.Reported():
                return _row(fact.store, since=fact.day, until=fact.day, count=fact.count)
            case ledger.DownloadsOpened():
                return _row(
                    fact.store,
                    since=fact.since,
                    until=fact.until,
                    count=fact.count,
                    source=fact.source,
                    daily=False,
                )
            case ledger.Corrected() if row is not None:
                return row.replace(
                    count=fact.count, corrections=row.corrections + 1, reason=fact.reason
                )
            case _:
                return row


class DownloadFigures(Value):
    """Downloads as they are published."""

    cumulative: dict[str, int]
    """Total to the end of each period: the year when it ends on 31 December, else the day."""
    new: dict[str, int]
    """Counted within each year, as far as it can be told from the others."""
    stores: dict[str, int]
    """Total by store; what no source splits stands under “unattributed”."""
    total: int


def figures(rows: Iterable[DownloadRow]) -> DownloadFigures:
    known = tuple(rows)
    counted = tuple(Counted(row.since, row.until, row.count) for row in known)
    stores: dict[str, int] = {}
    for row in sorted(known, key=lambda one: one.store):
        stores[row.store] = stores.get(row.store, 0) + row.count
    ends = {row.until for row in known if not row.daily}
    return DownloadFigures(
        cumulative=cumulative(counted, ends),
        new=new_by_year(counted),
        stores=stores,
        total=sum(stores.values()),
    )


def _row(  # noqa: PLR0913
    store: str,
    *,
    since: date | None,
    until: date,
    count: int,
    source: str | None = None,
    daily: bool = True,
) -> DownloadRow:
    return DownloadRow(
        store=store,
        until=until,
        daily=daily,
        since=since,
        count=count,
        corrections=0,
        reason=None,
        source=source,
    )
