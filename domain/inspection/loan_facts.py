"""Everything that can have happened to a loan of a detector."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Fact, FirstFact
from domain.geography import DistrictCode
from domain.inspection.detector_pool import Mark
from domain.inspection.facts import SealedNote
from domain.inspection.form import SealedWord
from domain.inspection.vocabulary import Building, Condition, FormDecline
from domain.language import Language


class Requested(FirstFact):
    """Somebody asks for a detector, to check a place themselves."""

    TOPIC: ClassVar[str] = "detector_loan.requested"

    reference: str
    applicant_id: UUID
    member: bool
    language: Language
    district: DistrictCode
    building: Building
    days: int
    name: SealedWord = ERASED
    phone: SealedWord = ERASED
    code: SealedWord = ERASED


class Approved(Fact):
    """This detector lies ready until ``collect_by``."""

    TOPIC: ClassVar[str] = "detector_loan.approved"

    staff_id: UUID
    mark: Mark
    collect_by: AwareDatetime


class Declined(Fact):
    TOPIC: ClassVar[str] = "detector_loan.declined"

    staff_id: UUID
    why: FormDecline
    note: SealedNote = ERASED


class Withdrawn(Fact):
    """The applicant asks no longer."""

    TOPIC: ClassVar[str] = "detector_loan.withdrawn"

    applicant_id: UUID


class NotCollected(Fact):
    """Nobody came for the detector."""

    TOPIC: ClassVar[str] = "detector_loan.not_collected"

    mark: Mark


class HandedOver(Fact):
    """The applicant has the detector, until ``due_at``."""

    TOPIC: ClassVar[str] = "detector_loan.handed_over"

    staff_id: UUID
    mark: Mark
    remind_at: AwareDatetime
    due_at: AwareDatetime


class Reminded(Fact):
    """The applicant is told that the detector is due soon."""

    TOPIC: ClassVar[str] = "detector_loan.reminded"

    applicant_id: UUID
    due_at: AwareDatetime


class Overdue(Fact):
    """The detector should be back, and is not: the applicant is told, and the board."""

    TOPIC: ClassVar[str] = "detector_loan.overdue"

    applicant_id: UUID
    mark: Mark


class Returned(Fact):
    TOPIC: ClassVar[str] = "detector_loan.returned"

    staff_id: UUID
    mark: Mark
    condition: Condition
    late: bool
    note: SealedNote = ERASED


class Lost(Fact):
    """The detector will not come back."""

    TOPIC: ClassVar[str] = "detector_loan.lost"

    staff_id: UUID
    mark: Mark
    note: SealedNote = ERASED
