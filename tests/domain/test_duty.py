"""Shifts and centres: begun, ended, opened, closed, each once."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from domain import centre, duty
from domain.centre import Centre, CentreClosing
from domain.duty import Duty, ShiftEnd
from domain.geography import CITY
from domain.roles import Role
from tests.domain.reports import after
from tests.memory import GANGDONG, SONGPA
from tests.scenario import T0, Scenario

KIM = uuid5(NAMESPACE_URL, "/staff/kim")
HAN = uuid5(NAMESPACE_URL, "/staff/han")


def off_duty() -> Scenario[Duty]:
    return Scenario[Duty](Duty.create_id(KIM)).given(
        duty.Began, originator_topic="duty", timestamp=T0, staff_id=KIM
    )


def on_duty() -> Scenario[Duty]:
    return off_duty().given(
        duty.ShiftStarted, timestamp=T0, staff_id=KIM, role=Role.OPERATOR, district=GANGDONG
    )


def closed() -> Scenario[Centre]:
    return Scenario[Centre](Centre.create_id(GANGDONG)).given(
        centre.Began, originator_topic="centre", timestamp=T0, district=GANGDONG
    )


def opened() -> Scenario[Centre]:
    return closed().given(
        centre.Opened, timestamp=T0, district=GANGDONG, staff_id=KIM, closed_since=None
    )


def start(district: str):
    return lambda one: one.start(role=Role.OPERATOR, district=district, at=after(60))


def closes(one: Centre) -> None:
    for _ in range(2):
        one.closes(CentreClosing.SILENT, last_seen_at=after(30), coordinator=HAN, at=after(75))


def test_a_shift_begins_and_lasts_at_the_same_post() -> None:
    off_duty().when(start(GANGDONG)).then((duty.ShiftStarted, {"district": GANGDONG}))
    on_duty().when(start(GANGDONG)).then()


def test_another_post_ends_the_first() -> None:
    on_duty().when(start(SONGPA)).then(
        (duty.ShiftEnded, {"end": ShiftEnd.MOVED, "district": GANGDONG}),
        (duty.ShiftStarted, {"district": SONGPA}),
    )


def test_a_shift_ends_once() -> None:
    def twice(one: Duty) -> None:
        for _ in range(2):
            one.end(ShiftEnd.VANISHED, last_heard_at=after(15), at=after(60))

    on_duty().when(twice).then((duty.ShiftEnded, {"last_heard_at": after(15)}))
    off_duty().when(twice).then()


def test_a_centre_opens_and_closes_once() -> None:
    opens = lambda one: one.opens(staff_id=KIM, at=after(60))  # noqa: E731
    closed().when(opens).then((centre.Opened, {"closed_since": None}))
    opened().when(opens).then()
    shut = opened().when(closes).fact
    assert (shut.TOPIC, shut.page.district, shut.page.staff_id) == ("centre.closed", CITY, HAN)
    closed().when(closes).then()


def test_a_centre_that_opens_again_knows_since_when_it_was_closed() -> None:
    def closes_and_opens(one: Centre) -> None:
        closes(one)
        one.opens(staff_id=KIM, at=after(600))
        one.closes(CentreClosing.SHIFT_ENDED, last_seen_at=None, coordinator=None, at=after(700))

    first, again, second = opened().when(closes_and_opens).happened
    assert again.closed_since == after(75)
    assert first.page.page_id != second.page.page_id
