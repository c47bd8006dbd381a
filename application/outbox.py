"""What facts call for: timers and deliveries, stored in the same transaction as the facts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import sha1
from typing import Final, NamedTuple, Protocol
from uuid import NAMESPACE_URL, UUID, SafeUUID

from domain.page import Page


class TimerKind(StrEnum):
    """What is asked of an aggregate when its moment has come."""

    CANCEL_WINDOW = "emergency.cancel_window"
    ESCALATION = "emergency.escalation"
    IDLE_CLAIM = "emergency.idle_claim"
    TRANSFER = "emergency.transfer"
    CALL_RETRY = "emergency.call_retry"
    RECHECK = "emergency.recheck"
    FOLLOW_UP = "emergency.follow_up"
    TAXI_OVERDUE = "taxi.overdue"
    TAXI_ANSWER = "taxi.answer"
    TAXI_STILL = "taxi.still"
    TAXI_SIGNAL = "taxi.signal"
    TAXI_CHECK = "taxi.check"
    PROTECTION_LOOK = "protection.look"
    PROTECTION_MISSED = "protection.missed"
    PROTECTION_ENDS = "protection.ends"
    INSPECTION_DECISION = "inspection.decision"
    INSPECTION_RESULT = "inspection.result"
    DETECTOR_COLLECT = "detector_loan.collect"
    DETECTOR_REMIND = "detector_loan.remind"
    DETECTOR_DUE = "detector_loan.due"
    ESCORT_REMINDER = "escort.reminder"
    ESCORT_LATE = "escort.late"
    ESCORT_NO_SHOW = "escort.no_show"
    ESCORT_GIVE_UP = "escort.give_up"
    ESCORT_WATCH = "escort.watch"
    ESCORT_SILENCE = "escort.silence"
    ESCORT_OVERDUE = "escort.overdue"
    ESCORT_CONFIRM = "escort.confirm"
    GUARDIANS_TOLD = "member.guardians_told"
    GUARDIAN_FORGOTTEN = "member.guardian_forgotten"
    REGISTRATION_OVER = "registration.over"
    MESSAGE_RECEIPT = "message.receipt"
    MONITORING_RISE = "monitoring.rise"
    MONITORING_LOOK = "monitoring.look"
    MONITORING_OVERDUE = "monitoring.overdue"
    MONITORING_ANSWER = "monitoring.answer"
    MONITORING_ASK_AGAIN = "monitoring.ask_again"


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
    MESSAGE = "message"
    TAXI_CHECK = "taxi_check"
    TAXI_CALL = "taxi_call"
    POLICE_NOTICE = "police_notice"
    SESSION_CALL = "session_call"
    """A call to somebody who is watched."""
    LIGHTS = "lights"
    LIGHTS_RESTORE = "lights_restore"
    WEARER_WATCH = "wearer_watch"
    WEARER_WATCH_END = "wearer_watch_end"


LINKED: Final = frozenset(
    {
        Channel.LIGHTS,
        Channel.LIGHTS_RESTORE,
        Channel.WEARER_WATCH,
        Channel.WEARER_WATCH_END,
    }
)
"""Linked services have a lane of their own: help, calls and messages never stand behind them."""


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


class Paging(Protocol):
    """A fact that may have somebody called."""

    @property
    def originator_id(self) -> UUID: ...
    @property
    def page(self) -> Page | None: ...


def page_of(fact: Paging) -> list[Delivery]:
    """The call to whoever must see to it; none where nobody is to be called."""
    if fact.page is None:
        return []
    page_id = fact.page.page_id
    return [
        Delivery(
            key=f"page:{page_id}",
            channel=Channel.PAGE,
            about=fact.originator_id,
            request_id=page_id,
        )
    ]


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
