"""What was written between control room and citizen, one row a message; bodies as ciphertext."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, SealedPart
from domain.emergency.conversing import (
    MessageDelivered,
    MessageRead,
    MessageReceived,
    MessageSent,
    Template,
    Transport,
)
from domain.language import Language
from projections.fold import Fold, Key, Row


class MessageRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("report_id", "hers", "message_id")

    report_id: UUID
    hers: bool
    """Whether the citizen wrote it; ids are each side's own."""
    message_id: UUID
    at: AwareDatetime
    position: int
    operator_id: UUID | None = None
    """None when she wrote it, or the service by itself."""
    language: Language | None = None
    """None when she wrote it: in whichever she likes."""
    template: Template | None = None
    by_text: bool = False
    delivered_by: tuple[Transport, ...] = ()
    delivered_at: AwareDatetime | None = None
    """When it was first known to have reached her phone."""
    read_at: AwareDatetime | None = None
    body: SealedPart | None = None


class ReportMessages(Fold[MessageRow]):
    """Conversations, in the order in which their messages came to us."""

    name: ClassVar[str] = "report_messages"
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = MessageRow
    topics: ClassVar[tuple[str, ...]] = tuple(
        kind.TOPIC for kind in (MessageSent, MessageReceived, MessageDelivered, MessageRead)
    )
    sealed: ClassVar[bool] = True

    def keys(self, fact: Fact) -> Iterable[Key]:
        told: Any = fact
        return ((fact.originator_id, isinstance(fact, MessageReceived), told.message_id),)

    def evolve(self, row: MessageRow | None, fact: Fact) -> MessageRow | None:
        match fact:
            case MessageSent():
                return _written(
                    fact,
                    operator_id=fact.operator_id,
                    language=fact.language,
                    template=fact.template,
                    by_text=fact.by_text,
                )
            case MessageReceived():
                return _written(fact, hers=True)
            case MessageDelivered() if row is not None:
                return row.replace(
                    delivered_by=(*row.delivered_by, fact.by),
                    delivered_at=row.delivered_at or fact.received_at,
                )
            case MessageRead() if row is not None:
                return row.replace(read_at=fact.received_at)
            case _:
                return row


def _written(fact: MessageSent | MessageReceived, *, hers: bool = False, **more: Any) -> MessageRow:
    return MessageRow(
        report_id=fact.originator_id,
        hers=hers,
        message_id=fact.message_id,
        at=fact.received_at,
        position=fact.envelope.position,
        body=fact.sealed("body"),
        **more,
    )
