"""Shifts and silences: who is at the consoles, and what the reports make of it."""

from __future__ import annotations

import pytest

from application.emergency.commands import AddNote, ClaimReport, TakeOverReport
from application.errors import Forbidden
from application.outbox import Channel
from domain.centre import Centre, CentreClosing
from domain.duty import Duty, ShiftEnd
from domain.emergency import facts
from domain.emergency.vocabulary import RiseCause, TakeRight
from domain.geography import CITY
from domain.policy import EscalationLevel
from domain.roles import Role
from tests.application.console_twins import ShiftHouse
from tests.application.house import (
    AUDITOR,
    CITIZEN,
    COORDINATOR,
    KIM,
    LEE,
    NOTE,
    PARK_OF_SONGPA,
    SYSTEM,
    asked_by,
    id_of,
)
from tests.memory import GANGDONG, SONGPA

SUPERVISOR = asked_by(Role.SUPERVISOR, "jung", GANGDONG)
BEAT_S = 15


@pytest.fixture
def house() -> ShiftHouse:
    return ShiftHouse()


def time_passes(house: ShiftHouse, seconds: float, *, felt=(), heard=()) -> None:
    """The consoles of ``felt`` beat with a hand on them, those of ``heard`` by themselves."""
    for _ in range(int(seconds / BEAT_S)):
        house.clock.advance(BEAT_S)
        for who in felt:
            house.shifts.beat(who, felt=True)
        for who in heard:
            house.shifts.beat(who, felt=False)
        house.shifts.look(SYSTEM)


def topics(house: ShiftHouse, aggregate_id) -> list[str]:
    return house.log.topics(aggregate_id)


def last(house: ShiftHouse, report_id):
    return house.log.facts(report_id)[-1]


def test_a_shift_opens_the_centre_and_beats_leave_no_fact(house) -> None:
    house.shifts.start(KIM)
    house.shifts.start(LEE)
    house.shifts.start(KIM)
    assert topics(house, Centre.create_id(GANGDONG)) == ["centre.began", "centre.opened"]
    assert topics(house, Duty.create_id(id_of(KIM))) == ["duty.began", "duty.shift_started"]
    head = house.log.max_notification_id()
    time_passes(house, 600, felt=(KIM, LEE))
    assert house.log.max_notification_id() == head


def test_the_last_one_who_goes_closes_the_centre_and_the_city_is_called(house) -> None:
    house.shifts.start(COORDINATOR)
    house.shifts.start(KIM)
    house.shifts.start(LEE)
    house.shifts.end(LEE)
    assert GANGDONG in house.presence.open_centres(house.clock.now())
    assert topics(house, Centre.create_id(GANGDONG))[-1] == "centre.opened"
    house.shifts.end(KIM)
    house.shifts.end(KIM)
    closed = house.log.facts(Centre.create_id(GANGDONG))[-1]
    assert (closed.TOPIC, closed.closing) == ("centre.closed", CentreClosing.SHIFT_ENDED)
    assert (closed.page.district, closed.page.staff_id) == (CITY, id_of(COORDINATOR))
    [page] = house.log.deliveries.values()
    assert (page.channel, page.about) == (Channel.PAGE, Centre.create_id(GANGDONG))


def test_a_console_that_is_heard_of_no_more_ends_its_shift(house) -> None:
    house.shifts.start(KIM)
    time_passes(house, 45)
    assert house.shifts.beat(KIM, felt=True).on_shift
    time_passes(house, 60)
    ended = house.log.facts(Duty.create_id(id_of(KIM)))[-1]
    assert ended.end is ShiftEnd.VANISHED
    assert (ended.timestamp - ended.last_heard_at).total_seconds() == 60
    assert house.log.facts(Centre.create_id(GANGDONG))[-1].closing is CentreClosing.SILENT
    assert not house.shifts.beat(KIM, felt=True).on_shift


def test_a_console_that_nobody_touches_closes_its_centre_and_a_touch_opens_it(house) -> None:
    house.shifts.start(KIM)
    time_passes(house, 600, heard=(KIM,))
    assert GANGDONG in house.presence.open_centres(house.clock.now())
    time_passes(house, 15, heard=(KIM,))
    assert topics(house, Centre.create_id(GANGDONG))[-1] == "centre.closed"
    time_passes(house, 15, felt=(KIM,))
    assert topics(house, Centre.create_id(GANGDONG))[-1] == "centre.opened"


