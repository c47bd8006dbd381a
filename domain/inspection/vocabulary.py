"""The words of checks for hidden cameras, the same in facts, rows and answers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from domain.base import Value


class Building(StrEnum):
    """What is to be checked. Ours, after the places that districts' notices of checks name."""

    PUBLIC_TOILET = "public_toilet"
    OPEN_TOILET = "open_toilet"
    """Private, and open to the public."""
    HOME = "home"
    LODGING = "lodging"
    CHANGING_ROOM = "changing_room"
    SCHOOL = "school"
    WORKPLACE = "workplace"
    SHOP = "shop"
    OTHER = "other"


class FormDecline(StrEnum):
    """Why a request is not followed; what a citizen is told is the code's own sentence."""

    NOT_OURS = "not_ours"
    """Another body checks such places."""
    NO_RIGHT_OF_ENTRY = "no_right_of_entry"
    """Who asks cannot let anybody in, and the owner does not."""
    NO_CAPACITY = "no_capacity"
    REPEATED = "repeated"
    """It was checked a short time ago, or is asked for already."""
    INCOMPLETE = "incomplete"
    OTHER = "other"


class Finding(StrEnum):
    """What a visit came to."""

    NOTHING = "nothing"
    FOUND = "found"
    NOT_ENTERED = "not_entered"


class InspectionStage(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    """A time must be agreed: for the first time, or again since nobody could enter."""
    SCHEDULED = "scheduled"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class LoanStage(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    """A detector lies ready."""
    LENT = "lent"
    RETURNED = "returned"
    LOST = "lost"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    NOT_COLLECTED = "not_collected"


class Condition(StrEnum):
    """How a detector came back."""

    SOUND = "sound"
    DAMAGED = "damaged"


class Span(Value):
    """From a moment to another."""

    begins_at: AwareDatetime
    ends_at: AwareDatetime

    def lies_within(self, first: datetime, last: datetime) -> bool:
        """Whether it begins after ``first``, and then ends by ``last``."""
        return first < self.begins_at < self.ends_at <= last

    def meets(self, other: Span, *, gap_s: float = 0.0) -> bool:
        """Whether the two overlap, or lie closer than ``gap_s``."""
        return (
            self.begins_at.timestamp() < other.ends_at.timestamp() + gap_s
            and other.begins_at.timestamp() < self.ends_at.timestamp() + gap_s
        )
