"""Operators claim, take over, look, write down, end and reopen."""

from __future__ import annotations

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.vocabulary import Outcome, Stage
from domain.policy import EscalationLevel
from tests.domain.reports import (
    KIM,
    LEE,
    NOTE,
    POLICY,
    accepted,
    after,
    cancelled,
    claimed,
    drill,
    idle,
    police_requested,
    resolved,
    triggered,
)


def claim(who=KIM, seconds: float = 12):
    return lambda report: report.claim(operator_id=who, at=after(seconds), policy=POLICY)


def take_over(who=LEE, seconds: float = 25, reason: str | None = None):
    return lambda report: report.take_over(
        operator_id=who, reason=reason, at=after(seconds), policy=POLICY
    )


def release(who=KIM, reason: str = "My shift ends."):
    return lambda report: report.release(
        operator_id=who, reason=reason, at=after(60), policy=POLICY
    )


def resolve(
    who=KIM,
    outcome: Outcome = Outcome.POLICE_HANDLED,
    note: str = NOTE,
    *,
    coordinator: bool = False,
):
    return lambda report: report.resolve(
        operator_id=who,
        outcome=outcome,
        note=note,
        coordinator=coordinator,
        at=after(600),
        policy=POLICY,
    )


def reopen(seconds: float = 900, reason: str = "She called again."):
    return lambda report: report.reopen(
        operator_id=LEE, reason=reason, at=after(seconds), policy=POLICY
    )


def test_a_claim_stops_the_ring_and_awaits_an_act() -> None:
    def claim_and_listen(report: Emergency) -> None:
        claim()(report)
        assert not report.ringing
        assert report.stage is Stage.CLAIMED

    accepted().when(claim_and_listen).then(
        (facts.Claimed, {"operator_id": KIM, "act_by": after(42)})
    )


def test_claiming_twice_is_once() -> None:
    claimed().when(claim()).then()


def test_a_second_operator_is_refused() -> None:
    claimed().when(claim(LEE)).then_refused(refusals.HeldByAnother)


def test_an_idle_report_is_still_in_one_hand() -> None:
    idle().when(claim(LEE, 45)).then_refused(refusals.HeldByAnother)


def test_the_holder_quiets_a_report_that_rings_again() -> None:
    idle().when(claim(KIM, 45)).then((facts.Claimed, {"act_by": after(75)}))


@pytest.mark.parametrize(
    ("report", "refusal"),
    [
        (triggered(), refusals.InWindow),
        (cancelled(), refusals.NotOpen),
        (resolved(), refusals.AlreadyResolved),
    ],
    ids=["in its window", "cancelled", "resolved"],
)
def test_nobody_acts_on_a_report_that_is_not_open(report, refusal) -> None:
    for act in (
        claim(),
        take_over(reason="Mine."),
        release(),
        resolve(),
        lambda one: one.view_camera(operator_id=KIM, camera_id="GD-001", at=after(12)),
        lambda one: one.request_police(operator_id=KIM, at=after(12)),
        lambda one: one.request_ambulance(operator_id=KIM, at=after(12)),
    ):
        report.when(act).then_refused(refusal)


def test_a_fresh_claim_is_taken_over_without_a_reason() -> None:
    claimed().when(take_over(seconds=30)).then(
        (
            facts.TakenOver,
            {"operator_id": LEE, "from_operator_id": KIM, "reason": None, "act_by": after(60)},
        )
    )


def test_later_a_reason_is_needed() -> None:
    claimed().when(take_over(seconds=31)).then_refused(refusals.ReasonNeeded)
    claimed().when(take_over(seconds=31, reason="  ")).then_refused(refusals.ReasonNeeded)
    claimed().when(take_over(seconds=31, reason=" Kim has left. ")).then(
        (facts.TakenOver, {"reason": "Kim has left."})
    )


def test_an_idle_report_is_taken_over_without_a_reason() -> None:
    idle().when(take_over(seconds=300)).then(facts.TakenOver)


def test_the_holder_takes_nothing_over() -> None:
    claimed().when(take_over(KIM, 300)).then()


def test_taking_over_an_unclaimed_report_claims_it() -> None:
    accepted().when(take_over(LEE, 12)).then((facts.Claimed, {"operator_id": LEE}))


