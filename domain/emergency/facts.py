"""Everything that can have happened to an emergency report.

Positions and free text are sealed under keys of the report's own, which go with the citizen's:
positions under its track's, because they have a shorter term; free text under another, because it
may speak of third persons, who can be forgotten without the rest.
``cell`` is None for protected people, where nothing was located, and outside the grid.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, ValidationInfo, model_validator

from domain.base import ERASED, Erased, Fact, FirstFact, Personal
from domain.emergency.cancels import Cancelled as Cancelled  # noqa: PLC0414 - a fact like others
from domain.emergency.cancels import CancelRefused as CancelRefused  # noqa: PLC0414
from domain.emergency.vocabulary import (
    Alert,
    CallEnd,
    Device,
    Escalation,
    Flag,
    How,
    Outcome,
    PartnerChannel,
    RiseCause,
    TakeRight,
    VerifiedBy,
)
from domain.geography import Cell, DistrictCode, FixQuality
from domain.language import Language
from domain.page import Page
from domain.policy import EscalationLevel
from domain.watching.track import SealedPosition as SealedPosition  # noqa: PLC0414
from domain.watching.track import track_of as track_of  # noqa: PLC0414

SealedText = Annotated[str | Erased, Personal("originator_id")]


class Triggered(FirstFact):
    """A report was raised; it stands in its cancel window until ``cancel_until``."""

    TOPIC: ClassVar[str] = "emergency.triggered"
    SCHEMA: ClassVar[int] = 2

    citizen_id: UUID | None
    trigger_id: str
    """The device's own id of this trigger; a repeat carries the same."""
    how: How
    presses: int | None
    """Shakes or key presses that were counted; None for the button."""
    device: Device
    language: Language
    alert: Alert
    drill: bool
    flags: tuple[Flag, ...]
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    skew_s: float | None
    """Device clock minus ours at receipt; None when the device gave no time."""
    cancel_until: AwareDatetime
    source: UUID | None = None
    """Tells devices apart, also those that nobody knows; None without a name, and in schema 1."""
    position: SealedPosition = ERASED


class Accepted(Fact):
    """The window is over: the report is real and rings in ``district``."""

    TOPIC: ClassVar[str] = "emergency.accepted"

    citizen_id: UUID | None
    district: DistrictCode
    answer_by: AwareDatetime
    escalations: tuple[Escalation, ...]
    drill: bool
    call: bool
    """Whether the automatic call is placed: not for drills, bells and silent reports."""


class Joined(Fact):
    """The same citizen raised again while this report was open: it rings, to be claimed anew."""

    TOPIC: ClassVar[str] = "emergency.joined"
    SCHEMA: ClassVar[int] = 2

    citizen_id: UUID | None
    trigger_id: str
    how: How
    presses: int | None
    device: Device
    alert: Alert
    """A silent trigger makes the whole report silent from then on."""
    flags: tuple[Flag, ...]
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    skew_s: float | None
    responsible: DistrictCode | None = None
    """Whose centre answers from now on; in the first shape it changed within the window only."""
    districts: tuple[DistrictCode, ...] = ()
    """The centres that see it from now on; none in the first shape: as before."""
    answer_by: AwareDatetime | None = None
    """None within the window, where the acceptance will say; and in the first shape."""
    escalations: tuple[Escalation, ...] = ()
    position: SealedPosition = ERASED


class Claimed(Fact):
    """An operator took the report in hand; only the ring stops."""

    TOPIC: ClassVar[str] = "emergency.claimed"

    operator_id: UUID
    act_by: AwareDatetime


class TakenOver(Fact):
    """Another operator took the report; ``reason`` is None where none was needed."""

    TOPIC: ClassVar[str] = "emergency.taken_over"
    SCHEMA: ClassVar[int] = 2

    operator_id: UUID
    from_operator_id: UUID
    citizen_id: UUID | None
    act_by: AwareDatetime
    right: TakeRight | None = None
    """Not told in schema 1."""
    reason: Annotated[str | Erased | None, Personal("originator_id")] = ERASED


