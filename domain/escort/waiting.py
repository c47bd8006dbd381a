"""Before they meet: reminders, who stands there, who is late, who does not come, another team."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from domain.escort import facts
from domain.escort.refusals import NoShowTold, NoShowTooEarly, UnderWay
from domain.escort.state import EscortState
from domain.escort.vocabulary import (
    EscortCancelledBy,
    EscortParty,
    EscortStage,
    TeamChange,
    ToldBy,
)
from domain.policy import Policy


class Waiting(EscortState):
    """Each timer asks here; asked twice, or too late, nothing happens."""

    def remind(self, *, at: datetime) -> None:
        """Tell that it is soon time, once."""
        if self._is_expected() and not self.reminded and self._is_due(self.remind_at, at):
            self.record(facts.Reminded, at=at)

    def wait(self, party: EscortParty, *, scout_id: UUID | None = None, at: datetime) -> None:
        """Somebody says that she is at the meeting place; again, nothing changes.

        Raises:
            WasCancelled, EscortOver: it is over.
        """
        self._must_live()
        if self.stage is EscortStage.BOOKED and party not in self.waiting:
            self.record(facts.Waited, at=at, party=party, scout_id=scout_id)

    def scouts_due(self, *, at: datetime) -> None:
        """Note that scouts are late of whom nothing was heard."""
        here = EscortParty.SCOUTS in self.waiting
        if self._is_expected() and not (here or self.late) and self._is_due(self.late_at, at):
            self.record(facts.ScoutsLate, at=at, team_id=self.team_id)

    def meeting_due(self, *, at: datetime, policy: Policy) -> None:
        """Note who did not come, when nobody has said so."""
        if not self._is_expected() or self.no_show is not None:
            return
        if not self._is_due(self.no_show_at, at):
            return
        scouts, citizen = (
            EscortParty.SCOUTS in self.waiting,
            EscortParty.CITIZEN in self.waiting,
        )
        if scouts and not citizen:
            self._miss(EscortParty.CITIZEN, ToldBy.TIMER, at=at, policy=policy)
        elif not scouts:
            party = EscortParty.SCOUTS if citizen else EscortParty.NEITHER
            self._miss(party, ToldBy.TIMER, at=at, policy=policy)

    def tell_no_show(self, told_by: ToldBy, *, at: datetime, policy: Policy) -> None:
        """Whoever stands there says that the others do not come.

        Raises:
            WasCancelled, EscortOver, UnderWay: nobody waits any more.
            NoShowTooEarly: they may still come.
            NoShowTold: it has been said.
        """
        self._must_wait()
        party = EscortParty.CITIZEN if told_by is ToldBy.SCOUTS else EscortParty.SCOUTS
        if self.no_show is party:
            raise NoShowTold(party)
        if at < self.no_show_at:
            raise NoShowTooEarly(self.no_show_at.isoformat())
        self._miss(party, told_by, at=at, policy=policy)

    def give_up_due(self, *, at: datetime) -> None:
        """The scouts have waited long enough for the citizen."""
        if self._is_expected() and self._is_due(self.give_up_at, at):
            self.record(facts.GivenUp, at=at)

    def withdraw_team(
        self,
        team_id: UUID,
        *,
        told_by: ToldBy,
        scout_id: UUID | None,
        cause: TeamChange,
        at: datetime,
    ) -> None:
        """The team does not come; one that is not this escort's changes nothing.

        Raises:
            WasCancelled, EscortOver, UnderWay: nobody waits for it any more.
        """
        self._must_wait()
        if self.team_id == team_id:
            self.record(
                facts.TeamWithdrawn,
                at=at,
                team_id=team_id,
                told_by=told_by,
                scout_id=scout_id,
                cause=cause,
            )

    def reassign(  # noqa: PLR0913 (which team, and why)
        self,
        team_id: UUID,
        scouts: tuple[UUID, ...],
        *,
        cause: TeamChange,
        operator_id: UUID | None,
        at: datetime,
        policy: Policy,
    ) -> None:
        """Have another team come; it has as long as the first to get there.

        Raises:
            WasCancelled, EscortOver, UnderWay: nobody waits for it any more.
        """
        self._must_wait()
        if self.team_id == team_id:
            return
        begins = max(at, self.starts_at)
        self.record(
            facts.Reassigned,
            at=at,
            team_id=team_id,
            scouts=scouts,
            cause=cause,
            operator_id=operator_id,
            late_at=begins + timedelta(seconds=policy.escort_late_after_s),
            no_show_at=begins + timedelta(seconds=policy.escort_no_show_after_s),
        )

    def cancel(
        self, by: EscortCancelledBy, *, operator_id: UUID | None = None, at: datetime
    ) -> None:
        """Take the booking back; twice is once.

        Raises:
            UnderWay: they have met.
            EscortOver: it ended otherwise.
        """
        if self.stage is EscortStage.CANCELLED:
            return
        self._must_wait()
        self.record(facts.Cancelled, at=at, by=by, operator_id=operator_id)

    def _must_wait(self) -> None:
        """Raises WasCancelled, EscortOver, UnderWay: nobody waits at the meeting place."""
        self._must_live()
        if self.under_way:
            raise UnderWay(str(self.id))

    def _is_expected(self) -> bool:
        return self.stage is EscortStage.BOOKED

    @staticmethod
    def _is_due(moment: datetime | None, at: datetime) -> bool:
        return moment is not None and at >= moment

    def _miss(self, party: EscortParty, told_by: ToldBy, *, at: datetime, policy: Policy) -> None:
        waits_on = party is EscortParty.CITIZEN
        give_up_at = at + timedelta(seconds=policy.escort_give_up_after_s) if waits_on else None
        self.record(facts.NoShow, at=at, party=party, told_by=told_by, give_up_at=give_up_at)
