"""An ending says how one knows, and which report is repeated; contact may follow."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.following_up import (
    Dropping,
    FollowUpDone,
    FollowUpDropped,
    FollowUpDue,
    FollowUpScheduled,
)
from domain.emergency.vocabulary import Outcome, VerifiedBy
from tests.domain.reports import (
    JIYOUNG,
    KIM,
    LEE,
    NOTE,
    POLICY,
    REPORT,
    accepted,
    after,
    cancelled,
    claimed,
    drill,
    resolved,
    triggered,
)
from tests.memory import GANGDONG

OTHER = uuid5(REPORT, "another report")
FIRST = uuid5(REPORT, "follow-ups/1")
SECOND = uuid5(REPORT, "follow-ups/2")
TOMORROW = 86_400
WHY = "Ask how she is."


def ends(outcome: Outcome, verified_by: VerifiedBy | None = None, duplicate_of: UUID | None = None):
    return lambda report: report.resolve(
        operator_id=KIM,
        outcome=outcome,
        note=NOTE,
        coordinator=False,
        at=after(600),
        policy=POLICY,
        verified_by=verified_by,
        duplicate_of=duplicate_of,
    )


@pytest.mark.parametrize("how", VerifiedBy)
def test_safe_says_how_it_was_verified(how: VerifiedBy) -> None:
    claimed().when(ends(Outcome.SAFE, how)).then(
        (facts.Resolved, {"outcome": Outcome.SAFE, "verified_by": how, "duplicate_of": None})
    )


def test_nobody_is_safe_unverified() -> None:
    claimed().when(ends(Outcome.SAFE)).then_refused(refusals.NotVerified)


def test_nothing_else_is_verified() -> None:
    claimed().when(ends(Outcome.PRANK, VerifiedBy.CAMERA)).then_refused(refusals.VerificationUnfit)


def test_a_duplicate_names_the_other_report() -> None:
    claimed().when(ends(Outcome.DUPLICATE, duplicate_of=OTHER)).then(
        (facts.Resolved, {"duplicate_of": OTHER, "verified_by": None})
    )
    claimed().when(ends(Outcome.DUPLICATE)).then_refused(refusals.OriginalNeeded)


def test_a_report_repeats_not_itself_and_only_as_a_duplicate() -> None:
    claimed().when(ends(Outcome.DUPLICATE, duplicate_of=REPORT)).then_refused(
        refusals.OriginalUnfit
    )
    claimed().when(ends(Outcome.PRANK, duplicate_of=OTHER)).then_refused(refusals.OriginalUnfit)


@pytest.mark.parametrize(
    "outcome",
    sorted(set(Outcome) - {Outcome.SAFE, Outcome.DUPLICATE, Outcome.DRILL}),
)
def test_every_other_outcome_needs_no_more_than_a_note(outcome: Outcome) -> None:
    claimed().when(ends(outcome)).then((facts.Resolved, {"outcome": outcome}))


def plans(seconds: float = TOMORROW, note: str = WHY):
    return lambda report: report.schedule_follow_up(
        operator_id=KIM, due_at=after(seconds), note=note, at=after(700), policy=POLICY
    )


def falls_due(seconds: float = TOMORROW, which: UUID = FIRST):
    return lambda report: report.follow_up_due(follow_up_id=which, at=after(seconds))


def done(note: str = "She is well.", which: UUID = FIRST):
    return lambda report: report.follow_up_done(
        follow_up_id=which, operator_id=LEE, note=note, at=after(TOMORROW + 60)
    )


def planned(report=None):
    return (report or resolved()).given(
        FollowUpScheduled,
        timestamp=after(700),
        follow_up_id=FIRST,
        operator_id=KIM,
        citizen_id=JIYOUNG,
        districts=(GANGDONG,),
        due_at=after(TOMORROW),
        note=WHY,
    )


def test_contact_is_planned_while_it_is_open_and_after_the_end() -> None:
    for stage in (accepted(), claimed(), resolved(), cancelled()):
        stage.when(plans()).then(
            (
                FollowUpScheduled,
                {
                    "follow_up_id": FIRST,
                    "operator_id": KIM,
                    "districts": (GANGDONG,),
                    "due_at": after(TOMORROW),
                    "note": WHY,
                },
            )
        )


def test_each_plan_has_an_id_of_its_own() -> None:
    planned().when(plans()).then((FollowUpScheduled, {"follow_up_id": SECOND}))


def test_contact_lies_ahead_but_not_too_far() -> None:
    latest = 700 + timedelta(days=30).total_seconds()
    resolved().when(plans(latest)).then(FollowUpScheduled)
    for seconds in (700, 0, latest + 1):
        resolved().when(plans(seconds)).then_refused(refusals.FollowUpUnfit)


def test_nobody_is_contacted_after_a_drill_or_before_the_report() -> None:
    drill().when(plans()).then_refused(refusals.FollowUpUnfit)
    triggered().when(plans()).then_refused(refusals.InWindow)


def test_a_plan_says_what_for_and_its_end_what_came_of_it() -> None:
    resolved().when(plans(note=" ")).then_refused(refusals.ReasonNeeded)
    planned().when(done(note=" ")).then_refused(refusals.ReasonNeeded)


def test_a_plan_falls_due_at_its_moment_and_once() -> None:
    def twice(report: Emergency) -> None:
        falls_due()(report)
        falls_due()(report)

    planned().when(twice).then((FollowUpDue, {"follow_up_id": FIRST}))
    planned().when(falls_due(TOMORROW - 1)).then()
    planned().when(falls_due(which=SECOND)).then()


def test_it_is_done_before_its_time_or_after_and_once() -> None:
    due = planned().given(FollowUpDue, timestamp=after(TOMORROW), follow_up_id=FIRST)
    for stage in (planned(), due):
        stage.when(done()).then(
            (
                FollowUpDone,
                {"follow_up_id": FIRST, "operator_id": LEE, "note": "She is well."},
            )
        )
    over = planned().given(
        FollowUpDone,
        timestamp=after(800),
        follow_up_id=FIRST,
        operator_id=LEE,
        citizen_id=JIYOUNG,
        note="She is well.",
    )
    over.when(done()).then_refused(refusals.FollowUpUnknown)
    over.when(falls_due()).then()


def test_who_is_forgotten_is_contacted_no_more() -> None:
    def forget(report: Emergency) -> None:
        report.drop_follow_ups(at=after(800))
        report.drop_follow_ups(at=after(801))
        falls_due()(report)

    planned().when(forget).then((FollowUpDropped, {"follow_up_id": FIRST, "why": Dropping.ERASED}))
