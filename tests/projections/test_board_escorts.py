"""What the board shows of escorts: calm when booked, rising when somebody is late or alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from application.escort.commands import (
    EndEscort,
    ReassignEscort,
    WatchEscort,
    WithdrawTeam,
)
from application.outbox import TimerKind
from domain.escort import Escort
from domain.escort.refusals import CodeWrong
from domain.escort.vocabulary import EscortEnd
from domain.watching import Trouble
from projections.board import BoardRow, BoardUrgency, ServiceBoard, ServicesByHour
from projections.board.escorts import RANKS
from tests.application.escort_house import CITIZEN, KIM, EscortHouse
from tests.application.test_escort_meeting import meet, wrong
from tests.application.test_escort_walking import batch, send
from tests.memory import GANGDONG, GANGDONG_OFFICE, GURO_OFFICE

BOARD = ServiceBoard()


def row_of(house: EscortHouse, escort_id: UUID) -> BoardRow:
    row: BoardRow | None = None
    for fact in house.log.facts(escort_id):
        row = BOARD.evolve(row, fact)
    assert row is not None
    return row


def shown(house: EscortHouse, escort_id: UUID) -> tuple[str, str | None, BoardUrgency]:
    row = row_of(house, escort_id)
    return row.stage, row.attention, BoardUrgency(row.urgency)


def uses(house: EscortHouse, escort_id: UUID) -> int | None:
    counted = ServicesByHour().contribution(row_of(house, escort_id))
    return None if counted is None else counted.uses


def test_what_is_booked_is_calm_until_its_start() -> None:
    house = EscortHouse()
    booked = house.book()
    row = row_of(house, booked.aggregate_id)
    assert shown(house, row.session_id) == ("booked", None, BoardUrgency.CALM)
    assert (row.kind, row.audience, row.due_at) == ("escort", (GANGDONG,), booked.starts_at)
    assert row.detail == {"starts": "02-02 22:30", "distance_m": "1053"}


def test_a_line_begins_with_a_booking_only() -> None:
    house = EscortHouse()
    booked = house.walking()
    _, later, *_ = house.log.facts(booked.aggregate_id)
    assert BOARD.begun(later) is None


def test_late_scouts_rise_and_another_team_calms() -> None:
    house = EscortHouse(teams=2)
    booked = house.book()
    house.at(5)
    house.fire(TimerKind.ESCORT_LATE, booked.aggregate_id)
    assert shown(house, booked.aggregate_id)[1:] == ("scouts_late", BoardUrgency.ATTENTION)
    house.escorts.reassign(ReassignEscort(escort_id=booked.aggregate_id), KIM)
    assert shown(house, booked.aggregate_id)[1:] == (None, BoardUrgency.CALM)


def test_a_citizen_whom_nobody_meets_rises_above_one_who_does_not_come() -> None:
    house = EscortHouse()
    booked = house.book()
    house.at(10)
    house.fire(TimerKind.ESCORT_LATE, booked.aggregate_id)
    house.fire(TimerKind.ESCORT_NO_SHOW, booked.aggregate_id)
    row = row_of(house, booked.aggregate_id)
    assert (row.attention, row.urgency) == ("nobody_met", BoardUrgency.NO_ANSWER)
    assert {"amiss_nobody_met", "amiss_scouts_late"} <= row.detail.keys()
    house.escorts.tell_no_show(booked.aggregate_id, CITIZEN)
    assert shown(house, booked.aggregate_id)[1] == "scouts_absent"
    house.escorts.tell_no_show(booked.aggregate_id, house.scout_of(booked.aggregate_id))
    assert row_of(house, booked.aggregate_id).attention == "scouts_late"
    assert "amiss_citizen_absent" in row_of(house, booked.aggregate_id).detail


def test_an_escort_without_a_team_rises() -> None:
    house = EscortHouse()
    booked = house.book()
    scout = house.scout_of(booked.aggregate_id)
    house.escorts.withdraw(WithdrawTeam(escort_id=booked.aggregate_id), scout)
    assert shown(house, booked.aggregate_id)[1:] == ("no_team", BoardUrgency.ATTENTION)


def test_a_locked_code_rises_and_a_new_one_calms() -> None:
    house = EscortHouse()
    booked = house.book()
    house.at(-30)
    for tries_left in (4, 3, 2, 1, 0):
        try:
            meet(house, booked.aggregate_id, wrong(booked.code))
        except CodeWrong:
            locked = shown(house, booked.aggregate_id)[1]
            assert locked == (None if tries_left else "code_locked")
    house.escorts.renew_code(booked.aggregate_id, KIM)
    assert shown(house, booked.aggregate_id)[1:] == (None, BoardUrgency.CALM)


def test_a_walk_waits_to_be_watched_and_rises_when_nobody_does() -> None:
    house = EscortHouse()
    booked = house.walking()
    assert shown(house, booked.aggregate_id) == (
        "walking",
        "not_watched_yet",
        BoardUrgency.WAITING,
    )
    house.clock.advance(60)
    house.fire(TimerKind.ESCORT_WATCH, booked.aggregate_id)
    assert shown(house, booked.aggregate_id)[1:] == ("unwatched", BoardUrgency.ATTENTION)
    house.escorts.watch(WatchEscort(escort_id=booked.aggregate_id), KIM)
    row = row_of(house, booked.aggregate_id)
    assert (row.attention, str(row.holder)) == (None, KIM.principal.id)
    house.escorts.leave_watch(booked.aggregate_id, KIM)
    left = row_of(house, booked.aggregate_id)
    assert (left.attention, left.holder) == ("not_watched_yet", None)


def watched(house: EscortHouse) -> UUID:
    booked = house.walking()
    house.escorts.watch(WatchEscort(escort_id=booked.aggregate_id), KIM)
    return booked.aggregate_id


def test_several_things_amiss_are_told_by_the_worst_until_each_is_over() -> None:
    house = EscortHouse()
    escort_id = watched(house)
    house.clock.advance(60)
    send(house, escort_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    send(house, escort_id, house.scout_of(escort_id), batch(house, GURO_OFFICE))
    assert shown(house, escort_id)[1] == "apart"
    house.clock.advance(150)
    house.fire(TimerKind.ESCORT_SILENCE, escort_id)
    assert shown(house, escort_id)[1] == "apart"
    assert f"amiss_{Trouble.SIGNAL_LOST}" in row_of(house, escort_id).detail
    send(house, escort_id, CITIZEN, batch(house, GANGDONG_OFFICE))
    send(house, escort_id, house.scout_of(escort_id), batch(house, GANGDONG_OFFICE))
    assert shown(house, escort_id)[1:] == (None, BoardUrgency.CALM)


def change(house: EscortHouse, escort_id: UUID, step: Any) -> None:
    escort = house.app.load(Escort, escort_id)
    step(escort)
    house.app.commit([escort], context=KIM, receipt=house.book())


def test_an_emergency_stands_above_all_until_it_is_over() -> None:
    house = EscortHouse()
    escort_id = watched(house)
    report_id, now = uuid4(), house.clock.now()
    change(house, escort_id, lambda one: one.emergency_raised(report_id=report_id, at=now))
    assert shown(house, escort_id)[1:] == ("emergency", BoardUrgency.EMERGENCY)
    house.escorts.arrive(escort_id, house.scout_of(escort_id))
    assert shown(house, escort_id) == ("arrived", "emergency", BoardUrgency.EMERGENCY)
    change(house, escort_id, lambda one: one.emergency_ended(report_id=report_id, at=now))
    assert shown(house, escort_id)[1:] == (None, BoardUrgency.CALM)


def test_who_says_that_she_is_not_home_rises() -> None:
    house = EscortHouse()
    escort_id = watched(house)
    house.escorts.arrive(escort_id, house.scout_of(escort_id))
    house.escorts.deny_arrival(escort_id, CITIZEN)
    assert shown(house, escort_id) == ("walking", "arrival_denied", BoardUrgency.ATTENTION)


def test_an_escort_counts_as_a_use_when_they_met() -> None:
    walked, cancelled, ended = EscortHouse(), EscortHouse(), EscortHouse()
    first = watched(walked)
    assert uses(walked, first) == 1
    walked.escorts.arrive(first, CITIZEN)
    assert (uses(walked, first), row_of(walked, first).ended) == (1, True)
    second = cancelled.book().aggregate_id
    cancelled.escorts.cancel(second, CITIZEN)
    assert (uses(cancelled, second), shown(cancelled, second)[0]) == (None, "cancelled")
    third = ended.book().aggregate_id
    ended.escorts.end(
        EndEscort(escort_id=third, end=EscortEnd.WENT_ALONE, note="She went on alone."), KIM
    )
    assert (uses(ended, third), shown(ended, third)[2]) == (None, BoardUrgency.OVER)


def test_what_the_scouts_gave_up_is_over() -> None:
    house = EscortHouse()
    booked = house.book()
    scout = house.scout_of(booked.aggregate_id)
    house.at(10)
    house.escorts.wait(booked.aggregate_id, scout)
    house.escorts.tell_no_show(booked.aggregate_id, scout)
    house.at(20)
    house.fire(TimerKind.ESCORT_GIVE_UP, booked.aggregate_id)
    assert shown(house, booked.aggregate_id) == ("given_up", None, BoardUrgency.OVER)


def test_every_trouble_of_a_walk_has_a_rank() -> None:
    assert {str(one) for one in Trouble} <= RANKS.keys()
