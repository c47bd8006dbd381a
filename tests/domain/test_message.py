"""A message's way, and its next when that one fails: each step is a fact, told once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.language import Language
from domain.message import Composed, Message, Recipient, RecipientKind, Withheld
from domain.message_routing import (
    Attempted,
    Delivered,
    Failed,
    FellBack,
    HandedOver,
    MessageRoute,
    MessageState,
    PutOff,
    ReceiptMissed,
    Resumed,
    TurnedAway,
)
from domain.policy import Policy
from domain.sms import Alphabet, TextKind
from tests.scenario import T0, Scenario

SMS, SMPP, PUSH = MessageRoute.SMS, MessageRoute.SMPP, MessageRoute.PUSH
WAYS = (SMS, SMPP, PUSH)
AT = T0 + timedelta(seconds=9)
DUE = T0 + timedelta(minutes=10)
HANDED = {
    "reference": "r-1",
    "kind": TextKind.SMS,
    "alphabet": Alphabet.EUC_KR,
    "pieces": 1,
    "receipt_by": DUE,
}


def composed() -> Scenario[Message]:
    return Scenario[Message](uuid4()).given(
        Composed,
        originator_topic="message",
        about=uuid4(),
        citizen_id=uuid4(),
        recipient_kind=RecipientKind.GUARDIAN,
        recipient_id=uuid4(),
        language=Language.KO,
        phrase="taxi.boarded",
        words={"plate": "서울30바1234"},
        timestamp=T0,
    )


def sent(route: MessageRoute = SMS) -> Scenario[Message]:
    return composed().given(HandedOver, route=route, timestamp=T0, **HANDED)


def test_one_that_was_taken_says_how_it_goes_and_when_to_ask() -> None:
    outcome = composed().when(lambda m: m.handed_over(route=SMS, at=AT, **HANDED))
    outcome.then((HandedOver, {"route": SMS, **HANDED}))


def test_one_that_is_with_a_provider_is_not_taken_again() -> None:
    sent().when(lambda m: m.handed_over(route=SMPP, reference="r-2", at=AT)).then()


def test_a_delivery_that_was_told_first_still_learns_its_reference() -> None:
    told = composed().given(Delivered, route=SMS, timestamp=T0)
    told.when(lambda m: m.handed_over(route=SMS, reference="r-1", at=AT)).then(HandedOver)
    known = told.given(HandedOver, route=SMS, timestamp=T0, **HANDED)
    known.when(lambda m: m.handed_over(route=SMS, reference="r-1", at=AT)).then()
    told.when(lambda m: m.delivered(route=SMS, at=AT)).then()


def test_each_attempt_is_counted_and_its_end_ends_the_doubt() -> None:
    one = composed().given(Attempted, route=SMPP, number=1, timestamp=T0)
    one.when(lambda m: m.turned_away(route=SMPP, why="partner_unavailable", at=AT)).then(TurnedAway)
    again = one.given(TurnedAway, route=SMPP, why="x", timestamp=T0)
    again.when(lambda m: m.turned_away(route=SMPP, why="x", at=AT)).then()
    again.when(lambda m: m.attempt(route=SMPP, at=AT)).then((Attempted, {"number": 2}))


def test_a_doubt_about_one_way_is_not_ended_by_another() -> None:
    one = composed().given(Attempted, route=SMPP, number=1, timestamp=T0)
    one.when(lambda m: m.turned_away(route=SMS, why="x", at=AT)).then()


def test_nothing_is_attempted_once_it_has_left() -> None:
    sent().when(lambda m: m.attempt(route=SMPP, at=AT)).then()


def test_what_fails_goes_by_the_next_way_that_it_has_not_gone() -> None:
    first = sent().when(lambda m: m.failed(route=SMS, why="undeliverable", at=AT, ways=WAYS))
    first.then((FellBack, {"route": SMS, "to": SMPP, "why": "undeliverable"}))
    fallen = sent().given(FellBack, route=SMS, to=SMPP, why="x", timestamp=T0)
    then = fallen.when(lambda m: m.failed(route=SMPP, why="expired", at=AT, ways=WAYS))
    then.then((FellBack, {"route": SMPP, "to": PUSH}))


def test_without_another_way_it_has_failed_and_may_be_sent_anew() -> None:
    fallen = composed().given(FellBack, route=SMS, to=SMPP, why="x", timestamp=T0)
    fallen.when(lambda m: m.failed(route=SMPP, why="x", at=AT, ways=(SMS, SMPP))).then(Failed)
    failed = fallen.given(Failed, route=SMPP, why="x", timestamp=T0)
    failed.when(lambda m: m.failed(route=SMPP, why="x", at=AT, ways=WAYS)).then()
    failed.when(lambda m: m.attempt(route=SMPP, at=AT)).then()
    failed.when(lambda m: m.handed_over(route=SMPP, reference="r", at=AT)).then()
    failed.when(lambda m: m.resume(at=AT)).then((Resumed, {"route": SMPP}))
    anew = failed.given(Resumed, route=SMPP, timestamp=AT)
    anew.when(lambda m: m.attempt(route=SMPP, at=AT)).then(Attempted)
    anew.when(lambda m: m.resume(at=AT)).then()
    sent().when(lambda m: m.resume(at=AT)).then()


def test_bad_news_of_a_way_that_it_has_left_changes_nothing() -> None:
    fallen = sent().given(FellBack, route=SMS, to=SMPP, why="x", timestamp=T0)
    fallen.when(lambda m: m.failed(route=SMS, why="expired", at=AT, ways=WAYS)).then()


def test_good_news_of_a_way_that_it_has_left_is_good_news() -> None:
    fallen = sent().given(FellBack, route=SMS, to=SMPP, why="x", timestamp=T0)
    fallen.when(lambda m: m.delivered(route=SMS, at=AT)).then((Delivered, {"route": SMS}))


def test_waiting_is_told_once_for_each_reason() -> None:
    first = composed().when(lambda m: m.put_off(why="rate", until=DUE, at=AT))
    first.then((PutOff, {"why": "rate", "until": DUE}))
    waits = composed().given(PutOff, why="rate", until=DUE, timestamp=T0)
    waits.when(lambda m: m.put_off(why="rate", until=DUE, at=AT)).then()
    waits.when(lambda m: m.put_off(why="throttled", until=DUE, at=AT)).then(PutOff)
    sent().when(lambda m: m.put_off(why="rate", until=DUE, at=AT)).then()


def test_a_receipt_is_missed_once_at_its_moment_and_never_after_the_word() -> None:
    sent().when(lambda m: m.miss_receipt(due_at=DUE, at=DUE)).then((ReceiptMissed, {"route": SMS}))
    missed = sent().given(ReceiptMissed, route=SMS, timestamp=DUE)
    missed.when(lambda m: m.miss_receipt(due_at=DUE, at=DUE)).then()
    told = sent().given(Delivered, route=SMS, timestamp=T0)
    told.when(lambda m: m.miss_receipt(due_at=DUE, at=DUE)).then()
    sent().when(lambda m: m.miss_receipt(due_at=AT, at=DUE)).then()


def test_what_has_left_is_not_withheld() -> None:
    composed().when(lambda m: m.withhold(why="no_number", at=AT)).then(Withheld)
    sent().when(lambda m: m.withhold(why="no_number", at=AT)).then()


@pytest.mark.parametrize("fact", [Delivered, Failed, Withheld])
def test_what_is_settled_is_tried_no_more(fact) -> None:
    why = {} if fact is Delivered else {"why": "x"}
    route = {} if fact is Withheld else {"route": SMS}
    ended = composed().given(fact, timestamp=T0, **why, **route)
    ended.when(lambda m: m.failed(route=SMS, why="x", at=AT, ways=WAYS)).then()


def test_a_message_begins_nowhere_and_untried() -> None:
    message = Message.compose(
        about=uuid4(),
        occasion="boarded",
        citizen_id=None,
        recipient=Recipient(kind=RecipientKind.CITIZEN, recipient_id=uuid4(), language=Language.KO),
        phrase="taxi.boarded",
        words={},
        at=T0,
    )
    assert (message.state, message.route, message.left) == (MessageState.WAITING, None, ())
    assert message.to_be_sent
    assert not message.settled


def test_the_numbers_of_waiting_are_the_routes_own() -> None:
    policy = Policy()
    assert policy.receipt_within_s(SMS) == policy.receipt_within_s(SMPP) == 600
    assert policy.receipt_within_s(PUSH) == 10
    assert policy.receipt_within_s(MessageRoute.OTHER) is None
    assert (policy.receipt_patience_s(PUSH), policy.receipt_patience_s(SMS)) == (0, 14_400)
