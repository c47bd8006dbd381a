"""Counts that come from outside: downloads by store and day, and what was before this system.

Daily counts are one aggregate per store and day. Opening balances (the years before this
system, as a published source states them) are one book per kind, because periods may not
overlap: the book also remembers from which day on daily counts exist, so no day can be
counted by both.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field, StringConstraints

from domain.base import Aggregate, DomainError, Fact, FirstFact, Value, applies
from domain.policy import SEOUL

UNATTRIBUTED = "unattributed"
"""The store or service of a count that its source does not split."""

Part = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""A store or a service, in lower-case ASCII."""


class Balance(StrEnum):
    """What an opening balance counts."""

    DOWNLOADS = "downloads"
    USAGE = "usage"


class NegativeCount(DomainError):
    code: ClassVar[str] = "ledger.count_negative"


class DayInFuture(DomainError):
    code: ClassVar[str] = "ledger.day_in_future"


class DayNotReported(DomainError):
    code: ClassVar[str] = "ledger.day_not_reported"


class DayReportedOtherwise(DomainError):
    """The day has another count already: a changed count is a correction, with a reason."""

    code: ClassVar[str] = "ledger.day_reported_otherwise"


class DayCovered(DomainError):
    """The day lies in a period whose count is an opening balance."""

    code: ClassVar[str] = "ledger.day_covered"


class PeriodBackwards(DomainError):
    code: ClassVar[str] = "ledger.period_backwards"


class PeriodOverlaps(DomainError):
    code: ClassVar[str] = "ledger.period_overlaps"


class PeriodOpenedOtherwise(DomainError):
    """The very period has an opening balance of another count."""

    code: ClassVar[str] = "ledger.period_opened_otherwise"


class PeriodReachesCounts(DomainError):
    """Daily counts exist within the period, so an opening balance would count them twice."""

    code: ClassVar[str] = "ledger.period_reaches_counts"


class Reported(FirstFact):
    TOPIC: ClassVar[str] = "downloads.reported"

    store: Part
    day: date
    """In Asia/Seoul."""
    count: int = Field(ge=0)


class Corrected(Fact):
    """The store has restated a day; ``count`` replaces what was reported."""

    TOPIC: ClassVar[str] = "downloads.corrected"

    store: Part
    day: date
    count: int = Field(ge=0)
    reason: str


class BookOpened(FirstFact):
    """A book of opening balances was begun; it holds nothing yet."""

    TOPIC: ClassVar[str] = "ledger.book_opened"

    kind: Balance


class DownloadsOpened(Fact):
    """Downloads of a period before this system; ``since`` None means from the beginning."""

    TOPIC: ClassVar[str] = "downloads.opened"

    store: Part
    since: date | None
    until: date
    count: int = Field(ge=0)
    source: str


class UsageOpened(Fact):
    """Uses of a period before this system; ``since`` None means from the beginning."""

    TOPIC: ClassVar[str] = "usage.opened"

    service: Part
    since: date | None
    until: date
    count: int = Field(ge=0)
    source: str


class CountedFrom(Fact):
    """Daily counts exist from ``day`` on; no opening balance may reach it any more."""

    TOPIC: ClassVar[str] = "downloads.counted_from"

    day: date


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


class DailyDownloads(Aggregate):
    """One store's downloads on one day."""

    TOPIC = "daily_downloads"

    store: str
    day: date
    count: int

    @staticmethod
    def create_id(store: str, day: date) -> UUID:
        return uuid5(NAMESPACE_URL, f"/downloads/{store}/{day.isoformat()}")

    @classmethod
    def report(cls, *, store: str, day: date, count: int, at: datetime) -> Self:
        """Take a store's count of a day that is over or running.

        Raises:
            NegativeCount: ``count`` is below 0.
            DayInFuture: the day has not begun in Seoul.
        """
        _refuse_negative(count)
        _refuse_future(day, at)
        return cls.begin(
            Reported, id=cls.create_id(store, day), at=at, store=store, day=day, count=count
        )

    def repeat(self, *, count: int) -> None:
        """Meet a report that came again.

        Raises:
            DayReportedOtherwise: it says another count than what stands.
        """
        if count != self.count:
            raise DayReportedOtherwise(
                f"{self.store} {self.day}: {self.count} stands, {count} came; correct it instead."
            )

    def correct(self, *, count: int, reason: str, at: datetime) -> None:
        """Replace the count; the same count again changes nothing."""
        _refuse_negative(count)
        if count != self.count:
            self.record(
                Corrected, at=at, store=self.store, day=self.day, count=count, reason=reason
            )

    @applies(Reported)
    def _reported(self, fact: Reported) -> None:
        self.store = fact.store
        self.day = fact.day
        self.count = fact.count

    @applies(Corrected)
    def _corrected(self, fact: Corrected) -> None:
        self.count = fact.count


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
        _refuse_negative(count)
        if period.since is not None and period.since > period.until:
            raise PeriodBackwards(f"{period.since} is after {period.until}.")
        _refuse_future(period.until, at)
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


def _refuse_negative(count: int) -> None:
    if count < 0:
        raise NegativeCount(f"{count} is below 0.")


def _refuse_future(day: date, at: datetime) -> None:
    if day > at.astimezone(SEOUL).date():
        raise DayInFuture(f"{day} has not begun yet.")
