"""A message to one person for one occasion, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID, uuid5

from domain.base import ERASED, Erased, Fact, FirstFact, Personal, Value, applies
from domain.language import Language
from domain.message_routing import (
    Delivered,
    Failed,
    HandedOver,
    MessageRoute,
    MessageState,
    Routed,
)

__all__ = [
    "Composed",
    "Delivered",
    "Failed",
    "HandedOver",
    "Message",
    "MessageRoute",
    "MessageState",
    "Recipient",
    "RecipientKind",
    "Withheld",
]


class RecipientKind(StrEnum):
    """Where a recipient's number is kept."""

    GUARDIAN = "guardian"
    """A confirmed guardian of the citizen; whoever is not, or not any more, is not messaged."""
    GUARDIAN_CODE = "guardian_code"
    """One who is asked to confirm: the only message that she gets before she has."""
    LEGAL_GUARDIAN = "legal_guardian"
    """Who consented for a member under 14."""
    CITIZEN = "citizen"
    REPORTER = "reporter"
    """Who raised an emergency report, and is written to: by text message only."""
    SCOUT = "scout"
    APPLICANT = "applicant"
    """Who asked for an inspection or a detector, and may be no member."""


class Recipient(Value):
    """Whom a message is for; the number is looked up when it is sent, and stands in no fact."""

    kind: RecipientKind
    recipient_id: UUID
    language: Language


class Composed(FirstFact):
    """Somebody is to be told something; the words are made when it is sent."""

    TOPIC: ClassVar[str] = "message.composed"

    about: UUID
    """The session or report whose fact it tells of."""
    citizen_id: UUID | None
    """Whose matter it is; the subject of its words. None: the recipient's own."""
    recipient_kind: RecipientKind
    recipient_id: UUID
    language: Language
    phrase: str
    """Its name in the catalogues of ``application.phrases``."""
    words: Annotated[dict[str, str] | Erased, Personal("citizen_id")] = ERASED
    """What fills the gaps of the phrase."""


class Withheld(Fact):
    """It is not sent: by now its recipient may not be messaged, or cannot be."""

    TOPIC: ClassVar[str] = "message.withheld"

    why: str


class Message(Routed):
    """Saved in the append of the facts that it tells of, so that it leaves if they stand."""

    TOPIC = "message"

    about: UUID
    citizen_id: UUID | None
    recipient: Recipient
    phrase: str
    words: dict[str, str] | Erased

    @staticmethod
    def create_id(about: UUID, occasion: str, recipient_id: UUID) -> UUID:
        """One occasion tells one person once, however often it is asked for."""
        return uuid5(about, f"message/{occasion}/{recipient_id}")

    @classmethod
    def compose(  # noqa: PLR0913 (to whom, of what, in which words)
        cls,
        *,
        about: UUID,
        occasion: str,
        citizen_id: UUID | None,
        recipient: Recipient,
        phrase: str,
        words: Mapping[str, str],
        at: datetime,
    ) -> Self:
        return cls.begin(
            Composed,
            id=cls.create_id(about, occasion, recipient.recipient_id),
            at=at,
            about=about,
            citizen_id=citizen_id,
            recipient_kind=recipient.kind,
            recipient_id=recipient.recipient_id,
            language=recipient.language,
            phrase=phrase,
            words=dict(words),
        )

    def withhold(self, *, why: str, at: datetime) -> None:
        """Do not send it; nothing changes once it has left."""
        if self.state is MessageState.WAITING:
            self.record(Withheld, at=at, why=why)

    @applies(Composed)
    def _composed(self, fact: Composed) -> None:
        self.about = fact.about
        self.citizen_id = fact.citizen_id
        self.recipient = Recipient(
            kind=fact.recipient_kind, recipient_id=fact.recipient_id, language=fact.language
        )
        self.phrase = fact.phrase
        self.words = fact.words
        self.state = MessageState.WAITING
        self.route = None
        self.reference = None
        self.left = ()
        self.attempts = 0
        self.attempted_at = None
        self.put_off_why = None
        self.receipt_by = None
        self.receipt_missed = False

    @applies(Withheld)
    def _withheld(self, _fact: Withheld) -> None:
        self.state = MessageState.WITHHELD