def test_a_report_of_a_closed_centre_rings_the_neighbours_at_once(house) -> None:
    house.shifts.start(PARK_OF_SONGPA)
    report_id = house.accepted().report_id
    accepted, risen = house.log.facts(report_id)[-2:]
    assert (accepted.TOPIC, risen.timestamp) == ("emergency.accepted", accepted.timestamp)
    assert (risen.level, risen.because) == (EscalationLevel.NEIGHBOUR, RiseCause.CENTRE_CLOSED)
    assert risen.districts == (GANGDONG, SONGPA)
    house.desk.claim(ClaimReport(report_id=report_id), PARK_OF_SONGPA)


def test_where_the_neighbours_are_closed_too_it_rings_the_city_at_once(house) -> None:
    report_id = house.accepted().report_id
    assert last(house, report_id).districts == (GANGDONG, SONGPA, CITY)


def test_an_open_centre_rings_alone(house) -> None:
    house.shifts.start(KIM)
    assert last(house, house.accepted().report_id).TOPIC == "emergency.accepted"


def test_what_rings_when_the_centre_closes_goes_on_once(house) -> None:
    house.shifts.start(KIM)
    house.shifts.start(PARK_OF_SONGPA)
    report_id = house.accepted().report_id
    house.shifts.end(KIM)
    for _ in range(2):
        house.shifts.look(SYSTEM)
    risen = [fact for fact in house.log.facts(report_id) if isinstance(fact, facts.Escalated)]
    assert [one.because for one in risen] == [RiseCause.CENTRE_CLOSED]


def test_a_holder_who_touches_nothing_for_45_seconds_is_away_and_keeps_it(house) -> None:
    house.shifts.start(KIM)
    house.shifts.start(LEE)
    report_id = house.claimed().report_id
    house.desk.add_note(AddNote(report_id=report_id, note=NOTE), KIM)
    time_passes(house, 30, heard=(KIM,), felt=(LEE,))
    assert last(house, report_id).TOPIC == "emergency.note_added"
    time_passes(house, 30, heard=(KIM,), felt=(LEE,))
    away = last(house, report_id)
    assert (away.TOPIC, away.silent_s) == ("emergency.holder_away", 45)
    assert house.report(report_id).held_by == id_of(KIM)
    house.desk.take_over(TakeOverReport(report_id=report_id), LEE)
    taken = last(house, report_id)
    assert (taken.right, taken.reason) == (TakeRight.AWAY, None)


def test_a_hand_on_the_console_or_on_the_report_brings_the_holder_back(house) -> None:
    house.shifts.start(KIM)
    report_id = house.claimed().report_id
    house.desk.add_note(AddNote(report_id=report_id, note=NOTE), KIM)
    time_passes(house, 45, heard=(KIM,))
    time_passes(house, 15, felt=(KIM,))
    assert topics(house, report_id)[-2:] == ["emergency.holder_away", "emergency.holder_back"]
    time_passes(house, 60, heard=(KIM,))
    house.desk.add_note(AddNote(report_id=report_id, note=NOTE), KIM)
    assert topics(house, report_id)[-3:] == [
        "emergency.holder_away",
        "emergency.holder_back",
        "emergency.note_added",
    ]


def test_the_supervisor_on_duty_is_called_and_else_the_city(house) -> None:
    house.shifts.start(KIM)
    house.shifts.start(COORDINATOR)
    report_id = house.accepted().report_id
    [due, *_] = house.report(report_id).escalations
    house.clock.advance(15)
    house.desk.escalate(report_id, due.level, due.due_at, SYSTEM)
    page = last(house, report_id).page
    assert (page.district, page.staff_id) == (CITY, id_of(COORDINATOR))

    other = house.claimed(trigger_id="t-9").report_id
    house.shifts.start(SUPERVISOR)
    act_by = house.report(other).act_by
    house.clock.advance((act_by - house.clock.now()).total_seconds())
    house.desk.idle_claim(other, act_by, SYSTEM)
    page = last(house, other).page
    assert (page.district, page.staff_id) == (GANGDONG, id_of(SUPERVISOR))


