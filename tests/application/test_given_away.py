"""Who gives a walk away does not get it back by itself, of whatever kind; a colleague does."""

from __future__ import annotations

from application.escort.commands import WatchEscort
from application.monitoring.commands import GiveMonitoring
from application.outbox import TimerKind
from domain.escort import facts
from domain.policy import EscalationLevel, Policy
from tests.application.house import CITIZEN, JIYOUNG, KIM, LEE, SUJIN, SYSTEM, id_of
from tests.application.monitoring_house import MonitoringHouse, line
from tests.application.test_escort_watchers import line as walk
from tests.application.test_escort_watchers import staffed, watches
from tests.memory import GANGDONG

HERS = GiveMonitoring()
"""To whoever has room."""


def alone(watched_max: int = 6) -> MonitoringHouse:
    """Kim is the only one there."""
    house = MonitoringHouse(Policy(watched_max=watched_max))
    house.presence.there = {GANGDONG: (id_of(KIM),)}
    return house


def test_a_way_home_that_was_given_away_waits_for_another_and_rises() -> None:
    house = alone()
    session_id = house.watched()
    assert not house.watch.give(session_id, HERS, KIM).watched
    for _ in range(3):
        assert house.watch.attend([line(house, session_id)], SYSTEM) == 0
    house.passes(31)
    session = house.session(session_id)
    assert (session.watcher, session.waits) == (None, True)
    assert house.log.facts(session_id)[-1].level is EscalationLevel.SUPERVISOR
    house.presence.there = {GANGDONG: (id_of(KIM), id_of(LEE))}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.session(session_id).watcher == id_of(LEE)


def test_she_may_take_it_again_and_then_it_is_hers_as_any_other() -> None:
    house = alone()
    session_id = house.watched()
    house.watch.give(session_id, HERS, KIM)
    house.watch.take(session_id, KIM)
    house.presence.there = {}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    house.presence.there = {GANGDONG: (id_of(KIM),)}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.session(session_id).watcher == id_of(KIM)


def test_what_she_gave_to_a_colleague_does_not_come_back_when_that_one_goes_home() -> None:
    house = MonitoringHouse()
    session_id = house.watched()
    house.watch.give(session_id, GiveMonitoring(operator_id=id_of(LEE)), KIM)
    house.presence.there = {GANGDONG: (id_of(KIM),)}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.session(session_id).watcher is None
    house.watch.take(session_id, KIM)
    assert house.session(session_id).watcher == id_of(KIM)


def test_who_gave_one_away_still_gets_whoever_waits_behind_it() -> None:
    house = alone(watched_max=1)
    given = house.watched()
    house.watch.give(given, HERS, KIM)
    other = house.watched(SUJIN)
    house.joins(house.secrets.new_id())
    third = next(iter(house.log.facts()[-1:])).originator_id
    waits = house.wish(third).session_id
    assert house.roster().waiting == (given, waits)
    house.watch.arrive(other, SUJIN, CITIZEN)
    assert house.session(waits).watcher == id_of(KIM)
    assert house.roster().waiting == (given,)
    assert house.session(given).waits
    house.watch.arrive(given, JIYOUNG, CITIZEN)
    assert house.roster().waiting == ()


def test_an_escort_that_was_given_away_waits_for_another_and_is_called_for() -> None:
    house = staffed(id_of(KIM))
    escort_id = house.walking().aggregate_id
    assert not house.escorts.leave_watch(escort_id, KIM).watched
    for _ in range(3):
        assert house.escorts.attend([walk(house, escort_id)], SYSTEM) == 0
    house.clock.advance(60)
    assert house.fire(TimerKind.ESCORT_WATCH, escort_id) == 1
    assert len(house.pages(escort_id)) == 1
    house.presence.there[GANGDONG] = (id_of(KIM), id_of(LEE))
    assert house.escorts.attend([walk(house, escort_id)], SYSTEM) == 1
    assert watches(house) == {escort_id: id_of(LEE)}


def test_she_may_watch_it_again_and_when_she_goes_for_a_moment_it_comes_back() -> None:
    house = staffed(id_of(KIM))
    escort_id = house.walking().aggregate_id
    house.escorts.leave_watch(escort_id, KIM)
    house.escorts.watch(WatchEscort(escort_id=escort_id), KIM)
    house.presence.there = {}
    assert house.escorts.attend([walk(house, escort_id)], SYSTEM) == 1
    house.presence.there[GANGDONG] = (id_of(KIM),)
    assert house.escorts.attend([walk(house, escort_id)], SYSTEM) == 1
    assert watches(house) == {escort_id: id_of(KIM)}
    left = [one for one in house.log.facts(escort_id) if isinstance(one, facts.WatchLeft)]
    assert [one.given_away for one in left] == [True, False]
