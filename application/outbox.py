"""What facts call for: timers and deliveries, stored in the same transaction as the facts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha1
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, SafeUUID


class TimerKind(StrEnum):
    """What is asked of an aggregate when its moment has come."""

    CANCEL_WINDOW = "emergency.cancel_window"
    ESCALATION = "emergency.escalation"
    IDLE_CLAIM = "emergency.idle_claim"
    TRANSFER = "emergency.transfer"
    CALL_RETRY = "emergency.call_retry"
    RECHECK = "emergency.recheck"
    FOLLOW_UP = "emergency.follow_up"


class Timer(NamedTuple):
    """A moment at which an aggregate is asked; asking twice, or too late, does no harm."""

    aggregate_id: UUID
    kind: TimerKind
    due_at: datetime
    """By the database's clock; also names the timer, so a later one is another timer."""
    name: str = ""
    """Tells timers of one kind apart (the escalation's level, the follow-up's id)."""

    @property
    def timer_id(self) -> UUID:
        return _named(
            f"/timers/{self.aggregate_id}/{self.kind}/{self.name}/{self.due_at.isoformat()}"
        )


class Channel(StrEnum):
    """The ways out of the house."""

    POLICE = "police"
    AMBULANCE = "ambulance"
    CALL = "call"
    POLICE_STAND_DOWN = "police_stand_down"
    AMBULANCE_STAND_DOWN = "ambulance_stand_down"
    HANG_UP = "hang_up"
    TEXT = "text"
    PAGE = "page"


class Delivery(NamedTuple):
    """One message to one recipient over one channel. Holds ids only, never personal data.

    ``key`` names it for ever: the same key is the same delivery, and its id is the
    idempotency key that the provider sees.
    """

    key: str
    channel: Channel
    about: UUID
    """The aggregate whose facts the message is made from, read when it is sent."""
    request_id: UUID | None = None

    @property
    def delivery_id(self) -> UUID:
        return _named(f"/deliveries/{self.key}")


def text_of(report_id: UUID, message_id: UUID) -> Delivery:
    """A message to a citizen as a text message."""
    return Delivery(
        key=f"text:{report_id}:{message_id}",
        channel=Channel.TEXT,
        about=report_id,
        request_id=message_id,
    )


class Outbox(NamedTuple):
    """All that a set of new facts calls for."""

    timers: tuple[Timer, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


_NAMESPACE: Final = NAMESPACE_URL.bytes
_VERSION_5: Final = UUID(int=0, version=5).int
_KEPT: Final = UUID(int=(1 << 128) - 1, version=5).int ^ _VERSION_5


def _named(name: str) -> UUID:
    """As ``uuid.uuid5``, which costs three times as much."""
    digest = sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()
    made = object.__new__(UUID)
    object.__setattr__(made, "int", int.from_bytes(digest[:16]) & _KEPT | _VERSION_5)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made
