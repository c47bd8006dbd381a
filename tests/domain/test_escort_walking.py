"""From the meeting to the door: the code, the watch, arriving, and how else it may end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.base import ERASED, DomainError
from domain.escalation import CITY_LINE
from domain.escort import Escort, facts
from domain.escort.refusals import (
    CodeLocked,
    EndNoteLength,
    EscortOver,
    NoTeam,
    NotMet,
    TooEarlyToMeet,
    UnderWay,
    WasCancelled,
    WatchedByAnother,
)
from domain.escort.vocabulary import EscortEnd, EscortStage, ToldBy
from domain.language import Language
from domain.watching import Trouble
from tests.domain.escorts import (
    BOOKED_AT,
    CODE,
    ESCORT,
    FIRST,
    GANGDONG,
    HANA,
    HOME,
    JIYOUNG,
    KIM,
    LEE,
    MINA,
    NIGHT,
    POLICY,
    REPORT,
    STARTS_AT,
    after,
    arrived,
    booked,
    cancelled,
    citizen_missed,
    home,
    walking,
    watched,
)
from tests.scenario import Scenario

NOTE = "Seen at her door on camera."


def meet(code: str = CODE, minutes: float = 2) -> Callable[[Escort], bool]:
    return lambda one: one.meet(code, scout_id=MINA, at=after(minutes), policy=POLICY)


def test_the_right_code_sets_them_out_and_calls_for_a_watch() -> None:
    booked().when(meet()).then(
        (facts.Met, {"team_id": FIRST, "scout_id": MINA}),
        (facts.Started, {"watch_by": after(3), "due_at": after(2 + (1053 + 600) / 60)}),
    )


def test_a_code_is_said_with_spaces_around_it() -> None:
    booked().when(meet(f" {CODE} ")).then(facts.Met, facts.Started)


def test_a_citizen_who_comes_late_is_met_all_the_same() -> None:
    def seen(one: Escort) -> None:
        assert meet(minutes=15)(one)
        assert (one.no_show, one.give_up_at, one.stage) == (None, None, EscortStage.WALKING)

    citizen_missed().when(seen).then(facts.Met, facts.Started)


def test_a_wrong_code_is_counted_and_five_lock_it() -> None:
    wrong = booked()
    for left in (4, 3, 2, 1, 0):
        wrong.when(meet("0000")).then((facts.CodeRefused, {"scout_id": MINA, "tries_left": left}))
        wrong = wrong.given(facts.CodeRefused, timestamp=after(1), scout_id=MINA, tries_left=left)
    wrong.when(meet()).then_refused(CodeLocked)
    renewed = wrong.given(
        facts.CodeRenewed, timestamp=after(2), citizen_id=JIYOUNG, operator_id=KIM, code="0815"
    )
    renewed.when(meet("4711")).then((facts.CodeRefused, {"tries_left": 4}))
    renewed.when(meet("0815")).then(facts.Met, facts.Started)


def test_nobody_knows_the_code_of_a_citizen_who_was_erased() -> None:
    erased = Scenario[Escort](ESCORT).given(
        facts.Booked,
        originator_topic="escort",
        timestamp=BOOKED_AT,
        citizen_id=JIYOUNG,
        language=Language.KO,
        district=GANGDONG,
        night=NIGHT,
        starts_at=STARTS_AT,
        team_id=FIRST,
        scouts=(MINA, HANA),
        meeting_cell=None,
        destination_cell=None,
        distance_m=10,
        skew_s=None,
        remind_at=None,
        meet_from=after(-30),
        late_at=after(5),
        no_show_at=after(10),
        code=ERASED,
    )
    erased.when(meet(str(ERASED))).then(facts.CodeRefused)


def test_of_a_place_that_is_erased_no_way_is_known() -> None:
    def set_out(one: Escort) -> None:
        one.destination = ERASED
        meet()(one)
        assert one.route == ERASED
        one.destination = HOME

    booked().when(set_out).then(facts.Met, (facts.Started, {"route": ERASED}))


def test_they_meet_half_an_hour_before_and_not_earlier() -> None:
    booked().when(meet(minutes=-30)).then(facts.Met, facts.Started)
    booked().when(meet(minutes=-30.1)).then_refused(TooEarlyToMeet)


def test_a_cancelled_booking_is_never_met() -> None:
    cancelled().when(meet()).then_refused(WasCancelled)
    home().when(meet()).then_refused(EscortOver)


def test_nobody_meets_without_a_team() -> None:
    gone = booked().given(
        facts.TeamWithdrawn,
        timestamp=after(-20),
        team_id=FIRST,
        told_by="scouts",
        scout_id=MINA,
        cause="ill",
    )
    gone.when(meet()).then_refused(NoTeam)


def test_a_code_that_is_said_again_on_the_way_changes_nothing() -> None:
    def again(one: Escort) -> None:
        assert meet("0000", 5)(one)

    walking().when(again).then()


def test_a_code_is_renewed_only_before_they_meet() -> None:
    def renew(one: Escort) -> None:
        one.renew_code("0815", operator_id=KIM, at=after(3))

    booked().when(renew).then((facts.CodeRenewed, {"operator_id": KIM}))
    walking().when(renew).then_refused(UnderWay)


def test_an_operator_watches_and_another_only_by_taking_over() -> None:
    walking().when(lambda one: one.watch(KIM, takes_over=False, at=after(3))).then(
        (facts.WatchBegun, {"operator_id": KIM})
    )
    watched().when(lambda one: one.watch(KIM, takes_over=False, at=after(3))).then()
    watched().when(lambda one: one.watch(LEE, takes_over=False, at=after(3))).then_refused(
        WatchedByAnother
    )
    watched().when(lambda one: one.watch(LEE, takes_over=True, at=after(3))).then(
        (facts.WatchBegun, {"operator_id": LEE})
    )
    booked().when(lambda one: one.watch(KIM, takes_over=False, at=after(3))).then_refused(NotMet)


def test_a_walk_that_nobody_watches_is_said_to_be_unwatched_once() -> None:
    walking().when(lambda one: one.watch_due(on_duty=CITY_LINE, at=after(2.9))).then()
    walking().when(lambda one: one.watch_due(on_duty=CITY_LINE, at=after(3))).then(facts.Unwatched)
    told = walking().given(facts.Unwatched, timestamp=after(3))
    told.when(lambda one: one.watch_due(on_duty=CITY_LINE, at=after(4))).then()
    watched().when(lambda one: one.watch_due(on_duty=CITY_LINE, at=after(4))).then()
    booked().when(lambda one: one.watch_due(on_duty=CITY_LINE, at=after(4))).then()


def test_who_watches_an_unwatched_walk_ends_that() -> None:
    def taken(one: Escort) -> None:
        one.watch(KIM, takes_over=False, at=after(4))
        assert not one.unwatched

    walking().given(facts.Unwatched, timestamp=after(3)).when(taken).then(facts.WatchBegun)


def test_a_walk_that_should_be_over_is_overdue_once() -> None:
    def ask(minutes: float) -> Callable[[Escort], None]:
        return lambda one: one.walk_due(at=after(minutes), policy=POLICY)

    walking().when(ask(28.9)).then()
    walking().when(ask(29)).then(
        (facts.TroubleNoticed, {"trouble": Trouble.OVERDUE, "since": after(29)})
    )
    overdue = walking().given(
        facts.TroubleNoticed,
        timestamp=after(29),
        trouble=Trouble.OVERDUE,
        since=after(29),
        metres=None,
    )
    overdue.when(ask(30)).then()
    arrived().when(ask(30)).then()


def arrive(told_by: ToldBy, minutes: float = 25) -> Callable[[Escort], None]:
    scout_id = MINA if told_by is ToldBy.SCOUTS else None
    return lambda one: one.arrive(told_by, scout_id=scout_id, at=after(minutes), policy=POLICY)


def test_the_citizens_word_ends_it() -> None:
    watched().when(arrive(ToldBy.CITIZEN)).then(
        (facts.Arrived, {"told_by": ToldBy.CITIZEN, "confirm_by": None}),
        (facts.Completed, {"told_by": ToldBy.CITIZEN}),
    )
    arrived().when(arrive(ToldBy.CITIZEN, 26)).then(facts.Completed)
    home().when(arrive(ToldBy.CITIZEN, 27)).then()


def test_the_scouts_word_may_be_contradicted_for_a_while() -> None:
    watched().when(arrive(ToldBy.SCOUTS)).then(
        (facts.Arrived, {"scout_id": MINA, "confirm_by": after(30)})
    )
    arrived().when(arrive(ToldBy.SCOUTS, 26)).then()
    arrived().when(lambda one: one.confirm_due(at=after(29.9))).then()
    arrived().when(lambda one: one.confirm_due(at=after(30))).then(
        (facts.Completed, {"told_by": ToldBy.TIMER})
    )
    arrived().when(lambda one: one.deny_arrival(at=after(26))).then(facts.ArrivalDenied)


def test_who_says_no_is_still_on_the_way() -> None:
    denied = arrived().given(facts.ArrivalDenied, timestamp=after(26))
    denied.when(lambda one: one.confirm_due(at=after(31))).then()
    denied.when(lambda one: one.deny_arrival(at=after(27))).then()
    denied.when(lambda one: one.walk_due(at=after(31), policy=POLICY)).then(facts.TroubleNoticed)
    home().when(lambda one: one.deny_arrival(at=after(27))).then_refused(EscortOver)


def test_nobody_arrives_who_never_set_out() -> None:
    booked().when(arrive(ToldBy.SCOUTS)).then_refused(NotMet)
    cancelled().when(arrive(ToldBy.CITIZEN)).then_refused(WasCancelled)


@pytest.mark.parametrize("given", [booked, walking, arrived, citizen_missed])
def test_the_centre_ends_what_does_not_end_by_itself_and_explains_it(
    given: Callable[[], Scenario[Escort]],
) -> None:
    def end(one: Escort, note: str = NOTE) -> None:
        one.end(EscortEnd.HOME, note=note, operator_id=KIM, at=after(40), policy=POLICY)

    given().when(end).then((facts.Ended, {"end": EscortEnd.HOME, "note": NOTE}))
    given().when(lambda one: end(one, "short")).then_refused(EndNoteLength)
    home().when(end).then_refused(EscortOver)


def test_an_emergency_on_the_way_is_noted_once_by_whoever_raised_it() -> None:
    def raised(one: Escort) -> None:
        one.scout_raised(report_id=REPORT, scout_id=HANA, at=after(10))

    walking().when(raised).then((facts.EmergencyRaised, {"report_id": REPORT, "scout_id": HANA}))
    booked().when(raised).then(facts.EmergencyRaised)
    known = walking().given(
        facts.EmergencyRaised,
        timestamp=after(9),
        report_id=REPORT,
        party="citizen",
        scout_id=None,
    )
    known.when(raised).then()
    home().when(raised).then()
    known.when(lambda one: one.emergency_ended(report_id=REPORT, at=after(20))).then(
        (facts.EmergencyEnded, {"report_id": REPORT})
    )
    walking().when(lambda one: one.emergency_ended(report_id=REPORT, at=after(20))).then()


def test_refusals_are_domain_errors_with_codes_of_their_own() -> None:
    refusals = [one for one in DomainError.__subclasses__() if one.code.startswith("escort.")]
    assert len({one.code for one in refusals}) == len(refusals)