def test_a_released_report_rings_and_rises_anew() -> None:
    def release_and_listen(report: Emergency) -> None:
        release()(report)
        assert report.ringing
        assert report.held_by is None

    outcome = claimed().when(release_and_listen)
    outcome.then((facts.Released, {"operator_id": KIM, "answer_by": after(75)}))
    assert outcome.fact.escalations[0].due_at == after(75)


def test_only_the_holder_releases_and_says_why() -> None:
    claimed().when(release(LEE)).then_refused(refusals.HeldByAnother)
    accepted().when(release()).then_refused(refusals.NotHeld)
    claimed().when(release(reason=" ")).then_refused(refusals.ReasonNeeded)


def test_a_camera_is_looked_through_before_any_claim() -> None:
    accepted().when(
        lambda report: report.view_camera(operator_id=LEE, camera_id="GD-001", at=after(8))
    ).then((facts.CameraViewed, {"operator_id": LEE, "camera_id": "GD-001"}))


def test_a_note_may_be_added_at_any_stage() -> None:
    for report in (triggered(), cancelled(), accepted(), claimed(), resolved()):
        report.when(
            lambda one: one.add_note(operator_id=KIM, note=" Lit street. ", at=after(700))
        ).then((facts.NoteAdded, {"note": "Lit street."}))


def test_an_empty_note_is_refused() -> None:
    claimed().when(
        lambda report: report.add_note(operator_id=KIM, note=" ", at=after(12))
    ).then_refused(refusals.NoteLength)


def test_the_holder_resolves_with_outcome_and_note() -> None:
    claimed().when(resolve()).then(
        (facts.Resolved, {"operator_id": KIM, "outcome": Outcome.POLICE_HANDLED, "note": NOTE})
    )


def test_a_report_in_no_hand_or_anothers_is_not_resolved() -> None:
    accepted().when(resolve()).then_refused(refusals.NotHeld)
    claimed().when(resolve(LEE)).then_refused(refusals.HeldByAnother)


def test_a_coordinator_resolves_whoever_holds_it() -> None:
    accepted().when(resolve(LEE, coordinator=True)).then(facts.Resolved)
    claimed().when(resolve(LEE, coordinator=True)).then(facts.Resolved)


@pytest.mark.parametrize("note", ["Too short", " " * 20, "x" * 1001])
def test_an_ending_is_explained_briefly(note: str) -> None:
    claimed().when(resolve(note=note)).then_refused(refusals.NoteLength)


@pytest.mark.parametrize("note", ["Ten chars.", "x" * 1000])
def test_an_explanation_at_the_limits_is_taken(note: str) -> None:
    claimed().when(resolve(note=note)).then(facts.Resolved)


def test_a_drill_ends_as_a_drill_and_nothing_else_does() -> None:
    claimed(drill()).when(resolve(outcome=Outcome.DRILL)).then(facts.Resolved)
    claimed(drill()).when(resolve()).then_refused(refusals.OutcomeUnfit)
    claimed().when(resolve(outcome=Outcome.DRILL)).then_refused(refusals.OutcomeUnfit)


def test_a_resolved_report_is_reopened_and_rings_anew() -> None:
    def reopen_and_listen(report: Emergency) -> None:
        reopen(seconds=90_000)(report)
        assert report.ringing
        assert report.outcome is None
        assert report.stage is Stage.OPEN

    resolved().when(reopen_and_listen).then(
        (facts.Reopened, {"operator_id": LEE, "answer_by": after(90_015)})
    )


def test_a_cancelled_report_is_reopened_within_ten_minutes() -> None:
    cancelled().when(reopen(seconds=603)).then(facts.Reopened)
    cancelled().when(reopen(seconds=603.1)).then_refused(refusals.TooLateToReopen)


def test_reopening_needs_an_end_and_a_reason() -> None:
    for report in (triggered(), accepted(), claimed()):
        report.when(reopen()).then_refused(refusals.AlreadyOpen)
    resolved().when(reopen(reason="")).then_refused(refusals.ReasonNeeded)


def test_a_reopened_report_asks_the_police_anew() -> None:
    def reopen_and_rise(report: Emergency) -> None:
        reopen(seconds=900)(report)
        report.escalate(
            level=EscalationLevel.POLICE, due_at=after(990), neighbours=(), at=after(990)
        )

    resolved(police_requested()).when(reopen_and_rise).then(
        facts.Reopened, facts.Escalated, (facts.PoliceRequested, {"unassessed": True})
    )
