"""Counts that come from outside: downloads by store and day, and what was before this system.

Daily counts are one aggregate per store and day. Opening balances (the years before this
system, as a published source states them) are one book per kind, because periods may not
overlap: the book also remembers from which day on daily counts exist, so no day can be
counted by both.
"""

from domain.ledger.daily_downloads import DailyDownloads
from domain.ledger.facts import (
    UNATTRIBUTED,
    Balance,
    BookOpened,
    Corrected,
    CountedFrom,
    DownloadsOpened,
    Part,
    Reported,
    UsageOpened,
)
from domain.ledger.opening_book import OpeningBook, Period
from domain.ledger.refusals import (
    DayCovered,
    DayInFuture,
    DayNotReported,
    DayReportedOtherwise,
    NegativeCount,
    PeriodBackwards,
    PeriodOpenedOtherwise,
    PeriodOverlaps,
    PeriodReachesCounts,
)

__all__ = [
    "UNATTRIBUTED",
    "Balance",
    "BookOpened",
    "Corrected",
    "CountedFrom",
    "DailyDownloads",
    "DayCovered",
    "DayInFuture",
    "DayNotReported",
    "DayReportedOtherwise",
    "DownloadsOpened",
    "NegativeCount",
    "OpeningBook",
    "Part",
    "Period",
    "PeriodBackwards",
    "PeriodOpenedOtherwise",
    "PeriodOverlaps",
    "PeriodReachesCounts",
    "Reported",
    "UsageOpened",
]
