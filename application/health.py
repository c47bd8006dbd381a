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


class WitnessHealth(Value):
    """``lacks`` counts checkpoints; ``trouble`` is None while all is well."""

    witness: str
    lacks: int
    failing_s: float | None = None
    trouble: str | None = None


class SealHealth(Value):
    """What is sealed; ``number`` is 0 and ``age_s`` None before the first checkpoint."""

    number: int
    age_s: float | None
    unsealed_facts: int
    witnesses: tuple[WitnessHealth, ...] = ()


class Health(Value):
    """``reasons`` is empty when ready.

    Parked facts, differing rows, dead letters, late checkpoints and witnesses that are away are
    shown and not counted: no report waits for them.
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
    sealed: SealHealth | None = None
