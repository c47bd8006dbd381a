"""The numbers of messages to people outside: how often, how fast, and how long one waits."""

from __future__ import annotations

from pydantic import Field

from domain.base import Value
from domain.message_routing import MessageRoute


class MessageNumbers(Value):
    """A part of ``domain.policy.Policy``."""

    message_attempts_max: int = Field(default=3, ge=1)
    """How often a message is offered by one route before the next is tried: ours; with the pauses
    between them about two seconds, and the last route is tried longer."""

    message_doubt_s: float = Field(default=30.0, ge=0)
    """How long the receipt of a message is waited for that may have been taken, before it goes by
    another route: ours; networks tell of most messages within ten seconds."""
    message_doubt_look_s: float = Field(default=3.0, gt=0)
    """How often one looks meanwhile: ours."""

    message_valid_s: float = Field(default=14_400.0, gt=0)
    """After four hours a network throws an undelivered message away: ours; what it says is over."""

    text_receipt_within_s: float = Field(default=600.0, gt=0)
    """A text message whose fate nobody has told by then is asked about: ours."""
    push_receipt_within_s: float = Field(default=10.0, gt=0)
    """A push that no app has confirmed by then is followed by a text message: ours, since a
    question that it brings is answered within 30 s (return monitoring)."""

    recipient_messages_at_once: int = Field(default=10, ge=1)
    recipient_message_every_s: float = Field(default=30.0, ge=0)
    """To one person ten messages at once, then one every 30 s; the others wait: ours. Boarding,
    alighting and all that may happen between are fewer."""
    provider_messages_per_s: int = Field(default=50, ge=1)
    """By one provider; the others wait: ours, the usual rate of a Korean account."""

    def receipt_within_s(self, route: MessageRoute) -> float | None:
        """None for a route by which nobody ever tells."""
        match route:
            case MessageRoute.SMS | MessageRoute.SMPP:
                return self.text_receipt_within_s
            case MessageRoute.PUSH:
                return self.push_receipt_within_s
            case MessageRoute.OTHER:
                return None

    def receipt_patience_s(self, route: MessageRoute) -> float:
        """How long a fate is asked for, once its receipt was missed."""
        return 0.0 if route is MessageRoute.PUSH else self.message_valid_s
