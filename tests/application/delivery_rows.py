"""The rows of deliveries, many of them, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from application.delivery_book import ClaimedDelivery, DeadLetter
from application.outbox import Channel
from tests.application.house import CORRELATION, DeskHouse


@dataclass(frozen=True)
class _Row:
    channel: Channel
    about: UUID
    due_at: datetime
    request_id: UUID | None = None
    state: str = "pending"
    attempts: int = 0
    reference: str | None = None
    error: str | None = None


class Rows:
    """The rows of deliveries, as PostgreSQL has them."""

    def __init__(self, house: DeskHouse) -> None:
        self._house = house
        self.rows: dict[UUID, _Row] = {}

    def look(self) -> None:
        """Find what facts have called for."""
        now = self._house.clock.now()
        for delivery_id, one in self._house.log.deliveries.items():
            if one.channel in {Channel.MESSAGE, Channel.TEXT}:
                row = _Row(one.channel, one.about, now, one.request_id)
                self.rows.setdefault(delivery_id, row)

    def due(self) -> list[UUID]:
        self.look()
        now = self._house.clock.now()
        return [
            one for one, row in self.rows.items() if row.state == "pending" and row.due_at <= now
        ]

    def waiting(self) -> list[datetime]:
        self.look()
        return [row.due_at for row in self.rows.values() if row.state == "pending"]

    def of(self, state: str) -> list[UUID]:
        return [one for one, row in self.rows.items() if row.state == state]

    def expire(self) -> None:
        """The leases of workers that died have run out."""
        for one in self.of("leased"):
            self._set(one, state="pending")

    def claim(self, delivery_id: UUID) -> ClaimedDelivery | None:
        row = self.rows[delivery_id]
        if row.state != "pending":
            return None
        self._set(delivery_id, state="leased", attempts=row.attempts + 1)
        return ClaimedDelivery(
            delivery_id=delivery_id,
            channel=row.channel,
            about=row.about,
            request_id=row.request_id,
            correlation_id=CORRELATION,
            causation_id=None,
            attempt=row.attempts + 1,
        )

    def done(self, claimed: ClaimedDelivery, *, reference: str) -> bool:
        return self._set(claimed.delivery_id, state="done", reference=reference)

    def again(self, claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        due_at = self._house.clock.now() + wait
        return self._set(claimed.delivery_id, state="pending", due_at=due_at, error=error)

    def later(self, claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        self._set(claimed.delivery_id, attempts=claimed.attempt - 1)
        return self.again(claimed, error=error, wait=wait)

    def dead(self, claimed: ClaimedDelivery, *, error: str) -> bool:
        return self._set(claimed.delivery_id, state="dead", error=error)

    def dead_letters(self) -> Sequence[DeadLetter]:
        return [
            DeadLetter(
                delivery_id=one,
                channel=self.rows[one].channel,
                about=self.rows[one].about,
                attempts=self.rows[one].attempts,
                last_error=self.rows[one].error,
                created_at=self.rows[one].due_at,
            )
            for one in self.of("dead")
        ]

    def replay(self, delivery_id: UUID) -> bool:
        self._set(delivery_id, state="pending", attempts=0, due_at=self._house.clock.now())
        return True

    def _set(self, delivery_id: UUID, **changes: Any) -> bool:
        self.rows[delivery_id] = replace(self.rows[delivery_id], **changes)
        return True
