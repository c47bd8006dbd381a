"""Who answers where, as whoever assigns needs to know it."""

from __future__ import annotations

from domain.geography import CITY
from domain.roles import Role
from tests.application.console_twins import ShiftHouse
from tests.application.house import COORDINATOR, KIM, LEE, PARK_OF_SONGPA, asked_by, id_of
from tests.memory import GANGDONG, SONGPA

SUPERVISOR = asked_by(Role.SUPERVISOR, "jung", GANGDONG)
SECOND = asked_by(Role.SUPERVISOR, "seo", GANGDONG)


def test_operators_of_a_centre_answer_those_whose_hand_was_felt_first() -> None:
    house = ShiftHouse()
    for who in (KIM, LEE, SUPERVISOR, PARK_OF_SONGPA, COORDINATOR):
        house.shifts.start(who)
    at = house.clock.now()
    assert house.presence.operators(GANGDONG, at) == [id_of(KIM), id_of(LEE)]
    assert house.presence.operators(SONGPA, at) == [], "who supervises is called, not assigned"
    assert house.presence.operators(CITY, at) == [id_of(COORDINATOR)]
    for _ in range(4):
        house.clock.advance(15)
        house.shifts.beat(KIM, felt=False)
        house.shifts.beat(LEE, felt=True)
    assert house.presence.operators(GANGDONG, house.clock.now()) == [id_of(LEE), id_of(KIM)]


def test_whose_console_fell_silent_answers_no_more() -> None:
    house = ShiftHouse()
    house.shifts.start(KIM)
    house.clock.advance(46)
    assert house.presence.operators(GANGDONG, house.clock.now()) == []


def test_each_of_two_supervisors_at_consoles_supervises() -> None:
    house = ShiftHouse()
    for who in (SUPERVISOR, SECOND, KIM, COORDINATOR):
        house.shifts.start(who)
        house.clock.advance(1)
    at, presence = house.clock.now(), house.presence
    assert presence.supervisor(GANGDONG, at) == id_of(SUPERVISOR)
    there = [who for who in (SUPERVISOR, SECOND) if presence.supervises(id_of(who), GANGDONG, at)]
    assert there == [SUPERVISOR, SECOND]
    for who, district in ((KIM, GANGDONG), (SUPERVISOR, SONGPA), (SUPERVISOR, CITY)):
        assert not presence.supervises(id_of(who), district, at)
    assert presence.supervises(id_of(COORDINATOR), CITY, at)
    house.clock.advance(46)
    assert not presence.supervises(id_of(SECOND), GANGDONG, house.clock.now())
