"""A report is taken back, or is not, or only seems to be."""

from __future__ import annotations

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.taking_back import DuressSuspected, PinGiven, RaisedAfterCancel
from domain.emergency.vocabulary import Alert, CancelRefusal, Outcome, Stage
from domain.policy import Policy
from tests.domain.reports import (
    JIYOUNG,
    KIM,
    POLICY,
    REPORT,
    accept,
    accepted,
    after,
    cancelled,
    claimed,
    joined,
    resolved,
    signal,
    triggered,
    under_duress,
)
from tests.scenario import Scenario

BACK = "A scream was heard."


def cancel(seconds: float, pin: PinGiven = PinGiven.NOT_ASKED, **more):
    return lambda report: report.cancel(at=after(seconds), policy=POLICY, pin=pin, **more)


@pytest.mark.parametrize("seconds", [0, 4.999, 5])
def test_a_cancel_within_the_window_ends_the_report(seconds: float) -> None:
    triggered().when(cancel(seconds)).then(
        (facts.Cancelled, {"reopen_until": after(seconds + 600)})
    )


def test_a_cancel_after_the_window_is_kept_and_acts_on_nothing() -> None:
    triggered().when(cancel(5.25)).then(
        (
            facts.CancelRefused,
            {"refusal": CancelRefusal.LATE, "late_by_s": 0.25, "tries_left": None},
        )
    )


def test_a_cancel_that_loses_the_race_is_kept_even_within_the_window() -> None:
    accepted().when(cancel(4.99, occurred_at=after(4))).then(
        (facts.CancelRefused, {"late_by_s": 0.0, "occurred_at": after(4)})
    )


def test_a_cancel_of_a_claimed_or_resolved_report_acts_on_nothing() -> None:
    for report in (claimed(), resolved()):
        report.when(cancel(700)).then((facts.CancelRefused, {"refusal": CancelRefusal.LATE}))


def test_cancelling_twice_is_once_whatever_the_pin() -> None:
    for pin in (PinGiven.NOT_ASKED, PinGiven.RIGHT, PinGiven.WRONG, PinGiven.MISSING):
        cancelled().when(cancel(20, pin)).then()


def test_a_cancel_of_an_earlier_trigger_takes_nothing_back_from_a_later_one() -> None:
    raised_again = joined()
    raised_again.when(cancel(2, trigger_id="t-1")).then(
        (facts.CancelRefused, {"refusal": CancelRefusal.RAISED_AGAIN, "late_by_s": 0.0})
    )
    for meant in ("t-2", None, "of another phone"):
        raised_again.when(cancel(2, trigger_id=meant)).then(facts.Cancelled)


def test_a_cancel_of_a_joined_trigger_never_touches_an_accepted_report() -> None:
    report = joined(accepted(), timestamp=after(8))
    report.when(cancel(9, trigger_id="t-2")).then(
        (facts.CancelRefused, {"refusal": CancelRefusal.LATE})
    )


def test_a_cancelled_report_is_reopened_until_the_moment_that_the_cancel_said() -> None:
    longer = Policy(reopen_cancelled_within_s=3_600)
    cancelled().when(
        lambda report: report.reopen(operator_id=KIM, reason=BACK, at=after(603), policy=longer)
    ).then(facts.Reopened)
    cancelled().when(
        lambda report: report.reopen(operator_id=KIM, reason=BACK, at=after(603.1), policy=longer)
    ).then_refused(refusals.TooLateToReopen)


@pytest.mark.parametrize(
    ("pin", "why", "left"),
    [
        (PinGiven.MISSING, CancelRefusal.PIN_MISSING, 5),
        (PinGiven.WRONG, CancelRefusal.PIN_WRONG, 4),
    ],
)
def test_without_the_right_pin_nothing_is_taken_back(
    pin: PinGiven, why: CancelRefusal, left: int
) -> None:
    triggered().when(cancel(2, pin)).then(
        (facts.CancelRefused, {"refusal": why, "tries_left": left})
    )
    triggered().when(cancel(2, PinGiven.RIGHT)).then(facts.Cancelled)


def wrong(times: int) -> Scenario[Emergency]:
    report = triggered()
    for number in range(1, times + 1):
        report = report.given(
            facts.CancelRefused,
            timestamp=after(number / 4),
            refusal=CancelRefusal.PIN_WRONG,
            late_by_s=0.0,
            tries_left=5 - number,
        )
    return report


def test_five_wrong_pins_and_not_even_the_right_one_takes_it_back() -> None:
    wrong(4).when(cancel(2, PinGiven.RIGHT)).then(facts.Cancelled)
    for pin in (PinGiven.RIGHT, PinGiven.WRONG):
        wrong(5).when(cancel(2, pin)).then(
            (facts.CancelRefused, {"refusal": CancelRefusal.PIN_LOCKED, "tries_left": 0})
        )


def test_the_duress_pin_looks_like_a_cancel_and_alarms() -> None:
    answers = []
    triggered().when(lambda report: answers.append(cancel(3, PinGiven.DURESS)(report))).then(
        (DuressSuspected, {"told": None, "accept_by": after(5), "citizen_id": JIYOUNG})
    )
    triggered().when(lambda report: answers.append(cancel(3, PinGiven.RIGHT)(report)))
    assert answers == [None, None]


