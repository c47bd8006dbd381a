"""Given counts, then the published figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from application.figures import OpeningBalance, read_figures
from domain import ledger
from domain.emergency import facts
from domain.ledger import DailyDownloads, OpeningBook
from infrastructure.engine.memory import MemoryEngine
from projections import downloads, usage
from projections.downloads import DownloadStatistics
from projections.usage import UsageOpening
from projections.usage_reports import UsageReports
from tests.story import GURO, Story, report

PRESS = Path(__file__).parents[2] / "interfaces" / "data" / "press_2023_09_05.json"
BOOK = OpeningBook.create_id(ledger.Balance.DOWNLOADS)


def tell_press(story: Story) -> None:
    figures = read_figures(PRESS.read_text(encoding="utf-8"))
    story.tell(
        ledger.BookOpened, BOOK, originator_topic="opening_book", kind=ledger.Balance.DOWNLOADS
    )
    for one in figures.downloads:
        story.tell(
            ledger.DownloadsOpened, BOOK, store="unattributed", source="press", **_period(one)
        )
    for one in figures.usage:
        story.tell(ledger.UsageOpened, BOOK, service="unattributed", source="press", **_period(one))


def _period(one: OpeningBalance) -> dict[str, Any]:
    return {"since": one.period.since, "until": one.period.until, "count": one.count}


def tell_day(story: Story, day: date, count: int, store: str = "google") -> None:
    about = DailyDownloads.create_id(store, day)
    story.tell(ledger.Reported, about, store=store, day=day, count=count)


def download_figures(story: Story) -> downloads.DownloadFigures:
    engine = MemoryEngine(story, [DownloadStatistics()])
    engine.step("download_statistics")
    rows: Any = engine.rows("download_statistics").values()
    return downloads.figures(rows)


def usage_figures(story: Story) -> usage.UsageFigures:
    engine = MemoryEngine(story, [UsageReports(), UsageOpening()])
    engine.step("usage_reports")
    engine.step("usage_opening")
    openings: Any = engine.rows("usage_opening").values()
    hours: Any = engine.totals("usage_reports")["usage_by_hour"].values()
    return usage.figures(openings, hours)


@pytest.fixture
def story() -> Story:
    return Story()


def test_the_press_releases_downloads_come_out_as_they_went_in(story: Story) -> None:
    tell_press(story)
    found = download_figures(story)
    assert found.cumulative == {
        "2019": 131776,
        "2020": 157981,
        "2021": 180265,
        "2022": 205902,
        "2023-08-26": 224604,
    }
    assert found.new["2023"] == 18702
    assert found.stores == {"unattributed": 224604}
    assert found.total == 224604


def test_daily_counts_go_on_from_there(story: Story) -> None:
    tell_press(story)
    tell_day(story, date(2023, 8, 27), 70)
    tell_day(story, date(2023, 8, 27), 30, store="apple")
    tell_day(story, date(2024, 1, 2), 5)
    found = download_figures(story)
    assert list(found.cumulative.items())[-3:] == [
        ("2023-08-26", 224604),
        ("2023", 224704),
        ("2024-01-02", 224709),
    ]
    assert found.new["2023"] == 18802
    assert found.stores == {"apple": 30, "google": 75, "unattributed": 224604}


def test_a_correction_replaces_and_leaves_its_reason(story: Story) -> None:
    day = date(2026, 1, 1)
    tell_day(story, day, 5)
    story.tell(ledger.Corrected, DailyDownloads.create_id("google", day))
    engine = MemoryEngine(story, [DownloadStatistics()])
    engine.step("download_statistics")
    [row] = engine.rows("download_statistics").values()
    assert isinstance(row, downloads.DownloadRow)
    assert (row.count, row.corrections, row.reason) == (7, 1, "store restated")
    assert download_figures(story).total == 7


def test_a_correction_of_nothing_makes_no_row(story: Story) -> None:
    story.tell(ledger.CountedFrom, BOOK, day=date(2026, 1, 1))
    story.tell(ledger.Corrected, DailyDownloads.create_id("google", date(2026, 1, 1)))
    assert download_figures(story) == downloads.DownloadFigures(
        cumulative={}, new={}, stores={}, total=0
    )


def test_the_press_releases_uses_stand_apart_from_counted_ones(story: Story) -> None:
    tell_press(story)
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Accepted, report(1))
    story.tell(facts.Triggered, report(2), district=GURO)
    story.tell(facts.Cancelled, report(2))
    story.tell(facts.Triggered, report(3), drill=True)
    story.tell(facts.Accepted, report(3), drill=True, call=False)
    found = usage_figures(story)
    assert (found.total, found.new) == (211481, {"2023": 36657})
    assert found.services == {"unattributed": 211481}
    assert (found.counted, found.cancelled) == (1, 1)
    assert found.counted_by_district == {"11740": 1}
    assert found.counted_by_year == {"2026": 1}
    assert found.counted_by_service == {"emergency": 1}


def test_an_opening_stands_once_for_each_period(story: Story) -> None:
    tell_press(story)
    engine = MemoryEngine(story, [UsageOpening()])
    engine.step("usage_opening")
    assert len(engine.rows("usage_opening")) == 2
