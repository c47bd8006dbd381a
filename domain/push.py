"""The browsers and apps of a citizen that may be sent a push (Web Push, RFC 8030)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID, uuid5

from domain.base import (
    ERASED,
    Aggregate,
    DomainError,
    Erased,
    Fact,
    FirstFact,
    Personal,
    Value,
    applies,
)


class PushEndpointRefused(DomainError):
    """The address is none of a push service that this house sends to."""

    code: ClassVar[str] = "push.endpoint_refused"


class PushEnd(StrEnum):
    """Why a device is sent no push any more."""

    ASKED = "asked"
    GONE = "gone"
    """Its push service knows it no more."""


class PushAddress(Value):
    """Where a push goes, and the keys that it is encrypted with: who has them can write to it."""

    endpoint: str
    p256dh: str
    auth: str


class PushOpened(FirstFact):
    TOPIC: ClassVar[str] = "push.opened"

    citizen_id: UUID


class PushSubscribed(Fact):
    """A device of hers takes pushes; a newer subscription takes the place of its older one."""

    TOPIC: ClassVar[str] = "push.subscribed"

    citizen_id: UUID
    device_id: UUID
    address: Annotated[PushAddress | Erased, Personal("citizen_id")] = ERASED


class PushUnsubscribed(Fact):
    TOPIC: ClassVar[str] = "push.unsubscribed"

    device_id: UUID
    why: PushEnd


class PushBook(Aggregate):
    """One for each citizen."""

    TOPIC = "push"

    citizen_id: UUID
    addresses: dict[UUID, PushAddress]
    """By device; those that are erased are none."""

    @staticmethod
    def create_id(citizen_id: UUID) -> UUID:
        return uuid5(citizen_id, "push")

    @classmethod
    def open_for(cls, citizen_id: UUID, *, at: datetime) -> Self:
        return cls.begin(PushOpened, id=cls.create_id(citizen_id), at=at, citizen_id=citizen_id)

    def subscribe(self, *, device_id: UUID, address: PushAddress, at: datetime) -> None:
        """Send to this device from now on; the same again changes nothing."""
        if self.addresses.get(device_id) != address:
            self.record(
                PushSubscribed,
                at=at,
                citizen_id=self.citizen_id,
                device_id=device_id,
                address=address,
            )

    def unsubscribe(self, *, device_id: UUID, why: PushEnd, at: datetime) -> None:
        """Send it nothing more; twice is once."""
        if device_id in self.addresses:
            self.record(PushUnsubscribed, at=at, device_id=device_id, why=why)

    @applies(PushOpened)
    def _opened(self, fact: PushOpened) -> None:
        self.citizen_id = fact.citizen_id
        self.addresses = {}

    @applies(PushSubscribed)
    def _subscribed(self, fact: PushSubscribed) -> None:
        others = {one: held for one, held in self.addresses.items() if one != fact.device_id}
        known = {} if isinstance(fact.address, Erased) else {fact.device_id: fact.address}
        self.addresses = {**others, **known}

    @applies(PushUnsubscribed)
    def _unsubscribed(self, fact: PushUnsubscribed) -> None:
        self.addresses = {
            one: held for one, held in self.addresses.items() if one != fact.device_id
        }
