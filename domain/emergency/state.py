"""What a report remembers of its facts.

Facts are applied here and nowhere else. These bodies run again at every replay, so they
only assign: a rule that could refuse here would make history unreadable.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from domain.base import Aggregate, Erased, Fact, applies
from domain.emergency import facts
from domain.emergency.asked import Asked, given_up, referred
from domain.emergency.heard import Heard
from domain.emergency.vocabulary import (
    Alert,
    Device,
    Escalation,
    How,
    Outcome,
    PartnerChannel,
    Stage,
)
from domain.geography import DistrictCode, FixQuality, Position
from domain.language import Language
from domain.policy import EscalationLevel

TURNS: Final[frozenset[type[Fact]]] = frozenset(
    {
        facts.Cancelled,
        facts.Accepted,
        facts.Joined,
        facts.Claimed,
        facts.TakenOver,
        facts.Released,
        facts.Resolved,
        facts.Reopened,
    }
)
"""Facts after which a decision made on an older picture must be made again."""


class EmergencyState(Aggregate):
    """The memory of an emergency report; ``Emergency`` decides upon it."""

    LEFT_SEALED = frozenset(
        {facts.TakenOver, facts.Released, facts.NoteAdded, facts.Resolved, facts.Reopened}
    )

    citizen_id: UUID | None
    trigger_id: str
    how: How
    device: Device
    language: Language
    alert: Alert
    """Silent as soon as one of its triggers was."""
    drill: bool
    heard: dict[str, Heard]
    """By trigger id."""
    district: DistrictCode
    districts: tuple[DistrictCode, ...]
    """The centres that ring, or have rung: they may act on the report."""
    position: Position | Erased | None
    """The latest known."""
    fix: FixQuality | None
    stage: Stage
    ringing: bool
    cancel_until: datetime
    cancelled_at: datetime | None
    reopen_until: datetime | None
    """Until when a cancelled report can be opened again."""
    escalations: tuple[Escalation, ...]
    """The rises that are still to come while nobody claims it, or its holder stays idle."""
    answer_by: datetime | None
    """Until when it should be claimed, or claimed anew; None when no claim is awaited."""
    held_by: UUID | None
    claimed_at: datetime | None
    act_by: datetime | None
    """None when no act is awaited: unclaimed, or already seen to be idle."""
    acted: bool
    police: dict[UUID, Asked]
    police_asked: bool
    """Since the report was last opened."""
    patrols: frozenset[str]
    ambulances: dict[UUID, Asked]
    ambulances_arrived: frozenset[str]
    unreachable: frozenset[UUID]
    outcome: Outcome | None
    turned_at: int | None = None
    """Log position of the last of ``TURNS``."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing may sound or shine near the citizen: what every policy asks."""
        return self.alert is Alert.SILENT

    @property
    def ended(self) -> bool:
        return self.stage in {Stage.CANCELLED, Stage.RESOLVED}

    @applies(*TURNS)
    def _turned(self, fact: Fact) -> None:
        self.turned_at = fact.log_position

    @applies(facts.Triggered)
    def _triggered(self, fact: facts.Triggered) -> None:
        self.citizen_id = fact.citizen_id
        self.trigger_id = fact.trigger_id
        self.how = fact.how
        self.device = fact.device
        self.language = fact.language
        self.alert = fact.alert
        self.drill = fact.drill
        first = Heard(fact.timestamp, fact.flags, joined=False, alert=fact.alert)
        self.heard = {fact.trigger_id: first}
        self.district = fact.district
        self.districts = (fact.district,)
        self.position = fact.position
        self.fix = fact.fix
        self.stage = Stage.WINDOW
        self.cancel_until = fact.cancel_until
        self.cancelled_at = None
        self.reopen_until = None
        self.police = {}
        self.police_asked = False
        self.patrols = frozenset()
        self.ambulances = {}
        self.ambulances_arrived = frozenset()
        self.unreachable = frozenset()
        self.outcome = None
        self._put_down(ringing=False, escalations=())

    def _put_down(self, *, ringing: bool, escalations: tuple[Escalation, ...]) -> None:
        self.ringing = ringing
        self.escalations = escalations
        self.answer_by = None
        self.held_by = None
        self.claimed_at = None
        self.act_by = None
        self.acted = False

    def _place(self, district: DistrictCode) -> None:
        """Until it is accepted it belongs where she is, and to nobody else."""
        if self.stage is Stage.WINDOW:
            self.district = district
            self.districts = (district,)

    @applies(facts.Cancelled)
    def _cancelled(self, fact: facts.Cancelled) -> None:
        self.stage = Stage.CANCELLED
        self.cancelled_at = fact.timestamp
        self.reopen_until = fact.reopen_until

    @applies(facts.Accepted)
    def _accepted(self, fact: facts.Accepted) -> None:
        self.stage = Stage.OPEN
        self.district = fact.district
        self.districts = (fact.district,)
        self._put_down(ringing=True, escalations=fact.escalations)

    @applies(facts.Claimed)
    def _claimed(self, fact: facts.Claimed) -> None:
        self._take(fact.operator_id, fact.timestamp, fact.act_by)

    @applies(facts.TakenOver)
    def _taken_over(self, fact: facts.TakenOver) -> None:
        self._take(fact.operator_id, fact.timestamp, fact.act_by)

    def _take(self, operator_id: UUID, at: datetime, act_by: datetime) -> None:
        self.stage = Stage.CLAIMED
        self.ringing = False
        self.escalations = ()
        self.answer_by = None
        self.held_by = operator_id
        self.claimed_at = at
        self.act_by = act_by
        self.acted = False

    @applies(facts.Released)
    def _released(self, fact: facts.Released) -> None:
        self.stage = Stage.OPEN
        self._put_down(ringing=True, escalations=fact.escalations)

    @applies(facts.Escalated)
    def _escalated(self, fact: facts.Escalated) -> None:
        self.ringing = True
        self.districts = fact.districts
        if fact.level is EscalationLevel.IDLE_CLAIM:
            self.act_by = None
            self.escalations = fact.escalations
        self.escalations = tuple(due for due in self.escalations if due.level is not fact.level)

    @applies(facts.CameraViewed)
    def _camera_viewed(self, fact: facts.CameraViewed) -> None:
        self._acted(fact.operator_id)

    @applies(facts.PoliceRequested)
    def _police_requested(self, fact: facts.PoliceRequested) -> None:
        self.police = self.police | {fact.request_id: Asked(assessed=not fact.unassessed)}
        self.police_asked = True
        self._acted(fact.operator_id)

    @applies(facts.PoliceAcknowledged)
    def _police_acknowledged(self, fact: facts.PoliceAcknowledged) -> None:
        self.police = referred(self.police, fact.request_id, fact.reference)

    @applies(facts.PatrolArrived)
    def _patrol_arrived(self, fact: facts.PatrolArrived) -> None:
        self.patrols = self.patrols | {fact.reference}

    @applies(facts.AmbulanceRequested)
    def _ambulance_requested(self, fact: facts.AmbulanceRequested) -> None:
        self.ambulances = self.ambulances | {fact.request_id: Asked(assessed=True)}
        self._acted(fact.operator_id)

    @applies(facts.AmbulanceAcknowledged)
    def _ambulance_acknowledged(self, fact: facts.AmbulanceAcknowledged) -> None:
        self.ambulances = referred(self.ambulances, fact.request_id, fact.reference)

    @applies(facts.AmbulanceArrived)
    def _ambulance_arrived(self, fact: facts.AmbulanceArrived) -> None:
        self.ambulances_arrived = self.ambulances_arrived | {fact.reference}

    @applies(facts.PartnerUnreachable)
    def _partner_unreachable(self, fact: facts.PartnerUnreachable) -> None:
        self.unreachable = self.unreachable | {fact.delivery_id}
        if fact.channel is PartnerChannel.POLICE:
            self.police = given_up(self.police)
        if fact.channel is PartnerChannel.AMBULANCE:
            self.ambulances = given_up(self.ambulances)

    @applies(facts.NoteAdded)
    def _note_added(self, fact: facts.NoteAdded) -> None:
        self._acted(fact.operator_id)

    def _acted(self, operator_id: UUID | None) -> None:
        if operator_id is not None and operator_id == self.held_by:
            self.acted = True
            if self.answer_by is None:
                self.escalations = ()

    @applies(facts.Resolved)
    def _resolved(self, fact: facts.Resolved) -> None:
        self.stage = Stage.RESOLVED
        self.outcome = fact.outcome
        self._put_down(ringing=False, escalations=())

    @applies(facts.Reopened)
    def _reopened(self, fact: facts.Reopened) -> None:
        self.stage = Stage.OPEN
        self.outcome = None
        self.police_asked = False
        self._put_down(ringing=True, escalations=fact.escalations)
