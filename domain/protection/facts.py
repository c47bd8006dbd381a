"""Everything that can have happened to a protection.

The open part holds ids, codes and times; no place, no cell, no camera, no number of a decision.
What is personal lies under the citizen's key.
"""

from __future__ import annotations

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, FirstFact, Personal
from domain.geography import DistrictCode
from domain.page import Page
from domain.protection.vocabulary import (
    Because,
    EndCause,
    Enroller,
    LookFinding,
    Measure,
    MissedLevel,
    WatchPlace,
)

SealedWord = Annotated[str | Erased, Personal("citizen_id")]
SealedNote = Annotated[str | Erased | None, Personal("citizen_id")]


class Enrolled(FirstFact):
    """Somebody is watched over from now until ``ends_at``."""

    TOPIC: ClassVar[str] = "protection.enrolled"

    citizen_id: UUID
    district: DistrictCode
    """Whose centre watches."""
    enroller: Enroller
    measure: Measure
    ends_at: AwareDatetime
    verified: bool
    """Whether the decision is known to stand; what a person says is verified later."""
    decision_number: SealedWord = ERASED


class Verified(Fact):
    """Somebody made sure that the decision stands."""

    TOPIC: ClassVar[str] = "protection.verified"

    staff_id: UUID


class PlaceNamed(Fact):
    """A place is watched from now on."""

    TOPIC: ClassVar[str] = "protection.place_named"

    citizen_id: UUID
    place_id: UUID
    place: Annotated[WatchPlace | Erased, Personal("citizen_id")] = ERASED


class PlaceRemoved(Fact):
    TOPIC: ClassVar[str] = "protection.place_removed"

    place_id: UUID


class OperatorAssigned(Fact):
    """This operator looks, and may read all of it."""

    TOPIC: ClassVar[str] = "protection.operator_assigned"

    operator_id: UUID
    staff_id: UUID


class OperatorRelieved(Fact):
    TOPIC: ClassVar[str] = "protection.operator_relieved"

    operator_id: UUID
    staff_id: UUID


class LookPlanned(Fact):
    """When somebody is to look at a place next."""

    TOPIC: ClassVar[str] = "protection.look_planned"

    look_id: UUID
    place_id: UUID
    due_at: AwareDatetime


class LookDue(Fact):
    """Somebody is to look now, and has until ``missed_at``."""

    TOPIC: ClassVar[str] = "protection.look_due"

    look_id: UUID
    place_id: UUID
    missed_at: AwareDatetime


class Looked(Fact):
    """An operator looked."""

    TOPIC: ClassVar[str] = "protection.looked"

    citizen_id: UUID
    look_id: UUID
    operator_id: UUID
    finding: LookFinding
    late: bool
    note: SealedNote = ERASED


class LookMissed(Fact):
    """Nobody looked in time: whoever must see to it is called."""

    TOPIC: ClassVar[str] = "protection.look_missed"

    look_id: UUID
    level: MissedLevel
    again: bool
    """Whether the supervisor had been told of it before."""
    district: DistrictCode
    next_at: AwareDatetime | None
    """When it rises further; None once the city is told."""
    page: Page | None


class EmergencyRaised(Fact):
    """She has raised an emergency: its report is at the head of the queue."""

    TOPIC: ClassVar[str] = "protection.emergency_raised"

    report_id: UUID


class AccessGranted(Fact):
    """A centre, or one operator, may read it for as long as that report is open."""

    TOPIC: ClassVar[str] = "protection.access_granted"

    report_id: UUID
    district: DistrictCode | None
    operator_id: UUID | None
    because: Because


class AccessWithdrawn(Fact):
    """The report is over: nobody may read because of it any more."""

    TOPIC: ClassVar[str] = "protection.access_withdrawn"

    report_id: UUID


class GlassBroken(Fact):
    """Somebody read it who was not assigned, and said why."""

    TOPIC: ClassVar[str] = "protection.glass_broken"
    SCHEMA: ClassVar[int] = 2

    staff_id: UUID
    citizen_id: UUID | None = None
    """Under whose key the reason lies, since it may speak of her; not told in schema 1."""
    reason: SealedWord = ERASED


class Extended(Fact):
    TOPIC: ClassVar[str] = "protection.extended"

    citizen_id: UUID
    enroller: Enroller
    ends_at: AwareDatetime
    decision_number: SealedWord = ERASED


class EndAsked(Fact):
    """Her phone asks that it end: whoever holds the phone must not decide that alone."""

    TOPIC: ClassVar[str] = "protection.end_asked"

    citizen_id: UUID


class Ended(Fact):
    TOPIC: ClassVar[str] = "protection.ended"

    citizen_id: UUID
    cause: EndCause
    staff_id: UUID | None
    """Who made sure that it is her own wish; None for time and the police."""
