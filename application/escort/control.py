"""The centre's side: who watches a walk, which team comes, and what does not end by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from application.attended import AtConsoles, OpenWalk
from application.context import Context
from application.desk import allow
from application.escort.commands import (
    EndEscort,
    EscortReceipt,
    ReassignEscort,
    WatchEscort,
    receipt_of,
)
from application.escort.walking import Walking
from application.escort.watchers import Watchers
from domain.escort import Escort
from domain.roles import Role
from domain.scout_roster import ScoutRoster
from domain.scout_roster.refusals import TeamUnknown

CENTRE: Final = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)


class Control(Walking):
    """Every command is one of the escort's own centre, or of the city."""

    def watch(self, command: WatchEscort, context: Context) -> EscortReceipt:
        """Watch a walk from now on.

        Raises:
            NotMet, WasCancelled, EscortOver: nobody walks.
            WatchedByAnother: and ``take_over`` was not said.
            RosterFull: she watches as many as one may.
        """
        who = UUID(context.principal.id)
        return self._rewatch(
            command.escort_id,
            context,
            lambda watchers, escort: watchers.take(escort, who, takes_over=command.take_over),
        )

    def leave_watch(self, escort_id: UUID, context: Context) -> EscortReceipt:
        """Watch it no longer: a colleague with room does; of another's watch, nothing changes.

        By itself it does not come back to her; she may ``watch`` it again.
        """
        who = UUID(context.principal.id)
        return self._rewatch(
            escort_id,
            context,
            lambda watchers, escort: watchers.leave(escort, who, given_away=True),
        )

    def attend(self, open_walks: Sequence[OpenWalk], context: Context) -> int:
        """See whom nobody watches who is there, and find somebody; how many changed hands.

        Args:
            open_walks: the escorts that are on their way, as the board has them.
            context: the machine's own.
        """
        allow(context, Role.SYSTEM)
        there = AtConsoles(self._presence, self._clock.now())
        return sum(
            self._attend(one.session_id, context) for one in open_walks if not there.attend(one)
        )

    def _attend(self, escort_id: UUID, context: Context) -> bool:
        def step(watchers: Watchers, escort: Escort) -> None:
            if not escort.under_way:
                return
            watched_by, there = escort.watched_by, AtConsoles(self._presence, self._clock.now())
            if watched_by is None:
                watchers.find(escort)
            elif not there.have(watched_by, escort.district):
                watchers.leave(escort, watched_by, given_away=False)

        return self._rewatch(escort_id, context, step).position is not None

    def _rewatch(
        self, escort_id: UUID, context: Context, step: Callable[[Watchers, Escort], None]
    ) -> EscortReceipt:
        allow(context, *CENTRE, Role.SYSTEM)

        def attempt() -> EscortReceipt:
            at = self._clock.now()
            escort = self._seen_by(escort_id, context)
            before, watchers = frozenset(escort.scouts), self._watchers(at)
            step(watchers, escort)
            receipt = receipt_of(escort, at=at)
            return self._save(escort, before, receipt, context=context, at=at, watchers=watchers)

        return self._decide(context, EscortReceipt, attempt)

    def renew_code(self, escort_id: UUID, context: Context) -> EscortReceipt:
        """Give the citizen another code, once it is clear that it is she.

        Raises:
            UnderWay, WasCancelled, EscortOver: nobody asks for it any more.
        """
        allow(context, *CENTRE)
        operator_id = UUID(context.principal.id)
        return self._change(
            escort_id,
            context,
            lambda escort, at: escort.renew_code(self._new_code(), operator_id=operator_id, at=at),
        )

    def reassign(self, command: ReassignEscort, context: Context) -> EscortReceipt:
        """Have another team come: a named one, or whichever is free.

        Raises:
            NoTeamFree, DistrictClosed, TeamUnknown: none does.
            UnderWay, WasCancelled, EscortOver: nobody waits for one.
        """
        allow(context, *CENTRE)

        def attempt() -> EscortReceipt:
            at = self._clock.now()
            escort = self._seen_by(command.escort_id, context)
            before = frozenset(escort.scouts)
            roster = self._roster(escort)
            self._reassign(escort, roster, command, context, at)
            return self._save(
                escort,
                before,
                receipt_of(escort, at=at),
                context=context,
                at=at,
                roster=roster,
            )

        return self._decide(context, EscortReceipt, attempt)

    def _reassign(
        self,
        escort: Escort,
        roster: ScoutRoster,
        command: ReassignEscort,
        context: Context,
        at: datetime,
    ) -> None:
        wanted = command.team_id
        if wanted is not None and wanted not in roster.teams:
            raise TeamUnknown(str(wanted))
        gone = roster.teams_with({*escort.past_scouts, *escort.scouts})
        team = roster.keep(
            escort.id,
            starts_at=escort.starts_at,
            at=at,
            policy=self._policy,
            but=gone if wanted is None else set(roster.teams) - {wanted},
        )
        escort.reassign(
            team.team_id,
            team.scouts,
            cause=command.cause,
            operator_id=UUID(context.principal.id),
            at=at,
            policy=self._policy,
        )

    def end(self, command: EndEscort, context: Context) -> EscortReceipt:
        """End what does not end by itself, and say how.

        Raises:
            EndNoteLength: it is not explained.
            WasCancelled, EscortOver: it is over.
        """
        allow(context, *CENTRE)
        operator_id = UUID(context.principal.id)
        return self._change(
            command.escort_id,
            context,
            lambda escort, at: escort.end(
                command.end,
                note=command.note,
                operator_id=operator_id,
                at=at,
                policy=self._policy,
            ),
        )
