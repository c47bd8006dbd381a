"""How a report went: as little of its facts as can be decided again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.correcting import Correctable, Corrected
from domain.emergency.drills import Promoted
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import Escalation, RiseCause
from domain.geography import DistrictCode
from domain.policy import EscalationLevel


@dataclass(slots=True)
class Ring:
    """From when a report rings until somebody takes it, or it ends."""

    began: datetime
    answer_by: datetime
    rises: tuple[Escalation, ...]
    opening: bool
    """Whether the report was opened then, and not only given back."""
    ended: datetime | None = None
    claimed: datetime | None = None
    risen: dict[EscalationLevel, datetime] = field(default_factory=dict)
    closed: bool = False
    """Whether it rang elsewhere because nobody was in its centre: no number changes that."""


@dataclass(slots=True)
class Hold:
    """One claim: until the first act, or until it is given up."""

    operator_id: UUID
    began: datetime
    act_by: datetime
    acted: datetime | None = None
    ended: datetime | None = None
    rang_again: datetime | None = None
    risen: dict[EscalationLevel, datetime] = field(default_factory=dict)
    """Further, while it stayed idle."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """The police were asked."""

    at: datetime
    by_itself: bool


@dataclass(slots=True)
class Course:
    """One report, from its trigger on."""

    report_id: UUID
    district: DistrictCode
    drill: bool
    triggered: datetime
    cancel_until: datetime
    presses: list[datetime] = field(default_factory=list)
    """When its citizen wanted to take it back."""
    cancelled: datetime | None = None
    accepted: datetime | None = None
    joined: list[datetime] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)

    @property
    def window_s(self) -> float:
        return (self.cancel_until - self.triggered).total_seconds()

    def follow(self, fact: Fact) -> None:
        """Take in the report's next fact."""
        step = FOLLOWING.get(fact.TOPIC)
        if step is not None:
            step(self, fact)

    def ring(self, fact: Any, *, opening: bool) -> None:
        self.put_down(fact.timestamp)
        self.rings.append(Ring(fact.timestamp, fact.answer_by, fact.escalations, opening))

    def take(self, fact: facts.Claimed | facts.TakenOver | TransferAccepted) -> None:
        self.put_down(fact.timestamp, claimed=True)
        self.holds.append(Hold(fact.operator_id, fact.timestamp, fact.act_by))

    def put_down(self, at: datetime, *, claimed: bool = False) -> None:
        """Whatever rang or was held ends here."""
        if self.rings and self.rings[-1].ended is None:
            self.rings[-1].ended = at
            self.rings[-1].claimed = at if claimed else None
        if self.holds and self.holds[-1].ended is None:
            self.holds[-1].ended = at

    def act(self, at: datetime, operator_id: UUID | None) -> None:
        """The holder did something; None: whoever it was, it counts."""
        hold = self.holds[-1] if self.holds else None
        if hold is None or hold.ended is not None or hold.acted is not None:
            return
        if operator_id in {None, hold.operator_id}:
            hold.acted = at


def begun(fact: facts.Triggered) -> Course:
    return Course(
        report_id=fact.originator_id,
        district=fact.district,
        drill=fact.drill,
        triggered=fact.timestamp,
        cancel_until=fact.cancel_until,
    )


def _cancelled(course: Course, fact: facts.Cancelled) -> None:
    course.presses.append(fact.timestamp)
    course.cancelled = fact.timestamp


def _accepted(course: Course, fact: facts.Accepted) -> None:
    course.accepted = fact.timestamp
    course.district = fact.district
    course.ring(fact, opening=True)


def _joined(course: Course, fact: facts.Joined) -> None:
    """Rings anew where it had been claimed; where it rang already, it goes on."""
    course.joined.append(fact.timestamp)
    if fact.responsible is not None:
        course.district = fact.responsible
    elif course.accepted is None and fact.fix is not None:
        course.district = fact.district
    rings = bool(course.rings) and course.rings[-1].ended is None
    if fact.answer_by is not None and not rings:
        course.rings.append(Ring(fact.timestamp, fact.answer_by, fact.escalations, opening=False))


def _promoted(course: Course, fact: Promoted) -> None:
    """How the drill rang is judged by nobody."""
    course.drill = False
    course.rings.clear()
    if fact.answer_by is not None:
        course.rings.append(Ring(fact.timestamp, fact.answer_by, fact.escalations, opening=True))


ELSEWHERE_AT_ONCE: Final = frozenset({RiseCause.CENTRE_CLOSED, RiseCause.CENTRE_UNATTENDED})


def _escalated(course: Course, fact: facts.Escalated) -> None:
    rings = bool(course.rings) and course.rings[-1].ended is None
    held = bool(course.holds) and course.holds[-1].ended is None and not rings
    if fact.level is EscalationLevel.IDLE_CLAIM:
        if course.holds:
            course.holds[-1].rang_again = fact.timestamp
    elif held:
        course.holds[-1].risen.setdefault(fact.level, fact.timestamp)
    elif course.rings:
        ring = course.rings[-1]
        ring.risen.setdefault(fact.level, fact.timestamp)
        ring.closed = ring.closed or fact.because in ELSEWHERE_AT_ONCE


def _police_requested(course: Course, fact: facts.PoliceRequested) -> None:
    course.dispatches.append(Dispatch(fact.timestamp, by_itself=fact.operator_id is None))
    if fact.operator_id is not None:
        course.act(fact.timestamp, fact.operator_id)


def _transferred(course: Course, fact: TransferAccepted) -> None:
    course.district = fact.to_district
    course.take(fact)


def _corrected(course: Course, fact: Corrected) -> None:
    """Counted where it belongs, as in all figures."""
    if fact.field is Correctable.DISTRICT:
        course.district = fact.value


def _acted(course: Course, fact: Any) -> None:
    course.act(fact.timestamp, fact.operator_id)


STEPS: Final[dict[type[Fact], Callable[[Course, Any], None]]] = {
    facts.Cancelled: _cancelled,
    facts.CancelRefused: lambda course, fact: course.presses.append(fact.timestamp),
    facts.Accepted: _accepted,
    facts.Joined: _joined,
    Promoted: _promoted,
    facts.Escalated: _escalated,
    facts.Claimed: lambda course, fact: course.take(fact),
    facts.TakenOver: lambda course, fact: course.take(fact),
    facts.Released: lambda course, fact: course.ring(fact, opening=False),
    facts.Reopened: lambda course, fact: course.ring(fact, opening=True),
    facts.Resolved: lambda course, fact: course.put_down(fact.timestamp),
    facts.CallConnected: lambda course, fact: course.act(fact.timestamp, None),
    facts.CameraViewed: _acted,
    facts.PoliceRequested: _police_requested,
    facts.AmbulanceRequested: _acted,
    facts.NoteAdded: _acted,
    TransferAccepted: _transferred,
    Corrected: _corrected,
}
FOLLOWING: Final = {kind.TOPIC: step for kind, step in STEPS.items()}
"""By topic: what a reader of some fields only makes is of a class of its own."""
