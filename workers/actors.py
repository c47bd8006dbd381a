"""The actors: each executes one attempt of something that a row has decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import dramatiq
import structlog

if TYPE_CHECKING:
    from application.delivery_desk import DeliveryDesk

log = structlog.get_logger()


LANES: Final = {"delivery.attempt": "urgent", "delivery.linked": "linked"}
"""Queues by actor: linked services stand in nobody's way."""


def register(
    broker: dramatiq.Broker, desk: DeliveryDesk, *, time_limit_ms: int
) -> dramatiq.Actor[[str], None]:
    """Declare the actors upon ``broker``; returns that of help, calls and messages.

    ``time_limit_ms`` is the lease of one attempt: afterwards another worker may hold the row.
    """

    def attempt(delivery_id: str) -> None:
        """One attempt; the row is claimed first, so a repeated message finds nothing to do."""
        with structlog.contextvars.bound_contextvars(delivery_id=delivery_id):
            made = desk.attempt(UUID(delivery_id))
            log.info(
                "delivery.attempted",
                outcome=made.outcome,
                attempt=made.number,
                channel=made.channel,
                code=made.code,
                correlation_id=str(made.correlation_id) if made.correlation_id else None,
            )

    declared = [
        dramatiq.actor(broker=broker, actor_name=name, queue_name=queue, time_limit=time_limit_ms)(
            attempt
        )
        for name, queue in LANES.items()
    ]
    return declared[0]
