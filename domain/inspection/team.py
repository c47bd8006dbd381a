"""A team that checks places: at one place at a time, with time to get there."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.geography import DistrictCode
from domain.inspection.refusals import TeamBusy, TeamDisbanded
from domain.inspection.vocabulary import Span
from domain.policy import Policy


class Formed(FirstFact):
    """A district has a team; ``number`` is what it is called by."""

    TOPIC: ClassVar[str] = "inspection_team.formed"

    district: DistrictCode
    number: int


class Booked(Fact):
    """The team goes there at that time; of one check, a later booking takes the earlier's place."""

    TOPIC: ClassVar[str] = "inspection_team.booked"

    inspection_id: UUID
    visit: Span


class Released(Fact):
    """The team need not go there, or has been."""

    TOPIC: ClassVar[str] = "inspection_team.released"

    inspection_id: UUID


class Disbanded(Fact):
    """The team takes no further visit; what is agreed is kept."""

    TOPIC: ClassVar[str] = "inspection_team.disbanded"


class InspectionTeam(Aggregate):
    """Who goes where, when; saved with the check's own fact, so that no time is given twice."""

    TOPIC = "inspection_team"

    district: DistrictCode
    number: int
    visits: dict[UUID, Span]
    """By the check, those that are still to come to an end."""
    disbanded: bool

    @classmethod
    def form(cls, *, team_id: UUID, district: DistrictCode, number: int, at: datetime) -> Self:
        return cls.begin(Formed, id=team_id, at=at, district=district, number=number)

    def book(self, *, inspection_id: UUID, visit: Span, at: datetime, policy: Policy) -> None:
        """Take a visit on.

        Raises:
            TeamBusy: another visit is then, or too near.
            TeamDisbanded: the team takes none any more.
        """
        if self.disbanded:
            raise TeamDisbanded(str(self.number))
        if self.visits.get(inspection_id) == visit:
            return
        others = (span for one, span in self.visits.items() if one != inspection_id)
        if any(visit.meets(span, gap_s=policy.inspection_gap_s) for span in others):
            raise TeamBusy(str(self.number))
        self.record(Booked, at=at, inspection_id=inspection_id, visit=visit)

    def release(self, *, inspection_id: UUID, at: datetime) -> None:
        """Let the time go; nothing where none was taken."""
        if inspection_id in self.visits:
            self.record(Released, at=at, inspection_id=inspection_id)

    def disband(self, *, at: datetime) -> None:
        """Twice is once."""
        if not self.disbanded:
            self.record(Disbanded, at=at)

    @applies(Formed)
    def _formed(self, fact: Formed) -> None:
        self.district = fact.district
        self.number = fact.number
        self.visits = {}
        self.disbanded = False

    @applies(Booked)
    def _booked(self, fact: Booked) -> None:
        self.visits = self.visits | {fact.inspection_id: fact.visit}

    @applies(Released)
    def _released(self, fact: Released) -> None:
        self.visits = {one: span for one, span in self.visits.items() if one != fact.inspection_id}

    @applies(Disbanded)
    def _disbanded(self, _fact: Disbanded) -> None:
        self.disbanded = True
