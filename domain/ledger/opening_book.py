"""What was counted before this system."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, Value, applies
from domain.ledger.facts import (
    UNATTRIBUTED,
    Balance,
    BookOpened,
    CountedFrom,
    DownloadsOpened,
    UsageOpened,
)
from domain.ledger.refusals import (
    DayCovered,
    PeriodBackwards,
    PeriodOpenedOtherwise,
    PeriodOverlaps,
    PeriodReachesCounts,
    refuse_future,
    refuse_negative,
)


class Period(Value):
    """Whole days in Asia/Seoul, both ends included; ``since`` None: from the beginning."""

    since: date | None
    until: date

    def overlaps(self, other: Period) -> bool:
        return (self.since is None or self.since <= other.until) and (
            other.since is None or other.since <= self.until
        )

    def holds(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and day <= self.until


class OpeningBook(Aggregate):
    """All opening balances of one kind."""

    TOPIC = "opening_book"

    kind: Balance
    periods: dict[tuple[str, Period], int]
    counted_from: date | None

    @staticmethod
    def create_id(kind: Balance) -> UUID:
        return uuid5(NAMESPACE_URL, f"/opening-books/{kind}")

    @classmethod
    def start(cls, kind: Balance, *, at: datetime) -> Self:
        return cls.begin(BookOpened, id=cls.create_id(kind), at=at, kind=kind)

    def open(
        self, period: Period, *, count: int, source: str, at: datetime, part: str = UNATTRIBUTED
    ) -> None:
        """Enter the balance of a period; the same balance again changes nothing.

        Raises:
            NegativeCount: ``count`` is below 0.
            PeriodBackwards: the period ends before it begins.
            DayInFuture: the period's last day has not begun in Seoul.
            PeriodOpenedOtherwise: the same period has another count.
            PeriodOverlaps: days of the period are in another balance.
            PeriodReachesCounts: days of the period are counted daily.
        """
        refuse_negative(count)
        if period.since is not None and period.since > period.until:
            raise PeriodBackwards(f"{period.since} is after {period.until}.")
        refuse_future(period.until, at)
        known = self.periods.get((part, period))
        if known == count:
            return
        if known is not None:
            raise PeriodOpenedOtherwise(
                f"{part} until {period.until}: {known} stands, {count} came."
            )
        for other_part, other in self.periods:
            if _same_whole(part, other_part) and period.overlaps(other):
                raise PeriodOverlaps(f"until {period.until} overlaps until {other.until}.")
        if self.counted_from is not None and period.until >= self.counted_from:
            raise PeriodReachesCounts(f"daily counts exist from {self.counted_from} on.")
        dates = {"since": period.since, "until": period.until}
        if self.kind is Balance.DOWNLOADS:
            self.record(DownloadsOpened, at=at, store=part, count=count, source=source, **dates)
        else:
            self.record(UsageOpened, at=at, service=part, count=count, source=source, **dates)

    def count_from(self, day: date, *, at: datetime) -> None:
        """Let daily counts reach back to ``day``; a later day changes nothing.

        Raises:
            DayCovered: an opening balance holds the day.
        """
        if self.counted_from is not None and day >= self.counted_from:
            return
        for _, period in self.periods:
            if period.holds(day):
                raise DayCovered(f"{day} lies in the opening balance until {period.until}.")
        self.record(CountedFrom, at=at, day=day)

    @applies(BookOpened)
    def _book_opened(self, fact: BookOpened) -> None:
        self.kind = fact.kind
        self.periods = {}
        self.counted_from = None

    @applies(DownloadsOpened)
    def _downloads_opened(self, fact: DownloadsOpened) -> None:
        self.periods[fact.store, Period(since=fact.since, until=fact.until)] = fact.count

    @applies(UsageOpened)
    def _usage_opened(self, fact: UsageOpened) -> None:
        self.periods[fact.service, Period(since=fact.since, until=fact.until)] = fact.count

    @applies(CountedFrom)
    def _counted_from(self, fact: CountedFrom) -> None:
        self.counted_from = fact.day


def _same_whole(part: str, other: str) -> bool:
    """Whether two balances can count the same thing: an unsplit one holds every part."""
    return part == other or UNATTRIBUTED in (part, other)
