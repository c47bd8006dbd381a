"""From the booking to the meeting: reminded, waited for, late, missed, reassigned, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.base import DomainError
from domain.escort import Escort, facts
from domain.escort.refusals import (
    EscortOver,
    NoShowTold,
    NoShowTooEarly,
    UnderWay,
    WasCancelled,
)
from domain.escort.vocabulary import (
    EscortCancelledBy,
    EscortParty,
    TeamChange,
    ToldBy,
)
from tests.domain.escorts import (
    BORA,
    FIRST,
    HANA,
    KIM,
    MINA,
    POLICY,
    SECOND,
    SORA,
    after,
    arrived,
    booked,
    cancelled,
    citizen_missed,
    home,
    scouts_wait,
    walking,
)
from tests.scenario import Scenario

Step = Callable[[Escort], object]


def test_everybody_is_reminded_once_when_it_is_time() -> None:
    booked().when(lambda one: one.remind(at=after(-15.1))).then()
    booked().when(lambda one: one.remind(at=after(-15))).then(facts.Reminded)
    reminded = booked().given(facts.Reminded, timestamp=after(-15))
    reminded.when(lambda one: one.remind(at=after(-15))).then()
    cancelled().when(lambda one: one.remind(at=after(-15))).then()


def test_who_stands_there_says_so_once() -> None:
    booked().when(lambda one: one.wait(EscortParty.CITIZEN, at=after(-2))).then(
        (facts.Waited, {"party": EscortParty.CITIZEN, "scout_id": None})
    )
    scouts_wait().when(lambda one: one.wait(EscortParty.SCOUTS, scout_id=HANA, at=after(0))).then()
    walking().when(lambda one: one.wait(EscortParty.CITIZEN, at=after(3))).then()
    cancelled().when(lambda one: one.wait(EscortParty.CITIZEN, at=after(0))).then_refused(
        WasCancelled
    )


def test_scouts_of_whom_nothing_is_heard_are_late_once() -> None:
    booked().when(lambda one: one.scouts_due(at=after(4.9))).then()
    booked().when(lambda one: one.scouts_due(at=after(5))).then(
        (facts.ScoutsLate, {"team_id": FIRST})
    )
    late = booked().given(facts.ScoutsLate, timestamp=after(5), team_id=FIRST)
    late.when(lambda one: one.scouts_due(at=after(6))).then()
    scouts_wait().when(lambda one: one.scouts_due(at=after(5))).then()
    walking().when(lambda one: one.scouts_due(at=after(5))).then()


def missed(given: Scenario[Escort]) -> EscortParty | None:
    done = given.when(lambda one: one.meeting_due(at=after(10), policy=POLICY))
    return done.fact.party if done.happened else None


def test_when_nobody_says_so_the_house_notes_who_did_not_come() -> None:
    citizen = booked().given(
        facts.Waited, timestamp=after(-1), party=EscortParty.CITIZEN, scout_id=None
    )
    both = scouts_wait().given(
        facts.Waited, timestamp=after(0), party=EscortParty.CITIZEN, scout_id=None
    )
    assert missed(booked()) is EscortParty.NEITHER
    assert missed(citizen) is EscortParty.SCOUTS
    assert missed(scouts_wait()) is EscortParty.CITIZEN
    assert missed(both) is None
    assert missed(walking()) is None
    assert missed(citizen_missed()) is None
    early = booked().when(lambda one: one.meeting_due(at=after(9.9), policy=POLICY))
    early.then()


def test_scouts_wait_on_for_a_citizen_and_then_give_up() -> None:
    scouts_wait().when(
        lambda one: one.tell_no_show(ToldBy.SCOUTS, at=after(11), policy=POLICY)
    ).then(
        (
            facts.NoShow,
            {
                "party": EscortParty.CITIZEN,
                "told_by": ToldBy.SCOUTS,
                "give_up_at": after(21),
            },
        )
    )
    citizen_missed().when(lambda one: one.give_up_due(at=after(19.9))).then()
    citizen_missed().when(lambda one: one.give_up_due(at=after(20))).then(facts.GivenUp)
    booked().when(lambda one: one.give_up_due(at=after(60))).then()


def test_a_citizen_who_is_not_met_is_never_given_up() -> None:
    done = booked().when(lambda one: one.tell_no_show(ToldBy.CITIZEN, at=after(10), policy=POLICY))
    done.then((facts.NoShow, {"party": EscortParty.SCOUTS, "give_up_at": None}))


def test_a_no_show_is_told_once_and_not_too_early() -> None:
    def tell(told_by: ToldBy, minutes: float) -> Step:
        return lambda one: one.tell_no_show(told_by, at=after(minutes), policy=POLICY)

    scouts_wait().when(tell(ToldBy.SCOUTS, 9.9)).then_refused(NoShowTooEarly)
    citizen_missed().when(tell(ToldBy.SCOUTS, 12)).then_refused(NoShowTold)
    citizen_missed().when(tell(ToldBy.CITIZEN, 12)).then(
        (facts.NoShow, {"party": EscortParty.SCOUTS, "give_up_at": None})
    )
    walking().when(tell(ToldBy.SCOUTS, 12)).then_refused(UnderWay)
    cancelled().when(tell(ToldBy.CITIZEN, 12)).then_refused(WasCancelled)


def withdraw(one: Escort) -> None:
    one.withdraw_team(
        FIRST, told_by=ToldBy.SCOUTS, scout_id=MINA, cause=TeamChange.ILL, at=after(-10)
    )


def test_a_team_that_does_not_come_leaves_the_escort_without_one() -> None:
    def seen(one: Escort) -> None:
        withdraw(one)
        assert (one.team_id, one.scouts) == (None, ())
        assert one.past_scouts == {MINA, HANA}

    scouts_wait().when(seen).then((facts.TeamWithdrawn, {"team_id": FIRST, "scout_id": MINA}))
    gone = booked().given(
        facts.TeamWithdrawn,
        timestamp=after(-20),
        team_id=FIRST,
        told_by="scouts",
        scout_id=MINA,
        cause="ill",
    )
    gone.when(withdraw).then()
    walking().when(withdraw).then_refused(UnderWay)


def reassign(minutes: float) -> Step:
    return lambda one: one.reassign(
        SECOND,
        (BORA, SORA),
        cause=TeamChange.LATE,
        operator_id=KIM,
        at=after(minutes),
        policy=POLICY,
    )


def test_another_team_has_as_long_as_the_first() -> None:
    booked().when(reassign(-20)).then((facts.Reassigned, {"late_at": after(5)}))
    late = booked().given(facts.ScoutsLate, timestamp=after(5), team_id=FIRST)

    def seen(one: Escort) -> None:
        reassign(6)(one)
        assert (one.late, one.team_id, one.scouts) == (False, SECOND, (BORA, SORA))

    late.when(seen).then(
        (facts.Reassigned, {"late_at": after(11), "no_show_at": after(16), "operator_id": KIM})
    )
    walking().when(reassign(3)).then_refused(UnderWay)


def test_the_same_team_again_changes_nothing() -> None:
    booked().when(
        lambda one: one.reassign(
            FIRST, (MINA, HANA), cause=TeamChange.OTHER, operator_id=KIM, at=after(0), policy=POLICY
        )
    ).then()


@pytest.mark.parametrize("by", EscortCancelledBy)
def test_a_booking_is_taken_back_once(by: EscortCancelledBy) -> None:
    booked().when(lambda one: one.cancel(by, at=after(-20))).then((facts.Cancelled, {"by": by}))
    cancelled().when(lambda one: one.cancel(by, at=after(-19))).then()


@pytest.mark.parametrize(
    ("given", "refusal"), [(walking, UnderWay), (arrived, UnderWay), (home, EscortOver)]
)
def test_what_is_under_way_or_over_is_not_taken_back(
    given: Callable[[], Scenario[Escort]], refusal: type[DomainError]
) -> None:
    given().when(lambda one: one.cancel(EscortCancelledBy.CITIZEN, at=after(30))).then_refused(
        refusal
    )
