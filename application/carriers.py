"""Who brings deliveries that are not about an emergency report."""

from __future__ import annotations

from typing import Protocol, runtime_checkable
from uuid import UUID

from application.context import Context
from application.delivery_book import ClaimedDelivery


class Carrier(Protocol):
    """One for each channel beyond those of a report."""

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        """Send the message and record the answer; returns the partner's reference.

        A repeat after a crash shows the partner the same delivery id.

        Raises:
            PartnerUnavailable: it is tried again.
            PartnerRefused: it is given up.
            RequestWithdrawn: it is needed no more.
        """
        ...

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        """Keep in the facts that it did not get there; twice is once."""
        ...


@runtime_checkable
class SendsAnew(Protocol):
    """A carrier whose aggregate must know when a person has a dead letter tried again."""

    def sent_anew(self, delivery_id: UUID, about: UUID, context: Context) -> None:
        """Let it be sent; told before the row is due again, and harmless twice."""
        ...
