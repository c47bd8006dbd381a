"""Whether the citizen is protected: known to the guard of her reports, which is loaded anyway.

So a trigger learns of it without another look into the log.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.base import Aggregate, Fact, applies


class ProtectionBegan(Fact):
    """Her reports go before others from now on, and say no cell."""

    TOPIC: ClassVar[str] = "report_guard.protection_began"

    protection_id: UUID


class ProtectionEnded(Fact):
    TOPIC: ClassVar[str] = "report_guard.protection_ended"

    protection_id: UUID


class ProtectionKeeper(Aggregate):
    """Saved with the protection's own facts, so that nobody is protected twice at once."""

    protection: UUID | None
    """The protection that stands."""

    def protect(self, *, protection_id: UUID, at: datetime) -> None:
        """Twice is once."""
        if self.protection != protection_id:
            self.record(ProtectionBegan, at=at, protection_id=protection_id)

    def end_protection(self, *, protection_id: UUID, at: datetime) -> None:
        """Nothing where another stands, or none."""
        if self.protection == protection_id:
            self.record(ProtectionEnded, at=at, protection_id=protection_id)

    @applies(ProtectionBegan)
    def _protection_began(self, fact: ProtectionBegan) -> None:
        self.protection = fact.protection_id

    @applies(ProtectionEnded)
    def _protection_ended(self, _fact: ProtectionEnded) -> None:
        self.protection = None
