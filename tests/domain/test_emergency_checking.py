"""“I'm fine” ends nothing: somebody looks again."""

from __future__ import annotations

from uuid import UUID

from domain.emergency import Emergency, facts, refusals
from domain.emergency.calling import CallRequested
from domain.emergency.checking import RecheckDue, RecheckScheduled, SaidFine
from domain.emergency.taking_back import DuressSuspected, PinGiven
from domain.emergency.vocabulary import Stage
from domain.policy import EscalationLevel, Policy
from tests.domain.reports import (
    JIYOUNG,
    KIM,
    LEE,
    POLICY,
    accept,
    accepted,
    after,
    cancelled,
    claimed,
    resolved,
    signal,
    triggered,
)


def says_fine(to: UUID | None = None, seconds: float = 60, policy: Policy = POLICY):
    return lambda report: report.said_fine(operator_id=to, at=after(seconds), policy=policy)


def look_again(seconds: float = 660, due: float = 660):
    return lambda report: report.recheck_due(due_at=after(due), at=after(seconds), policy=POLICY)


def fine(report=None):
    """She pressed it in the app a minute after the trigger."""
    return (report or claimed()).given(
        SaidFine,
        timestamp=after(60),
        citizen_id=JIYOUNG,
        operator_id=None,
        recheck_at=after(660),
    )


def both(*steps):
    def act(report: Emergency) -> None:
        for step in steps:
            step(report)

    return act


def test_her_word_is_kept_and_closes_nothing() -> None:
    def say_and_look(report: Emergency) -> None:
        says_fine()(report)
        assert report.stage is Stage.CLAIMED
        assert report.held_by == KIM

    claimed().when(say_and_look).then(
        (SaidFine, {"citizen_id": JIYOUNG, "operator_id": None, "recheck_at": after(660)})
    )


def test_an_operator_hears_it_on_the_phone() -> None:
    accepted().when(says_fine(KIM)).then((SaidFine, {"operator_id": KIM}))


def test_saying_it_again_puts_nothing_off() -> None:
    fine().when(says_fine(seconds=300)).then()
    fine().when(both(says_fine(LEE, seconds=300), says_fine(LEE, seconds=310))).then(
        (SaidFine, {"operator_id": LEE, "recheck_at": after(660)})
    )


def test_after_ten_minutes_it_rings_for_a_second_look() -> None:
    def look_and_listen(report: Emergency) -> None:
        look_again()(report)
        assert report.ringing
        assert report.held_by == KIM

    fine().when(both(look_and_listen, look_again())).then((RecheckDue, {"act_by": after(690)}))


def test_a_second_look_rings_on_an_unclaimed_report_too() -> None:
    fine(accepted()).when(look_again()).then((RecheckDue, {"act_by": None}))


def test_a_second_look_that_its_holder_does_not_take_goes_on_to_rise() -> None:
    """She may have gone home since: it must not ring in an empty room for ever."""
    noted = {"operator_id": KIM, "citizen_id": JIYOUNG}
    before = fine().given(facts.NoteAdded, timestamp=after(100), **noted)
    looked = before.given(RecheckDue, timestamp=after(660), act_by=after(690))

    def idle(report: Emergency) -> None:
        report.idle_claim(due_at=after(690), at=after(690), policy=POLICY)

    looked.when(idle).then((facts.Escalated, {"level": EscalationLevel.IDLE_CLAIM}))
    looked.given(facts.NoteAdded, timestamp=after(670), **noted).when(idle).then()
    of_old = fine().given(RecheckDue, timestamp=after(660), act_by=None)
    of_old.when(idle).then()


def test_a_second_look_puts_off_no_rise_that_is_to_come() -> None:
    def raises_again(report: Emergency) -> None:
        report.join(signal(trigger_id="t-2"), at=after(659), policy=POLICY)

    fine().when(both(raises_again, look_again())).then(facts.Joined, (RecheckDue, {"act_by": None}))


def test_a_look_that_is_early_or_of_another_word_is_none() -> None:
    fine().when(look_again(seconds=659)).then()
    fine().when(look_again(due=600)).then()
    claimed().when(look_again()).then()


def test_after_the_second_look_she_may_say_it_again() -> None:
    looked = fine().given(RecheckDue, timestamp=after(660))
    looked.when(says_fine(seconds=700)).then((SaidFine, {"recheck_at": after(1300)}))


def test_the_holder_quiets_the_second_look_and_must_act_on_it() -> None:
    looked = fine().given(RecheckDue, timestamp=after(660))
    looked.when(lambda report: report.claim(operator_id=KIM, at=after(665), policy=POLICY)).then(
        (facts.Claimed, {"act_by": after(695)})
    )


def test_nobody_is_fine_before_the_report_or_after_it() -> None:
    triggered().when(says_fine()).then_refused(refusals.InWindow)
    cancelled().when(says_fine()).then_refused(refusals.NotOpen)
    resolved().when(says_fine()).then_refused(refusals.AlreadyResolved)


def test_a_look_that_was_still_to_come_is_not_made_after_the_end() -> None:
    resolved(fine()).when(look_again()).then()


def test_a_look_that_was_still_to_come_comes_anew_when_it_is_opened_again() -> None:
    def reopen(report: Emergency) -> None:
        report.reopen(operator_id=LEE, reason="She called.", at=after(900), policy=POLICY)
        look_again(seconds=1000)(report)
        look_again(seconds=1500, due=1500)(report)

    resolved(fine(claimed(accept(triggered())))).when(reopen).then(
        facts.Reopened, CallRequested, (RecheckScheduled, {"recheck_at": after(1500)}), RecheckDue
    )


def test_the_wait_is_the_citys() -> None:
    accepted().when(says_fine(policy=Policy(recheck_after_s=120))).then(
        (SaidFine, {"recheck_at": after(180)})
    )


def test_a_report_that_duress_opens_anew_awaits_no_earlier_look() -> None:
    def force(report: Emergency) -> None:
        report.cancel(at=after(650), policy=POLICY, pin=PinGiven.DURESS)
        report.window_elapsed(at=after(655), policy=POLICY)
        look_again()(report)

    resolved(fine()).when(force).then(DuressSuspected, facts.Accepted)
