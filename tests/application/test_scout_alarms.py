"""A scout's own emergency button: a report of its own kind, never refused, with its escort."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from application.context import Context
from application.emergency.commands import ClaimReport, ResolveReport
from application.emergency.whereabouts import SendPositions
from application.errors import Forbidden, Unknown
from application.triggers import TriggerReport
from domain.emergency.vocabulary import Flag, How, Outcome, Stage
from domain.escort import facts
from domain.escort.vocabulary import EscortParty
from domain.geography import Position
from domain.report_guard import ReportGuard
from domain.session_kind import SessionKind
from tests.application.escort_house import CITIZEN, EscortHouse
from tests.application.house import KIM, NOTE, phone, sent
from tests.application.test_escort_walking import batch, send
from tests.memory import GANGDONG, GANGDONG_OFFICE, GURO, GURO_OFFICE, SONGPA, SONGPA_OFFICE

HERE = sent("alarm-1")


def press(house: EscortHouse, who: Context, body: Any = HERE) -> Any:
    report = TriggerReport(sent=body, fallback_id="drawn", body_sha256=repr(body).encode())
    return house.alarms.raise_alarm(report, who)


def nowhere(trigger_id: str = "alarm-1") -> dict[str, Any]:
    body = sent(trigger_id)
    del body["position"]
    return body


def test_a_scouts_press_rings_at_once_as_a_scouts_and_names_her_escort() -> None:
    house = EscortHouse()
    booked = house.walking()
    scout = house.scout_of(booked.aggregate_id, 1)
    told = press(house, scout)
    report = house.report(told.aggregate_id)
    assert (report.how, report.stage, report.citizen_id) == (How.SCOUT, Stage.OPEN, None)
    assert report.district == GANGDONG
    assert (told.escort_id, told.joined, told.flags) == (
        booked.aggregate_id,
        False,
        (Flag.CLOCK_SKEWED,),
    )
    (raised,) = [
        one
        for one in house.log.facts(booked.aggregate_id)
        if isinstance(one, facts.EmergencyRaised)
    ]
    assert (raised.party, str(raised.scout_id)) == (EscortParty.SCOUTS, scout.principal.id)
    assert house.escorts.show(booked.aggregate_id, KIM).reports == (told.aggregate_id,)
    assert report.sessions == ((SessionKind.ESCORT, booked.aggregate_id),)


def test_a_repeat_gets_the_first_answer_and_a_second_press_rings_anew() -> None:
    house = EscortHouse()
    booked = house.walking()
    scout = house.scout_of(booked.aggregate_id)
    first = press(house, scout)
    assert press(house, scout) == first
    assert press(house, scout, sent("alarm-1", alert="silent")) == first
    house.log.forget_answers()
    assert press(house, scout).aggregate_id == first.aggregate_id
    second = press(house, scout, sent("alarm-2"))
    assert (second.aggregate_id, second.joined) == (first.aggregate_id, True)
    assert house.log.topics(first.aggregate_id).count("emergency.joined") == 1


def test_after_its_end_a_press_is_a_report_of_its_own() -> None:
    house = EscortHouse()
    booked = house.walking()
    scout = house.scout_of(booked.aggregate_id)
    first = press(house, scout)
    house.desk.claim(ClaimReport(report_id=first.aggregate_id), KIM)
    house.desk.resolve(
        ResolveReport(report_id=first.aggregate_id, outcome=Outcome.POLICE_HANDLED, note=NOTE),
        KIM,
    )
    second = press(house, scout, sent("alarm-2"))
    assert second.aggregate_id != first.aggregate_id
    guard = house.app.load(ReportGuard, ReportGuard.create_id(UUID(scout.principal.id)))
    assert guard.open_reports == (second.aggregate_id,)


@pytest.mark.parametrize("body", [None, [], "x", {}, {"drill": True}, {"position": "here"}])
def test_nothing_that_is_wrong_with_it_refuses_it(body: Any) -> None:
    house = EscortHouse()
    booked = house.walking()
    told = press(house, house.scout_of(booked.aggregate_id), body)
    report = house.report(told.aggregate_id)
    assert (report.stage, report.drill, report.district) == (Stage.OPEN, False, GANGDONG)
    assert Flag.HOW_UNKNOWN not in told.flags


def test_a_press_without_a_place_is_where_the_escort_was_seen_last() -> None:
    house = EscortHouse()
    booked = house.walking()
    house.clock.advance(30)
    send(house, booked.aggregate_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    told = press(house, house.scout_of(booked.aggregate_id), nowhere())
    report = house.report(told.aggregate_id)
    assert isinstance(report.position, Position)
    assert Flag.POSITION_STALE in told.flags
    assert Flag.POSITION_MISSING not in told.flags


def test_a_scout_on_her_way_home_raises_without_an_escort() -> None:
    house = EscortHouse()
    booked = house.book()
    scout = house.scout_of(booked.aggregate_id)
    house.escorts.cancel(booked.aggregate_id, CITIZEN)
    told = press(house, scout, nowhere())
    assert told.escort_id is None
    assert house.report(told.aggregate_id).district == GANGDONG
    there = {"latitude_deg": GURO_OFFICE.latitude_deg, "longitude_deg": GURO_OFFICE.longitude_deg}
    other = press(house, house.enlist("bora"), sent("alarm-9", position=there))
    assert house.report(other.aggregate_id).district == GURO


def test_an_escort_that_is_about_to_begin_is_hers() -> None:
    house = EscortHouse()
    booked = house.book()
    scout = house.scout_of(booked.aggregate_id)
    assert press(house, scout).escort_id is None
    house.at(-50)
    assert press(house, scout, sent("alarm-2")).escort_id == booked.aggregate_id


def test_only_a_scout_raises_as_one() -> None:
    house = EscortHouse()
    with pytest.raises(Forbidden):
        press(house, CITIZEN)


def test_a_citizens_phone_that_calls_itself_a_scouts_is_none() -> None:
    house = EscortHouse()
    told = house.trigger(sent("t-1", how="scout"), identity=phone())
    report = house.report(told.report_id)
    assert report.how is How.UNKNOWN
    assert Flag.HOW_IMPLAUSIBLE in told.flags


def test_her_positions_on_the_walk_move_the_report_and_nobody_elses_do() -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    scout, other = (house.scout_of(escort_id, number) for number in (0, 1))
    report_id = press(house, scout, {"trigger_id": "alarm-1"}).aggregate_id
    house.clock.advance(40)
    for who in (other, CITIZEN):
        send(house, escort_id, who, batch(house, SONGPA_OFFICE))
    assert house.report(report_id).seen_in is None
    told = send(house, escort_id, scout, batch(house, SONGPA_OFFICE))
    assert (told.open, house.report(report_id).seen_in) == (True, SONGPA)
    send(house, escort_id, scout, batch(house, SONGPA_OFFICE))
    assert house.log.topics(report_id).count("emergency.position_updated") == 1


def test_an_escort_that_is_over_still_brings_the_open_reports_positions() -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    scout = house.scout_of(escort_id)
    report_id = press(house, scout, {"trigger_id": "alarm-1"}).aggregate_id
    house.escorts.arrive(escort_id, CITIZEN)
    house.clock.advance(40)
    told = send(house, escort_id, scout, batch(house, SONGPA_OFFICE))
    assert (told.taken, told.open, house.report(report_id).seen_in) == (0, True, SONGPA)
    house.desk.claim(ClaimReport(report_id=report_id), KIM)
    house.desk.resolve(
        ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE), KIM
    )
    assert send(house, escort_id, scout, batch(house, GANGDONG_OFFICE)).open is False
    assert house.report(report_id).seen_in == SONGPA


def test_only_who_raised_it_names_the_report() -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    scout, other = (house.scout_of(escort_id, number) for number in (0, 1))
    report_id = press(house, scout).aggregate_id

    def names(who: Context) -> SendPositions:
        there = batch(house, GANGDONG_OFFICE)
        return SendPositions(report_id=report_id, sent=there, scout_id=UUID(who.principal.id))

    assert house.positions.take(names(scout), scout).open
    with pytest.raises(Unknown):
        house.positions.take(names(other), other)
