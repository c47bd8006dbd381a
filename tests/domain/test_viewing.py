"""A view is kept once, on the day in which it began."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from domain.viewing import Begun, Closed, Closing, DayOfViews, Opened
from tests.memory import GANGDONG
from tests.scenario import Scenario

KIM = uuid5(NAMESPACE_URL, "/operators/kim")
REPORT = uuid5(NAMESPACE_URL, "/reports/1")
OTHER = uuid5(NAMESPACE_URL, "/reports/2")
LATE = datetime(2023, 2, 2, 14, 59, tzinfo=UTC)
"""One minute before midnight in Seoul."""
DAY = date(2023, 2, 2)
ID = DayOfViews.create_id(KIM, DAY)


def begun() -> Scenario[DayOfViews]:
    return Scenario[DayOfViews](ID).given(
        Begun, originator_topic="viewing", timestamp=LATE, operator_id=KIM, day=DAY
    )


def looking() -> Scenario[DayOfViews]:
    return begun().given(
        Opened,
        timestamp=LATE,
        operator_id=KIM,
        district=GANGDONG,
        report_id=REPORT,
        since=LATE,
    )


def opens(report_id=REPORT):
    return lambda day: day.opened(report_id=report_id, district=GANGDONG, since=LATE, at=LATE)


def closes(report_id=REPORT):
    later = LATE + timedelta(minutes=5)
    return lambda day: day.closed(
        report_id=report_id, how=Closing.VANISHED, last_seen_at=LATE, at=later
    )


def test_the_first_look_of_a_day_begins_it() -> None:
    day = DayOfViews.begin_for(KIM, since=LATE, at=LATE + timedelta(minutes=2))
    assert (day.id, day.operator_id, day.open) == (ID, KIM, ())


def test_what_is_open_is_opened_once() -> None:
    begun().when(opens()).then((Opened, {"report_id": REPORT, "since": LATE}))
    looking().when(opens()).then()
    looking().when(opens(OTHER)).then(Opened)


def test_what_is_open_is_closed_once_also_after_midnight() -> None:
    looking().when(closes()).then((Closed, {"how": Closing.VANISHED, "last_seen_at": LATE}))
    begun().when(closes()).then()
    looking().when(closes(OTHER)).then()
