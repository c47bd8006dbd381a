"""A fact as it is told: when, by whom, its fields; whichever way it was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class Hidden(StrEnum):
    """Why a personal field is not told."""

    SEALED = "sealed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a case; ``said`` are its fields as JSON has them, or why one is not told."""

    position: int
    topic: str
    actor: str
    occurred_at: datetime | None
    received_at: datetime
    said: Mapping[str, Any] = field(default_factory=dict)
    hash: str | None = None
    """In hex; None where it was not read."""


def district_of(steps: Sequence[Step]) -> str | None:
    """The district that answers for the case, as the facts leave it."""
    district = None
    for step in steps:
        match step.topic:
            case "emergency.triggered" | "emergency.accepted":
                district = step.said.get("district")
            case "emergency.joined" if step.said.get("responsible") is not None:
                district = step.said["responsible"]
            case "emergency.corrected" if step.said.get("field") == "district":
                district = step.said.get("value")
    return district


def outcome_of(steps: Sequence[Step]) -> str:
    """How the case ended, as the facts leave it; ``open`` while it has not."""
    outcome = "open"
    for step in steps:
        match step.topic:
            case "emergency.resolved":
                outcome = str(step.said.get("outcome"))
            case "emergency.cancelled":
                outcome = "cancelled"
            case "emergency.reopened" | "emergency.duress_suspected":
                outcome = "open"
            case "emergency.corrected" if step.said.get("field") == "outcome":
                outcome = str(step.said.get("value"))
    return outcome


def is_drill(steps: Sequence[Step]) -> bool:
    """Whether the case is a drill, as the facts leave it."""
    promoted = any(step.topic == "emergency.promoted" for step in steps)
    return not promoted and any(step.said.get("drill") is True for step in steps)
