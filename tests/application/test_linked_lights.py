"""Lights blink around an emergency, and are as they were when the last one is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from application.emergency.commands import (
    ClaimReport,
    ReopenReport,
    ResolveReport,
    SilenceReport,
)
from application.errors import PartnerUnavailable
from application.linked.lights import NOTHING_TO_DO, strongest
from application.outbox import Channel
from domain.emergency.vocabulary import Outcome
from domain.linked import LightMode
from tests.application.house import COORDINATOR, JIYOUNG, KIM, NOTE, SUJIN, SYSTEM, phone, sent
from tests.application.linked_house import LinkedHouse, claimed, east, lamp_id

BLINK = LightMode.BLINK
NEAR = {lamp_id(0), lamp_id(1)}


@pytest.fixture
def house() -> LinkedHouse:
    return LinkedHouse()


def resolve(house: LinkedHouse, report_id: UUID) -> None:
    house.desk.claim(ClaimReport(report_id=report_id), COORDINATOR)
    end = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.resolve(end, COORDINATOR)


def raised_at(house: LinkedHouse, metres: float, citizen_id: UUID = SUJIN) -> UUID:
    """Somebody else raises so far east of the office; her window is over."""
    place = east(metres)
    body = sent(position={"latitude_deg": place.latitude_deg, "longitude_deg": place.longitude_deg})
    report_id = house.trigger(body, identity=phone(citizen_id)).report_id
    house.clock.advance(5)
    house.desk.window_elapsed(report_id, SYSTEM)
    return report_id


def test_lamps_near_an_accepted_report_blink_until_it_is_resolved(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    assert house.network.lit == dict.fromkeys(NEAR, BLINK)
    [command] = house.network.commands
    assert command.until == house.clock.now() + timedelta(seconds=house.policy.lights_blink_s)
    resolve(house, report_id)
    house.bring_all()
    assert house.network.lit == {}
    assert house.lamps.used == {}
    assert house.lights_of(report_id) == ["lights.began", "lights.commanded", "lights.restored"]


def test_nothing_blinks_in_the_window(house: LinkedHouse) -> None:
    house.raised()
    assert house.waiting() == []


def test_nothing_blinks_for_a_drill(house: LinkedHouse) -> None:
    report_id = house.accepted(drill=True).report_id
    assert house.waiting() == []
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.resolve(ResolveReport(report_id=report_id, outcome=Outcome.DRILL, note=NOTE), KIM)
    house.bring_all()
    assert (house.network.commands, house.lights_of(report_id)) == ([], [])


def test_nothing_blinks_where_it_would_betray_her(house: LinkedHouse) -> None:
    report_id = house.accepted(alert="silent").report_id
    house.bring_all()
    assert (house.network.commands, house.lights_of(report_id)) == ([], [])


def test_what_blinks_stops_when_the_report_falls_silent(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.silence(SilenceReport(report_id=report_id, reason="she hides"), KIM)
    house.bring_all()
    assert house.network.lit == {}


def test_a_further_silent_trigger_stops_it_too(house: LinkedHouse) -> None:
    house.accepted()
    house.bring_all()
    house.raised(trigger_id="t-2", alert="silent")
    assert [one.channel for one in house.waiting()] == [Channel.LIGHTS_RESTORE]
    house.bring_all()
    assert house.network.lit == {}


def test_where_nobody_knows_where_she_is_nothing_blinks(house: LinkedHouse) -> None:
    house.accepted(position=None)
    house.bring_all()
    assert house.network.commands == []


def test_a_bell_lets_its_lamps_blink(house: LinkedHouse) -> None:
    house.press()
    house.bring_all()
    assert house.network.lit == dict.fromkeys(NEAR, BLINK)


def test_lamps_that_two_need_blink_until_the_last_is_over(house: LinkedHouse) -> None:
    first = house.accepted().report_id
    second = raised_at(house, 80)
    house.bring_all()
    assert house.network.lit == dict.fromkeys([*NEAR, lamp_id(2)], BLINK)
    resolve(house, first)
    house.bring_all()
    assert house.network.lit == dict.fromkeys([lamp_id(1), lamp_id(2)], BLINK)
    [restored] = [one for one in house.log.facts() if one.TOPIC == "lights.restored"]
    assert (restored.lamps, restored.kept) == (2, 1)  # type: ignore[attr-defined]
    resolve(house, second)
    house.bring_all()
    assert house.network.lit == {}


def test_the_same_delivery_again_changes_nothing(house: LinkedHouse) -> None:
    house.accepted()
    [lights, _] = house.waiting()
    house.bring(lights)
    assert house.bring(lights) == NOTHING_TO_DO
    assert len(house.network.commands) == 1


def test_a_blink_that_comes_after_the_end_is_withheld(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    [blink, _] = house.waiting()
    resolve(house, report_id)
    restore = next(one for one in house.waiting() if one.channel is Channel.LIGHTS_RESTORE)
    house.bring(restore)
    house.bring(blink)
    assert house.network.commands == []


def test_lamps_told_by_who_crashed_before_saying_so_are_restored(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    [blink, _] = house.waiting()
    house.network.deaf = PartnerUnavailable("no answer")
    with pytest.raises(PartnerUnavailable):
        house.bring(blink)
    assert house.network.lit == dict.fromkeys(NEAR, BLINK)
    resolve(house, report_id)
    house.restart()
    house.bring_all()
    assert house.network.lit == {}
    assert house.lamps.used == {}


def test_lamps_that_could_not_be_reached_blink_later(house: LinkedHouse) -> None:
    house.accepted()
    house.network.trouble = PartnerUnavailable("away")
    [blink, _] = house.waiting()
    with pytest.raises(PartnerUnavailable):
        house.bring(blink)
    assert house.network.lit == {}
    house.bring_all()
    assert house.network.lit == dict.fromkeys(NEAR, BLINK)


def test_what_could_not_be_restored_is_restored_later(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    resolve(house, report_id)
    house.network.trouble = PartnerUnavailable("away")
    restore = next(one for one in house.waiting() if one.channel is Channel.LIGHTS_RESTORE)
    with pytest.raises(PartnerUnavailable):
        house.bring(restore)
    assert house.network.lit == dict.fromkeys(NEAR, BLINK)
    house.restart()
    house.bring_all()
    assert house.network.lit == {}


def test_a_reopened_report_blinks_again(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    house.bring_all()
    resolve(house, report_id)
    house.bring_all()
    house.desk.reopen(ReopenReport(report_id=report_id, reason="he is back"), KIM)
    house.bring_all()
    assert house.network.lit == dict.fromkeys(NEAR, BLINK)
    assert house.lights_of(report_id).count("lights.commanded") == 2


def test_who_raises_again_elsewhere_takes_the_light_along(house: LinkedHouse) -> None:
    house.accepted()
    house.bring_all()
    place = east(120)
    house.trigger(
        sent(
            "t-2",
            position={"latitude_deg": place.latitude_deg, "longitude_deg": place.longitude_deg},
        ),
        identity=phone(JIYOUNG),
    )
    house.bring_all()
    assert house.network.lit == {lamp_id(2): BLINK}


def test_a_command_that_was_given_up_is_kept_once(house: LinkedHouse) -> None:
    report_id = house.accepted().report_id
    [blink, _] = house.waiting()
    for _ in range(2):
        house.lights.gave_up(claimed(blink), "partner_unavailable", SYSTEM)
    assert house.lights_of(report_id) == ["lights.began", "lights.unreachable"]


def test_to_blink_is_more_than_to_be_bright() -> None:
    assert strongest(LightMode.BRIGHTEN, BLINK) is BLINK
    assert strongest(None, LightMode.BRIGHTEN) is LightMode.BRIGHTEN
    assert strongest(None, None) is None
