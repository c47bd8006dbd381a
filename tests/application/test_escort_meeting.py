"""Scouts and citizen come together: the code, waiting, lateness, no-shows, other teams."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from application.errors import Forbidden, TooEarly, Unknown
from application.escort.commands import MeetCitizen, ReassignEscort, WithdrawTeam
from application.escort.scouting import leave_team
from application.outbox import TimerKind
from domain.escort import facts
from domain.escort.refusals import (
    CodeLocked,
    CodeWrong,
    NoShowTold,
    UnderWay,
    WasCancelled,
)
from domain.escort.vocabulary import EscortParty, EscortStage, TeamChange, ToldBy
from domain.message import RecipientKind
from domain.scout_roster.refusals import NoTeamFree, TeamStillOut, TeamUnknown
from tests.application.escort_house import (
    CITIZEN,
    KIM,
    SUPERVISOR,
    EscortHouse,
    citizen,
    due_timer,
)
from tests.application.house import CHOI_OF_GURO, SYSTEM
from tests.domain.escorts import NIGHT, STARTS_AT, after

SUJIN = citizen("sujin")


def wrong(code: str) -> str:
    return "0000" if code != "0000" else "1111"


def meet(house: EscortHouse, escort_id: UUID, code: str, number: int = 0) -> Any:
    command = MeetCitizen(escort_id=escort_id, code=code)
    return house.escorts.meet(command, house.scout_of(escort_id, number))


def test_the_right_code_sets_them_out_and_a_repeat_changes_nothing() -> None:
    house = EscortHouse()
    booked = house.book()
    told = house.meet(booked)
    assert (told.stage, told.watched) == (EscortStage.WALKING, False)
    assert house.roster().out == {house.team_ids[0]: booked.aggregate_id}
    assert house.meet(booked).position is None
    assert meet(house, booked.aggregate_id, booked.code, 1).position is None


def test_a_wrong_code_is_refused_counted_and_in_the_end_locks() -> None:
    house = EscortHouse()
    booked = house.book()
    house.at(-30)
    for _ in range(5):
        with pytest.raises(CodeWrong):
            meet(house, booked.aggregate_id, wrong(booked.code))
    with pytest.raises(CodeLocked):
        meet(house, booked.aggregate_id, booked.code)
    house.escorts.renew_code(booked.aggregate_id, KIM)
    fresh = house.escorts.show(booked.aggregate_id, CITIZEN).code
    assert fresh is not None
    assert "escort.new_code" in house.phrases(booked.aggregate_id)
    assert meet(house, booked.aggregate_id, fresh).stage is EscortStage.WALKING


def test_a_cancelled_booking_is_never_met() -> None:
    house = EscortHouse()
    booked = house.book()
    scout = house.scout_of(booked.aggregate_id)
    house.escorts.cancel(booked.aggregate_id, CITIZEN)
    house.at(-10)
    with pytest.raises(WasCancelled):
        house.escorts.meet(MeetCitizen(escort_id=booked.aggregate_id, code=booked.code), scout)


def test_nobody_walks_with_two_citizens() -> None:
    house = EscortHouse()
    house.join(UUID(SUJIN.principal.id))
    first = house.book()
    second = house.book(SUJIN, starts_at=after(60))
    house.meet(first)
    house.at(40)
    with pytest.raises(TeamStillOut):
        meet(house, second.aggregate_id, second.code)
    house.escorts.arrive(first.aggregate_id, CITIZEN)
    assert meet(house, second.aggregate_id, second.code).stage is EscortStage.WALKING


def test_a_scout_knows_of_her_own_escorts_only_and_that_night_only() -> None:
    house = EscortHouse(teams=2)
    booked = house.book()
    mina, bora = house.scouts_of[house.team_ids[0]][0], house.scouts_of[house.team_ids[1]][0]
    (shown,) = house.escorts.tonight(mina)
    assert (shown.escort_id, shown.code) == (booked.aggregate_id, None)
    assert shown.meeting_note == "2번 출구 앞"
    assert house.escorts.tonight(bora) == []
    assert [one.what for one in house.access.accesses] == ["escort.places"]
    with pytest.raises(Unknown):
        house.escorts.show(booked.aggregate_id, bora)
    with pytest.raises(Forbidden):
        house.escorts.tonight(CITIZEN)
    house.at(9 * 60)
    assert house.escorts.tonight(mina) == []
    with pytest.raises(Unknown):
        house.escorts.show(booked.aggregate_id, mina)


def test_who_is_still_on_the_way_is_seen_also_when_the_night_is_over() -> None:
    house = EscortHouse()
    booked = house.walking()
    house.at(9 * 60)
    assert house.escorts.show(booked.aggregate_id, house.scout_of(booked.aggregate_id))


def test_everybody_is_reminded_once() -> None:
    house = EscortHouse()
    booked = house.book()
    assert house.fire(TimerKind.ESCORT_REMINDER, booked.aggregate_id) == 0
    house.at(-15)
    assert house.fire(TimerKind.ESCORT_REMINDER, booked.aggregate_id) == 1
    assert house.fire(TimerKind.ESCORT_REMINDER, booked.aggregate_id, again=True) == 0
    told = house.told(booked.aggregate_id)[3:]
    assert sorted(told) == [
        ("escort.reminder", RecipientKind.CITIZEN),
        ("escort.scouts_reminder", RecipientKind.SCOUT),
        ("escort.scouts_reminder", RecipientKind.SCOUT),
    ]


def test_a_timer_that_asks_before_its_moment_is_asked_again() -> None:
    house = EscortHouse()
    booked = house.book()
    (reminder,) = [
        one for one in house.log.timers.values() if one.kind is TimerKind.ESCORT_REMINDER
    ]
    ask = house.escorts.timed()[TimerKind.ESCORT_REMINDER]
    with pytest.raises(TooEarly):
        ask(due_timer(reminder), SYSTEM)
    house.at(-15)
    house.clock.advance(-0.01)
    assert ask(due_timer(reminder), SYSTEM).position is not None
    with pytest.raises(Forbidden):
        ask(due_timer(reminder), CITIZEN)
    assert house.escort(booked.aggregate_id).reminded


def test_scouts_who_are_not_heard_of_are_late_and_the_citizen_is_told() -> None:
    house = EscortHouse()
    booked = house.book()
    house.at(5)
    assert house.fire(TimerKind.ESCORT_LATE, booked.aggregate_id) == 1
    assert "escort.scouts_late" in house.phrases(booked.aggregate_id)
    assert house.escorts.show(booked.aggregate_id, CITIZEN).scouts_late


def test_scouts_who_stand_there_are_not_late_and_the_citizen_is_asked_where_she_is() -> None:
    house = EscortHouse()
    booked = house.book()
    scout = house.scout_of(booked.aggregate_id)
    house.at(0)
    house.escorts.wait(booked.aggregate_id, scout)
    house.at(10)
    assert house.fire(TimerKind.ESCORT_LATE, booked.aggregate_id) == 0
    told = house.escorts.tell_no_show(booked.aggregate_id, scout)
    assert told.stage is EscortStage.BOOKED
    assert house.fire(TimerKind.ESCORT_NO_SHOW, booked.aggregate_id) == 0
    assert "escort.where_are_you" in house.phrases(booked.aggregate_id)
    with pytest.raises(NoShowTold):
        house.escorts.tell_no_show(booked.aggregate_id, scout)
    house.at(20)
    assert house.fire(TimerKind.ESCORT_GIVE_UP, booked.aggregate_id) == 1
    assert house.escort(booked.aggregate_id).stage is EscortStage.GIVEN_UP
    assert "escort.given_up" in house.phrases(booked.aggregate_id)
    assert house.roster().kept == {}
    assert house.book(request="request-2", starts_at=after(30)).team_found


def test_a_citizen_whom_nobody_meets_is_helped_and_stays_on_the_board() -> None:
    house = EscortHouse()
    booked = house.book()
    house.escorts.wait(booked.aggregate_id, CITIZEN)
    house.at(10)
    assert house.fire(TimerKind.ESCORT_NO_SHOW, booked.aggregate_id) == 1
    escort = house.escort(booked.aggregate_id)
    assert (escort.no_show, escort.give_up_at) == (EscortParty.SCOUTS, None)
    assert "escort.centre_helps" in house.phrases(booked.aggregate_id)


def test_scouts_who_cannot_come_are_replaced_where_somebody_is_free() -> None:
    house = EscortHouse(teams=2)
    booked = house.book()
    command = WithdrawTeam(escort_id=booked.aggregate_id, cause=TeamChange.ILL)
    told = house.escorts.withdraw(command, house.scout_of(booked.aggregate_id))
    assert told.team_found
    assert house.escort(booked.aggregate_id).team_id == house.team_ids[1]
    assert house.told(booked.aggregate_id)[3:] == [
        ("escort.other_team", RecipientKind.CITIZEN),
        ("escort.new", RecipientKind.SCOUT),
        ("escort.new", RecipientKind.SCOUT),
    ]
    with pytest.raises(Unknown):
        house.escorts.withdraw(command, house.scouts_of[house.team_ids[0]][0])


def test_where_nobody_is_free_a_team_is_sought_and_she_is_told() -> None:
    house = EscortHouse()
    booked = house.book()
    command = WithdrawTeam(escort_id=booked.aggregate_id)
    told = house.escorts.withdraw(command, house.scout_of(booked.aggregate_id))
    assert not told.team_found
    assert house.roster().kept == {}
    assert house.told(booked.aggregate_id)[3:] == [("escort.team_sought", RecipientKind.CITIZEN)]
    late = house.form(("yuna", "nari"))
    again = house.escorts.reassign(ReassignEscort(escort_id=booked.aggregate_id), KIM)
    assert again.team_found
    assert house.escort(booked.aggregate_id).team_id == late


def test_who_has_no_team_leaves_none() -> None:
    house = EscortHouse()
    booked = house.book()
    house.escorts.withdraw(
        WithdrawTeam(escort_id=booked.aggregate_id), house.scout_of(booked.aggregate_id)
    )
    escort, roster = house.escort(booked.aggregate_id), house.roster()
    leave_team(
        escort,
        roster,
        told_by=ToldBy.CENTRE,
        scout_id=None,
        cause=TeamChange.STOOD_DOWN,
        at=house.clock.now(),
        policy=house.policy,
    )
    assert (escort.pending_events, roster.pending_events) == ([], [])


def test_a_centre_sends_another_team_and_tells_both() -> None:
    house = EscortHouse(teams=3)
    booked = house.book()
    house.at(6)
    wanted = house.team_ids[2]
    command = ReassignEscort(escort_id=booked.aggregate_id, cause=TeamChange.LATE, team_id=wanted)
    house.escorts.reassign(command, KIM)
    escort = house.escort(booked.aggregate_id)
    assert (escort.team_id, escort.late_at) == (wanted, after(11))
    assert sorted(house.told(booked.aggregate_id)[3:]) == [
        ("escort.new", RecipientKind.SCOUT),
        ("escort.new", RecipientKind.SCOUT),
        ("escort.other_team", RecipientKind.CITIZEN),
        ("escort.taken_off", RecipientKind.SCOUT),
        ("escort.taken_off", RecipientKind.SCOUT),
    ]
    with pytest.raises(TeamUnknown):
        house.escorts.reassign(command.model_copy(update={"team_id": escort.id}), KIM)
    with pytest.raises(Forbidden):
        house.escorts.reassign(command, CHOI_OF_GURO)


def test_a_centre_is_told_when_no_other_team_is_free() -> None:
    house = EscortHouse()
    booked = house.book()
    with pytest.raises(NoTeamFree):
        house.escorts.reassign(ReassignEscort(escort_id=booked.aggregate_id), KIM)
    assert house.escort(booked.aggregate_id).team_id == house.team_ids[0]
    house.meet(booked)
    house.form(("yuna", "nari"))
    with pytest.raises(UnderWay):
        house.escorts.reassign(ReassignEscort(escort_id=booked.aggregate_id), SUPERVISOR)
    assert house.roster().out == {house.team_ids[0]: booked.aggregate_id}


def test_what_scouts_say_is_kept_with_who_said_it() -> None:
    house = EscortHouse()
    booked = house.book()
    house.meet(booked)
    met, started = house.log.facts(booked.aggregate_id)[-2:]
    assert isinstance(met, facts.Met)
    assert str(met.scout_id) == house.scout_of(booked.aggregate_id).principal.id
    assert isinstance(started, facts.Started)
    assert house.escort(booked.aggregate_id).night == NIGHT
    assert house.escort(booked.aggregate_id).starts_at == STARTS_AT
