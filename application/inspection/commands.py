"""What is asked about checks and detectors: by applicants, and by the districts' staff."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from application.safe_return import Receipt
from domain.base import Value
from domain.geography import DistrictCode
from domain.inspection.detector_pool import Mark
from domain.inspection.vocabulary import Building, Condition, Finding, FormDecline, Span
from domain.language import Language

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{6,14}$")]
"""E.164."""
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class AskForm(Value):
    """Who asks, when it is nobody's phone; a member's name and number are known."""

    district: DistrictCode
    building: Building
    name: Line | None = None
    phone: Phone | None = None
    language: Language = Language.KO


class AskInspection(AskForm):
    """Have a place checked."""

    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    wished: tuple[Span, ...] = Field(max_length=20)


class AskDetector(AskForm):
    """Borrow a detector."""

    days: int = Field(ge=1, le=366)


class OpenForm(Value):
    """What the applicant was told when the form was taken."""

    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
    code: Code


class FormReceipt(Receipt):
    reference: str
    code: str | None = None
    """Told to the applicant alone; never stored with the receipt."""


class FormState(Value):
    """What an applicant learns of a form: no word that somebody wrote by hand."""

    reference: str
    kind: str
    stage: str
    district: DistrictCode
    building: Building
    declined: FormDecline | None = None
    visit: Span | None = None
    finding: Finding | None = None
    collect_by: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    overdue: bool = False


class DecideForm(Value):
    form_id: UUID


class DeclineForm(Value):
    form_id: UUID
    why: FormDecline
    note: Note | None = None


class ScheduleInspection(Value):
    form_id: UUID
    team_id: UUID
    visit: Span


class TellResult(Value):
    """``note`` is evidence where something was found, and then it must be there."""

    form_id: UUID
    finding: Finding
    note: Note | None = None


class FormTeam(Value):
    district: DistrictCode
    number: int = Field(ge=1, le=99)


class AddPiece(Value):
    district: DistrictCode
    mark: Mark


class ReturnDetector(Value):
    form_id: UUID
    condition: Condition = Condition.SOUND
    note: Note | None = None


class LoseDetector(Value):
    form_id: UUID
    note: Note | None = None


class OpenedForm(Value):
    """All that a form says; reading it leaves an access record."""

    form_id: UUID
    reference: str
    name: str | None
    """None once the applicant is erased, as the rest."""
    phone: str | None
    place: str | None
    note: str | None
    """What staff wrote last: why not, or what was found."""
    language: Language
    member: bool


class Pieces(Value):
    """A district's detectors by their marks."""

    district: DistrictCode
    free: tuple[Mark, ...] = ()
    reserved: dict[Mark, UUID] = Field(default_factory=dict)
    """With whom, or for whom it lies ready: by the loan."""
    broken: tuple[Mark, ...] = ()
