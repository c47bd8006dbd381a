"""What is asked about protections: by the police, by the person, and by those who watch."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from application.safe_return import Receipt
from domain.base import Value
from domain.geography import DistrictCode, Position
from domain.protection.vocabulary import EndCause, Enroller, LookFinding, Measure, WatchTime

Number = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Camera = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class NewPlace(Value):
    """A place to be watched, and when."""

    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    position: Position | None = None
    cameras: tuple[Camera, ...] = Field(default=(), max_length=20)
    times: tuple[WatchTime, ...] = Field(default=(), max_length=14)


class EnrollProtection(Value):
    """Watch over a citizen of the service."""

    citizen_id: UUID
    district: DistrictCode
    measure: Measure
    decision_number: Number
    ends_at: AwareDatetime
    places: tuple[NewPlace, ...] = Field(default=(), max_length=20)


class ExtendProtection(Value):
    protection_id: UUID
    decision_number: Number
    ends_at: AwareDatetime


class EndProtection(Value):
    protection_id: UUID
    cause: EndCause


class NamePlace(Value):
    protection_id: UUID
    place_id: UUID
    place: NewPlace


class RemovePlace(Value):
    protection_id: UUID
    place_id: UUID


class AssignOperator(Value):
    protection_id: UUID
    operator_id: UUID


class RecordLook(Value):
    protection_id: UUID
    look_id: UUID
    finding: LookFinding
    note: Words | None = None


class ProtectionReceipt(Receipt):
    protection_id: UUID
    places: tuple[UUID, ...] = ()


class OpenedPlace(Value):
    place_id: UUID
    label: str
    position: Position | None
    cameras: tuple[str, ...]
    times: tuple[WatchTime, ...]


class OpenedLook(Value):
    look_id: UUID
    place_id: UUID
    due_at: AwareDatetime
    missed_at: AwareDatetime | None


class OpenedProtection(Value):
    """All of it; reading it leaves an access record."""

    protection_id: UUID
    citizen_id: UUID
    district: DistrictCode
    measure: Measure
    enroller: Enroller
    verified: bool
    decision_number: str | None
    """None once she is erased, as her places."""
    begun_at: AwareDatetime
    ends_at: AwareDatetime
    end_asked: bool
    ended: EndCause | None
    places: tuple[OpenedPlace, ...]
    looks: tuple[OpenedLook, ...]
    """Those that are due now."""
    assigned: tuple[UUID, ...]
    protocol: tuple[str, ...]
    """What is done when she raises, in order: codes, which screens translate."""


class HerProtection(Value):
    """What her own phone is told: that she is watched over, and until when."""

    protection_id: UUID
    ends_at: AwareDatetime
    verified: bool
    end_asked: bool
