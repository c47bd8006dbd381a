"""What was stated wrongly is put right by a new fact that points to the old."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import DomainError, Fact, project
from domain.emergency import facts, refusals
from domain.emergency.correcting import Correctable, Corrected, CorrectionUnfit, NothingToCorrect
from domain.emergency.outcomes import Grounds
from domain.emergency.vocabulary import How, Outcome, VerifiedBy
from tests.domain import reports
from tests.domain.reports import KIM, after, resolved
from tests.memory import GANGDONG, GURO, SONGPA
from tests.scenario import state_of

OUTCOME, DISTRICT, HOW = Correctable.OUTCOME, Correctable.DISTRICT, Correctable.HOW
WHY = "The recording says otherwise."


def correct(field=OUTCOME, value: str = "prank", **other):
    said = {"operator_id": KIM, "reason": WHY, "at": after(900)} | other
    return lambda report: report.correct(field=field, value=value, **said)


def test_an_outcome_is_corrected_by_a_fact_that_points_to_the_ending() -> None:
    corrected = {
        "field": OUTCOME,
        "was": "safe",
        "value": "prank",
        "corrects_version": 4,
        "operator_id": KIM,
        "reason": WHY,
    }
    resolved().when(correct()).then((Corrected, corrected))


def test_a_district_is_corrected_where_it_was_decided() -> None:
    fact = resolved().when(correct(DISTRICT, GURO)).then(Corrected).fact
    assert (fact.was, fact.corrects_version) == (GANGDONG, 2)


def test_a_cancelled_report_can_be_corrected() -> None:
    fact = reports.cancelled().when(correct(HOW, "bell")).then(Corrected).fact
    assert (fact.was, fact.corrects_version) == ("shake", 1)


def test_a_trigger_in_the_window_that_says_where_states_the_district() -> None:
    joined = reports.triggered().given(
        facts.Joined,
        timestamp=after(1),
        **reports.signal(trigger_id="t-2", district=GURO).model_dump(
            include=set(facts.Joined.model_fields)
        ),
    )
    cancelled = joined.given(facts.Cancelled, timestamp=after(3), reopen_until=after(603))
    fact = cancelled.when(correct(DISTRICT, SONGPA)).then(Corrected).fact
    assert (fact.was, fact.corrects_version) == (GURO, 2)


def test_what_stands_already_changes_nothing() -> None:
    resolved().when(correct(value="safe", grounds=Grounds(VerifiedBy.CAMERA))).then()


def test_how_one_knew_is_corrected_too() -> None:
    fact = (
        resolved()
        .when(correct(value="safe", grounds=Grounds(VerifiedBy.POLICE)))
        .then(Corrected)
        .fact
    )
    assert (fact.was, fact.value, fact.verified_by) == ("safe", "safe", VerifiedBy.POLICE)


def test_a_duplicate_names_the_report_that_it_repeats() -> None:
    other = uuid4()
    fact = (
        resolved()
        .when(correct(value="duplicate", grounds=Grounds(duplicate_of=other)))
        .then(Corrected)
        .fact
    )
    assert (fact.duplicate_of, fact.verified_by) == (other, None)


def test_safe_again_it_says_anew_how_one_knows() -> None:
    def act(report):
        correct(value="prank")(report)
        correct(value="safe", grounds=Grounds(VerifiedBy.CAMERA))(report)

    resolved().when(act).then(
        (Corrected, {"value": "prank", "verified_by": None}),
        (Corrected, {"value": "safe", "verified_by": VerifiedBy.CAMERA}),
    )


def test_a_correction_is_corrected_like_any_other_value() -> None:
    once = resolved().given(
        Corrected,
        timestamp=after(900),
        citizen_id=reports.JIYOUNG,
        corrects_version=4,
        field=OUTCOME,
        was="safe",
        value="prank",
        operator_id=KIM,
        reason=WHY,
    )
    fact = once.when(correct(value="not_found")).then(Corrected).fact
    assert (fact.was, fact.value, fact.corrects_version) == ("prank", "not_found", 4)
    once.when(correct(value="prank")).then()


def test_corrected_to_another_district_it_leaves_nobody() -> None:
    def act(report):
        correct(DISTRICT, SONGPA)(report)
        assert report.district == SONGPA
        assert report.districts == (GANGDONG, SONGPA)

    resolved().when(act).then(Corrected)


@pytest.mark.parametrize(
    ("given_", "act", "refusal"),
    [
        (reports.triggered(), correct(HOW, "bell"), refusals.InWindow),
        (reports.claimed(), correct(), NothingToCorrect),
        (resolved(), correct(version=99), NothingToCorrect),
        (resolved(), correct(version=1), NothingToCorrect),
        (resolved(), correct(value="happy"), CorrectionUnfit),
        (resolved(), correct(HOW, "telepathy"), CorrectionUnfit),
        (resolved(), correct(DISTRICT, "Guro"), CorrectionUnfit),
        (resolved(), correct(value="drill"), refusals.OutcomeUnfit),
        (resolved(), correct(reason="  "), refusals.ReasonNeeded),
        (resolved(), correct(value="safe"), refusals.NotVerified),
        (resolved(), correct(grounds=Grounds(VerifiedBy.PIN)), refusals.VerificationUnfit),
        (resolved(), correct(value="duplicate"), refusals.OriginalNeeded),
        (
            resolved(),
            correct(value="duplicate", grounds=Grounds(duplicate_of=reports.REPORT)),
            refusals.OriginalUnfit,
        ),
        (resolved(), correct(grounds=Grounds(duplicate_of=reports.KIM)), refusals.OriginalUnfit),
        (resolved(), correct(HOW, "bell", grounds=Grounds(VerifiedBy.PIN)), CorrectionUnfit),
    ],
)
def test_refused(given_, act, refusal: type[DomainError]) -> None:
    given_.when(act).then_refused(refusal)


def test_an_ending_that_was_taken_back_states_nothing_any_more() -> None:
    resolved().given(
        facts.Reopened,
        timestamp=after(700),
        operator_id=KIM,
        citizen_id=reports.JIYOUNG,
        answer_by=after(715),
        escalations=(),
    ).when(correct()).then_refused(NothingToCorrect)


ASKED = {
    (OUTCOME, "safe"): {"grounds": Grounds(VerifiedBy.CAMERA)},
    (OUTCOME, "duplicate"): {"grounds": Grounds(duplicate_of=reports.KIM)},
}
VALUES = {
    OUTCOME: st.sampled_from([one for one in Outcome if one is not Outcome.DRILL]).map(str),
    HOW: st.sampled_from(How).map(str),
    DISTRICT: st.sampled_from([GANGDONG, GURO, SONGPA]),
}


@given(
    st.lists(
        st.sampled_from(Correctable).flatmap(
            lambda field: VALUES[field].map(lambda value: (field, value))
        ),
        max_size=12,
    )
)
def test_after_any_corrections_the_last_value_stands_and_none_is_lost(steps) -> None:
    report = project(None, _facts_of_resolved())
    stands = {OUTCOME: "safe", HOW: "shake", DISTRICT: GANGDONG}
    told: list[tuple[Correctable, str, str]] = []
    for field, value in steps:
        correct(field, value, **ASKED.get((field, value), {}))(report)
        if stands[field] != value:
            told.append((field, stands[field], value))
            stands[field] = value
    new = list(report.pending_events)
    assert [(fact.field, fact.was, fact.value) for fact in new] == told
    assert (report.outcome, report.how, report.district) == (
        stands[OUTCOME],
        stands[HOW],
        stands[DISTRICT],
    )
    again = project(None, [*_facts_of_resolved(), *new])
    assert state_of(again) == state_of(report)


def _facts_of_resolved() -> tuple[Fact, ...]:
    return resolved()._given
