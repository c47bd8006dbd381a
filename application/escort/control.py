"""The centre's side: who watches a walk, which team comes, and what does not end by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

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
from domain.geography import CITY, DistrictCode
from domain.roles import Role
from domain.scout_roster import ScoutRoster
from domain.scout_roster.refusals import TeamUnknown

CENTRE: Final = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)


class OpenEscort(Protocol):
    """A line of the board, as far as presence matters."""

    @property
    def session_id(self) -> UUID: ...
    @property
    def district(self) -> DistrictCode: ...
    @property
    def holder(self) -> UUID | None: ...


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

    def attend(self, open_escorts: Sequence[OpenEscort], context: Context) -> int:
        """See whom nobody watches who is there, and find somebody; how many changed hands.

        Args:
            open_escorts: as the board has those on their way, which may be a moment behind.
            context: the machine's own.
        """
        allow(context, Role.SYSTEM)
        at = self._clock.now()
        districts = {row.district for row in open_escorts}
        there = {one: self._presence.operators(one, at) for one in districts}
        alone = [row for row in open_escorts if row.holder not in there[row.district]]
        return sum(
            self._attend(row.session_id, context)
            for row in alone
            if row.holder is None or not self._is_there(row.holder, row.district, at)
        )

    def _attend(self, escort_id: UUID, context: Context) -> bool:
        def step(watchers: Watchers, escort: Escort) -> None:
            if not escort.under_way:
                return
            watched_by = escort.watched_by
            if watched_by is None:
                watchers.find(escort)
            elif not self._is_there(watched_by, escort.district, self._clock.now()):
                watchers.leave(escort, watched_by, given_away=False)

        return self._rewatch(escort_id, context, step).position is not None

    def _is_there(self, who: UUID, district: DistrictCode, at: datetime) -> bool:
        """Whether she sits at a console from which walks of this district may be watched."""
        return (
            who in self._presence.operators(district, at)
            or self._presence.supervises(who, district, at)
            or who in self._presence.operators(CITY, at)
        )

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
