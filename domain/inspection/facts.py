"""Everything that can have happened to a request for a check.

The open part says which kind of building in which district. Where it is, who asks and what they
wrote lie under the applicant's key; what was found under one of the check's own, because it speaks
of third persons.
"""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, FirstFact, Personal
from domain.geography import DistrictCode
from domain.inspection.form import SealedWord
from domain.inspection.vocabulary import Building, FormDecline, Span
from domain.language import Language

SealedNote = Annotated[str | Erased | None, Personal("originator_id")]


class Requested(FirstFact):
    """Somebody asks that a place be checked."""

    TOPIC: ClassVar[str] = "inspection.requested"

    reference: str
    applicant_id: UUID
    member: bool
    """Whether the applicant is a citizen of the service."""
    language: Language
    district: DistrictCode
    building: Building
    wished: tuple[Span, ...]
    decide_by: AwareDatetime
    """When it is told to the supervisor that nobody has decided."""
    place: SealedWord = ERASED
    name: SealedWord = ERASED
    phone: SealedWord = ERASED
    code: SealedWord = ERASED


class DecisionOverdue(Fact):
    """Nobody has decided in time."""

    TOPIC: ClassVar[str] = "inspection.decision_overdue"


class Approved(Fact):
    TOPIC: ClassVar[str] = "inspection.approved"

    staff_id: UUID


class Declined(Fact):
    TOPIC: ClassVar[str] = "inspection.declined"

    staff_id: UUID
    why: FormDecline
    note: SealedNote = ERASED


class Withdrawn(Fact):
    """The applicant asks no longer."""

    TOPIC: ClassVar[str] = "inspection.withdrawn"

    applicant_id: UUID


class Scheduled(Fact):
    """A team comes at that time; a later one takes its place."""

    TOPIC: ClassVar[str] = "inspection.scheduled"

    staff_id: UUID
    team_id: UUID
    visit: Span
    wished: bool
    """Whether the visit lies within a time that the applicant wished."""
    result_by: AwareDatetime
    """When a result is asked for."""


class ResultOverdue(Fact):
    """The visit is long over, and nobody has told what it came to."""

    TOPIC: ClassVar[str] = "inspection.result_overdue"

    team_id: UUID


class NothingFound(Fact):
    TOPIC: ClassVar[str] = "inspection.nothing_found"

    staff_id: UUID
    team_id: UUID
    note: SealedNote = ERASED


class CameraFound(Fact):
    """A camera was found: nobody touches it, and the police are told."""

    TOPIC: ClassVar[str] = "inspection.camera_found"

    staff_id: UUID
    team_id: UUID
    notice_id: UUID
    """Names what the police are told."""
    evidence: SealedNote = ERASED


class PoliceTold(Fact):
    """The police took the notice, under this reference of theirs."""

    TOPIC: ClassVar[str] = "inspection.police_told"

    notice_id: UUID
    police_reference: str


class PoliceNotReached(Fact):
    """The notice did not arrive: somebody must tell the police another way."""

    TOPIC: ClassVar[str] = "inspection.police_not_reached"

    notice_id: UUID
    code: str


class NotEntered(Fact):
    """Nobody could enter; another time may be agreed."""

    TOPIC: ClassVar[str] = "inspection.not_entered"

    staff_id: UUID
    team_id: UUID
    note: SealedNote = ERASED


class Closed(Fact):
    """No further visit is planned to a place that nobody could enter."""

    TOPIC: ClassVar[str] = "inspection.closed"

    staff_id: UUID
