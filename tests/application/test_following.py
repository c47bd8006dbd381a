"""Timers and partners: told twice is once, early is not lost, drills reach nobody."""

from __future__ import annotations

from uuid import uuid5

import pytest

from application.emergency.commands import CancelReport, RequestAmbulance, RequestPolice
from application.errors import Forbidden, TooEarly
from application.outbox import Channel, TimerKind
from domain.emergency.refusals import DrillHasNoPartner, NotRequested
from domain.emergency.vocabulary import CallEnd, PartnerChannel, Stage
from domain.policy import EscalationLevel, Policy
from tests.application.house import CITIZEN, KIM, PARTNER, SYSTEM, DeskHouse, phone
from tests.scenario import T0


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def test_a_window_elapses_once(house: DeskHouse) -> None:
    report_id = house.raised().report_id
    house.clock.advance(5)
    assert house.desk.window_elapsed(report_id, SYSTEM).position is not None
    assert house.desk.window_elapsed(report_id, SYSTEM).position is None
    assert {one.channel for one in house.log.deliveries.values()} == {Channel.CALL}


def test_a_timer_that_asks_early_is_asked_to_come_again(house: DeskHouse) -> None:
    report_id = house.raised().report_id
    house.clock.advance(4.9)
    with pytest.raises(TooEarly):
        house.desk.window_elapsed(report_id, SYSTEM)
    assert house.report(report_id).stage is Stage.WINDOW


def test_a_clock_that_lags_by_a_hair_loses_no_timer(house: DeskHouse) -> None:
    receipt = house.raised()
    house.clock.advance(4.98)
    house.desk.window_elapsed(receipt.report_id, SYSTEM)
    (accepted,) = house.log.facts(receipt.report_id)[1:]
    assert accepted.timestamp == receipt.cancel_until


def test_an_acknowledged_cancel_causes_no_delivery(house: DeskHouse) -> None:
    report_id = house.raised().report_id
    house.desk.cancel(CancelReport(report_id=report_id, identity=phone()), CITIZEN)
    house.clock.advance(5)
    assert house.desk.window_elapsed(report_id, SYSTEM).position is None
    assert not house.log.deliveries


def test_an_unclaimed_report_rises_by_its_own_timers(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    rises = [one for one in house.log.timers.values() if one.kind is TimerKind.ESCALATION]
    for timer in rises:
        house.clock.advance((timer.due_at - house.clock.now()).total_seconds())
        for _ in range(2):
            house.desk.escalate(report_id, EscalationLevel(timer.name), timer.due_at, SYSTEM)
    assert house.log.topics(report_id)[2:] == [
        *["emergency.escalated"] * 4,
        "emergency.police_requested",
    ]
    assert {one.channel for one in house.log.deliveries.values()} == {
        Channel.CALL,
        Channel.PAGE,
        Channel.POLICE,
    }
    with pytest.raises(TooEarly):
        house.desk.escalate(
            report_id,
            EscalationLevel.CITY,
            house.clock.now() + (rises[-1].due_at - rises[0].due_at),
            SYSTEM,
        )


def test_an_idle_claim_rings_again(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    act_by = house.report(report_id).act_by
    assert act_by is not None
    house.clock.advance(30)
    assert house.desk.idle_claim(report_id, act_by, SYSTEM).position is not None
    assert house.report(report_id).ringing


def test_partners_tell_everything_twice(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.desk.request_police(RequestPolice(report_id=report_id), KIM)
    house.desk.request_ambulance(RequestAmbulance(report_id=report_id), KIM)
    asked = {one.channel: one for one in house.log.deliveries.values()}
    police, ambulance = asked[Channel.POLICE].request_id, asked[Channel.AMBULANCE].request_id
    assert police is not None
    assert ambulance is not None
    head = len(house.log.topics(report_id))
    for _ in range(2):
        house.desk.police_acknowledged(report_id, police, "112-7", SYSTEM)
        house.desk.ambulance_acknowledged(report_id, ambulance, "119-3", SYSTEM)
        house.desk.call_placed(report_id, "c-1", SYSTEM)
        house.desk.call_connected(report_id, "c-1", PARTNER, occurred_at=T0)
        house.desk.call_ended(report_id, "c-1", CallEnd.HUNG_UP, 42.0, PARTNER, occurred_at=T0)
        house.desk.patrol_arrived(report_id, "112-7", PARTNER, occurred_at=T0)
        house.desk.ambulance_arrived(report_id, "119-3", PARTNER, occurred_at=T0)
        house.desk.partner_unreachable(
            report_id,
            PartnerChannel.CALL,
            uuid5(report_id, "delivery"),
            "partner_unavailable",
            SYSTEM,
        )
    assert house.log.topics(report_id)[head:] == [
        f"emergency.{told}"
        for told in (
            "police_acknowledged",
            "ambulance_acknowledged",
            "call_placed",
            "call_connected",
            "call_ended",
            "patrol_arrived",
            "ambulance_arrived",
            "partner_unreachable",
        )
    ]


def test_a_partner_tells_nothing_that_was_not_asked(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    with pytest.raises(NotRequested):
        house.desk.patrol_arrived(report_id, "112-7", PARTNER)


def test_only_the_system_and_partners_speak_here(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    with pytest.raises(Forbidden):
        house.desk.call_placed(report_id, "c-1", KIM)
    with pytest.raises(Forbidden):
        house.desk.window_elapsed(report_id, PARTNER)


def test_a_drill_calls_for_no_delivery(house: DeskHouse) -> None:
    report_id = house.claimed(drill=True).report_id
    with pytest.raises(DrillHasNoPartner):
        house.desk.request_police(RequestPolice(report_id=report_id), KIM)
    assert not house.log.deliveries


def test_a_city_may_shorten_its_window() -> None:
    house = DeskHouse(Policy(cancel_window_s=0.5))
    report_id = house.raised().report_id
    house.clock.advance(0.5)
    assert house.desk.window_elapsed(report_id, SYSTEM).position is not None
