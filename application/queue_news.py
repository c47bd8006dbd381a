"""What has changed in the queue, as it is told to open screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel

from application.live_map import PositionNews


@dataclass(frozen=True, slots=True)
class QueueChange:
    """A row's newest state at a log position; None when there is no such row any more."""

    position: int
    report_id: UUID
    row: BaseModel | None
    again: bool = False
    """Whether facts that had been parked were folded late: ``position`` is the fold's then, and
    a screen that has come as far may not have seen the row so."""


@dataclass(frozen=True, slots=True)
class QueuePulse:
    """How far log and fold are; None while the database cannot be asked."""

    at: datetime | None = None
    log_position: int | None = None
    fold_position: int | None = None
    retried: int = 0
    """Number of the newest row that was folded late."""


class QueueChanges(Protocol):
    def pulse(self) -> QueuePulse: ...

    def changes_since(self, position: int, retried_after: int = 0) -> Sequence[QueueChange]:
        """Rows that changed after ``position``, each in its newest state, in log order.

        With them, rows that were folded late when the fold had come to ``position`` or
        further, by a number above ``retried_after``.
        """
        ...


QueueListener = Callable[[Sequence[QueueChange], QueuePulse, Sequence[PositionNews]], None]
"""Called by the feed's thread at least every two seconds."""
