"""Protections as those who watch work through them; ids, codes and times, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact
from domain.geography import DistrictCode
from domain.policy import SEOUL
from domain.protection import facts
from domain.protection.vocabulary import EndCause, Enroller, LookFinding, Measure
from projections.fold import NOTHING, Changes, Course, Rollup, Row


class ProtectionRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("protection_id",)

    protection_id: UUID
    district: DistrictCode
    enroller: Enroller
    measure: Measure
    month: str
    """Of the enrolment, in Seoul."""
    verified: bool
    begun_at: AwareDatetime
    ends_at: AwareDatetime
    end_asked: bool = False
    ended: EndCause | None = None
    assigned: tuple[UUID, ...] = ()
    due: dict[str, AwareDatetime]
    """Looks that are due and not recorded, and when each is missed, or rises further."""
    looks: int = 0
    looked: int = 0
    missed: int = 0
    """Looks of which the supervisor or the city was told."""
    suspicious: int = 0
    emergencies: int = 0
    extensions: int = 0
    broken: int = 0
    """How often somebody read it who was not assigned."""
    last_topic: str
    last_at: AwareDatetime
    last_position: int


class ProtectionFigures(Row):
    """Of the whole city: a district's would point at somebody."""

    KEY: ClassVar[tuple[str, ...]] = ("month", "measure")

    month: str
    measure: Measure
    enrolled: int
    by_person: int
    ended: int
    extensions: int
    looks: int
    looked: int
    missed: int
    suspicious: int
    emergencies: int
    broken: int


class ProtectionsByMonth(Rollup[ProtectionRow, ProtectionFigures]):
    """Counted in the month of the enrolment."""

    name: ClassVar[str] = "protection_figures"
    row: ClassVar[type[Row]] = ProtectionFigures

    def contribution(self, row: ProtectionRow) -> ProtectionFigures | None:
        return ProtectionFigures.of(
            month=row.month,
            measure=row.measure,
            enrolled=1,
            by_person=int(row.enroller is Enroller.PERSON),
            ended=int(row.ended is not None),
            extensions=row.extensions,
            looks=row.looks,
            looked=row.looked,
            missed=row.missed,
            suspicious=row.suspicious,
            emergencies=row.emergencies,
            broken=row.broken,
        )


class Protections(Course[ProtectionRow]):
    """One row for each protection, also when it is over."""

    name: ClassVar[str] = "protections"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = ProtectionRow
    rollups: ClassVar[tuple[type[Rollup[Any, Any]], ...]] = (ProtectionsByMonth,)
    topics: ClassVar[tuple[str, ...]] = ("protection.",)
    newest: ClassVar[tuple[str, ...]] = ("last_topic", "last_at", "last_position")

    def begun(self, fact: Fact) -> ProtectionRow | None:
        if not isinstance(fact, facts.Enrolled):
            return None
        return ProtectionRow(
            protection_id=fact.originator_id,
            district=fact.district,
            enroller=fact.enroller,
            measure=fact.measure,
            month=fact.timestamp.astimezone(SEOUL).strftime("%Y-%m"),
            verified=fact.verified,
            begun_at=fact.timestamp,
            ends_at=fact.ends_at,
            due={},
            last_topic=fact.TOPIC,
            last_at=fact.timestamp,
            last_position=fact.envelope.position,
        )

    def following(self, row: ProtectionRow, fact: Fact) -> Changes:
        follow = FOLLOWING.get(fact.TOPIC)
        return NOTHING if follow is None else follow(row, fact)


def _without(row: ProtectionRow, look_id: UUID) -> dict[str, Any]:
    return {one: at for one, at in row.due.items() if one != str(look_id)}


def _looked(row: ProtectionRow, fact: facts.Looked) -> Changes:
    return {
        "due": _without(row, fact.look_id),
        "looked": row.looked + 1,
        "suspicious": row.suspicious + int(fact.finding is LookFinding.SUSPICIOUS),
    }


def _missed(row: ProtectionRow, fact: facts.LookMissed) -> Changes:
    due = _without(row, fact.look_id)
    if fact.next_at is not None:
        due[str(fact.look_id)] = fact.next_at
    return {"due": due, "missed": row.missed + int(not fact.again)}


FOLLOWING: Final[Mapping[str, Callable[[ProtectionRow, Any], Changes]]] = {
    facts.Verified.TOPIC: lambda _row, _fact: {"verified": True},
    facts.OperatorAssigned.TOPIC: lambda row, fact: {"assigned": (*row.assigned, fact.operator_id)},
    facts.OperatorRelieved.TOPIC: lambda row, fact: {
        "assigned": tuple(one for one in row.assigned if one != fact.operator_id)
    },
    facts.LookDue.TOPIC: lambda row, fact: {
        "due": {**row.due, str(fact.look_id): fact.missed_at},
        "looks": row.looks + 1,
    },
    facts.Looked.TOPIC: _looked,
    facts.LookMissed.TOPIC: _missed,
    facts.EmergencyRaised.TOPIC: lambda row, _fact: {"emergencies": row.emergencies + 1},
    facts.GlassBroken.TOPIC: lambda row, _fact: {"broken": row.broken + 1},
    facts.Extended.TOPIC: lambda row, fact: {
        "ends_at": fact.ends_at,
        "extensions": row.extensions + 1,
    },
    facts.EndAsked.TOPIC: lambda _row, _fact: {"end_asked": True},
    facts.Ended.TOPIC: lambda _row, fact: {"ended": fact.cause, "assigned": (), "due": {}},
}
"""What each kind of fact changes in a row that is there."""
