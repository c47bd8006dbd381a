"""A message leaves if its facts stand, to whom may be told at that moment, once."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from application.attempts import AttemptOutcome
from application.delivery_book import Patience
from application.delivery_desk import DeliveryDesk
from application.errors import PartnerRefused, Unknown
from application.message_desk import MessageDesk
from application.messaging import numbers_of_members, to_citizen
from application.messaging import to_guardians as compose_to_guardians
from application.outbox import Channel
from application.safe_return import Receipt
from application.text_routes import Fate, OutgoingText
from application.ways import TextWay
from domain.base import ERASED
from domain.guardians import RemovedBy
from domain.language import Language
from domain.member import Member
from domain.message import Message, MessageRoute, MessageState
from domain.policy import Policy
from tests.application.delivery_twins import AccessList, MemoryBook, everybody
from tests.application.house import CITIZEN, JIYOUNG, SYSTEM, DeskHouse
from tests.application.message_twins import MemoryPace, MemoryPieces

ABOUT = uuid4()
MOTHER = uuid4()
PHRASE, WORDS = "refused.member.own_number", {"unused": "word"}


class Provider:
    def __init__(self) -> None:
        self.sent: list[OutgoingText] = []
        self.trouble: Exception | None = None

    def send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        if self.trouble is not None:
            raise self.trouble
        self.sent.append(outgoing)
        return ("sms-1",)

    def ask(self, _reference: str) -> Fate | None:
        return None


class Messaging:
    """A member with one confirmed guardian, and whoever brings messages."""

    def __init__(self) -> None:
        self.house = DeskHouse()
        self.provider = Provider()
        self.access = AccessList()
        numbers = numbers_of_members(self.house.app)
        self.way = TextWay(MessageRoute.SMS, lambda: self.provider, numbers)
        self.desk = MessageDesk(
            self.house.app,
            self.house.clock,
            self.house.log,
            ways=lambda: [self.way],
            pieces=MemoryPieces(),
            pace=MemoryPace(),
            policies=self.house.policy,
            access_log=self.access,
        )
        self.member = Member.register(
            citizen_id=JIYOUNG,
            name="지영",
            phone="+821012345678",
            language=Language.KO,
            at=self.now,
        )
        self.member.name_guardian(
            guardian_id=MOTHER,
            name="엄마",
            phone="+8613800138000",
            language=Language.ZH,
            at=self.now,
            policy=Policy(),
        )
        self.member.confirm_guardian(MOTHER, at=self.now)
        self.save(self.member)

    @property
    def now(self) -> Any:
        return self.house.clock.now()

    def save(self, *aggregates: Any) -> None:
        receipt = Receipt(aggregate_id=JIYOUNG)
        self.house.app.commit(aggregates, context=CITIZEN, receipt=receipt)

    def to_guardians(self) -> UUID:
        [message] = compose_to_guardians(
            self.member, about=ABOUT, occasion="boarded", phrase=PHRASE, words=WORDS, at=self.now
        )
        self.save(message)
        return message.id

    def attempt(self, times: int = 1) -> list[AttemptOutcome]:
        [delivery] = [
            one for one in self.house.log.deliveries.values() if one.channel is Channel.MESSAGE
        ]
        book = MemoryBook(delivery)
        desk = DeliveryDesk(
            app=self.house.app,
            book=book,
            reports=self.house.desk,
            partners=lambda: everybody(self.provider),
            access_log=self.access,
            chance=lambda: 1.0,
            patience=Patience(attempts_max=1),
            carriers={Channel.MESSAGE: self.desk},
        )
        return [desk.attempt(delivery.delivery_id).outcome for _ in range(times)]

    def state(self, message_id: UUID) -> MessageState:
        return self.house.app.load(Message, message_id).state


@pytest.fixture
def messaging() -> Messaging:
    return Messaging()


def test_a_guardian_is_told_once_in_her_language_and_that_is_recorded(messaging) -> None:
    message_id = messaging.to_guardians()
    assert messaging.attempt(times=2) == [AttemptOutcome.DONE, AttemptOutcome.DONE]
    [sent] = messaging.provider.sent
    assert (sent.phone, sent.body) == ("+8613800138000", "不能将本人号码登记为监护人。")
    assert messaging.state(message_id) is MessageState.SENT
    assert messaging.access.records == [(JIYOUNG, PHRASE, "delivery:message")]


def test_who_is_no_guardian_any_more_is_told_nothing(messaging) -> None:
    message_id = messaging.to_guardians()
    messaging.member.remove_guardian(MOTHER, by=RemovedBy.GUARDIAN, at=messaging.now)
    messaging.save(messaging.member)
    messaging.attempt(times=2)
    assert (messaging.provider.sent, messaging.state(message_id)) == ([], MessageState.WITHHELD)


def test_a_citizen_is_told_at_her_own_number(messaging) -> None:
    message = to_citizen(
        messaging.member,
        about=ABOUT,
        occasion="asked",
        phrase=PHRASE,
        words=WORDS,
        at=messaging.now,
    )
    messaging.save(message)
    messaging.attempt()
    assert [one.phone for one in messaging.provider.sent] == ["+821012345678"]


def test_what_the_provider_refuses_has_failed(messaging) -> None:
    message_id = messaging.to_guardians()
    messaging.provider.trouble = PartnerRefused("422")
    assert messaging.attempt() == [AttemptOutcome.DEAD]
    assert messaging.state(message_id) is MessageState.FAILED


def test_the_providers_word_is_kept_whenever_it_comes(messaging) -> None:
    message_id = messaging.to_guardians()
    messaging.attempt()
    messaging.desk.failed(message_id, "undelivered", SYSTEM)
    messaging.desk.delivered(message_id, SYSTEM)
    messaging.desk.delivered(message_id, SYSTEM)
    messaging.desk.failed(message_id, "undelivered", SYSTEM)
    assert messaging.state(message_id) is MessageState.DELIVERED
    assert messaging.house.log.topics(message_id) == [
        "message.composed",
        "message.handed_over",
        "message.failed",
        "message.delivered",
    ]


def test_nothing_is_sent_once_its_words_are_erased(messaging) -> None:
    her, at = messaging.member, messaging.now
    message = to_citizen(her, about=ABOUT, occasion="asked", phrase=PHRASE, words=WORDS, at=at)
    message.words = ERASED  # as it is replayed after her key was destroyed
    messaging.save(message)
    messaging.house.app.find = lambda _kind, _id: her
    messaging.house.app.load = lambda _kind, _id: message
    assert messaging.attempt() == [AttemptOutcome.DEAD]
    assert messaging.provider.sent == []


def test_a_message_that_is_none_is_told(messaging) -> None:
    with pytest.raises(Unknown):
        messaging.desk.delivered(uuid4(), SYSTEM)