class Released(Fact):
    """The holder gave the report back: it rings again, with new escalations."""

    TOPIC: ClassVar[str] = "emergency.released"

    operator_id: UUID
    citizen_id: UUID | None
    answer_by: AwareDatetime
    escalations: tuple[Escalation, ...]
    reason: SealedText = ERASED


class Escalated(Fact):
    """Nobody answered or acted in time; ``districts`` are the centres that ring from now on."""

    TOPIC: ClassVar[str] = "emergency.escalated"
    SCHEMA: ClassVar[int] = 2

    level: EscalationLevel
    districts: tuple[DistrictCode, ...]
    because: RiseCause = RiseCause.UNANSWERED
    """Schema 1 tells none: an idle claim was its own level."""
    escalations: tuple[Escalation, ...] = ()
    """The rises that follow an idle claim while nobody acts; none in schema 1."""
    page: Page | None = None
    """Who is called by telephone; nobody for a drill, and in schema 1."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_shape(cls, fields: Any, info: ValidationInfo) -> Any:
        if (info.context or {}).get("schema_version") != 1:
            return fields
        idle = fields["level"] == EscalationLevel.IDLE_CLAIM
        return dict(fields) | {"because": RiseCause.IDLE if idle else RiseCause.UNANSWERED}


class CallPlaced(Fact):
    """The provider took the automatic call; ``call_id`` is the provider's."""

    TOPIC: ClassVar[str] = "emergency.call_placed"

    call_id: str


class CallConnected(Fact):
    TOPIC: ClassVar[str] = "emergency.call_connected"

    call_id: str


class CallEnded(Fact):
    TOPIC: ClassVar[str] = "emergency.call_ended"

    call_id: str
    end: CallEnd
    talked_s: float


class CameraViewed(Fact):
    """An operator looked through a camera for this report."""

    TOPIC: ClassVar[str] = "emergency.camera_viewed"

    operator_id: UUID
    camera_id: str


class PoliceRequested(Fact):
    """The police were asked to send a car; ``unassessed`` when nobody had looked."""

    TOPIC: ClassVar[str] = "emergency.police_requested"

    request_id: UUID
    operator_id: UUID | None
    """None when the escalation asked by itself."""
    unassessed: bool


class PoliceAcknowledged(Fact):
    TOPIC: ClassVar[str] = "emergency.police_acknowledged"

    request_id: UUID
    reference: str


class PatrolArrived(Fact):
    TOPIC: ClassVar[str] = "emergency.patrol_arrived"

    reference: str


class AmbulanceRequested(Fact):
    TOPIC: ClassVar[str] = "emergency.ambulance_requested"

    request_id: UUID
    operator_id: UUID


class AmbulanceAcknowledged(Fact):
    TOPIC: ClassVar[str] = "emergency.ambulance_acknowledged"

    request_id: UUID
    reference: str


class AmbulanceArrived(Fact):
    TOPIC: ClassVar[str] = "emergency.ambulance_arrived"

    reference: str


class PartnerUnreachable(Fact):
    """A delivery ended as a dead letter: the operator must reach them another way."""

    TOPIC: ClassVar[str] = "emergency.partner_unreachable"

    channel: PartnerChannel
    delivery_id: UUID
    code: str


class NoteAdded(Fact):
    TOPIC: ClassVar[str] = "emergency.note_added"

    operator_id: UUID
    citizen_id: UUID | None
    note: SealedText = ERASED


class Resolved(Fact):
    TOPIC: ClassVar[str] = "emergency.resolved"
    SCHEMA: ClassVar[int] = 2

    operator_id: UUID
    citizen_id: UUID | None
    outcome: Outcome
    verified_by: VerifiedBy | None = None
    """How it was made sure that she is safe; None for other outcomes. Not told in schema 1."""
    duplicate_of: UUID | None = None
    """The report that this one repeats; None for other outcomes. Not told in schema 1."""
    note: SealedText = ERASED


class Reopened(Fact):
    """A resolved or cancelled report is open again and rings, with new escalations."""

    TOPIC: ClassVar[str] = "emergency.reopened"

    operator_id: UUID
    citizen_id: UUID | None
    answer_by: AwareDatetime
    escalations: tuple[Escalation, ...]
    reason: SealedText = ERASED
