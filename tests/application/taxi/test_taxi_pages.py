"""Who is called about a rider that does not answer, and what the provider is told."""

from __future__ import annotations

import pytest

from application.outbox import TimerKind
from application.taxi.commands import ClaimTaxi
from domain.geography import CITY, DistrictCode, Position
from domain.roles import Role
from domain.taxi.vocabulary import TaxiAttention
from tests.application.house import COORDINATOR, KIM, PARK_OF_SONGPA, asked_by, id_of
from tests.application.taxi.ride_house import RideHouse
from tests.memory import ACROSS_THE_BORDER, GANGDONG, GANGDONG_HILL, SONGPA

PARK = asked_by(Role.SUPERVISOR, "park of gangdong", GANGDONG)


@pytest.fixture
def house() -> RideHouse:
    house = RideHouse()
    house.board(destination=GANGDONG_HILL)
    return house


def falls_silent(house: RideHouse) -> None:
    """She is asked because it takes so long, and says nothing."""
    house.advance_to_timer(TimerKind.TAXI_OVERDUE)
    house.advance_to_timer(TimerKind.TAXI_ANSWER)


def crosses(house: RideHouse, place: Position, district: DistrictCode) -> None:
    """She rides there until another centre has her on its board."""
    for _ in range(13):
        house.clock.advance(5)
        house.send(place.model_dump() | {"accuracy_m": 8.0, "fixed_at": house.later(0)})
    assert house.trip().district == district


def test_the_supervisor_on_duty_is_called_about_her_silence(house: RideHouse) -> None:
    house.presence.supervisors = {GANGDONG: id_of(PARK), CITY: id_of(COORDINATOR)}
    falls_silent(house)
    house.fire(TimerKind.TAXI_ANSWER)
    [page] = house.pages(house.trip().id)
    assert (page.district, page.staff_id) == (GANGDONG, id_of(PARK))
    assert (page.about_district, page.why) == (GANGDONG, "taxi_unanswered")


def test_the_city_is_called_about_her_silence_where_no_supervisor_is(house: RideHouse) -> None:
    house.presence.supervisors = {CITY: id_of(COORDINATOR)}
    falls_silent(house)
    [page] = house.pages(house.trip().id)
    assert (page.district, page.staff_id) == (CITY, id_of(COORDINATOR))
    assert page.about_district == GANGDONG


def test_a_call_is_about_the_centre_where_she_rode_when_she_fell_silent(house: RideHouse) -> None:
    house.presence.supervisors = {SONGPA: id_of(PARK_OF_SONGPA), GANGDONG: id_of(PARK)}
    crosses(house, ACROSS_THE_BORDER, SONGPA)
    falls_silent(house)
    crosses(house, GANGDONG_HILL, GANGDONG)
    [page] = house.pages(house.trip().id)
    assert (page.district, page.staff_id) == (SONGPA, id_of(PARK_OF_SONGPA))
    assert page.about_district == SONGPA


def test_nobody_is_called_about_a_ride_that_an_operator_has_in_hand(house: RideHouse) -> None:
    house.taxi.claim(ClaimTaxi(trip_id=house.trip().id), KIM)
    falls_silent(house)
    assert TaxiAttention.NO_ANSWER in house.trip().attention
    assert house.pages(house.trip().id) == []
