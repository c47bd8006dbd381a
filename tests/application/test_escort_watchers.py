"""Who watches an escort: from the first step somebody of the centre, if anybody has room."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from application.errors import Forbidden
from application.escort.commands import WatchEscort
from application.outbox import TimerKind
from application.safe_return import Receipt
from domain.escort import facts
from domain.geography import CITY, DistrictCode
from domain.policy import Policy
from domain.watch_roster import RosterFull, WatchRoster
from tests.application.escort_house import CITIZEN, KIM, SUPERVISOR, SYSTEM, EscortHouse
from tests.application.house import COORDINATOR, LEE, id_of
from tests.memory import GANGDONG


@dataclass(frozen=True)
class Line:
    """As the board has an escort."""

    session_id: UUID
    district: DistrictCode
    holder: UUID | None


def staffed(*there: UUID, watched_max: int = 6) -> EscortHouse:
    house = EscortHouse(policy=Policy(watched_max=watched_max))
    house.presence.there[GANGDONG] = there
    return house


def line(house: EscortHouse, escort_id: UUID) -> Line:
    return Line(escort_id, GANGDONG, house.escort(escort_id).watched_by)


def watches(house: EscortHouse) -> dict[UUID, UUID]:
    return house.app.load(WatchRoster, WatchRoster.create_id(GANGDONG)).watched


def busy(house: EscortHouse, *operators: UUID) -> None:
    """Each watches one walk more."""
    found = house.app.find(WatchRoster, WatchRoster.create_id(GANGDONG))
    roster = found or WatchRoster.begin_for(GANGDONG, at=house.clock.now())
    for one in operators:
        roster.give(uuid4(), one, at=house.clock.now(), policy=house.policy)
    house.app.commit([roster], context=SYSTEM, receipt=Receipt(aggregate_id=roster.id))


def test_whoever_watches_the_fewest_walks_of_any_kind_watches_from_the_first_step() -> None:
    house = staffed(id_of(KIM), id_of(LEE))
    busy(house, id_of(KIM))
    escort_id = house.walking().aggregate_id
    assert house.escort(escort_id).watched_by == id_of(LEE)
    assert watches(house)[escort_id] == id_of(LEE)
    assert house.escorts.show(escort_id, CITIZEN).watched
    house.clock.advance(61)
    assert house.fire(TimerKind.ESCORT_WATCH, escort_id) == 0


def test_where_nobody_has_room_somebody_is_called_and_the_next_who_comes_watches() -> None:
    house = staffed(id_of(KIM), watched_max=1)
    busy(house, id_of(KIM))
    escort_id = house.walking().aggregate_id
    house.clock.advance(60)
    assert house.fire(TimerKind.ESCORT_WATCH, escort_id) == 1
    assert len(house.pages(escort_id)) == 1
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 0
    house.presence.there[GANGDONG] = (id_of(KIM), id_of(LEE))
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 1
    assert house.escort(escort_id).watched_by == id_of(LEE)
    assert not house.escort(escort_id).unwatched


def test_who_leaves_a_watch_gives_it_to_a_colleague() -> None:
    house = staffed(id_of(KIM), id_of(LEE))
    escort_id = house.walking().aggregate_id
    told = house.escorts.leave_watch(escort_id, KIM)
    assert told.watched
    assert house.escort(escort_id).watched_by == id_of(LEE)
    assert watches(house) == {escort_id: id_of(LEE)}


def test_who_leaves_a_watch_alone_leaves_it_to_nobody_and_says_so() -> None:
    house = staffed(id_of(KIM))
    escort_id = house.walking().aggregate_id
    assert not house.escorts.leave_watch(escort_id, KIM).watched
    assert watches(house) == {}
    house.clock.advance(60)
    assert house.fire(TimerKind.ESCORT_WATCH, escort_id) == 1


def test_who_goes_home_watches_nobody_any_more() -> None:
    house = staffed(id_of(KIM))
    escort_id = house.walking().aggregate_id
    house.presence.there = {}
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 1
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 0
    assert house.escort(escort_id).watched_by is None
    assert watches(house) == {}
    house.clock.advance(60)
    assert house.fire(TimerKind.ESCORT_WATCH, escort_id) == 1


def test_the_watch_of_a_supervisor_who_stepped_in_stands() -> None:
    house = staffed(id_of(KIM))
    house.presence.supervisors = {GANGDONG: id_of(SUPERVISOR)}
    escort_id = house.walking().aggregate_id
    house.escorts.watch(WatchEscort(escort_id=escort_id, take_over=True), SUPERVISOR)
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 0
    assert watches(house) == {escort_id: id_of(SUPERVISOR)}
    house.presence.supervisors, house.presence.beside = {}, {GANGDONG: {id_of(SUPERVISOR)}}
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 0, "nor of a second one"


def test_the_watch_of_a_coordinator_who_stepped_in_stands() -> None:
    house = staffed(id_of(KIM))
    escort_id = house.walking().aggregate_id
    house.presence.there[CITY] = (id_of(COORDINATOR),)
    house.escorts.watch(WatchEscort(escort_id=escort_id, take_over=True), COORDINATOR)
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 0
    assert house.escort(escort_id).watched_by == id_of(COORDINATOR)


def test_who_watches_as_many_as_one_may_takes_no_more() -> None:
    house = staffed(watched_max=1)
    escort_id = house.walking().aggregate_id
    busy(house, id_of(KIM))
    with pytest.raises(RosterFull):
        house.escorts.watch(WatchEscort(escort_id=escort_id), KIM)
    assert house.escort(escort_id).watched_by is None


def test_at_the_door_who_watched_has_room_again() -> None:
    house = staffed(id_of(KIM))
    escort_id = house.walking().aggregate_id
    house.escorts.arrive(escort_id, CITIZEN)
    assert watches(house) == {}
    assert house.escorts.attend([line(house, escort_id)], SYSTEM) == 0
    begun = [one for one in house.log.facts(escort_id) if isinstance(one, facts.WatchBegun)]
    assert [one.operator_id for one in begun] == [id_of(KIM)]


def test_only_the_machine_looks_after_everybody() -> None:
    house = staffed(id_of(KIM))
    with pytest.raises(Forbidden):
        house.escorts.attend([], KIM)
