"""Reports of protected people: before others, and without a cell in any fact."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from domain.base import Fact, applies
from domain.emergency.state import EmergencyState


class Protected(Fact):
    """Its citizen is protected: whoever answers reads how, under the rights of that protection."""

    TOPIC: ClassVar[str] = "emergency.protected"

    protection_id: UUID


class Sheltered(EmergencyState):
    """Stands before the other parts of a report, since it changes what they keep."""

    protection_id: UUID | None = None

    def record(self, fact: type[Fact], *, at: datetime, **fields: Any) -> None:
        """As every aggregate; of a protected person no fact says a cell, whoever records it."""
        if self.protection_id is not None and "cell" in fields:
            fields["cell"] = None
        super().record(fact, at=at, **fields)

    def protect(self, protection_id: UUID, *, at: datetime) -> None:
        """Twice is once; a drill is nobody's danger."""
        if self.protection_id is None and not self.drill:
            self.record(Protected, at=at, protection_id=protection_id)

    @applies(Protected)
    def _protected(self, fact: Protected) -> None:
        self.protection_id = fact.protection_id
