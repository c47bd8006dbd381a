"""A label is a hint: nothing is muted, delayed or lowered by it."""

from __future__ import annotations

from domain.emergency import Emergency
from domain.emergency.labelling import Label, Labelled, LabelReviewed, NothingLabelled
from domain.policy import Policy
from tests.domain.reports import KIM, accepted, after

POLICY = Policy()
T1, T2 = after(6), after(8)
MANY = POLICY.many_triggers


def labelled():
    return accepted().given(
        Labelled, label=Label.MANY_TRIGGERS, count=MANY, within_s=600.0, timestamp=T1
    )


def test_a_device_that_raises_conspicuously_often_is_labelled() -> None:
    (
        accepted()
        .when(lambda report: report.count_triggers(MANY, at=T1, policy=POLICY))
        .then((Labelled, {"label": Label.MANY_TRIGGERS, "count": MANY, "within_s": 600.0}))
    )


def test_one_that_raises_less_often_is_not() -> None:
    accepted().when(lambda report: report.count_triggers(MANY - 1, at=T1, policy=POLICY)).then()


def test_a_report_is_labelled_once() -> None:
    labelled().when(lambda report: report.count_triggers(50, at=T2, policy=POLICY)).then()


def test_a_labelled_report_rings_rises_and_is_claimed_as_any_other() -> None:
    seen: list[Emergency] = []
    accepted().when(lambda report: seen.append(report)).then()  # noqa: PLW0108
    labelled().when(lambda report: seen.append(report)).then()  # noqa: PLW0108
    plain, marked = seen
    for name in ("stage", "ringing", "escalations", "districts", "held_by", "calling"):
        assert getattr(marked, name) == getattr(plain, name)


def test_that_somebody_has_looked_is_kept() -> None:
    (
        labelled()
        .when(lambda report: report.review_label(operator_id=KIM, at=T2))
        .then((LabelReviewed, {"label": Label.MANY_TRIGGERS, "operator_id": KIM}))
    )


def test_where_nothing_is_labelled_there_is_nothing_to_look_at() -> None:
    accepted().when(lambda report: report.review_label(operator_id=KIM, at=T2)).then_refused(
        NothingLabelled
    )


def test_what_somebody_has_looked_at_waits_for_nobody() -> None:
    labelled().given(LabelReviewed, label=Label.MANY_TRIGGERS, operator_id=KIM, timestamp=T2).when(
        lambda report: report.review_label(operator_id=KIM, at=T2)
    ).then_refused(NothingLabelled)
