"""Silent means silent: what can be stopped stops."""

from __future__ import annotations

from uuid import uuid5

from domain.emergency import Emergency, facts, refusals
from domain.emergency.calling import CallUnanswered, CallWithdrawn
from domain.emergency.silence import Silenced
from domain.emergency.vocabulary import Alert
from tests.domain.calls import (
    both,
    called_again,
    connects,
    ends,
    placed,
    retry,
    silence,
    silent,
    unanswered,
    write,
)
from tests.domain.reports import KIM, POLICY, REPORT, accepted, after, signal, triggered


def test_an_operator_makes_a_report_silent_with_a_reason_and_once() -> None:
    accepted().when(both(silence, silence)).then(
        (Silenced, {"operator_id": KIM, "reason": "He is in the room."})
    )
    accepted().when(
        lambda report: report.silence(operator_id=KIM, reason=" ", at=after(50))
    ).then_refused(refusals.ReasonNeeded)
    silent().when(silence).then()
    triggered().when(silence).then_refused(refusals.InWindow)


def test_a_call_that_rings_is_taken_back_when_the_report_falls_silent() -> None:
    withdrawn = {"call_id": "c-1", "withdrawal_id": uuid5(REPORT, "call-withdrawn/c-1")}
    placed().when(silence).then(Silenced, (CallWithdrawn, withdrawn))
    placed().when(
        lambda report: report.join(
            signal(trigger_id="t-2", alert=Alert.SILENT), at=after(9), policy=POLICY
        )
    ).then(facts.Joined, (CallWithdrawn, withdrawn))


def test_a_call_that_was_placed_while_the_report_fell_silent_is_taken_back() -> None:
    accepted().when(
        both(silence, lambda report: report.call_placed(call_id="c-1", at=after(51)))
    ).then(Silenced, facts.CallPlaced, CallWithdrawn)


def test_a_call_that_is_talked_on_or_over_is_left_alone() -> None:
    placed().when(both(connects(), silence)).then(facts.CallConnected, Silenced)
    placed().when(both(ends(), silence)).then(CallUnanswered, Silenced)


def test_silence_stops_the_retry_and_the_text() -> None:
    unanswered().when(both(silence, retry(seconds=60))).then(Silenced)
    called_again().when(both(silence, ends("c-2"), write)).then(
        Silenced, (CallUnanswered, {"retry_at": None})
    )


def test_a_silent_report_may_not_ring() -> None:
    def look(report: Emergency) -> None:
        assert report.is_silent
        assert not report.may_ring

    silent().when(look).then()
    accepted().when(both(silence, look)).then(Silenced)
