"""One district's scouts in one night: teams, shifts, days off, and who is kept for which escort.

Saved in the append of every booking, so that no team is promised twice, however many ask at once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.geography import DistrictCode
from domain.night import DAY, first_start, last_start
from domain.policy import SEOUL, Policy
from domain.scout_roster import facts
from domain.scout_roster.facts import ClosureReason
from domain.scout_roster.refusals import (
    DistrictClosed,
    InAnotherTeam,
    NightPast,
    NightTooFar,
    NotClosed,
    NoTeamFree,
    OffThatNight,
    ShiftBooked,
    ShiftUnfit,
    TeamStillOut,
    TeamUnfit,
    TeamUnknown,
)
from domain.scout_roster.state import Kept, RosterState, Team

PLANNED: Final = timedelta(days=366)


class ScoutRoster(RosterState):
    """Knows every team of the night, and what each is kept for."""

    TOPIC = "scout_roster"

    @staticmethod
    def create_id(district: DistrictCode, night: date) -> UUID:
        return uuid5(NAMESPACE_URL, f"/scout_rosters/{district}/{night.isoformat()}")

    @classmethod
    def begin_for(cls, district: DistrictCode, night: date, *, at: datetime) -> Self:
        """Look at a night for the first time.

        Raises:
            NightPast, NightTooFar: it is over, or nobody plans it yet.
        """
        today = at.astimezone(SEOUL).date()
        if night < today - DAY:
            raise NightPast(night.isoformat())
        if night > today + PLANNED:
            raise NightTooFar(night.isoformat())
        roster_id = cls.create_id(district, night)
        return cls.begin(facts.Began, id=roster_id, at=at, district=district, night=night)

    def form_team(
        self,
        team_id: UUID,
        scouts: tuple[UUID, ...],
        *,
        shift: tuple[datetime, datetime] | None,
        at: datetime,
        policy: Policy,
    ) -> Team:
        """Have scouts walk together; without a shift, the whole night.

        Raises:
            NightPast: nobody goes out any more.
            TeamUnfit, InAnotherTeam, OffThatNight: these scouts are no team that night.
            ShiftUnfit: the shift does not lie in the night.
        """
        self._must_last(at, policy)
        if len(set(scouts)) != policy.scouts_per_team or len(scouts) != len(set(scouts)):
            raise TeamUnfit(str(len(set(scouts))))
        for scout_id in scouts:
            if self.team_of(scout_id) is not None:
                raise InAnotherTeam(str(scout_id))
            if scout_id in self.off:
                raise OffThatNight(str(scout_id))
        first, last = self._shift(shift, policy)
        self.record(
            facts.TeamFormed,
            at=at,
            team_id=team_id,
            scouts=scouts,
            shift_from=first,
            shift_until=last,
        )
        return self.teams[team_id]

    def change_shift(
        self, team_id: UUID, shift: tuple[datetime, datetime], *, at: datetime, policy: Policy
    ) -> None:
        """Give a team other hours; the same again changes nothing.

        Raises:
            TeamUnknown, NightPast, ShiftUnfit: there is no such team, night or shift.
            ShiftBooked: it is kept for an escort outside them.
        """
        self._must_last(at, policy)
        team = self._team(team_id)
        first, last = self._shift(shift, policy)
        if any(not first <= one.starts_at <= last for one in self.kept_for(team_id)):
            raise ShiftBooked(str(team_id))
        if (first, last) != (team.shift_from, team.shift_until):
            self.record(
                facts.ShiftChanged, at=at, team_id=team_id, shift_from=first, shift_until=last
            )

    def stand_down(self, team_id: UUID, *, at: datetime) -> tuple[UUID, ...]:
        """The team goes out no more that night.

        Returns:
            The escorts that now need another.

        Raises:
            TeamUnknown: there is none.
            TeamStillOut: it walks just now.
        """
        self._team(team_id)
        if team_id in self.out:
            raise TeamStillOut(str(team_id))
        waiting = tuple(one.escort_id for one in self.kept_for(team_id))
        for escort_id in waiting:
            self.free(escort_id, at=at)
        self.record(facts.TeamStoodDown, at=at, team_id=team_id)
        return waiting

    def give_day_off(self, scout_id: UUID, *, at: datetime) -> tuple[UUID, ...]:
        """She does not go out that night, and so neither does her team; twice is once.

        Returns:
            The escorts that now need another team.

        Raises:
            TeamStillOut: she walks just now.
        """
        if scout_id in self.off:
            return ()
        team = self.team_of(scout_id)
        waiting = self.stand_down(team.team_id, at=at) if team else ()
        self.record(facts.DayOffGiven, at=at, scout_id=scout_id)
        return waiting

    def take_back_day_off(self, scout_id: UUID, *, at: datetime) -> None:
        """She does go out; where she had not the night off, nothing."""
        if scout_id in self.off:
            self.record(facts.DayOffTakenBack, at=at, scout_id=scout_id)

    def keep(
        self,
        escort_id: UUID,
        *,
        starts_at: datetime,
        at: datetime,
        policy: Policy,
        but: Collection[UUID] = (),
    ) -> Team:
        """Promise a free team to an escort: the one that was asked least, in their order.

        Args:
            escort_id: which is kept no other team then.
            starts_at: the booked start; one that is past begins now.
            at: the moment.
            policy: says how long it is kept.
            but: teams that will not do.

        Raises:
            DistrictClosed: nobody goes out.
            NoTeamFree: all others are kept, off, or out.
        """
        if self.closed is not None:
            raise DistrictClosed(self.closed)
        begins = max(starts_at, at)
        until = begins + policy.escort_takes
        free = [
            team
            for team in self.teams.values()
            if team.team_id not in but and self._is_free(team, starts_at, begins, until)
        ]
        if not free:
            raise NoTeamFree(starts_at.isoformat())
        team = min(free, key=lambda one: self.walked.get(one.team_id, 0))
        self.free(escort_id, at=at)
        self.record(
            facts.TeamBooked,
            at=at,
            team_id=team.team_id,
            escort_id=escort_id,
            starts_at=begins,
            until=until,
        )
        return team

    def free(self, escort_id: UUID, *, at: datetime) -> None:
        """The escort needs its team no longer; where none is kept for it, nothing."""
        kept = self.kept.get(escort_id)
        if kept is not None:
            self.record(facts.TeamFreed, at=at, team_id=kept.team_id, escort_id=escort_id)

    def set_out(self, escort_id: UUID, *, at: datetime) -> None:
        """Its team walks with this escort; twice is once.

        Raises:
            TeamStillOut: it walks with another.
        """
        team_id = self.kept[escort_id].team_id
        walks_with = self.out.get(team_id)
        if walks_with == escort_id:
            return
        if walks_with is not None:
            raise TeamStillOut(str(walks_with))
        self.record(facts.TeamSetOut, at=at, team_id=team_id, escort_id=escort_id)

    def close(self, reason: ClosureReason, *, closed_by: UUID, at: datetime) -> tuple[UUID, ...]:
        """Nobody goes out any more; who walks, walks on. Twice is once.

        Returns:
            The escorts that are not under way, which are to be taken back.
        """
        if self.closed is None:
            self.record(facts.DistrictShut, at=at, reason=reason, closed_by=closed_by)
        return tuple(one for one in self.kept if one not in self.out.values())

    def reopen(self, *, reopened_by: UUID, at: datetime, policy: Policy) -> None:
        """They go out after all; what was taken back stays so.

        Raises:
            NotClosed: they do anyway.
            NightPast: nobody goes out any more.
        """
        self._must_last(at, policy)
        if self.closed is None:
            raise NotClosed(str(self.night))
        self.record(facts.DistrictReopened, at=at, reopened_by=reopened_by)

    def team_of(self, scout_id: UUID) -> Team | None:
        """The team in which she walks; None when she does not."""
        return next((one for one in self.teams.values() if scout_id in one.scouts), None)

    def teams_with(self, scouts: Collection[UUID]) -> frozenset[UUID]:
        """The teams in which any of them walks."""
        return frozenset(
            one.team_id for one in self.teams.values() if not set(scouts).isdisjoint(one.scouts)
        )

    def kept_for(self, team_id: UUID) -> tuple[Kept, ...]:
        return tuple(one for one in self.kept.values() if one.team_id == team_id)

    def teams_free(self, starts_at: datetime, *, at: datetime, policy: Policy) -> int:
        """How many could be promised for a start; none while the district is closed."""
        begins = max(starts_at, at)
        until = begins + policy.escort_takes
        if self.closed is not None:
            return 0
        return sum(self._is_free(one, starts_at, begins, until) for one in self.teams.values())

    def teams_on_shift(self, starts_at: datetime, *, at: datetime) -> int:
        """How many go out at that start, whether they are free or not."""
        return sum(
            self._goes_out(one, starts_at, max(starts_at, at)) for one in self.teams.values()
        )

    def _is_free(self, team: Team, starts_at: datetime, begins: datetime, until: datetime) -> bool:
        on_shift = self._goes_out(team, starts_at, begins)
        kept = self.kept_for(team.team_id)
        apart = all(until <= one.starts_at or one.until <= begins for one in kept)
        return on_shift and apart and not (team.team_id in self.out and begins > starts_at)

    @staticmethod
    def _goes_out(team: Team, starts_at: datetime, begins: datetime) -> bool:
        return team.shift_from <= begins and starts_at <= team.shift_until

    def _shift(
        self, shift: tuple[datetime, datetime] | None, policy: Policy
    ) -> tuple[datetime, datetime]:
        hours = first_start(self.night, policy), last_start(self.night, policy)
        first, last = shift or hours
        if not hours[0] <= first <= last <= hours[1]:
            raise ShiftUnfit(f"{first.isoformat()}/{last.isoformat()}")
        return first, last

    def _team(self, team_id: UUID) -> Team:
        """Raises TeamUnknown."""
        if team_id not in self.teams:
            raise TeamUnknown(str(team_id))
        return self.teams[team_id]

    def _must_last(self, at: datetime, policy: Policy) -> None:
        if at > last_start(self.night, policy):
            raise NightPast(self.night.isoformat())
