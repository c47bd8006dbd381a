"""Messages to people outside, one row each: who was told of what, by which way, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from pydantic import AwareDatetime

from domain import message_routing as routing
from domain.base import Fact
from domain.language import Language
from domain.message import Composed, RecipientKind, Withheld
from domain.message_routing import MessageRoute, MessageState
from domain.sms import TextKind
from projections.fold import Fold, Key, Row


class SentRow(Row):
    """No words and no number: those are looked up by whoever may read them."""

    KEY: ClassVar[tuple[str, ...]] = ("message_id",)

    message_id: UUID
    about: UUID
    citizen_id: UUID | None
    recipient_kind: RecipientKind
    recipient_id: UUID
    language: Language
    phrase: str
    state: MessageState
    route: MessageRoute | None = None
    """By which it goes, or went last."""
    failed_routes: tuple[MessageRoute, ...] = ()
    """Those that failed before."""
    attempts: int = 0
    """How often it was handed, or about to be handed, to a provider."""
    kind: TextKind | None = None
    pieces: int = 0
    composed_at: AwareDatetime
    put_off_until: AwareDatetime | None = None
    put_off_why: str | None = None
    sent_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    """When it failed, or was withheld."""
    why: str | None = None
    """Why it left its last route, failed, or was withheld."""


def _attempted(row: SentRow, fact: routing.Attempted) -> dict[str, Any]:
    return {"route": fact.route, "attempts": row.attempts + 1}


def _put_off(_row: SentRow, fact: routing.PutOff) -> dict[str, Any]:
    return {"put_off_until": fact.until, "put_off_why": fact.why}


def _handed_over(row: SentRow, fact: routing.HandedOver) -> dict[str, Any]:
    there = row.state is MessageState.DELIVERED
    return {
        "state": row.state if there else MessageState.SENT,
        "route": fact.route,
        "attempts": max(1, row.attempts),
        "kind": fact.kind,
        "pieces": row.pieces + fact.pieces,
        "put_off_until": None,
        "put_off_why": None,
        "sent_at": fact.received_at,
        "ended_at": None,
        "why": None,
    }


def _delivered(_row: SentRow, fact: routing.Delivered) -> dict[str, Any]:
    return {
        "state": MessageState.DELIVERED,
        "route": fact.route,
        "delivered_at": fact.received_at,
        "ended_at": None,
        "why": None,
    }


def _fell_back(row: SentRow, fact: routing.FellBack) -> dict[str, Any]:
    return {
        "state": MessageState.WAITING,
        "route": fact.to,
        "failed_routes": (*row.failed_routes, fact.route),
        "put_off_until": None,
        "put_off_why": None,
        "why": fact.why,
    }


def _failed(_row: SentRow, fact: routing.Failed) -> dict[str, Any]:
    return {
        "state": MessageState.FAILED,
        "route": fact.route,
        "ended_at": fact.received_at,
        "why": fact.why,
    }


def _withheld(_row: SentRow, fact: Withheld) -> dict[str, Any]:
    return {"state": MessageState.WITHHELD, "ended_at": fact.received_at, "why": fact.why}


def _resumed(_row: SentRow, _fact: routing.Resumed) -> dict[str, Any]:
    return {"state": MessageState.WAITING, "ended_at": None, "why": None}


# By topic: the engine's facts are of classes of its own (infrastructure/log/opening.py).
FOLLOWING: Final[Mapping[str, Callable[[SentRow, Any], dict[str, Any]]]] = {
    routing.Attempted.TOPIC: _attempted,
    routing.PutOff.TOPIC: _put_off,
    routing.HandedOver.TOPIC: _handed_over,
    routing.Delivered.TOPIC: _delivered,
    routing.FellBack.TOPIC: _fell_back,
    routing.Failed.TOPIC: _failed,
    routing.Resumed.TOPIC: _resumed,
    Withheld.TOPIC: _withheld,
}


class SentMessages(Fold[SentRow]):
    name: ClassVar[str] = "sent_messages"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = SentRow
    topics: ClassVar[tuple[str, ...]] = (Composed.TOPIC, *FOLLOWING)

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((fact.originator_id,),)

    def evolve(self, row: SentRow | None, fact: Fact) -> SentRow | None:
        if isinstance(fact, Composed):
            return SentRow(
                message_id=fact.originator_id,
                about=fact.about,
                citizen_id=fact.citizen_id,
                recipient_kind=fact.recipient_kind,
                recipient_id=fact.recipient_id,
                language=fact.language,
                phrase=fact.phrase,
                state=MessageState.WAITING,
                composed_at=fact.received_at,
            )
        follow = FOLLOWING.get(fact.TOPIC)
        return row if row is None or follow is None else row.replace(follow(row, fact))
