"""Positions of a case or a session are sealed under a key of its own, which goes before it."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from domain.base import Erased, Personal, subject_of_purpose
from domain.geography import Position

TRACK: Final = "track"
SealedPosition = Annotated[Position | Erased | None, Personal("originator_id", purpose=TRACK)]


def track_of(aggregate_id: UUID) -> UUID:
    """Under whose name the key of its positions is kept."""
    return subject_of_purpose(aggregate_id, TRACK)
