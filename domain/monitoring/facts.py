"""Everything that can have happened to a session of return monitoring.

Where she goes from and to, and where she was seen, is sealed under the session's track key, which
goes before the rest; what somebody wrote, under the citizen's own.
"""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, FirstFact, Personal
from domain.escalation import Escalation
from domain.geography import Cell, DistrictCode
from domain.language import Language
from domain.monitoring.vocabulary import (
    MonitoringArrival,
    MonitoringEnd,
    MonitoringExtendedBy,
    WatchAssigned,
    WatchLapse,
    WatchRise,
)
from domain.page import Page
from domain.policy import EscalationLevel
from domain.watching import emergencies, walked
from domain.watching.route import Route, RouteKind
from domain.watching.track import TRACK, SealedPosition

SealedRoute = Annotated[Route | Erased, Personal("originator_id", purpose=TRACK)]
SealedNote = Annotated[str | Erased | None, Personal("citizen_id")]


class Requested(FirstFact):
    """She wishes to be watched on her way; nobody watches yet."""

    TOPIC: ClassVar[str] = "monitoring.requested"

    citizen_id: UUID
    request_id: str
    """The device's own id of this wish; a repeat carries the same."""
    language: Language
    district: DistrictCode
    """Where she starts: its centre watches."""
    cell: Cell | None
    expected_at: AwareDatetime
    overdue_at: AwareDatetime
    """From when on she is asked whether all is well."""
    route_kind: RouteKind
    escalations: tuple[Escalation, ...]
    """How it rises while nobody watches."""
    origin: SealedPosition = ERASED
    destination: SealedPosition = ERASED
    route: SealedRoute = ERASED


class Assigned(Fact):
    """An operator watches; until the next one does, or it says that nobody does."""

    TOPIC: ClassVar[str] = "monitoring.assigned"

    operator_id: UUID
    district: DistrictCode
    """Whose centre watches from now on."""
    because: WatchAssigned
    from_operator_id: UUID | None
    """Who watched before; None when nobody did."""


class Started(Fact):
    """For the first time somebody watches: the way begins."""

    TOPIC: ClassVar[str] = "monitoring.started"

    district: DistrictCode
    operator_id: UUID
    waited_s: float
    """Since the wish."""
    look_at: AwareDatetime
    """When her silence could first mean something."""


class Unwatched(Fact):
    """Nobody watches any more; her phone says so until somebody does."""

    TOPIC: ClassVar[str] = "monitoring.unwatched"

    operator_id: UUID
    """Who watched."""
    because: WatchLapse
    escalations: tuple[Escalation, ...]


class Escalated(Fact):
    """Nobody has seen to it in time: somebody above is called, or others see it, too."""

    TOPIC: ClassVar[str] = "monitoring.escalated"

    level: EscalationLevel
    because: WatchRise
    districts: tuple[DistrictCode, ...]
    """The centres that see it from now on, and may take it."""
    escalations: tuple[Escalation, ...]
    """How it rises further."""
    page: Page | None
    """Who is called by telephone."""


class PositionSeen(walked.PositionSeen):
    """Where she was seen on her way; of many positions, the one that is kept."""

    TOPIC: ClassVar[str] = "monitoring.position_seen"


class TroubleNoticed(walked.TroubleNoticed):
    """Something is amiss on her way, by her positions or by the clock."""

    TOPIC: ClassVar[str] = "monitoring.trouble_noticed"


class TroublePassed(walked.TroublePassed):
    """It is so no longer; an open question stays open."""

    TOPIC: ClassVar[str] = "monitoring.trouble_passed"


class Extended(Fact):
    """She needs longer."""

    TOPIC: ClassVar[str] = "monitoring.extended"

    expected_at: AwareDatetime
    overdue_at: AwareDatetime
    by: MonitoringExtendedBy


class EmergencyRaised(emergencies.EmergencyRaised):
    """She raised an emergency report, or an operator did for her: it was accepted."""

    TOPIC: ClassVar[str] = "monitoring.emergency_raised"


class EmergencyEnded(emergencies.EmergencyEnded):
    """Her emergency report is over; she is watched on."""

    TOPIC: ClassVar[str] = "monitoring.emergency_ended"


class Arrived(Fact):
    TOPIC: ClassVar[str] = "monitoring.arrived"

    by: MonitoringArrival
    watched_s: float
    """Since the way began; 0 when nobody ever watched."""


class Ended(Fact):
    """It ended before she arrived."""

    TOPIC: ClassVar[str] = "monitoring.ended"

    because: MonitoringEnd
    operator_id: UUID | None
    citizen_id: UUID
    note: SealedNote = ERASED
