"""Why the ledger says no."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from domain.base import DomainError
from domain.policy import SEOUL


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


def refuse_negative(count: int) -> None:
    if count < 0:
        raise NegativeCount(f"{count} is below 0.")


def refuse_future(day: date, at: datetime) -> None:
    if day > at.astimezone(SEOUL).date():
        raise DayInFuture(f"{day} has not begun yet.")