def test_a_report_under_duress_is_accepted_and_silent_near_her() -> None:
    fact = (
        under_duress()
        .when(lambda report: report.window_elapsed(at=after(5), policy=POLICY))
        .then((facts.Accepted, {"call": False}))
        .fact
    )
    assert fact.escalations


@pytest.mark.parametrize("pin", PinGiven)
def test_what_the_phone_takes_for_cancelled_stays_so_whatever_comes(pin: PinGiven) -> None:
    answers = []
    for report in (under_duress(), under_duress(resolved()), cancelled()):
        report.when(lambda one: answers.append(cancel(4, pin)(one)))
    assert answers == [None, None, None]
    under_duress().when(cancel(4, pin)).then()


def test_the_duress_pin_is_heard_whenever_it_comes() -> None:
    for report, told in (
        (claimed(), CancelRefusal.LATE),
        (resolved(), CancelRefusal.LATE),
        (cancelled(), None),
    ):
        report.when(cancel(700, PinGiven.DURESS)).then(
            (DuressSuspected, {"told": told, "accept_by": after(700)})
        )
    wrong(5).when(cancel(3, PinGiven.DURESS)).then(
        (DuressSuspected, {"told": CancelRefusal.PIN_LOCKED, "accept_by": after(5)})
    )


def test_what_was_over_is_accepted_again_when_duress_is_suspected() -> None:
    for over in (cancelled(), resolved()):
        under_duress(over, timestamp=after(700), accept_by=after(700)).when(
            lambda report: report.window_elapsed(at=after(700), policy=POLICY)
        ).then(facts.Accepted)


def test_what_was_resolved_seems_so_until_an_operator_opens_it_again() -> None:
    forced = under_duress(
        resolved(), timestamp=after(700), told=CancelRefusal.LATE, accept_by=after(700)
    )
    seen: list[tuple[Stage, Stage, bool]] = []

    def look(report: Emergency) -> None:
        seen.append((report.stage, report.stage_on_phone, report.seems_over))

    forced.when(look).then()
    again = resolved(claimed(accept(forced)))
    again.when(look).then()
    again.given(
        facts.Reopened,
        timestamp=after(900),
        operator_id=KIM,
        citizen_id=JIYOUNG,
        answer_by=after(915),
        escalations=(),
    ).when(look).then()
    assert seen == [
        (Stage.WINDOW, Stage.RESOLVED, True),
        (Stage.RESOLVED, Stage.RESOLVED, True),
        (Stage.OPEN, Stage.OPEN, False),
    ]
    forced.when(
        lambda one: one.said_fine(operator_id=None, at=after(701), policy=POLICY)
    ).then_refused(refusals.AlreadyResolved)


def test_a_claimed_report_stays_claimed_when_duress_is_suspected() -> None:
    def look(report: Emergency) -> None:
        cancel(20, PinGiven.DURESS)(report)
        assert (report.stage, report.held_by) == (Stage.CLAIMED, KIM)
        assert (report.alert, report.under_duress, report.pretended) == (Alert.SILENT, True, False)

    claimed().when(look).then(DuressSuspected)


def test_after_duress_the_right_pin_only_seems_to_cancel() -> None:
    locked = under_duress(joined(), timestamp=after(2), told=CancelRefusal.RAISED_AGAIN)
    locked.when(cancel(3, PinGiven.RIGHT, trigger_id="t-2")).then((DuressSuspected, {"told": None}))
    locked.when(cancel(3, PinGiven.WRONG, trigger_id="t-2")).then(
        (facts.CancelRefused, {"refusal": CancelRefusal.PIN_WRONG})
    )


def test_a_second_duress_pin_says_nothing_more() -> None:
    late = under_duress(claimed(), timestamp=after(20), told=CancelRefusal.LATE)
    late.when(cancel(30, PinGiven.DURESS)).then(
        (facts.CancelRefused, {"refusal": CancelRefusal.LATE})
    )


def test_only_operators_end_a_report_under_duress() -> None:
    report = claimed(accepted_under_duress())
    report.when(
        lambda one: one.resolve(
            operator_id=KIM,
            outcome=Outcome.POLICE_HANDLED,
            note="The police are with her.",
            coordinator=False,
            at=after(60),
            policy=POLICY,
        )
    ).then(facts.Resolved)


def accepted_under_duress() -> Scenario[Emergency]:
    from tests.domain.reports import accept

    return accept(under_duress())


def test_a_report_after_a_cancel_says_so() -> None:
    again = Emergency.trigger(signal(trigger_id="t-2"), at=after(60), policy=POLICY)
    for taken_back in (cancelled(), under_duress()):
        taken_back.when(lambda one: again.follow_cancel(one, at=after(60)))
    told = [fact for fact in again.pending_events if isinstance(fact, RaisedAfterCancel)]
    assert [(one.cancelled_report_id, one.taken_back_at) for one in told] == [
        (REPORT, after(3)),
        (REPORT, after(3)),
    ]


def test_a_report_after_another_end_says_nothing() -> None:
    again = Emergency.trigger(signal(trigger_id="t-2"), at=after(700), policy=POLICY)
    resolved().when(lambda one: again.follow_cancel(one, at=after(700)))
    assert len(again.pending_events) == 1
