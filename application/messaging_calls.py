"""What the facts of messages call for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from application.outbox import Channel, Delivery, Timer, TimerKind
from domain import message, message_routing
from domain.base import Fact
from domain.message_routing import MessageRoute


def sending(message_id: UUID, fallen_back_to: MessageRoute | None = None) -> Delivery:
    """The delivery that sends a message; by each further route another one."""
    by = f":{fallen_back_to}" if fallen_back_to else ""
    return Delivery(key=f"message:{message_id}{by}", channel=Channel.MESSAGE, about=message_id)


def asking(message_id: UUID, route: MessageRoute) -> Delivery:
    """The delivery that asks what became of it."""
    key = f"message:{message_id}:{route}:asked"
    return Delivery(key=key, channel=Channel.MESSAGE, about=message_id)


def _send(fact: message.Composed) -> list[Delivery]:
    return [sending(fact.originator_id)]


def _send_otherwise(fact: message_routing.FellBack) -> list[Delivery]:
    return [sending(fact.originator_id, fact.to)]


def _ask(fact: message_routing.ReceiptMissed) -> list[Delivery]:
    return [asking(fact.originator_id, fact.route)]


def _receipt(fact: message_routing.HandedOver) -> list[Timer]:
    if fact.receipt_by is None:
        return []
    return [Timer(fact.originator_id, TimerKind.MESSAGE_RECEIPT, fact.receipt_by)]


TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    message_routing.HandedOver: _receipt
}
DELIVERIES: Final[dict[type[Fact], Callable[[Any], list[Delivery]]]] = {
    message.Composed: _send,
    message_routing.FellBack: _send_otherwise,
    message_routing.ReceiptMissed: _ask,
}
