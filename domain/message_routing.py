"""By which way a message goes, and by which next when that one fails: each step is a fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import AwareDatetime, ValidationInfo, model_validator

from domain.base import Aggregate, Fact, applies
from domain.sms import Alphabet, TextKind


class MessageRoute(StrEnum):
    """The ways by which a message may go."""

    SMS = "sms"
    """The provider of text messages over HTTP, who knows a repeat by its id."""
    SMPP = "smpp"
    """One over SMPP, who knows none."""
    PUSH = "push"
    """To the citizen's own devices (Web Push)."""
    OTHER = "other"
    """Whatever address the city has set."""


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHHELD = "withheld"


class Attempted(Fact):
    """It is about to be handed to a provider who cannot tell a repeat.

    Saved before it leaves: whoever finds this without an end knows that it may have left.
    """

    TOPIC: ClassVar[str] = "message.attempted"

    route: MessageRoute
    number: int


class TurnedAway(Fact):
    """The provider has not taken it, for certain; it may be offered again."""

    TOPIC: ClassVar[str] = "message.turned_away"

    route: MessageRoute
    why: str


class PutOff(Fact):
    """It waits: too much would go to one recipient, or by one provider, at once."""

    TOPIC: ClassVar[str] = "message.put_off"

    why: str
    until: AwareDatetime


class HandedOver(Fact):
    """The provider has taken it."""

    TOPIC: ClassVar[str] = "message.handed_over"
    SCHEMA: ClassVar[int] = 2

    route: MessageRoute
    reference: str
    kind: TextKind | None
    alphabet: Alphabet | None
    """Both None where it is no text message."""
    pieces: int
    receipt_by: AwareDatetime | None
    """When somebody asks, if nobody has told by then what became of it; None: nobody does."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_shape(cls, fields: Any, info: ValidationInfo) -> Any:
        """The first one knew neither how it went nor when to ask."""
        if (info.context or {}).get("schema_version") == 1:
            return dict(fields) | dict.fromkeys(("kind", "alphabet", "receipt_by")) | {"pieces": 1}
        return fields


class ReceiptMissed(Fact):
    """Nobody has told what became of it: now it is asked for."""

    TOPIC: ClassVar[str] = "message.receipt_missed"

    route: MessageRoute


class Delivered(Fact):
    """The recipient's phone has it, as the provider says."""

    TOPIC: ClassVar[str] = "message.delivered"

    route: MessageRoute


class FellBack(Fact):
    """It did not get there by this route, and is sent by another."""

    TOPIC: ClassVar[str] = "message.fell_back"

    route: MessageRoute
    """The one that failed."""
    to: MessageRoute
    why: str


class Failed(Fact):
    """It did not get there by this route, and there is no other."""

    TOPIC: ClassVar[str] = "message.failed"

    route: MessageRoute
    why: str


class Resumed(Fact):
    """A person has it sent anew by the route that gave it up."""

    TOPIC: ClassVar[str] = "message.resumed"

    route: MessageRoute


