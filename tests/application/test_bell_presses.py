"""A bell's press is an emergency of its own kind; whatever it lacks, it rings."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.bells.presses import Press, bell_no_of, read_battery
from application.emergency.commands import (
    ClaimReport,
    RequestCall,
    RequestPolice,
    ResolveReport,
    ReviewLabel,
)
from application.errors import Forbidden
from domain.bell import Bell
from domain.emergency.calling import CallRequested
from domain.emergency.vocabulary import Flag, How, Outcome, Stage
from domain.geography import CITY, FixSource
from domain.platform import Platform
from tests.application.bell_house import GATEWAY, PARK, BellHouse, guard_of
from tests.application.house import COORDINATOR, KIM, NOTE
from tests.memory import GANGDONG, GANGDONG_OFFICE


@pytest.fixture
def house() -> BellHouse:
    return BellHouse()


def looked_at(house: BellHouse, report_id: UUID) -> None:
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.review_label(ReviewLabel(report_id=report_id), KIM)


def resolved(house: BellHouse, report_id: UUID) -> None:
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.resolve(
        ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE), KIM
    )


def pressed_often(house: BellHouse, times: int, *, every_s: float = 1) -> UUID:
    first = house.press("p-1")
    for number in range(2, times + 1):
        house.clock.advance(every_s)
        house.press(f"p-{number}")
    return first.aggregate_id


def test_a_press_rings_at_once_where_the_bell_stands(house: BellHouse) -> None:
    receipt = house.press(pressed_at="2023-02-02T23:41:00+09:00")
    report = house.report(receipt.aggregate_id)
    assert house.log.topics(report.id) == ["emergency.triggered", "emergency.accepted"]
    assert (report.stage, report.ringing, report.district) == (Stage.OPEN, True, GANGDONG)
    assert (report.how, report.device.platform) == (How.BELL, Platform.BELL)
    assert (report.citizen_id, report.position) == (None, GANGDONG_OFFICE)
    assert report.fix is not None
    assert report.fix.source is FixSource.INSTALLED
    assert (receipt.joined, receipt.counted, receipt.codes, receipt.flags) == (False, False, (), ())


def test_nobody_is_called_by_itself(house: BellHouse) -> None:
    house.press()
    assert not [one for one in house.log.deliveries.values() if one.channel == "call"]


def test_an_operator_speaks_through_the_bell_and_asks_the_police(house: BellHouse) -> None:
    report_id = house.press().aggregate_id
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.request_call(RequestCall(report_id=report_id), KIM)
    house.desk.request_police(RequestPolice(report_id=report_id), KIM)
    assert [type(one) for one in house.log.facts(report_id)].count(CallRequested) == 1
    assert house.log.topics(report_id)[-1] == "emergency.police_requested"


def test_the_same_press_again_is_answered_alike(house: BellHouse) -> None:
    first = house.press()
    house.clock.advance(3)
    assert house.press() == first
    house.restart()
    house.log.forget_answers()
    again = house.press()
    assert (again.aggregate_id, again.joined) == (first.aggregate_id, True)
    assert house.log.topics(guard_of()) == ["bell_guard.began", "bell_guard.opened"]
    assert len(house.log.topics(first.aggregate_id)) == 2


def test_what_a_repeat_says_otherwise_is_kept_beside_the_first_word(house: BellHouse) -> None:
    first = house.press(pressed_at="2023-02-02T23:41:00+09:00")
    house.press(pressed_at="2023-02-02T23:40:00+09:00")
    assert house.log.topics(first.aggregate_id)[-1] == "emergency.amended"


def test_the_same_press_id_of_another_bell_is_another_press(house: BellHouse) -> None:
    assert house.press("p-1").aggregate_id != house.press("p-1", "GD-0418").aggregate_id


def test_a_further_press_joins_and_rings_anew(house: BellHouse) -> None:
    first = house.press("p-1")
    house.desk.claim(ClaimReport(report_id=first.aggregate_id), KIM)
    house.clock.advance(20)
    second = house.press("p-2")
    assert (second.aggregate_id, second.joined) == (first.aggregate_id, True)
    assert house.report(first.aggregate_id).ringing


def test_after_the_end_a_press_is_a_report_of_its_own(house: BellHouse) -> None:
    first = house.press("p-1").aggregate_id
    resolved(house, first)
    house.clock.advance(2)
    second = house.press("p-2")
    assert second.aggregate_id != first
    assert not second.joined
    assert house.report(second.aggregate_id).ringing


def test_a_press_long_after_the_last_is_a_report_of_its_own_and_linked(house: BellHouse) -> None:
    first = house.press("p-1").aggregate_id
    house.clock.advance(house.policy.join_within_s + 1)
    second = house.press("p-2").aggregate_id
    assert second != first
    linked = house.report(first).linked_in
    assert linked is not None
    assert house.report(second).linked_in == linked


def test_an_unknown_bell_rings_at_the_city_and_is_named(house: BellHouse) -> None:
    receipt = house.press(bell_no="XX-1")
    report = house.report(receipt.aggregate_id)
    assert receipt.codes == ("bell.unknown",)
    assert receipt.flags == (Flag.POSITION_MISSING, Flag.BELL_UNKNOWN)
    assert (report.stage, report.ringing, report.district) == (Stage.OPEN, True, CITY)
    assert report.position is None
    house.desk.claim(ClaimReport(report_id=report.id), COORDINATOR)


def test_a_bell_that_was_taken_down_rings_all_the_same(house: BellHouse) -> None:
    bell = house.bell()
    bell.retire(at=house.clock.now())
    house.app.save(bell)
    receipt = house.press()
    assert (receipt.codes, receipt.flags) == (("bell.retired",), (Flag.BELL_RETIRED,))
    assert house.report(receipt.aggregate_id).ringing
    assert house.report(receipt.aggregate_id).district == GANGDONG


@pytest.mark.parametrize(
    ("sent", "flags"),
    [
        ("no object", {Flag.FIELD_MALFORMED, Flag.ID_MISSING}),
        (None, {Flag.ID_MISSING}),
        ({"press_id": 7}, {Flag.ID_MISSING}),
        ({"press_id": "p", "colour": "red"}, {Flag.FIELD_UNKNOWN}),
        ({"press_id": "p", "pressed_at": "yesterday"}, {Flag.FIELD_MALFORMED}),
        ({"press_id": "p", "firmware": ["1.2"]}, {Flag.FIELD_MALFORMED}),
        ({"press_id": "p", "sent_at": "2023-02-03T14:41:00Z"}, {Flag.CLOCK_SKEWED}),
    ],
)
def test_whatever_a_press_lacks_it_rings(house: BellHouse, sent, flags) -> None:
    receipt = house.presses.press(Press(bell_no=PARK, sent=sent, fallback_id="f-1"), GATEWAY)
    assert {*receipt.flags} == flags
    assert house.report(receipt.aggregate_id).ringing


def test_presses_without_an_id_are_told_apart(house: BellHouse) -> None:
    first, second = house.press(None), house.press(None)
    assert second.joined
    assert first.press_id != second.press_id
    assert len(house.report(first.aggregate_id).heard) == 2


def test_what_the_edge_found_wrong_is_kept(house: BellHouse) -> None:
    assert house.press(flags=["signature_bad"]).flags == (Flag.SIGNATURE_BAD,)


def test_staff_press_no_bells(house: BellHouse) -> None:
    with pytest.raises(Forbidden):
        house.presses.press(Press(bell_no=PARK, fallback_id="f"), KIM)


def test_ten_presses_in_a_minute_are_not_many(house: BellHouse) -> None:
    report_id = pressed_often(house, 10)
    assert "emergency.labelled" not in house.log.topics(report_id)
    assert house.facts_of() == ["bell.installed"]


def test_more_than_ten_in_a_minute_are_labelled_and_ring_as_before(house: BellHouse) -> None:
    report_id = pressed_often(house, 14)
    topics = house.log.topics(report_id)
    assert topics.count("emergency.labelled") == 1
    assert topics.count("emergency.joined") == 13
    assert house.report(report_id).ringing
    assert house.facts_of() == ["bell.installed", "bell.seemed_stuck"]


def test_eleven_in_more_than_a_minute_are_not_many(house: BellHouse) -> None:
    report_id = pressed_often(house, 11, every_s=7)
    assert "emergency.labelled" not in house.log.topics(report_id)


def test_an_unknown_bell_that_seems_stuck_is_labelled_too(house: BellHouse) -> None:
    for number in range(11):
        receipt = house.press(f"p-{number}", "XX-1")
    assert house.log.topics(receipt.aggregate_id)[-1] == "emergency.labelled"


def test_the_label_alone_quiets_nothing(house: BellHouse) -> None:
    report_id = pressed_often(house, 11)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.clock.advance(1)
    assert not house.press("p-12").counted
    assert house.report(report_id).ringing


def test_once_somebody_has_looked_further_presses_are_counted(house: BellHouse) -> None:
    report_id = pressed_often(house, 11)
    looked_at(house, report_id)
    for number in range(12, 20):
        house.clock.advance(30)
        receipt = house.press(f"p-{number}")
        assert (receipt.counted, receipt.aggregate_id) == (True, report_id)
    assert not house.report(report_id).ringing
    assert house.log.topics(guard_of()).count("bell_guard.counted") == 8


def test_after_a_pause_it_rings_again_whoever_has_looked(house: BellHouse) -> None:
    report_id = pressed_often(house, 11)
    looked_at(house, report_id)
    house.clock.advance(house.policy.bell_stuck_quiet_s + 1)
    receipt = house.press("p-12")
    assert (receipt.joined, receipt.counted) == (True, False)
    assert house.report(report_id).ringing


def test_a_stuck_bell_that_was_looked_at_opens_nothing_new_until_it_pauses(
    house: BellHouse,
) -> None:
    report_id = pressed_often(house, 11)
    looked_at(house, report_id)
    resolved(house, report_id)
    house.clock.advance(5)
    assert house.press("p-12").counted
    house.clock.advance(house.policy.bell_stuck_quiet_s + 1)
    again = house.press("p-13")
    assert again.aggregate_id != report_id
    assert house.report(again.aggregate_id).ringing


def test_a_counted_press_that_comes_twice_is_one(house: BellHouse) -> None:
    report_id = pressed_often(house, 11)
    looked_at(house, report_id)
    house.press("p-12")
    house.log.forget_answers()
    assert house.press("p-12").aggregate_id == report_id
    assert house.log.topics(guard_of()).count("bell_guard.counted") == 1


def test_a_report_of_a_bell_rings_elsewhere_where_nobody_is_there(house: BellHouse) -> None:
    house.presence.closed.add(GANGDONG)
    report = house.report(house.press().aggregate_id)
    assert set(report.districts) > {GANGDONG}


@pytest.mark.parametrize(
    ("said", "kept"), [("GD-1", "GD-1"), ("", "?"), (None, "?"), ("\x00", None), ("9" * 200, None)]
)
def test_a_bell_is_called_as_it_calls_itself_or_by_a_digest(said, kept) -> None:
    name = bell_no_of(said)
    assert name == kept if kept else 0 < len(name) <= 71
    assert bell_no_of(said) == name
    assert Bell.create_id(name)


@pytest.mark.parametrize(
    ("sent", "charge"),
    [
        ({"battery_pct": 82.6}, 83),
        ({"battery_pct": 101}, None),
        ({"battery_pct": "full"}, None),
        ({}, None),
        ("?", None),
    ],
)
def test_a_charge_that_can_be_none_is_none(sent, charge) -> None:
    assert read_battery(sent) == charge
