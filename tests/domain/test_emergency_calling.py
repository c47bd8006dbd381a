"""The call: told in any order, tried once more, never heard where nothing may sound."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.calling import CallRequested, CallUnanswered
from domain.emergency.conversing import MessageSent, Template
from domain.emergency.vocabulary import CallEnd, PartnerChannel
from domain.policy import Policy
from tests.domain.calls import (
    WROTE,
    asks,
    both,
    called_again,
    connects,
    ends,
    placed,
    retry,
    silent,
    unanswered,
    write,
)
from tests.domain.reports import (
    KIM,
    POLICY,
    REPORT,
    accept,
    accepted,
    after,
    claimed,
    drill,
    resolved,
    triggered,
)

DELIVERY = uuid5(REPORT, "delivery")


def test_a_call_is_told_in_any_order_and_each_step_once() -> None:
    def tell(report: Emergency) -> None:
        for _ in range(2):
            report.call_connected(call_id="c-1", at=after(9), occurred_at=after(8))
            report.call_placed(call_id="c-1", at=after(10))
            for end in (CallEnd.HUNG_UP, CallEnd.FAILED):
                report.call_ended(
                    call_id="c-1",
                    end=end,
                    talked_s=61.5,
                    at=after(70),
                    policy=POLICY,
                    occurred_at=after(70),
                )

    accepted().when(tell).then(
        (facts.CallConnected, {"occurred_at": after(8)}),
        (facts.CallPlaced, {"call_id": "c-1"}),
        (facts.CallEnded, {"end": CallEnd.HUNG_UP, "talked_s": 61.5}),
    )


def test_a_report_without_a_call_is_told_of_none() -> None:
    uncalled = accept(triggered())
    for tell in (
        lambda report: report.call_placed(call_id="c-1", at=after(6)),
        connects(),
        ends(end=CallEnd.FAILED),
    ):
        uncalled.when(tell).then_refused(refusals.NoCall)


@pytest.mark.parametrize("end", [CallEnd.UNANSWERED, CallEnd.FAILED])
def test_a_call_that_nobody_takes_is_tried_once_more(end: CallEnd) -> None:
    placed().when(both(ends(end=end), ends(end=end))).then(
        (CallUnanswered, {"call_id": "c-1", "end": end, "retry_at": after(90)})
    )


def test_a_line_that_breaks_while_they_talk_is_an_end_like_any_other() -> None:
    placed().when(both(connects(), ends(end=CallEnd.FAILED))).then(
        facts.CallConnected, (facts.CallEnded, {"end": CallEnd.FAILED})
    )


def test_the_retry_is_a_call_of_its_own_at_its_moment_and_once() -> None:
    unanswered().when(both(retry(), retry())).then(
        (CallRequested, {"attempt": 2, "operator_id": None, "retry": True})
    )


def test_a_retry_that_is_early_or_of_another_moment_changes_nothing() -> None:
    unanswered().when(retry(seconds=45)).then()
    unanswered().when(retry(due=45)).then()


def test_an_answer_that_is_told_late_stops_the_retry() -> None:
    unanswered().when(both(connects(), retry())).then(facts.CallConnected)


def test_who_was_talked_to_meanwhile_is_not_called_once_more() -> None:
    unanswered().when(both(connects(), ends(end=CallEnd.HUNG_UP), retry(seconds=90))).then(
        facts.CallConnected, facts.CallEnded
    )


def test_an_answer_after_the_retry_was_placed_needs_no_text() -> None:
    second = called_again().given(facts.CallPlaced, timestamp=after(47), call_id="c-2")
    second.when(both(connects(), ends("c-2"), write)).then(
        (facts.CallConnected, {"call_id": "c-1"}),
        (CallUnanswered, {"call_id": "c-2", "retry_at": None}),
    )


def test_after_the_second_call_in_vain_she_is_written_to_once() -> None:
    def told_twice(report: Emergency) -> None:
        for _ in range(2):
            ends("c-2")(report)
            write(report)

    called_again().when(told_twice).then(
        (CallUnanswered, {"call_id": "c-2", "retry_at": None}),
        (MessageSent, {"template": Template.CALL_UNANSWERED, "by_text": True, "body": WROTE}),
    )


def test_a_city_may_do_without_a_retry() -> None:
    placed().when(both(ends(policy=Policy(call_retries=0)), write)).then(
        (CallUnanswered, {"retry_at": None}), MessageSent
    )


def test_who_cannot_be_called_at_all_is_written_to() -> None:
    def give_up(report: Emergency) -> None:
        report.partner_unreachable(
            channel=PartnerChannel.CALL,
            delivery_id=DELIVERY,
            code="partner_unavailable",
            at=after(40),
        )

    accepted().when(both(give_up, write)).then(facts.PartnerUnreachable, MessageSent)


def test_a_dead_letter_that_is_sent_after_all_is_a_call_under_way() -> None:
    given_up = accepted().given(
        facts.PartnerUnreachable,
        timestamp=after(40),
        channel=PartnerChannel.CALL,
        delivery_id=DELIVERY,
        code="partner_unavailable",
    )
    given_up.when(asks).then(CallRequested)
    given_up.given(facts.CallPlaced, timestamp=after(41), call_id="c-1").when(asks).then()


def test_nobody_is_called_or_written_to_by_itself_once_it_is_over() -> None:
    resolved(claimed(placed())).when(both(ends(), write)).then((CallUnanswered, {"retry_at": None}))
    resolved(claimed(unanswered())).when(retry(seconds=700)).then()


def test_an_operator_has_her_called_again() -> None:
    placed().when(asks).then()
    last = called_again().given(
        CallUnanswered,
        timestamp=after(56),
        call_id="c-2",
        end=CallEnd.UNANSWERED,
        retry_at=None,
    )
    last.when(both(asks, asks, ends("c-3"))).then(
        (CallRequested, {"attempt": 3, "operator_id": KIM, "retry": False}),
        (CallUnanswered, {"call_id": "c-3", "retry_at": after(90)}),
    )


def test_a_call_by_hand_is_an_act_of_its_holder() -> None:
    def ask_and_wait(report: Emergency) -> None:
        report.request_call(operator_id=KIM, at=after(12))
        report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)

    claimed(accept(triggered())).when(ask_and_wait).then(CallRequested)


def test_who_may_not_be_called_is_not_called_by_hand_either() -> None:
    claimed(drill()).when(asks).then_refused(refusals.DrillHasNoPartner)
    silent().when(asks).then_refused(refusals.Silent)
    accept(triggered(citizen_id=None)).when(asks).then_refused(refusals.NoCall)
    triggered().when(asks).then_refused(refusals.InWindow)
    resolved().when(asks).then_refused(refusals.AlreadyResolved)


def test_a_report_that_is_opened_again_is_called_again() -> None:
    def reopen(report: Emergency) -> None:
        report.reopen(operator_id=KIM, reason="He came back.", at=after(900), policy=POLICY)

    over = placed().given(
        facts.CallEnded,
        timestamp=after(40),
        call_id="c-1",
        end=CallEnd.HUNG_UP,
        talked_s=20,
    )
    resolved(claimed(over)).when(reopen).then(
        facts.Reopened, (CallRequested, {"attempt": 2, "operator_id": None, "retry": False})
    )
    resolved(claimed(silent())).when(reopen).then(facts.Reopened)
    resolved(claimed(placed())).when(reopen).then(facts.Reopened)


def test_the_wait_before_the_retry_is_the_citys() -> None:
    policy = Policy(call_retry_after_s=30)
    placed().when(ends(policy=policy)).then(
        (CallUnanswered, {"retry_at": after(80) + timedelta(seconds=30)})
    )
