"""What may be asked of the desk for emergency reports, and what it answers."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, SecretStr, StringConstraints, model_validator

from application.identity import DeviceIdentity
from application.safe_return import Receipt
from domain.base import Value
from domain.emergency.classification import Classification, PersonRole
from domain.emergency.conversing import Template
from domain.emergency.correcting import Correctable
from domain.emergency.help_answers import HelpKind, StandDown
from domain.emergency.vocabulary import Alert, CancelRefusal, Flag, Outcome, VerifiedBy
from domain.geography import DistrictCode, Position
from domain.language import Language

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Message = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
CameraId = Annotated[str, StringConstraints(pattern=r"^[\w.:/-]{1,64}$")]


class Announcement(Value):
    """What the phone says aloud."""

    language: Language
    text: str


class TriggerReceipt(Receipt):
    """The answer to a trigger; the same for a repeat. ``aggregate_id`` is the report's."""

    joined: bool
    """The trigger belongs to a report that was open already."""
    drill: bool
    alert: Alert
    announcement: tuple[Announcement, ...]
    """In the order of speaking; empty when the report is silent."""
    cancel_until: AwareDatetime
    """By our clock, as ``server_time`` is; past for a trigger that joined later."""
    server_time: AwareDatetime
    flags: tuple[Flag, ...]

    @property
    def report_id(self) -> UUID:
        return self.aggregate_id


class CancelReport(Value):
    """Take a report back. ``device`` is what an unknown device called itself."""

    report_id: UUID
    trigger_id: str | None = Field(default=None, max_length=1000)
    """Which trigger is meant; None: the whole report."""
    identity: DeviceIdentity | None = None
    device: str | None = Field(default=None, max_length=1000)
    occurred_at: AwareDatetime | None = None
    pin: SecretStr | None = None
    received_at: AwareDatetime | None = None
    """When it stood at the door, if it had to wait there; None: now."""


class CancelReceipt(Receipt):
    """``cancelled`` is False when the cancel takes nothing back; ``reason`` says why."""

    cancelled: bool
    reason: CancelRefusal | None
    cancel_until: AwareDatetime
    server_time: AwareDatetime


class ReportCommand(Value):
    """A step by one of the staff.

    ``expected_position`` is the log position of the picture that the step was decided on;
    when the report has taken a turn since, the step is refused as stale. None: no matter.
    """

    report_id: UUID
    expected_position: int | None = None


class ClaimReport(ReportCommand):
    pass


class TakeOverReport(ReportCommand):
    reason: Reason | None = None


class ReleaseReport(ReportCommand):
    reason: Reason


class ViewCamera(ReportCommand):
    camera_id: CameraId


class ShareCamera(ViewCamera):
    """Let the police look along."""


class StopSharing(ViewCamera):
    pass


class StandHelpDown(ReportCommand):
    """Take back what was asked of the police or the ambulance."""

    kind: HelpKind
    why: StandDown


class RequestPolice(ReportCommand):
    pass


class RequestAmbulance(ReportCommand):
    pass


class AddNote(ReportCommand):
    note: Text


class ResolveReport(ReportCommand):
    """``verified_by`` goes with “safe”, ``duplicate_of`` with “duplicate”, and only there."""

    outcome: Outcome
    note: Text
    verified_by: VerifiedBy | None = None
    duplicate_of: UUID | None = None


class SilenceReport(ReportCommand):
    reason: Reason


class ReviewLabel(ReportCommand):
    """Say that somebody has looked at what the report is labelled with."""


class RequestCall(ReportCommand):
    pass


class NoteSaidFine(ReportCommand):
    """She told the operator that she is fine."""


class SendMessage(ReportCommand):
    """Either ``body`` or ``template`` is what is written.

    ``by_text``: whether it also goes out as a text message; None: unless the report is silent.
    """

    message_id: UUID
    body: Message | None = None
    template: Template | None = None
    by_text: bool | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.body is None) == (self.template is None):
            raise ValueError("either a body or a template")
        return self


class NoteInterpreter(ReportCommand):
    language: Language
    interpreter: Reason


class ScheduleFollowUp(ReportCommand):
    due_at: AwareDatetime
    note: Reason


class FinishFollowUp(ReportCommand):
    follow_up_id: UUID
    note: Reason


class ReopenReport(ReportCommand):
    reason: Reason


class ClassifyReport(ReportCommand):
    classification: Classification


class LocateIncident(ReportCommand):
    """Where it happens, as it was told; ``accuracy_m`` as well as it is known."""

    position: Position
    accuracy_m: float | None = Field(default=None, ge=0, le=50_000)


class NoteThirdPerson(ReportCommand):
    role: PersonRole
    description: Text


class OfferTransfer(ReportCommand):
    to_district: DistrictCode
    reason: Reason


class AcceptTransfer(ReportCommand):
    pass


class RefuseTransfer(ReportCommand):
    reason: Reason


class PromoteReport(ReportCommand):
    pass


class LinkReports(Value):
    """Two reports that are about one incident."""

    report_id: UUID
    other_id: UUID


class UnlinkReport(Value):
    report_id: UUID
    reason: Reason | None = None
    """None for a link that was a slip of the hand; kept with the report that is unlinked."""


class CorrectReport(Value):
    """A field that a fact of the report stated wrongly, and what it should have said."""

    report_id: UUID
    field: Correctable
    value: str = Field(min_length=1, max_length=40)
    reason: Reason
    fact: UUID | int | None = None
    """Event id or log position of the fact that is meant; None: whichever stands."""
    verified_by: VerifiedBy | None = None
    duplicate_of: UUID | None = None
    """As in ``ResolveReport``."""
