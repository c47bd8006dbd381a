"""A district's scouts and its nights: by its supervisor, or the city."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from application.context import Context
from application.errors import Unknown
from application.escort.base import EscortBase
from application.escort.nights import must_rule
from application.escort.roster_commands import (
    ChangeShift,
    CloseDistrict,
    FormTeam,
    OfNight,
    RosterReceipt,
)
from application.escort.scouting import leave_team
from domain.base import Aggregate
from domain.escort import Escort
from domain.escort.vocabulary import EscortCancelledBy, TeamChange, ToldBy
from domain.geography import DistrictCode
from domain.message import Message
from domain.roles import Role
from domain.scout import Scout
from domain.scout_roster import ScoutRoster
from domain.scout_roster.refusals import NotClosed, TeamUnknown


class Rosters(EscortBase):
    """Every command is the district's supervisor's, or the city's coordinator's.

    Raises:
        Forbidden: somebody else asks.
    """

    def form_team(self, command: FormTeam, context: Context) -> RosterReceipt:
        """Have scouts of the district walk together that night.

        Raises:
            TeamUnfit, InAnotherTeam, OffThatNight, ShiftUnfit, NightPast: see the roster.
            ScoutLeft: one of them is a scout no longer.
            Unknown: one of them is no scout of the district.
        """
        self._rules(command.district, context)
        team_id = self._secrets.new_id()

        def attempt() -> RosterReceipt:
            at = self._clock.now()
            roster = self._of(command.district, command.night, at)
            scouts = [self._scout_of(command.district, one) for one in command.scouts]
            shift = command.shift
            roster.form_team(
                team_id,
                command.scouts,
                shift=(shift.first, shift.last) if shift else None,
                at=at,
                policy=self._policy,
            )
            for scout in scouts:
                scout.assign(night=command.night, team_id=team_id, at=at)
            receipt = RosterReceipt(aggregate_id=roster.id, team_id=team_id)
            return self._app.commit([roster, *scouts], context=context, receipt=receipt)

        return self._decide(context, RosterReceipt, attempt)

    def change_shift(self, command: ChangeShift, context: Context) -> RosterReceipt:
        """Give a team other hours.

        Raises:
            TeamUnknown, ShiftUnfit, ShiftBooked, NightPast: see the roster.
        """
        self._rules(command.district, context)

        def attempt() -> RosterReceipt:
            at = self._clock.now()
            roster = self._of(command.district, command.night, at)
            shift = (command.shift.first, command.shift.last)
            roster.change_shift(command.team_id, shift, at=at, policy=self._policy)
            receipt = RosterReceipt(aggregate_id=roster.id, team_id=command.team_id)
            return self._app.commit([roster], context=context, receipt=receipt)

        return self._decide(context, RosterReceipt, attempt)

    def stand_down(self, command: OfNight, context: Context) -> RosterReceipt:
        """Take a team out of the night; its escorts get another, where one is free.

        Raises:
            TeamUnknown, TeamStillOut: see the roster.
        """
        self._rules(command.district, context)

        def attempt() -> RosterReceipt:
            at = self._clock.now()
            roster = self._of(command.district, command.night, at)
            if command.one not in roster.teams:
                raise TeamUnknown(str(command.one))
            scouts = roster.teams[command.one].scouts
            waiting = roster.stand_down(command.one, at=at)
            return self._left(roster, scouts, waiting, context, at)

        return self._decide(context, RosterReceipt, attempt)

    def give_day_off(self, command: OfNight, context: Context) -> RosterReceipt:
        """Let a scout stay at home that night; her team stands down.

        Raises:
            TeamStillOut: she walks just now.
            Unknown: she is no scout of the district.
        """
        self._rules(command.district, context)

        def attempt() -> RosterReceipt:
            at = self._clock.now()
            roster = self._of(command.district, command.night, at)
            self._scout_of(command.district, command.one)
            team = roster.team_of(command.one)
            waiting = roster.give_day_off(command.one, at=at)
            return self._left(roster, team.scouts if team else (), waiting, context, at)

        return self._decide(context, RosterReceipt, attempt)

    def take_back_day_off(self, command: OfNight, context: Context) -> RosterReceipt:
        """Have her go out after all; she is in no team until one is formed."""
        self._rules(command.district, context)

        def attempt() -> RosterReceipt:
            at = self._clock.now()
            roster = self._of(command.district, command.night, at)
            roster.take_back_day_off(command.one, at=at)
            receipt = RosterReceipt(aggregate_id=roster.id)
            return self._app.commit([roster], context=context, receipt=receipt)

        return self._decide(context, RosterReceipt, attempt)

    def close(self, command: CloseDistrict, context: Context) -> RosterReceipt:
        """Keep the district's scouts in that night; every booking that waits is taken back.

        Each citizen is told, and offered to be watched home instead. Who walks, walks on.
        """
        self._rules(command.district, context)
        closed_by = UUID(context.principal.id)

        def attempt() -> RosterReceipt:
            at = self._clock.now()
            roster = self._of(command.district, command.night, at)
            standing = roster.close(command.reason, closed_by=closed_by, at=at)
            saved: list[Aggregate] = [roster]
            for escort in [self._app.load(Escort, one) for one in standing]:
                before = frozenset(escort.scouts)
                escort.cancel(EscortCancelledBy.CLOSURE, operator_id=closed_by, at=at)
                roster.free(escort.id, at=at)
                guard = self._guard(escort.citizen_id, at=at)
                guard.close(session_id=escort.id, at=at)
                saved += [escort, guard, *self._messages(escort, before)]
            receipt = RosterReceipt(aggregate_id=roster.id, cancelled=standing)
            return self._app.commit(saved, context=context, receipt=receipt)

        return self._decide(context, RosterReceipt, attempt)

    def reopen(self, command: OfNight, context: Context) -> RosterReceipt:
        """Let them go out after all; what was taken back stays so.

        Raises:
            NotClosed, NightPast: see the roster.
        """
        self._rules(command.district, context)

        def attempt() -> RosterReceipt:
            at = self._clock.now()
            roster = self._roster_of(command.district, command.night)
            if roster is None:
                raise NotClosed(str(command.night))
            roster.reopen(reopened_by=UUID(context.principal.id), at=at, policy=self._policy)
            receipt = RosterReceipt(aggregate_id=roster.id)
            return self._app.commit([roster], context=context, receipt=receipt)

        return self._decide(context, RosterReceipt, attempt)

    def _left(
        self,
        roster: ScoutRoster,
        scouts: Iterable[UUID],
        waiting: tuple[UUID, ...],
        context: Context,
        at: datetime,
    ) -> RosterReceipt:
        """Save a night in which a team is no more; its escorts are sought another."""
        left = [self._app.load(Scout, one) for one in scouts]
        escorts = self._served_otherwise(roster, waiting, at)
        unserved = tuple(one.id for one, _ in escorts if one.team_id is None)
        for scout in left:
            scout.unassign(night=roster.night, at=at)
        saved = [roster, *left, *with_messages(escorts)]
        receipt = RosterReceipt(aggregate_id=roster.id, waiting=unserved)
        return self._app.commit(saved, context=context, receipt=receipt)

    def _served_otherwise(
        self, roster: ScoutRoster, waiting: Iterable[UUID], at: datetime
    ) -> list[tuple[Escort, list[Message]]]:
        """Escorts whose team is no more, with another where one is free, and who is told."""
        found = []
        for escort in [self._app.load(Escort, one) for one in waiting]:
            before = frozenset(escort.scouts)
            leave_team(
                escort,
                roster,
                told_by=ToldBy.CENTRE,
                scout_id=None,
                cause=TeamChange.STOOD_DOWN,
                at=at,
                policy=self._policy,
            )
            found.append((escort, self._messages(escort, before)))
        return found

    def _of(self, district: DistrictCode, night: date, at: datetime) -> ScoutRoster:
        found = self._roster_of(district, night)
        return found or ScoutRoster.begin_for(district, night, at=at)

    def _rules(self, district: DistrictCode, context: Context, *more: Role) -> None:
        must_rule(district, context, *more)

    def _scout_of(self, district: DistrictCode, scout_id: UUID) -> Scout:
        """Raises Unknown: she is no scout, or another district's."""
        scout = self._app.load(Scout, scout_id)
        if scout.district != district:
            raise Unknown(str(scout_id))
        return scout


def with_messages(escorts: Iterable[tuple[Escort, list[Message]]]) -> list[Aggregate]:
    """All that is saved of escorts and of who is told of them."""
    return [one for escort, told in escorts for one in (escort, *told)]
