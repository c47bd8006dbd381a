"""A log in which another writer comes first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent

from tests.application.whereabouts_house import MovingHouse
from tests.memory import MemoryLog

Step = Callable[[Collection[UUID]], object]


class OvertakenLog(MemoryLog):
    """Both writers have loaded the same state; which of them appends first is the test's choice."""

    def __init__(self) -> None:
        super().__init__()
        self.faster: Step | None = None
        """Saved before the next append, once; it is told which aggregates that one writes."""
        self.conflicts = 0

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **request: Any
    ) -> Sequence[int] | None:
        faster, self.faster = self.faster, None
        if faster is not None:
            faster(list(dict.fromkeys(one.originator_id for one in stored_events)))
        try:
            return super().insert_events(stored_events, **request)
        except IntegrityError:
            self.conflicts += 1
            raise


class OvertakenHouse(MovingHouse):
    """All desks over such a log."""

    Log = OvertakenLog
    log: OvertakenLog
