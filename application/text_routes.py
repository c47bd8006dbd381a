"""The ways by which a message leaves the house, and what comes back by them."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from pydantic import Field

from application.errors import PartnerUnavailable
from domain.base import Value
from domain.sms import Text


class AnswerLost(PartnerUnavailable):
    """It was sent, and nobody said whether it was taken: sent again, it might arrive twice."""

    code: ClassVar[str] = "answer_lost"


class Throttled(PartnerUnavailable):
    """The provider takes no more for the moment: nothing was taken, and nothing is wrong."""

    code: ClassVar[str] = "throttled"

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"again in {wait.total_seconds():.1f} s")
        self.wait = wait


class Gone(PartnerUnavailable):
    """Nobody is at that address any more."""

    code: ClassVar[str] = "gone"
    retryable: ClassVar[bool] = False


def mark_of(message_id: UUID) -> int:
    """Two bytes that an SMPP provider sends back with its receipts; never 0."""
    return int.from_bytes(message_id.bytes[:2]) or 1


class OutgoingText(Value):
    """A text message to anybody; leaves the house, is never stored."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    message_id: UUID
    """Comes back with the provider's word that it was delivered."""
    phone: str
    language: str
    text: Text

    @property
    def body(self) -> str:
        """All its words."""
        return "".join(self.text.pieces)

    @property
    def mark(self) -> int:
        return mark_of(self.message_id)


class Fate(StrEnum):
    """What became of a message that was taken."""

    DELIVERED = "delivered"
    EXPIRED = "expired"
    DELETED = "deleted"
    UNDELIVERABLE = "undeliverable"
    REJECTED = "rejected"


class ReceiptOfPiece(Value):
    """A provider's word about one piece of a message."""

    reference: str
    fate: Fate
    mark: int | None = None
    """What ``OutgoingText.mark`` was, where the provider sends it back."""


class TextRoute(Protocol):
    """One provider of text messages."""

    def send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        """Send it; returns the provider's references, one for each piece that it tells of apart.

        Raises:
            PartnerRefused: the provider said no.
            AnswerLost: nobody knows whether it was taken.
            Throttled: later.
            PartnerUnavailable: it was not taken, or the same ``delivery_id`` again does no harm.
        """
        ...

    def ask(self, reference: str) -> Fate | None:
        """What became of one piece; None while it is under way, or not known.

        Raises:
            PartnerUnavailable: nobody could be asked.
        """
        ...
