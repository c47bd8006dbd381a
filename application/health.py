"""Whether the service as a whole does its work."""

from __future__ import annotations

from pydantic import Field

from domain.base import Value


class FoldHealth(Value):
    fold: str
    position: int
    lag_facts: int
    lag_s: float
    """Age of the oldest fact that is not folded yet; 0 when there is none."""
    parked: int
    parked_reasons: tuple[str, ...] = ()
    """Why, of those that hold back others; no personal data."""
    differing: int = 0
    """Rows that were not what the log says when they were compared last."""


class Health(Value):
    """``reasons`` is empty when ready.

    Parked facts, differing rows and dead letters are shown and not counted.
    """

    ready: bool
    reasons: tuple[str, ...]
    log_position: int | None = None
    roles: dict[str, float] = Field(default_factory=dict)
    """Seconds since each role's last heartbeat."""
    folds: tuple[FoldHealth, ...] = ()
    timers_overdue: int = 0
    timers_waiting: int = 0
    deliveries_pending: int = 0
    dead_letters: int = 0
