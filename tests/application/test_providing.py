"""Which places leave the house with a request for help, and that each is kept as given."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from application.attempts import AttemptOutcome
from application.emergency.commands import LocateIncident, RequestAmbulance, RequestPolice
from application.outbox import Channel
from application.partner_requests import IncidentAt
from application.ports import HelpRequest
from domain.emergency.providing import Place, PositionProvided
from domain.geography import FixSource, Position
from tests.application.house import COORDINATOR, KIM, DeskHouse, phone
from tests.application.test_delivery_desk import Desk, with_police
from tests.memory import (
    ACROSS_THE_BORDER,
    GANGDONG,
    GANGDONG_HILL,
    GANGDONG_OFFICE,
    SONGPA_OFFICE,
)


def with_police_of(house: DeskHouse, report_id: UUID) -> Desk:
    house.desk.request_police(RequestPolice(report_id=report_id), COORDINATOR)
    return Desk(house, Channel.POLICE)


def with_ambulance_of(house: DeskHouse, report_id: UUID) -> Desk:
    house.desk.request_ambulance(RequestAmbulance(report_id=report_id), COORDINATOR)
    return Desk(house, Channel.AMBULANCE)


def located(report_id: UUID, position: Position, **more: float) -> LocateIncident:
    return LocateIncident(report_id=report_id, position=position, **more)


@pytest.mark.parametrize("ask", [with_police_of, with_ambulance_of])
def test_they_are_told_where_it_happens_apart_from_where_she_is(ask: Callable[..., Desk]) -> None:
    house = DeskHouse()
    report_id = house.claimed().report_id
    house.desk.locate_incident(located(report_id, SONGPA_OFFICE), KIM)
    desk = ask(house, report_id)
    house.desk.locate_incident(located(report_id, GANGDONG_HILL, accuracy_m=30.0), KIM)
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    [asked] = desk.partner.asked
    assert isinstance(asked, HelpRequest)
    assert (asked.position, asked.accuracy_m) == (GANGDONG_OFFICE, 8.5)
    assert asked.incident == IncidentAt(
        position=GANGDONG_HILL, accuracy_m=30.0, source=FixSource.TOLD, district=GANGDONG
    )
    [kept] = [one for one in house.log.facts(report_id) if isinstance(one, PositionProvided)]
    assert kept.places == (Place.REPORTER, Place.INCIDENT)
    assert (kept.fix and kept.fix.source, kept.incident_fix and kept.incident_fix.source) == (
        FixSource.GNSS,
        FixSource.TOLD,
    )


def test_where_only_the_incidents_place_is_known_only_that_is_given() -> None:
    house = DeskHouse()
    report_id = house.accepted(position=None).report_id
    house.desk.locate_incident(located(report_id, GANGDONG_HILL), COORDINATOR)
    house.clock.advance(7)
    desk = with_police_of(house, report_id)
    assert desk.attempt() == (AttemptOutcome.DONE, None)
    [asked] = desk.partner.asked
    assert isinstance(asked, HelpRequest)
    assert (asked.position, asked.incident is not None) == (None, True)
    [kept] = [one for one in house.log.facts(report_id) if isinstance(one, PositionProvided)]
    assert (kept.places, kept.fix, kept.age_s, kept.incident_age_s) == (
        (Place.INCIDENT,),
        None,
        None,
        7.0,
    )
    assert desk.access.records == [(phone().citizen_id, "position", "delivery:police")]


def test_a_position_that_a_repeat_of_the_trigger_said_is_the_newest() -> None:
    desk = with_police()
    desk.house.log.forget_answers()
    desk.house.raised(position=ACROSS_THE_BORDER.model_dump())
    desk.attempt()
    [asked] = desk.partner.asked
    assert isinstance(asked, HelpRequest)
    assert asked.position == ACROSS_THE_BORDER