def test_who_comes_back_sees_what_others_did(house) -> None:
    house.shifts.start(KIM)
    house.shifts.end(KIM)
    house.shifts.start(PARK_OF_SONGPA)
    report_id = house.accepted().report_id
    house.desk.claim(ClaimReport(report_id=report_id), PARK_OF_SONGPA)
    house.shifts.start(KIM)
    told = house.shifts.briefing(KIM)
    assert told.closed_since is not None
    assert [(one.report_id, one.held_by) for one in told.reports] == [
        (report_id, id_of(PARK_OF_SONGPA))
    ]
    assert house.shifts.briefing(PARK_OF_SONGPA).reports == ()


def test_only_who_answers_reports_has_a_shift(house) -> None:
    for who in (AUDITOR, CITIZEN, SYSTEM):
        with pytest.raises(Forbidden):
            house.shifts.start(who)
        with pytest.raises(Forbidden):
            house.shifts.beat(who, felt=True)
    with pytest.raises(Forbidden):
        house.shifts.look(KIM)
    assert house.log.facts() == []


def test_another_post_ends_the_shift_at_the_first(house) -> None:
    house.shifts.start(KIM)
    moved = KIM.model_copy(
        update={"principal": KIM.principal.model_copy(update={"district": SONGPA})}
    )
    house.shifts.start(moved)
    told = house.log.facts(Duty.create_id(id_of(KIM)))
    assert [fact.TOPIC.partition(".")[2] for fact in told] == [
        "began",
        "shift_started",
        "shift_ended",
        "shift_started",
    ]
    assert [one.district for one in house.consoles.all()] == [SONGPA]


def test_a_console_that_fell_silent_keeps_no_centre_open(house) -> None:
    house.shifts.start(KIM)
    house.clock.advance(45)
    assert GANGDONG in house.presence.open_centres(house.clock.now())
    house.clock.advance(1)
    assert GANGDONG not in house.presence.open_centres(house.clock.now())


class TestUnattended:
    """Three in the morning: she watches the queue, and has touched nothing for a while."""

    @pytest.fixture
    def quiet(self, house: ShiftHouse) -> ShiftHouse:
        house.shifts.start(PARK_OF_SONGPA)
        house.shifts.start(KIM)
        time_passes(house, 60, heard=(KIM, PARK_OF_SONGPA))
        return house

    def test_her_centre_stays_open_and_the_city_is_left_alone(self, quiet) -> None:
        time_passes(quiet, 480, heard=(KIM, PARK_OF_SONGPA))
        assert topics(quiet, Centre.create_id(GANGDONG))[-1] == "centre.opened"
        assert not quiet.log.deliveries

    def test_a_report_rings_there_and_around_it_at_once(self, quiet) -> None:
        report_id = quiet.accepted().report_id
        accepted, risen = quiet.log.facts(report_id)[-2:]
        assert (accepted.TOPIC, risen.timestamp) == ("emergency.accepted", accepted.timestamp)
        assert (risen.level, risen.because) == (
            EscalationLevel.NEIGHBOUR,
            RiseCause.CENTRE_UNATTENDED,
        )
        assert risen.districts == (GANGDONG, SONGPA)
        quiet.desk.claim(ClaimReport(report_id=report_id), KIM)
        assert not quiet.report(report_id).ringing

    def test_a_hand_within_three_beats_is_enough(self, quiet) -> None:
        quiet.shifts.beat(KIM, felt=True)
        quiet.clock.advance(39)
        report_id = quiet.accepted().report_id
        assert topics(quiet, report_id)[-1] == "emergency.accepted"

    def test_it_rings_around_when_the_hand_is_missed_while_it_rings(self, quiet) -> None:
        quiet.shifts.beat(KIM, felt=True)
        quiet.clock.advance(39)
        report_id = quiet.accepted().report_id
        quiet.clock.advance(0.9)
        quiet.shifts.look(SYSTEM)
        assert topics(quiet, report_id)[-1] == "emergency.accepted"
        quiet.clock.advance(0.1)
        for _ in range(2):
            quiet.shifts.look(SYSTEM)
        risen = [one for one in quiet.log.facts(report_id) if isinstance(one, facts.Escalated)]
        assert [one.because for one in risen] == [RiseCause.CENTRE_UNATTENDED]

    def test_another_hand_in_the_centre_is_as_good(self, quiet) -> None:
        quiet.shifts.start(LEE)
        report_id = quiet.accepted().report_id
        assert topics(quiet, report_id)[-1] == "emergency.accepted"
