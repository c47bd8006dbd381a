"""Counts from outside: no day and no period is counted twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain import ledger
from domain.ledger import Balance, DailyDownloads, OpeningBook, Period
from tests.scenario import Scenario

NOW = datetime(2023, 9, 5, 2, 15, tzinfo=UTC)
AUGUST_27 = date(2023, 8, 27)
SOURCE = "press release of 2023-09-05"
YEAR_2022 = Period(since=date(2022, 1, 1), until=date(2022, 12, 31))


def day() -> Scenario[DailyDownloads]:
    return Scenario[DailyDownloads](DailyDownloads.create_id("google", AUGUST_27)).given(
        ledger.Reported,
        originator_topic="daily_downloads",
        store="google",
        day=AUGUST_27,
        count=70,
        timestamp=NOW,
    )


def book(kind: Balance = Balance.DOWNLOADS) -> Scenario[OpeningBook]:
    return Scenario[OpeningBook](OpeningBook.create_id(kind)).given(
        ledger.BookOpened, originator_topic="opening_book", kind=kind, timestamp=NOW
    )


def book_with_2022() -> Scenario[OpeningBook]:
    return book().given(
        ledger.DownloadsOpened,
        store="unattributed",
        since=YEAR_2022.since,
        until=YEAR_2022.until,
        count=25637,
        source=SOURCE,
        timestamp=NOW,
    )


def opened(period: Period, count: int = 10, **fields: Any) -> Any:
    return lambda b: b.open(period, count=count, source=SOURCE, at=NOW, **fields)


def test_a_store_reports_a_day() -> None:
    reported = DailyDownloads.report(store="apple", day=AUGUST_27, count=30, at=NOW)
    [fact] = reported.pending_events
    assert isinstance(fact, ledger.Reported)
    assert (fact.store, fact.day, fact.count) == ("apple", AUGUST_27, 30)
    assert reported.id == DailyDownloads.create_id("apple", AUGUST_27)


def test_a_count_below_zero_is_refused() -> None:
    with pytest.raises(ledger.NegativeCount):
        DailyDownloads.report(store="apple", day=AUGUST_27, count=-1, at=NOW)


def test_a_day_begins_in_seoul() -> None:
    late = datetime(2023, 8, 26, 15, 0, tzinfo=UTC)
    DailyDownloads.report(store="apple", day=AUGUST_27, count=1, at=late)
    with pytest.raises(ledger.DayInFuture):
        DailyDownloads.report(
            store="apple", day=AUGUST_27, count=1, at=late.replace(hour=14, minute=59)
        )


def test_the_same_report_again_changes_nothing() -> None:
    day().when(lambda d: d.repeat(count=70)).then()


def test_another_count_for_a_reported_day_is_refused() -> None:
    day().when(lambda d: d.repeat(count=71)).then_refused(ledger.DayReportedOtherwise)


def test_a_correction_replaces_the_count() -> None:
    day().when(lambda d: d.correct(count=71, reason="store restated", at=NOW)).then(
        (ledger.Corrected, {"count": 71, "reason": "store restated", "day": AUGUST_27})
    )


def test_a_correction_to_the_same_count_changes_nothing() -> None:
    day().when(lambda d: d.correct(count=70, reason="none", at=NOW)).then()


def test_a_correction_below_zero_is_refused() -> None:
    day().when(lambda d: d.correct(count=-1, reason="none", at=NOW)).then_refused(
        ledger.NegativeCount
    )


def test_a_period_is_opened() -> None:
    book().when(opened(YEAR_2022, 25637)).then(
        (ledger.DownloadsOpened, {"count": 25637, "store": "unattributed", "source": SOURCE})
    )


def test_usage_is_opened_in_a_book_of_its_own() -> None:
    book(Balance.USAGE).when(opened(YEAR_2022)).then(
        (ledger.UsageOpened, {"service": "unattributed", "until": YEAR_2022.until})
    )


def test_the_same_balance_again_changes_nothing() -> None:
    book_with_2022().when(opened(YEAR_2022, 25637)).then()


@pytest.mark.parametrize(
    ("period", "refusal"),
    [
        (YEAR_2022, ledger.PeriodOpenedOtherwise),
        (Period(since=None, until=date(2022, 1, 1)), ledger.PeriodOverlaps),
        (Period(since=date(2022, 12, 31), until=date(2023, 1, 1)), ledger.PeriodOverlaps),
        (Period(since=date(2023, 2, 1), until=date(2023, 1, 1)), ledger.PeriodBackwards),
        (Period(since=date(2023, 2, 1), until=date(2023, 9, 6)), ledger.DayInFuture),
    ],
)
def test_a_balance_that_contradicts_the_book_is_refused(period: Period, refusal: Any) -> None:
    book_with_2022().when(opened(period)).then_refused(refusal)


def test_an_unsplit_balance_holds_every_store() -> None:
    book_with_2022().when(opened(YEAR_2022, part="google")).then_refused(ledger.PeriodOverlaps)


def test_two_stores_may_share_a_period() -> None:
    (
        book()
        .given(
            ledger.DownloadsOpened,
            store="apple",
            since=YEAR_2022.since,
            until=YEAR_2022.until,
            count=9,
            source=SOURCE,
            timestamp=NOW,
        )
        .when(opened(YEAR_2022, part="google"))
        .then(ledger.DownloadsOpened)
    )


def test_a_balance_below_zero_is_refused() -> None:
    book().when(opened(YEAR_2022, -1)).then_refused(ledger.NegativeCount)


def test_daily_counts_begin_after_the_balances() -> None:
    book_with_2022().when(lambda b: b.count_from(date(2023, 1, 1), at=NOW)).then(
        (ledger.CountedFrom, {"day": date(2023, 1, 1)})
    )


def test_a_day_within_a_balance_is_refused() -> None:
    book_with_2022().when(lambda b: b.count_from(date(2022, 12, 31), at=NOW)).then_refused(
        ledger.DayCovered
    )


def counted() -> Scenario[OpeningBook]:
    return book_with_2022().given(ledger.CountedFrom, day=date(2023, 5, 1), timestamp=NOW)


def test_a_later_day_moves_nothing() -> None:
    counted().when(lambda b: b.count_from(date(2023, 5, 2), at=NOW)).then()


def test_a_balance_that_reaches_daily_counts_is_refused() -> None:
    counted().when(opened(Period(since=date(2023, 1, 1), until=date(2023, 5, 1)))).then_refused(
        ledger.PeriodReachesCounts
    )
