"""Given a message's facts, then what is shown of whom it reached."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.base import Fact
from domain.language import Language
from domain.message import Composed, RecipientKind, Withheld
from domain.message_routing import (
    Attempted,
    Delivered,
    Failed,
    FellBack,
    HandedOver,
    MessageRoute,
    MessageState,
    PutOff,
    Resumed,
    TurnedAway,
)
from domain.sms import Alphabet, TextKind
from projections.sent_messages import SentMessages, SentRow
from tests.scenario import T0

ID, ABOUT, CITIZEN, MOTHER = uuid4(), uuid4(), uuid4(), uuid4()
SMS, SMPP = MessageRoute.SMS, MessageRoute.SMPP
BEGUN: tuple[type[Fact], dict[str, Any]] = (
    Composed,
    {
        "originator_topic": "message",
        "about": ABOUT,
        "citizen_id": CITIZEN,
        "recipient_kind": RecipientKind.GUARDIAN,
        "recipient_id": MOTHER,
        "language": Language.KO,
        "phrase": "taxi.boarded",
    },
)
HANDED = {
    "reference": "r",
    "kind": TextKind.JOINED,
    "alphabet": Alphabet.UCS2,
    "pieces": 2,
    "receipt_by": None,
}


def row(*happened: tuple[type[Fact], dict[str, Any]]) -> SentRow:
    fold, made = SentMessages(), None
    for version, (kind, fields) in enumerate((BEGUN, *happened), 1):
        at = T0 + timedelta(seconds=version)
        fact = kind(originator_id=ID, originator_version=version, timestamp=at, **fields)
        assert list(fold.keys(fact)) == [(ID,)]
        made = fold.evolve(made, fact)
    assert made is not None
    return made


def test_it_begins_waiting_and_says_whose_it_is() -> None:
    begun = row()
    assert (begun.about, begun.citizen_id, begun.recipient_id) == (ABOUT, CITIZEN, MOTHER)
    assert (begun.state, begun.route, begun.attempts) == (MessageState.WAITING, None, 0)
    assert begun.composed_at == T0 + timedelta(seconds=1)


def test_the_whole_way_is_shown() -> None:
    gone = row(
        (PutOff, {"why": "message.recipient_rate", "until": T0}),
        (HandedOver, {"route": SMS, **HANDED}),
        (FellBack, {"route": SMS, "to": SMPP, "why": "undeliverable"}),
        (Attempted, {"route": SMPP, "number": 1}),
        (TurnedAway, {"route": SMPP, "why": "x"}),
        (Attempted, {"route": SMPP, "number": 2}),
        (HandedOver, {"route": SMPP, **HANDED}),
    )
    assert (gone.state, gone.route, gone.failed_routes) == (MessageState.SENT, SMPP, (SMS,))
    assert (gone.attempts, gone.pieces, gone.kind) == (3, 4, TextKind.JOINED)
    assert (gone.put_off_until, gone.put_off_why, gone.why) == (None, None, None)
    assert gone.sent_at == T0 + timedelta(seconds=8)


def test_what_waits_says_until_when_and_why() -> None:
    waits = row((PutOff, {"why": "message.recipient_rate", "until": T0}))
    assert (waits.put_off_until, waits.put_off_why) == (T0, "message.recipient_rate")
    left = row(
        (PutOff, {"why": "message.recipient_rate", "until": T0}),
        (FellBack, {"route": SMS, "to": SMPP, "why": "partner_refused"}),
    )
    assert (left.state, left.put_off_until, left.why) == (
        MessageState.WAITING,
        None,
        "partner_refused",
    )


def test_what_failed_says_why_and_what_arrives_after_all_is_there() -> None:
    failed = row((Failed, {"route": SMS, "why": "expired"}))
    assert (failed.state, failed.why) == (MessageState.FAILED, "expired")
    assert failed.ended_at == T0 + timedelta(seconds=2)
    there = row((Failed, {"route": SMS, "why": "expired"}), (Delivered, {"route": SMS}))
    assert (there.state, there.why, there.ended_at) == (MessageState.DELIVERED, None, None)
    assert there.delivered_at == T0 + timedelta(seconds=3)


def test_what_is_sent_anew_waits_again() -> None:
    anew = row((Failed, {"route": SMS, "why": "partner_refused"}), (Resumed, {"route": SMS}))
    assert (anew.state, anew.why, anew.ended_at) == (MessageState.WAITING, None, None)


def test_a_receipt_that_came_first_stays() -> None:
    there = row((Delivered, {"route": SMPP}), (HandedOver, {"route": SMPP, **HANDED}))
    assert there.state is MessageState.DELIVERED


def test_what_was_withheld_says_why() -> None:
    assert (row((Withheld, {"why": "no_number"})).why, row().why) == ("no_number", None)
    assert row((Withheld, {"why": "x"})).state is MessageState.WITHHELD


def test_facts_of_a_message_that_is_none_make_none() -> None:
    fact = Delivered(originator_id=ID, originator_version=2, timestamp=T0, route=SMS)
    assert SentMessages().evolve(None, fact) is None
