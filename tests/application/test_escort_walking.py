"""The way home: positions of both, who watches, what is amiss, being there."""

from __future__ import annotations

from typing import Any

import pytest

from application.errors import Forbidden, Unknown
from application.escort.commands import EndEscort, SendWalk, WatchEscort
from application.outbox import TimerKind
from application.positions import FixTrouble
from application.remembered_walks import REMEMBERED
from domain.consents import Consent
from domain.escort import Escort, facts
from domain.escort.refusals import EscortOver, NotMet, WatchedByAnother
from domain.escort.vocabulary import EscortEnd, EscortStage, ToldBy
from domain.geography import Position
from domain.message import RecipientKind
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.watching import Trouble
from tests.application.escort_house import (
    CITIZEN,
    HOME,
    KIM,
    EscortHouse,
    citizen,
)
from tests.application.house import JIYOUNG, LEE
from tests.memory import GANGDONG_OFFICE, GURO_OFFICE


def batch(house: EscortHouse, *places: Position, seconds_apart: float = 10) -> dict[str, Any]:
    """Fixes that end now."""
    return {
        "fixes": [
            {
                "latitude_deg": place.latitude_deg,
                "longitude_deg": place.longitude_deg,
                "accuracy_m": 5,
                "source": "gnss",
                "fixed_at": (
                    house.clock.now() - (len(places) - 1 - number) * second(seconds_apart)
                ).isoformat(),
            }
            for number, place in enumerate(places)
        ]
    }


def second(count: float) -> Any:
    from datetime import timedelta

    return timedelta(seconds=count)


def send(house: EscortHouse, escort_id: Any, who: Any, sent: Any) -> Any:
    return house.walks.take(SendWalk(escort_id=escort_id, sent=sent), who)


