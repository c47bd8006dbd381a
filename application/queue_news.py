"""What has changed in the queue, as it is told to open screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class QueueChange:
    """A row's newest state at a log position; None when there is no such row any more."""

    position: int
    report_id: UUID
    row: BaseModel | None


@dataclass(frozen=True, slots=True)
class QueuePulse:
    """How far log and fold are; None while the database cannot be asked."""

    at: datetime | None = None
    log_position: int | None = None
    fold_position: int | None = None


class QueueChanges(Protocol):
    def pulse(self) -> QueuePulse: ...

    def changes_since(self, position: int) -> Sequence[QueueChange]:
        """Rows that changed after ``position``, each in its newest state, in log order."""
        ...


QueueListener = Callable[[Sequence[QueueChange], QueuePulse], None]
"""Called by the feed's thread at least every two seconds."""
