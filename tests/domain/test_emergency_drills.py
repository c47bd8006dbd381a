"""A drill that turns out to be none, and how long drill mode lasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.answering import answer_by, rises
from domain.emergency.calling import CallRequested
from domain.emergency.drills import NotADrill, Promoted
from domain.emergency.vocabulary import Alert, Flag, How, Outcome
from domain.language import Language
from domain.member import DrillModeOff, DrillModeOn, Member, Registered
from tests.domain.reports import (
    DRILL,
    JIYOUNG,
    KIM,
    LEE,
    NOTE,
    POLICY,
    accept,
    accepted,
    after,
    claimed,
    drill,
    signal,
    triggered,
)
from tests.scenario import T0, Scenario


def promote(seconds: float = 20, who: UUID | None = KIM) -> Callable[[Emergency], None]:
    return lambda report: report.promote(operator_id=who, at=after(seconds), policy=POLICY)


def test_an_operator_promotes_a_drill_which_rings_and_rises_from_the_beginning() -> None:
    def seen(report: Emergency) -> None:
        promote()(report)
        assert (report.drill, report.ringing) == (False, True)

    drill().when(seen).then(
        (
            Promoted,
            {
                "operator_id": KIM,
                "answer_by": answer_by(after(20), POLICY),
                "escalations": rises(after(20), POLICY),
            },
        ),
        (CallRequested, {"operator_id": None, "retry": False}),
    )


def test_its_holder_must_claim_it_anew() -> None:
    def end_at_once(report: Emergency) -> None:
        report.resolve(
            operator_id=KIM,
            outcome=Outcome.POLICE_HANDLED,
            note=NOTE,
            coordinator=False,
            at=after(30),
            policy=POLICY,
        )

    rings: list[bool] = []
    promoted = claimed(drill()).given(
        Promoted,
        timestamp=after(20),
        citizen_id=JIYOUNG,
        operator_id=KIM,
        answer_by=after(35),
        escalations=rises(after(20), POLICY),
    )
    promoted.when(lambda one: rings.append(one.ringing)).then()
    assert rings == [True]
    promoted.when(end_at_once).then_refused(refusals.RingsAgain)
    promoted.when(lambda one: one.claim(operator_id=LEE, at=after(30), policy=POLICY)).then(
        facts.TakenOver
    )


def test_promoted_it_reaches_the_police() -> None:
    def promote_then_ask(report: Emergency) -> None:
        promote()(report)
        report.request_police(operator_id=KIM, at=after(21))

    claimed(drill()).when(promote_then_ask).then(Promoted, CallRequested, facts.PoliceRequested)


@pytest.mark.parametrize(
    "changes", [{"alert": Alert.SILENT}, {"how": How.BELL}, {"citizen_id": None}], ids=str
)
def test_whom_nobody_calls_is_not_called_then_either(changes: dict[str, object]) -> None:
    silent = accept(triggered(DRILL, drill=True, **changes), drill=True)
    silent.when(promote()).then(Promoted)


def test_in_its_window_it_is_accepted_as_a_real_one() -> None:
    def second_trigger(report: Emergency) -> None:
        promote(3, who=None)(report)
        report.join(signal(trigger_id="t-2"), at=after(3), policy=POLICY)
        report.window_elapsed(at=after(5), policy=POLICY)

    triggered(DRILL, drill=True).when(second_trigger).then(
        (Promoted, {"operator_id": None, "answer_by": None, "escalations": ()}),
        (facts.Joined, {"answer_by": None}),
        (facts.Accepted, {"drill": False, "call": True}),
    )


def test_a_real_report_is_no_drill_to_promote() -> None:
    accepted().when(promote()).then_refused(NotADrill)


def test_a_drill_that_is_over_is_reopened_first() -> None:
    ended = claimed(drill()).given(
        facts.Resolved,
        timestamp=after(60),
        operator_id=KIM,
        citizen_id=JIYOUNG,
        outcome=Outcome.DRILL,
        note=NOTE,
    )
    ended.when(promote(70)).then_refused(refusals.AlreadyResolved)
    taken_back = triggered(DRILL, drill=True).given(
        facts.Cancelled, timestamp=after(2), reopen_until=after(602)
    )
    taken_back.when(promote(3)).then_refused(refusals.NotOpen)


def test_a_signal_that_is_no_drill_says_that_it_called_itself_one() -> None:
    real = signal(drill=True, flags=(Flag.DEVICE_UNKNOWN, Flag.FIELD_UNKNOWN)).in_earnest()
    assert not real.drill
    assert real.flags == (Flag.DEVICE_UNKNOWN, Flag.DRILL_OVERRULED, Flag.FIELD_UNKNOWN)
    assert signal().in_earnest() == signal()


class TestDrillMode:
    def member(self) -> Scenario[Member]:
        return Scenario[Member](JIYOUNG).given(
            Registered,
            originator_topic="member",
            timestamp=T0,
            citizen_id=JIYOUNG,
            language=Language.KO,
        )

    def practising(self) -> Scenario[Member]:
        return self.member().given(DrillModeOn, timestamp=T0, until=after(600))

    def test_it_is_off_until_it_is_switched_on_for_ten_minutes(self) -> None:
        def practise(member: Member) -> None:
            assert not member.is_practising(at=T0)
            member.practise(at=T0, policy=POLICY)

        self.member().when(practise).then((DrillModeOn, {"until": T0 + timedelta(minutes=10)}))

    def test_it_ends_by_itself(self) -> None:
        def wait(member: Member) -> None:
            assert member.is_practising(at=after(599.9))
            assert not member.is_practising(at=after(600))
            member.stop_practising(at=after(600))

        self.practising().when(wait).then()

    def test_switched_on_again_it_begins_anew(self) -> None:
        self.practising().when(lambda member: member.practise(at=after(300), policy=POLICY)).then(
            (DrillModeOn, {"until": after(900)})
        )

    def test_it_is_switched_off_once(self) -> None:
        def off_twice(member: Member) -> None:
            member.stop_practising(at=after(10))
            member.stop_practising(at=after(11))
            assert not member.is_practising(at=after(12))

        self.practising().when(off_twice).then(DrillModeOff)
