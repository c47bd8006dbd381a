"""A fact that this process cannot read stands in its place, so that others go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from uuid import UUID

    from infrastructure.log.errors import UnreadableFact
    from infrastructure.log.stored import StoredFact


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored fact that this process cannot read; ``reason`` holds no personal data."""

    position: int
    aggregate_id: UUID
    version: int
    topic: str
    reason: str

    @classmethod
    def of(cls, stored: StoredFact, error: UnreadableFact) -> Unreadable:
        return cls(
            position=stored.recorded.position if stored.recorded else 0,
            aggregate_id=cast("UUID", stored.originator_id),
            version=stored.originator_version,
            topic=stored.topic,
            reason=f"{error.reason}: {error}",
        )
