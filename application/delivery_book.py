"""The rows of deliveries as the desk sees them, and how often one is tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.outbox import Channel
from domain.base import Value


class ClaimedDelivery(Value):
    """A delivery in the hands of one worker; ``attempt`` fences out whoever held it before."""

    delivery_id: UUID
    channel: Channel
    about: UUID
    request_id: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    attempt: int
    """Counts from 1."""


class DeadLetter(Value):
    """A delivery that was given up; somebody must reach the other end in another way."""

    delivery_id: UUID
    channel: Channel
    about: UUID
    attempts: int
    last_error: str | None
    created_at: AwareDatetime


class DeliveryBook(Protocol):
    """Who holds which delivery. All moments are the database's."""

    def claim(self, delivery_id: UUID) -> ClaimedDelivery | None:
        """Take a delivery that was handed to the queue; None when there is nothing to do.

        Of several claims one succeeds. A claim whose worker dies runs out by itself.
        """
        ...

    def done(self, claimed: ClaimedDelivery, *, reference: str) -> bool:
        """Close it for good; False when the claim had run out."""
        ...

    def again(self, claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        """Have it tried again after ``wait``; False when the claim had run out."""
        ...

    def later(self, claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        """As ``again``, but it was no attempt: nothing was tried, so nothing is counted."""
        ...

    def dead(self, claimed: ClaimedDelivery, *, error: str) -> bool:
        """Give it up; False when the claim had run out."""
        ...

    def dead_letters(self) -> Sequence[DeadLetter]:
        """All that were given up, oldest first."""
        ...

    def replay(self, delivery_id: UUID) -> bool:
        """Have a dead letter tried anew, attempts counted from 0; False when it is not dead."""
        ...


DOUBLINGS_MAX: Final = 30
"""More would be years, and no number at last."""


class Patience(Value):
    """How often a provider is tried: about 20 s in all, while the operator waits."""

    attempts_max: int = 7
    first_wait_s: float = 0.5
    wait_max_s: float = 8.0

    def wait(self, attempt: int, *, chance: float) -> timedelta:
        """How long to wait after ``attempt`` failed.

        Args:
            attempt: counts from 1.
            chance: evenly from 0 to 1; spreads repeats over the upper half of the wait, so that
                a provider that comes back is not met by all at once.
        """
        whole_s = min(self.wait_max_s, self.first_wait_s * 2.0 ** min(attempt - 1, DOUBLINGS_MAX))
        return timedelta(seconds=whole_s * (0.5 + 0.5 * chance))
