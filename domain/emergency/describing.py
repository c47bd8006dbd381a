"""What a control room finds out: what it is, where it is, and who else is in it.

The incident's place stands apart from the reporter's: she may watch from a window. Third persons
are described under a key of the incident's own, so that they can be forgotten without the rest.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final
from uuid import UUID

from domain.base import ERASED, Erased, Fact, Personal, Value, applies, subject_of_purpose
from domain.emergency import refusals
from domain.emergency.answering import Answering
from domain.emergency.classification import (
    Classification,
    Concerned,
    IncidentKind,
    Injury,
    PersonRole,
    Urgency,
    Weapon,
)
from domain.emergency.facts import SealedPosition, track_of
from domain.emergency.filming import clips_of
from domain.geography import Cell, DistrictCode, FixQuality, Position

INCIDENT: Final = "incident"


def third_persons_of(report_id: UUID) -> UUID:
    """Under whose name the key of a report's third persons is kept."""
    return subject_of_purpose(report_id, INCIDENT)


def keys_of(report_id: UUID) -> tuple[UUID, ...]:
    """Under whose names a report's keys are kept: its texts', track's, third persons', clips'."""
    return (report_id, track_of(report_id), third_persons_of(report_id), clips_of(report_id))


class Classified(Fact):
    """An operator said what it is; said anew, the newest counts."""

    TOPIC: ClassVar[str] = "emergency.classified"

    operator_id: UUID
    kind: IncidentKind
    concerns: Concerned
    weapon: Weapon
    injury: Injury
    urgency: Urgency
    """What followed of them for its place in the queue."""


class IncidentLocated(Fact):
    """An operator said where it happens; the reporter may be elsewhere."""

    TOPIC: ClassVar[str] = "emergency.incident_located"

    operator_id: UUID
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality
    position: SealedPosition = ERASED


class ThirdPersonNoted(Fact):
    """An operator wrote down who else is in it: an offender, another victim, a witness."""

    TOPIC: ClassVar[str] = "emergency.third_person_noted"

    operator_id: UUID
    role: PersonRole
    description: Annotated[str | Erased, Personal("originator_id", purpose=INCIDENT)] = ERASED


class IncidentPlace(Value):
    """Where it happens, as the map knows the place, and how well that is known."""

    position: Position
    fix: FixQuality
    district: DistrictCode
    cell: Cell | None


class Describing(Answering):
    """Every method may refuse, as those of ``Answering`` do."""

    classification: Classification | None = None
    incident: Position | Erased | None = None
    """The incident's place; None while it is taken to be the reporter's."""
    incident_fix: FixQuality | None = None

    def classify(self, classification: Classification, *, operator_id: UUID, at: datetime) -> None:
        """Say what it is; the same once more changes nothing.

        Raises:
            InWindow, NotOpen, AlreadyResolved: nobody acts on it now.
        """
        self._must_live()
        if classification != self.classification:
            self.record(
                Classified,
                at=at,
                operator_id=operator_id,
                urgency=classification.urgency,
                **dict(classification),
            )

    def locate_incident(self, place: IncidentPlace, *, operator_id: UUID, at: datetime) -> None:
        """Say where it happens; the same place once more changes nothing."""
        self._must_live()
        known = (self.incident, self.incident_fix and self.incident_fix.accuracy_m)
        if known != (place.position, place.fix.accuracy_m):
            self.record(
                IncidentLocated,
                at=at,
                operator_id=operator_id,
                district=place.district,
                cell=place.cell,
                fix=place.fix,
                position=place.position,
            )

    def note_third_person(
        self, *, role: PersonRole, description: str, operator_id: UUID, at: datetime
    ) -> None:
        """Write down who else is in it, at any stage: also after the end.

        Raises:
            NoteLength: nothing is said of the person.
        """
        said = description.strip()
        if not said:
            raise refusals.NoteLength(str(self.id))
        self.record(ThirdPersonNoted, at=at, operator_id=operator_id, role=role, description=said)

    @applies(Classified)
    def _classified(self, fact: Classified) -> None:
        self.classification = Classification(
            kind=fact.kind, concerns=fact.concerns, weapon=fact.weapon, injury=fact.injury
        )
        self._acted(fact.operator_id)

    @applies(IncidentLocated)
    def _incident_located(self, fact: IncidentLocated) -> None:
        self.incident = fact.position
        self.incident_fix = fact.fix
        self._acted(fact.operator_id)

    @applies(ThirdPersonNoted)
    def _third_person_noted(self, fact: ThirdPersonNoted) -> None:
        self._acted(fact.operator_id)
