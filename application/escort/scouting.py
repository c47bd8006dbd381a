"""The scouts' side: whom they meet tonight, the code, and that they cannot come."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from application.context import Context
from application.desk import allow
from application.escort.booking import Booking
from application.escort.commands import (
    EscortReceipt,
    EscortShown,
    MeetCitizen,
    WithdrawTeam,
    receipt_of,
)
from domain.escort import Escort
from domain.escort.refusals import CodeWrong
from domain.escort.vocabulary import EscortStage, TeamChange, ToldBy
from domain.policy import Policy
from domain.roles import Role
from domain.scout import Scout
from domain.scout_roster import ScoutRoster
from domain.scout_roster.refusals import DistrictClosed, NoTeamFree


class Scouting(Booking):
    """Every command is a scout's own, of an escort that is hers that night."""

    def tonight(self, context: Context) -> list[EscortShown]:
        """The escorts for which the asker's team is kept, in the order in which they start."""
        allow(context, Role.SCOUT)
        scout = self._app.load(Scout, UUID(context.principal.id))
        kept = [
            one.escort_id
            for night, team_id in scout.teams.items()
            if (roster := self._roster_of(scout.district, night)) is not None
            for one in roster.kept_for(team_id)
        ]
        found = [self._app.load(Escort, one) for one in kept]
        hers = [one for one in found if scout.id in one.scouts and self._is_tonights(one)]
        return [self._shown(one, context) for one in sorted(hers, key=lambda one: one.starts_at)]

    def meet(self, command: MeetCitizen, context: Context) -> EscortReceipt:
        """Check the code that the citizen says; right, they set out and are watched.

        By whoever of the centre has room: else a minute later somebody is called.

        Raises:
            CodeWrong: it was not, and the try is counted.
            CodeLocked, NoTeam, TooEarlyToMeet, WasCancelled, EscortOver: see ``Escort.meet``.
            TeamStillOut: the team walks with somebody else.
        """
        allow(context, Role.SCOUT)

        def attempt() -> EscortReceipt:
            at = self._clock.now()
            escort = self._seen_by(command.escort_id, context)
            waited = escort.stage is EscortStage.BOOKED
            right = escort.meet(
                command.code, scout_id=UUID(context.principal.id), at=at, policy=self._policy
            )
            roster, watchers = None, None
            if right and waited:
                roster, watchers = self._roster(escort), self._watchers(at)
                roster.set_out(escort.id, at=at)
                watchers.find(escort)
            return self._save(
                escort,
                frozenset(escort.scouts),
                receipt_of(escort, at=at),
                context=context,
                at=at,
                roster=roster,
                watchers=watchers,
            )

        told = self._decide(context, EscortReceipt, attempt)
        if told.stage is EscortStage.BOOKED:
            raise CodeWrong(str(command.escort_id))
        return told

    def withdraw(self, command: WithdrawTeam, context: Context) -> EscortReceipt:
        """The scouts cannot come: another free team does, or one is sought.

        Raises:
            UnderWay, WasCancelled, EscortOver: nobody waits for them any more.
        """
        allow(context, Role.SCOUT)

        def attempt() -> EscortReceipt:
            at = self._clock.now()
            escort = self._seen_by(command.escort_id, context)
            before = frozenset(escort.scouts)
            roster = self._roster(escort)
            leave_team(
                escort,
                roster,
                told_by=ToldBy.SCOUTS,
                scout_id=UUID(context.principal.id),
                cause=command.cause,
                at=at,
                policy=self._policy,
            )
            return self._save(
                escort,
                before,
                receipt_of(escort, at=at),
                context=context,
                at=at,
                roster=roster,
            )

        return self._decide(context, EscortReceipt, attempt)


def leave_team(  # noqa: PLR0913 (who leaves whom, and why)
    escort: Escort,
    roster: ScoutRoster,
    *,
    told_by: ToldBy,
    scout_id: UUID | None,
    cause: TeamChange,
    at: datetime,
    policy: Policy,
) -> None:
    """Take an escort's team away, and have another come where one is free.

    Raises:
        UnderWay, WasCancelled, EscortOver: nobody waits for it any more.
    """
    team_id = escort.team_id
    if team_id is None:
        return
    escort.withdraw_team(team_id, told_by=told_by, scout_id=scout_id, cause=cause, at=at)
    roster.free(escort.id, at=at)
    with suppress(NoTeamFree, DistrictClosed):
        team = roster.keep(
            escort.id,
            starts_at=escort.starts_at,
            at=at,
            policy=policy,
            but=roster.teams_with(escort.past_scouts),
        )
        escort.reassign(
            team.team_id, team.scouts, cause=cause, operator_id=None, at=at, policy=policy
        )
