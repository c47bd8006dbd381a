"""Figures come in by the desk: once, whole, and by those who may."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from application.download_counts import DayCount
from application.errors import Forbidden
from application.figures import Figures, OpeningBalance, read_figures
from application.ledger_desk import DAYS_PER_COMMIT, CorrectDownloads, LedgerDesk
from domain import ledger
from domain.ledger import Balance, OpeningBook, Period
from domain.roles import Role
from tests.application.house import asked_by
from tests.memory import FrozenClock, MemoryLog, memory_app

PRESS = Path(__file__).parents[2] / "interfaces" / "data" / "press_2023_09_05.json"
STATISTICIAN = asked_by(Role.STATISTICIAN, "han")
BOOK = OpeningBook.create_id(Balance.DOWNLOADS)


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def desk(log: MemoryLog) -> LedgerDesk:
    return LedgerDesk(memory_app(log), FrozenClock(datetime(2023, 9, 5, tzinfo=UTC)), log)


@pytest.fixture
def press() -> Figures:
    return read_figures(PRESS.read_text(encoding="utf-8"))


def counts(*days: int, count: int = 5) -> list[DayCount]:
    return [DayCount(store="google", day=date(2023, 8, day), count=count) for day in days]


def test_figures_enter_once(desk: LedgerDesk, log: MemoryLog, press: Figures) -> None:
    first = desk.import_figures(press, STATISTICIAN)
    again = desk.import_figures(press, STATISTICIAN)
    assert (first.opened, again.opened) == (7, 0)
    assert first.position == len(log.facts())
    assert again.position is None


def test_figures_that_contradict_what_stands_enter_not_at_all(
    desk: LedgerDesk, log: MemoryLog, press: Figures
) -> None:
    desk.import_figures(press, STATISTICIAN)
    stored = len(log.facts())
    other = press.model_copy(
        update={
            "usage": (OpeningBalance(period=Period(since=None, until=date(2001, 1, 1)), count=1),),
        }
    )
    with pytest.raises(ledger.PeriodOverlaps):
        desk.import_figures(other, STATISTICIAN)
    assert len(log.facts()) == stored


def test_daily_counts_enter_and_repeat_harmlessly(desk: LedgerDesk, log: MemoryLog) -> None:
    first = desk.report_downloads(counts(27, 28), STATISTICIAN)
    again = desk.report_downloads(counts(27, 28, 29), STATISTICIAN)
    assert (first.stored, first.repeated) == (2, 0)
    assert (again.stored, again.repeated) == (1, 2)
    assert log.topics(BOOK) == ["ledger.book_opened", "downloads.counted_from"]


def test_a_long_import_enters_part_by_part(desk: LedgerDesk) -> None:
    days = [
        DayCount(store=f"store-{number}", day=date(2023, 8, 27), count=number)
        for number in range(DAYS_PER_COMMIT + 1)
    ]
    assert desk.report_downloads(days, STATISTICIAN).stored == len(days)
    assert desk.report_downloads(days, STATISTICIAN).repeated == len(days)


def test_a_count_that_the_ledger_refuses_is_named_and_the_others_enter(
    desk: LedgerDesk, press: Figures
) -> None:
    desk.import_figures(press, STATISTICIAN)
    desk.report_downloads(counts(28), STATISTICIAN)
    receipt = desk.report_downloads([*counts(26), *counts(27), *counts(28, count=9)], STATISTICIAN)
    assert receipt.stored == 1
    assert [(one.line, one.reason.split(":")[0]) for one in receipt.refused] == [
        (1, "ledger.day_covered"),
        (3, "ledger.day_reported_otherwise"),
    ]


def test_the_same_day_twice_in_one_import_is_a_repeat(desk: LedgerDesk) -> None:
    receipt = desk.report_downloads(counts(27, 27), STATISTICIAN)
    assert (receipt.stored, receipt.repeated) == (1, 1)


def test_a_day_is_corrected(desk: LedgerDesk, log: MemoryLog) -> None:
    desk.report_downloads(counts(27), STATISTICIAN)
    command = CorrectDownloads(
        store="google", day=date(2023, 8, 27), count=7, reason="store restated"
    )
    receipt = desk.correct_downloads(command, STATISTICIAN)
    assert log.topics(receipt.aggregate_id) == ["downloads.reported", "downloads.corrected"]


def test_an_unreported_day_cannot_be_corrected(desk: LedgerDesk) -> None:
    command = CorrectDownloads(store="google", day=date(2023, 8, 27), count=7, reason="none")
    with pytest.raises(ledger.DayNotReported):
        desk.correct_downloads(command, STATISTICIAN)


def test_an_operator_enters_no_figures(desk: LedgerDesk, press: Figures) -> None:
    operator = asked_by(Role.OPERATOR, "kim", "11740")
    with pytest.raises(Forbidden):
        desk.import_figures(press, operator)
    with pytest.raises(Forbidden):
        desk.report_downloads([], operator)
