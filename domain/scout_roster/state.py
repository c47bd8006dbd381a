"""What a roster remembers of its facts; bodies here run again at every replay and only assign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.base import Aggregate, applies
from domain.geography import DistrictCode
from domain.scout_roster import facts
from domain.scout_roster.facts import ClosureReason


@dataclass(frozen=True, slots=True)
class Team:
    """``shift_from`` and ``shift_until`` are its first and last start."""

    team_id: UUID
    scouts: tuple[UUID, ...]
    shift_from: datetime
    shift_until: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What a team is kept for."""

    escort_id: UUID
    team_id: UUID
    starts_at: datetime
    until: datetime


class RosterState(Aggregate):
    """The memory of a roster; ``ScoutRoster`` decides upon it."""

    district: DistrictCode
    night: date
    teams: dict[UUID, Team]
    """In the order in which they were formed; those that stood down are gone."""
    off: frozenset[UUID]
    kept: dict[UUID, Kept]
    """By escort; only those that are not over."""
    walked: dict[UUID, int]
    """By team: for how many escorts it was kept, over or not."""
    out: dict[UUID, UUID]
    """By team that walks: with which escort."""
    closed: ClosureReason | None

    @applies(facts.Began)
    def _began(self, fact: facts.Began) -> None:
        self.district = fact.district
        self.night = fact.night
        self.teams = {}
        self.off = frozenset()
        self.kept = {}
        self.walked = {}
        self.out = {}
        self.closed = None

    @applies(facts.TeamFormed)
    def _team_formed(self, fact: facts.TeamFormed) -> None:
        team = Team(fact.team_id, fact.scouts, fact.shift_from, fact.shift_until)
        self.teams = self.teams | {fact.team_id: team}

    @applies(facts.ShiftChanged)
    def _shift_changed(self, fact: facts.ShiftChanged) -> None:
        scouts = self.teams[fact.team_id].scouts
        team = Team(fact.team_id, scouts, fact.shift_from, fact.shift_until)
        self.teams = self.teams | {fact.team_id: team}

    @applies(facts.TeamStoodDown)
    def _stood_down(self, fact: facts.TeamStoodDown) -> None:
        self.teams = {one: team for one, team in self.teams.items() if one != fact.team_id}

    @applies(facts.DayOffGiven)
    def _day_off_given(self, fact: facts.DayOffGiven) -> None:
        self.off = self.off | {fact.scout_id}

    @applies(facts.DayOffTakenBack)
    def _day_off_taken_back(self, fact: facts.DayOffTakenBack) -> None:
        self.off = self.off - {fact.scout_id}

    @applies(facts.TeamBooked)
    def _team_booked(self, fact: facts.TeamBooked) -> None:
        kept = Kept(fact.escort_id, fact.team_id, fact.starts_at, fact.until)
        self.kept = self.kept | {fact.escort_id: kept}
        self.walked = self.walked | {fact.team_id: self.walked.get(fact.team_id, 0) + 1}

    @applies(facts.TeamFreed)
    def _team_freed(self, fact: facts.TeamFreed) -> None:
        self.kept = {one: kept for one, kept in self.kept.items() if one != fact.escort_id}
        self.out = {team: one for team, one in self.out.items() if one != fact.escort_id}

    @applies(facts.TeamSetOut)
    def _team_set_out(self, fact: facts.TeamSetOut) -> None:
        self.out = self.out | {fact.team_id: fact.escort_id}

    @applies(facts.DistrictShut)
    def _district_shut(self, fact: facts.DistrictShut) -> None:
        self.closed = fact.reason

    @applies(facts.DistrictReopened)
    def _district_reopened(self, _fact: facts.DistrictReopened) -> None:
        self.closed = None