class Routed(Aggregate):
    """The part of a message that is on its way; all of this begins with its first fact."""

    state: MessageState
    route: MessageRoute | None
    """By which it goes, or went last; None before it was first offered to anybody."""
    reference: str | None
    left: tuple[MessageRoute, ...]
    """Those that failed, and are not tried again."""
    attempts: int
    attempted_at: datetime | None
    """Set while nobody knows whether it was taken."""
    put_off_why: str | None
    receipt_by: datetime | None
    receipt_missed: bool

    @property
    def settled(self) -> bool:
        """Whether nothing more is tried."""
        return self.state in {
            MessageState.DELIVERED,
            MessageState.FAILED,
            MessageState.WITHHELD,
        }

    @property
    def to_be_sent(self) -> bool:
        """Whether somebody has yet to take it."""
        return self.state is MessageState.WAITING

    def attempt(self, *, route: MessageRoute, at: datetime) -> None:
        """Say that it is about to be handed over, so that a crash leaves a doubt and no riddle."""
        if self.to_be_sent:
            self.record(Attempted, at=at, route=route, number=self.attempts + 1)

    def turned_away(self, *, route: MessageRoute, why: str, at: datetime) -> None:
        """It was not taken, for certain: the doubt is over."""
        if self.attempted_at is not None and route is self.route:
            self.record(TurnedAway, at=at, route=route, why=why)

    def put_off(self, *, why: str, until: datetime, at: datetime) -> None:
        """It waits; said once for each reason, however often it is put off."""
        if self.to_be_sent and self.put_off_why != why:
            self.record(PutOff, at=at, why=why, until=until)

    def handed_over(  # noqa: PLR0913 (by which way, as what, and known there by which name)
        self,
        *,
        route: MessageRoute,
        reference: str,
        at: datetime,
        kind: TextKind | None = None,
        alphabet: Alphabet | None = None,
        pieces: int = 1,
        receipt_by: datetime | None = None,
    ) -> None:
        """The provider took it; told again, or once another route has it, nothing changes.

        Its delivery may have been told before.
        """
        told_before = self.state is MessageState.DELIVERED and self.reference is None
        if self.to_be_sent or told_before:
            self.record(
                HandedOver,
                at=at,
                route=route,
                reference=reference,
                kind=kind,
                alphabet=alphabet,
                pieces=pieces,
                receipt_by=receipt_by,
            )

    def miss_receipt(self, *, due_at: datetime, at: datetime) -> None:
        """Nobody has told of it in time; changes nothing when it was told, or goes another way."""
        waits = self.state is MessageState.SENT and self.receipt_by == due_at
        if waits and not self.receipt_missed and self.route is not None:
            self.record(ReceiptMissed, at=at, route=self.route)

    def delivered(self, *, route: MessageRoute, at: datetime) -> None:
        """It got there, also when it was thought lost; twice is once."""
        if self.state is not MessageState.DELIVERED:
            self.record(Delivered, at=at, route=route)

    def failed(
        self,
        *,
        route: MessageRoute,
        why: str,
        at: datetime,
        ways: Sequence[MessageRoute] = (),
    ) -> None:
        """It did not get there by this route: it goes by the next of ``ways``, if there is one.

        Nothing changes when it is settled, or has left this route already.
        """
        if self.settled or self.route not in {None, route}:
            return
        to = next((way for way in ways if way not in self.left and way is not route), None)
        if to is None:
            self.record(Failed, at=at, route=route, why=why)
        else:
            self.record(FellBack, at=at, route=route, to=to, why=why)

    def resume(self, *, at: datetime) -> None:
        """Send it anew, as a person wishes; changes nothing unless it has failed."""
        if self.state is MessageState.FAILED and self.route is not None:
            self.record(Resumed, at=at, route=self.route)

    @applies(Attempted)
    def _attempted(self, fact: Attempted) -> None:
        self.route = fact.route
        self.attempts = fact.number
        self.attempted_at = fact.timestamp

    @applies(TurnedAway)
    def _turned_away(self, _fact: TurnedAway) -> None:
        self.attempted_at = None

    @applies(PutOff)
    def _put_off(self, fact: PutOff) -> None:
        self.put_off_why = fact.why

    @applies(HandedOver)
    def _handed_over(self, fact: HandedOver) -> None:
        if self.state is not MessageState.DELIVERED:
            self.state = MessageState.SENT
        self.route = fact.route
        self.reference = fact.reference
        self.attempted_at = None
        self.receipt_by = fact.receipt_by
        self.receipt_missed = False

    @applies(ReceiptMissed)
    def _receipt_missed(self, _fact: ReceiptMissed) -> None:
        self.receipt_missed = True

    @applies(Delivered)
    def _delivered(self, _fact: Delivered) -> None:
        self.state = MessageState.DELIVERED

    @applies(FellBack)
    def _fell_back(self, fact: FellBack) -> None:
        self.state = MessageState.WAITING
        self.left = (*self.left, fact.route)
        self.route = fact.to
        self.reference = None
        self.attempts = 0
        self.attempted_at = None
        self.put_off_why = None
        self.receipt_by = None

    @applies(Failed)
    def _failed(self, fact: Failed) -> None:
        self.state = MessageState.FAILED
        self.route = fact.route
        self.attempted_at = None

    @applies(Resumed)
    def _resumed(self, _fact: Resumed) -> None:
        self.state = MessageState.WAITING
        self.reference = None
        self.attempted_at = None
        self.put_off_why = None
        self.receipt_by = None