def test_without_her_consent_the_escort_goes_on_and_takes_nothing_of_hers() -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    house.consents.withdraw(Consent.LOCATION, CITIZEN)
    hers = send(house, escort_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    theirs = send(house, escort_id, house.scout_of(escort_id), batch(house, GANGDONG_OFFICE))
    assert (hers.taken, hers.open, theirs.taken) == (0, True, 1)


def test_positions_of_both_are_kept_beside_the_log() -> None:
    house = EscortHouse()
    booked = house.walking()
    escort_id, scout = booked.aggregate_id, house.scout_of(booked.aggregate_id)
    house.clock.advance(60)
    hers = send(house, escort_id, CITIZEN, batch(house, GANGDONG_OFFICE, GANGDONG_OFFICE))
    theirs = send(house, escort_id, scout, batch(house, GANGDONG_OFFICE))
    assert (hers.taken, hers.open, hers.watched) == (2, True, False)
    assert (theirs.taken, theirs.position) == (1, None)
    assert [type(one) for one in house.log.facts(escort_id)[-1:]] == [facts.PositionSeen]
    again = send(house, escort_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    assert (again.taken, again.thinned, again.position) == (0, 1, None)


def test_most_batches_replay_nothing_whoever_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    scout = house.scout_of(escort_id)
    replayed: list[Any] = []
    replay = house.app.find

    def find(kind: type, aggregate_id: Any) -> Any:
        replayed.append(kind)
        return replay(kind, aggregate_id)

    monkeypatch.setattr(house.app, "find", find)
    for _ in range(3):
        house.clock.advance(2)
        send(house, escort_id, CITIZEN, batch(house, GANGDONG_OFFICE))
        send(house, escort_id, scout, batch(house, GANGDONG_OFFICE))
    assert replayed.count(Escort) == 1
    house.clock.advance(REMEMBERED.total_seconds())
    send(house, escort_id, scout, batch(house, GANGDONG_OFFICE))
    assert replayed.count(Escort) == 2


def test_what_another_process_decided_is_found_out_when_a_fact_is_saved() -> None:
    house = EscortHouse()
    escort_id = house.walking().aggregate_id
    send(house, escort_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    house.escorts.arrive(escort_id, CITIZEN)
    house.clock.advance(5)
    told = send(house, escort_id, CITIZEN, batch(house, HOME))
    assert house.app.load(Escort, escort_id).stage is EscortStage.COMPLETED
    assert told.position is None


def test_bad_positions_are_named_and_none_is_fatal() -> None:
    house = EscortHouse()
    booked = house.walking()
    sent = batch(house, GANGDONG_OFFICE)
    sent["fixes"] += [{"latitude_deg": 91}, "nonsense"]
    told = send(house, booked.aggregate_id, CITIZEN, sent)
    assert told.taken == 1
    assert [one.why for one in told.refused] == [FixTrouble.MALFORMED] * 2


def test_positions_are_wanted_on_the_way_only() -> None:
    house = EscortHouse()
    booked = house.book()
    sent = batch(house, GANGDONG_OFFICE)
    assert not send(house, booked.aggregate_id, CITIZEN, sent).open
    house.meet(booked)
    house.escorts.arrive(booked.aggregate_id, CITIZEN)
    assert not send(house, booked.aggregate_id, CITIZEN, sent).open
    assert house.tracks is not None
    assert house.tracks.kept == {}
    with pytest.raises(Unknown):
        send(house, booked.aggregate_id, citizen("sujin"), sent)
    with pytest.raises(Forbidden):
        send(house, booked.aggregate_id, KIM, sent)


def test_a_citizen_and_scouts_who_part_are_noted() -> None:
    house = EscortHouse()
    booked = house.walking()
    scout = house.scout_of(booked.aggregate_id)
    house.clock.advance(60)
    send(house, booked.aggregate_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    send(house, booked.aggregate_id, scout, batch(house, GURO_OFFICE))
    assert house.escorts.show(booked.aggregate_id, KIM).apart


def test_two_minutes_without_a_position_are_noticed() -> None:
    house = EscortHouse()
    booked = house.walking()
    house.clock.advance(60)
    send(house, booked.aggregate_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    house.clock.advance(100)
    assert house.fire(TimerKind.ESCORT_SILENCE, booked.aggregate_id) == 0
    house.clock.advance(50)
    assert house.fire(TimerKind.ESCORT_SILENCE, booked.aggregate_id) == 1
    assert house.escorts.show(booked.aggregate_id, KIM).troubles == (Trouble.SIGNAL_LOST,)


def test_of_who_is_home_no_position_is_missed() -> None:
    house = EscortHouse()
    booked = house.walking()
    house.escorts.arrive(booked.aggregate_id, CITIZEN)
    house.clock.advance(600)
    assert house.fire(TimerKind.ESCORT_SILENCE, booked.aggregate_id) == 0


def test_a_walk_that_nobody_watches_is_said_to_be_unwatched_until_somebody_does() -> None:
    house = EscortHouse()
    booked = house.walking()
    assert not house.escorts.show(booked.aggregate_id, CITIZEN).watched
    house.clock.advance(60)
    assert house.fire(TimerKind.ESCORT_WATCH, booked.aggregate_id) == 1
    assert house.told(booked.aggregate_id)[-3:] == [
        ("escort.unwatched", RecipientKind.CITIZEN),
        ("escort.unwatched", RecipientKind.SCOUT),
        ("escort.unwatched", RecipientKind.SCOUT),
    ]
    told = house.escorts.watch(WatchEscort(escort_id=booked.aggregate_id), KIM)
    assert told.watched
    shown = house.escorts.show(booked.aggregate_id, CITIZEN)
    assert (shown.watched, shown.watched_by) == (True, None)
    assert str(house.escorts.show(booked.aggregate_id, LEE).watched_by) == KIM.principal.id


def test_one_operator_watches_at_a_time_and_says_when_she_leaves() -> None:
    house = EscortHouse()
    booked = house.walking()
    watch = WatchEscort(escort_id=booked.aggregate_id)
    house.escorts.watch(watch, KIM)
    with pytest.raises(WatchedByAnother):
        house.escorts.watch(watch, LEE)
    house.escorts.watch(watch.model_copy(update={"take_over": True}), LEE)
    house.clock.advance(61)
    assert house.fire(TimerKind.ESCORT_WATCH, booked.aggregate_id) == 0
    assert house.escorts.leave_watch(booked.aggregate_id, KIM).position is None
    assert not house.escorts.leave_watch(booked.aggregate_id, LEE).watched
    house.clock.advance(61)
    assert house.fire(TimerKind.ESCORT_WATCH, booked.aggregate_id) == 1
    with pytest.raises(Forbidden):
        house.escorts.watch(watch, CITIZEN)


def test_the_citizen_is_home_when_she_says_so() -> None:
    house = EscortHouse()
    booked = house.walking()
    house.clock.advance(1200)
    told = house.escorts.arrive(booked.aggregate_id, CITIZEN)
    assert told.stage is EscortStage.COMPLETED
    assert house.escorts.arrive(booked.aggregate_id, CITIZEN).position is None
    guard = house.app.load(SessionGuard, SessionGuard.create_id(JIYOUNG))
    assert guard.sessions == ()
    assert (house.roster().kept, house.roster().out) == ({}, {})


def test_after_the_scouts_said_home_she_may_say_no_for_a_while() -> None:
    house = EscortHouse()
    booked = house.walking()
    scout = house.scout_of(booked.aggregate_id)
    assert house.escorts.arrive(booked.aggregate_id, scout).stage is EscortStage.ARRIVED
    assert "escort.home" in house.phrases(booked.aggregate_id)
    assert house.escorts.deny_arrival(booked.aggregate_id, CITIZEN).stage is EscortStage.WALKING
    house.clock.advance(301)
    assert house.fire(TimerKind.ESCORT_CONFIRM, booked.aggregate_id) == 0
    house.escorts.arrive(booked.aggregate_id, scout)
    house.clock.advance(301)
    assert house.fire(TimerKind.ESCORT_CONFIRM, booked.aggregate_id) == 1
    assert house.escort(booked.aggregate_id).stage is EscortStage.COMPLETED
    with pytest.raises(Forbidden):
        house.escorts.deny_arrival(booked.aggregate_id, scout)
    with pytest.raises(EscortOver):
        house.escorts.deny_arrival(booked.aggregate_id, CITIZEN)


def test_positions_at_the_door_say_that_they_are_there() -> None:
    house = EscortHouse()
    booked = house.walking()
    house.clock.advance(900)
    send(house, booked.aggregate_id, CITIZEN, batch(house, HOME, HOME, HOME))
    (arrived,) = [
        one for one in house.log.facts(booked.aggregate_id) if isinstance(one, facts.Arrived)
    ]
    assert arrived.told_by is ToldBy.PLACE


def test_nobody_arrives_before_they_have_met() -> None:
    house = EscortHouse()
    booked = house.book()
    with pytest.raises(NotMet):
        house.escorts.arrive(booked.aggregate_id, CITIZEN)


def test_a_walk_that_takes_too_long_is_overdue() -> None:
    house = EscortHouse()
    booked = house.walking()
    house.clock.advance(1053 + 600)
    assert house.fire(TimerKind.ESCORT_OVERDUE, booked.aggregate_id) == 1
    assert Trouble.OVERDUE in house.escort(booked.aggregate_id).troubles


def test_the_centre_ends_what_does_not_end_by_itself() -> None:
    house = EscortHouse()
    booked = house.walking()
    command = EndEscort(
        escort_id=booked.aggregate_id, end=EscortEnd.MONITORING, note="Watched home by camera."
    )
    assert house.escorts.end(command, KIM).stage is EscortStage.ENDED
    assert house.roster().out == {}
    with pytest.raises(EscortOver):
        house.escorts.end(command, KIM)


def test_her_own_alarm_and_the_escort_know_of_each_other() -> None:
    house = EscortHouse()
    booked = house.walking()
    report_id = house.accepted().report_id
    assert house.escorts.show(booked.aggregate_id, KIM).reports == (report_id,)
    assert house.report(report_id).sessions == ((SessionKind.ESCORT, booked.aggregate_id),)


def test_a_booking_knows_of_an_alarm_that_is_open_already() -> None:
    house = EscortHouse()
    report_id = house.accepted().report_id
    booked = house.book()
    assert house.escort(booked.aggregate_id).reports == (report_id,)
    assert house.report(report_id).sessions == ((SessionKind.ESCORT, booked.aggregate_id),)
