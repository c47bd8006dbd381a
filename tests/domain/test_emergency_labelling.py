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


STUCK = POLICY.bell_stuck_presses + 1


def test_a_bell_pressed_more_than_ten_times_in_a_minute_is_labelled_once() -> None:
    told: list[bool] = []

    def count(presses: int):
        def step(report: Emergency) -> None:
            told.append(report.count_presses(presses, at=T1, policy=POLICY))

        return step

    accepted().when(count(STUCK - 1)).then()
    accepted().when(count(STUCK)).then(
        (Labelled, {"label": Label.STUCK, "count": STUCK, "within_s": 60.0})
    )
    seems_stuck().when(count(STUCK)).then()
    assert told == [False, True, False]


def seems_stuck():
    return accepted().given(Labelled, label=Label.STUCK, count=11, within_s=60.0, timestamp=T1)


def test_who_has_looked_has_seen_that_it_seems_stuck() -> None:
    seen: list[bool] = []
    seems_stuck().when(lambda report: seen.append(report.seen_stuck)).then()
    seems_stuck().given(LabelReviewed, label=Label.STUCK, operator_id=KIM, timestamp=T2).when(
        lambda report: seen.append(report.seen_stuck)
    ).then()
    assert seen == [False, True]
