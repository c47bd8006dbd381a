"""What came of one attempt at a delivery."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from application.delivery_book import ClaimedDelivery
from application.outbox import Channel
from domain.base import Value


class AttemptOutcome(StrEnum):
    """What became of one attempt."""

    DONE = "done"
    AGAIN = "again"
    DEAD = "dead"
    IDLE = "idle"
    """Nothing to do: done before, held by another worker, or taken back."""


class Attempt(Value):
    """``code`` says why it did not succeed."""

    outcome: AttemptOutcome
    number: int = 0
    channel: Channel | None = None
    correlation_id: UUID | None = None
    code: str | None = None


def told_of(claimed: ClaimedDelivery, outcome: AttemptOutcome, code: str | None = None) -> Attempt:
    return Attempt(
        outcome=outcome,
        number=claimed.attempt,
        channel=claimed.channel,
        correlation_id=claimed.correlation_id,
        code=code,
    )
