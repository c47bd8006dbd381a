"""One emergency report with all that is known of it; personal fields as ciphertext."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import SealedPart, Value
from domain.emergency.classification import Classification, PersonRole, Urgency
from domain.emergency.correcting import Correctable
from domain.emergency.transferring import Offer
from domain.emergency.vocabulary import (
    Alert,
    Amendable,
    Flag,
    How,
    Outcome,
    RiseCause,
    Stage,
    VerifiedBy,
)
from domain.geography import Cell, DistrictCode, FixSource
from domain.language import Language
from domain.platform import Platform
from domain.policy import EscalationLevel
from projections.clips import ShownClip
from projections.fold import Row
from projections.progress import Call, Help, Lane, RingsFor


class SealedText(Value):
    """What a person wrote about the report, and where in the log it stands."""

    topic: str
    field: str
    at: AwareDatetime
    position: int
    operator_id: UUID
    part: SealedPart


class HelpRequested(Value):
    """One request to the police or an ambulance."""

    request_id: UUID
    at: AwareDatetime
    operator_id: UUID | None
    """None when the escalation asked by itself."""
    reference: str | None = None
    """The partner's own; None until they have answered."""


class Correction(Value):
    """One field that was put right, and where: the mark on a corrected value."""

    field: Correctable
    was: str
    value: str
    at: AwareDatetime
    position: int
    corrects_version: int
    """Of the fact in this report's stream that was wrong."""
    operator_id: UUID | None
    """None when it was done from the machine's own shell."""
    reason: SealedPart | None


class IncidentPlace(Value):
    """Where it happens, as an operator put it on the map."""

    at: AwareDatetime
    operator_id: UUID
    district: DistrictCode
    cell: Cell | None
    source: FixSource
    accuracy_m: float | None
    position: SealedPart | None


class ThirdPerson(Value):
    """Somebody else who is in it, under a key of the incident's own."""

    at: AwareDatetime
    operator_id: UUID
    role: PersonRole
    description: SealedPart | None


class ReportRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("report_id",)

    report_id: UUID
    stage: Stage
    lane: Lane
    ringing: bool = False
    rings_for: RingsFor | None = None
    escalation: EscalationLevel | None = None
    outcome: Outcome | None = None
    verified_by: VerifiedBy | None = None
    """How it was made sure that she is safe."""
    duplicate_of: UUID | None = None
    district: DistrictCode
    audience: tuple[DistrictCode, ...]
    citizen_id: UUID | None = None
    device_id: UUID | None = None
    app_version: str | None = None
    platform: Platform
    language: Language
    how: How
    presses: int | None = None
    alert: Alert
    flags: tuple[Flag, ...]
    cell: Cell | None = None
    fix_source: FixSource | None = None
    fix_accuracy_m: float | None = None
    fixed_at: AwareDatetime | None = None
    fix_age_s: float | None = None
    skew_s: float | None = None
    position: SealedPart | None = None
    """Newest known position of the citizen."""
    position_at: AwareDatetime | None = None
    located_at: AwareDatetime | None = None
    """When that position was taken, by our clock."""
    outside: bool = False
    battery_pct: int | None = None
    signal_lost_at: AwareDatetime | None = None
    classification: Classification | None = None
    urgency: Urgency = Urgency.USUAL
    incident: IncidentPlace | None = None
    """None while it is taken to be where the reporter is."""
    third_persons: tuple[ThirdPerson, ...] = ()
    """Oldest first."""
    offer: Offer | None = None
    returned_by: tuple[DistrictCode, ...] = ()
    occurred_at: AwareDatetime | None = None
    received_at: AwareDatetime
    cancel_until: AwareDatetime
    cancelled_at: AwareDatetime | None = None
    accepted_at: AwareDatetime | None = None
    answer_by: AwareDatetime | None = None
    held_by: UUID | None = None
    first_claimed_at: AwareDatetime | None = None
    claimed_at: AwareDatetime | None = None
    act_by: AwareDatetime | None = None
    holder_away_at: AwareDatetime | None = None
    """Since when its holder's console feels no human hand; None while it does."""
    rise_cause: RiseCause | None = None
    """Why it has risen as far as ``escalation``."""
    paged: DistrictCode | None = None
    """Whose line was called since it last began to ring."""
    resolved_at: AwareDatetime | None = None
    resolved_by: UUID | None = None
    reopened: int = 0
    joined: int = 0
    incident_id: UUID | None = None
    """Shared with the reports that it is linked with; None while it is linked with none."""
    late_cancels: int = 0
    escalated: int = 0
    cameras_viewed: int = 0
    cameras_shared: tuple[str, ...] = ()
    """Through which the police look along at this moment."""
    call: Call = Call.NONE
    call_attempts: int = 0
    """How often a call was ordered."""
    call_retry_at: AwareDatetime | None = None
    """When she is called once more."""
    text_failed: bool = False
    """A text message could not be brought to her, and none has been since."""
    unanswered: int = 0
    """Messages from her since an operator last wrote."""
    recheck_at: AwareDatetime | None = None
    """She said that she is fine: when somebody looks again."""
    recheck_due: bool = False
    """It rings for that second look, and nobody has taken it up."""
    said_fine_at: AwareDatetime | None = None
    """When she last said so."""
    call_id: str | None = None
    call_connected_at: AwareDatetime | None = None
    call_talked_s: float | None = None
    police: Help = Help.NONE
    police_unassessed: bool = False
    police_requests: tuple[HelpRequested, ...] = ()
    patrol_arrived_at: AwareDatetime | None = None
    ambulance: Help = Help.NONE
    ambulance_requests: tuple[HelpRequested, ...] = ()
    ambulance_arrived_at: AwareDatetime | None = None
    texts: tuple[SealedText, ...] = ()
    """Notes, reasons and the closing note, oldest first."""
    corrections: tuple[Correction, ...] = ()
    """Oldest first; ``outcome``, ``district`` and ``how`` show what was corrected."""
    reopen_until: AwareDatetime | None = None
    """Of a cancelled report: until when it can be opened again."""
    duress_at: AwareDatetime | None = None
    """When the duress PIN was given first: the citizen's phone shows a cancelled report."""
    after_cancel_of: UUID | None = None
    """The report that she had taken back a short time before."""
    amended: tuple[Amendable, ...] = ()
    """What repeats of its triggers said otherwise."""
    clips: tuple[ShownClip, ...] = ()
    last_topic: str
    last_at: AwareDatetime
    last_position: int
    """Position of the newest fact in the log: what a screen has seen."""
