"""On the way: who watches, what the positions say, and what is amiss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID, uuid5

from domain.base import Erased, Fact, applies
from domain.escalation import OnDuty
from domain.escort import facts
from domain.escort.refusals import NotMet, WatchedByAnother
from domain.escort.state import ENDINGS
from domain.escort.vocabulary import EscortParty, EscortStage, ToldBy
from domain.escort.waiting import Waiting
from domain.geography import metres_between
from domain.policy import Policy
from domain.watching import Fix, Trouble, Walked, WalkFacts, reached, telling
from domain.watching.emergencies import EmergencyFacts, Endangered


def leading(
    citizen: Sequence[Fix], scouts: Sequence[Fix], *, at: datetime, policy: Policy
) -> Sequence[Fix]:
    """By whose positions the walk is judged: hers, and the scouts' once her phone is silent."""
    newest = max((fix.moment for fix in citizen if fix.usable(policy)), default=None)
    silent = newest is None or at - newest >= timedelta(seconds=policy.signal_lost_after_s) / 2
    return [*citizen, *scouts] if silent else citizen


def apart_m(
    citizen: Iterable[Fix], scouts: Iterable[Fix], *, at: datetime, policy: Policy
) -> int | None:
    """How far the nearest scout is for certain; None when the positions do not say.

    Of the last minute only, and no more than what neither's accuracy could explain.
    """
    recent = at - timedelta(seconds=policy.escort_apart_after_s)
    pairs = product(telling(citizen, recent, policy), telling(scouts, recent, policy))
    metres = [
        metres_between(one.position, other.position)
        - (one.quality.accuracy_m or 0.0)
        - (other.quality.accuracy_m or 0.0)
        for one, other in pairs
    ]
    return round(max(0.0, min(metres))) if metres else None


class Watched(Walked, Endangered, Waiting):
    """Nobody walks unwatched without a word."""

    WALK_FACTS = WalkFacts(
        seen=facts.PositionSeen, noticed=facts.TroubleNoticed, passed=facts.TroublePassed
    )
    EMERGENCY_FACTS = EmergencyFacts(raised=facts.EmergencyRaised, ended=facts.EmergencyEnded)

    @property
    def over(self) -> bool:
        return self.ended

    def watch(self, operator_id: UUID, *, takes_over: bool, at: datetime) -> None:
        """An operator watches from now on; the same again changes nothing.

        Raises:
            WasCancelled, EscortOver, NotMet: nobody walks.
            WatchedByAnother: and ``takes_over`` was not said.
        """
        self._must_walk()
        if self.watched_by == operator_id:
            return
        if self.watched_by is not None and not takes_over:
            raise WatchedByAnother(str(self.watched_by))
        self.record(facts.WatchBegun, at=at, operator_id=operator_id)

    def leave_watch(
        self, operator_id: UUID, *, given_away: bool, at: datetime, policy: Policy
    ) -> None:
        """The operator watches no longer: somebody else is to; of another's watch, nothing.

        Args:
            operator_id: who watched.
            given_away: she says so herself; else she is not there any more.
            at: the moment.
            policy: the city's numbers.
        """
        if self.under_way and self.watched_by == operator_id:
            watch_by = at + timedelta(seconds=policy.escort_watch_within_s)
            self.record(
                facts.WatchLeft,
                at=at,
                operator_id=operator_id,
                watch_by=watch_by,
                given_away=given_away,
            )

    def watch_due(self, *, on_duty: OnDuty, at: datetime) -> None:
        """Say that nobody watches, once, and have ``on_duty`` called."""
        if self.under_way and not self.unwatched and self._is_due(self.watch_by, at):
            page = on_duty.page(uuid5(self.id, f"unwatched/{self.watch_by}"))
            self.record(facts.Unwatched, at=at, page=page)

    def walk_with(
        self, citizen: Sequence[Fix], scouts: Sequence[Fix], *, at: datetime, policy: Policy
    ) -> None:
        """Take in what lies beside the log of the last minutes; what is known does nothing.

        Args:
            citizen: hers, in any order.
            scouts: those of her scouts.
            at: the moment.
            policy: the city's numbers.
        """
        if not self.listens:
            return
        track = leading(citizen, scouts, at=at, policy=policy)
        self.walk_on(track, track, at=at, policy=policy)
        self._compare(apart_m(citizen, scouts, at=at, policy=policy), at=at, policy=policy)
        self._look_for_home(track, at=at, policy=policy)

    def walk_due(self, *, at: datetime, policy: Policy) -> None:
        """Note that they should be there."""
        if self.stage is EscortStage.WALKING and self._is_due(self.due_at, at):
            self.notice(Trouble.OVERDUE, self.due_at or at, at=at, policy=policy)

    def scout_raised(self, *, report_id: UUID, scout_id: UUID, at: datetime) -> None:
        """One of the scouts raised a report; known already, or over: nothing."""
        if not self.over and report_id not in self.reports:
            self.record(
                facts.EmergencyRaised,
                at=at,
                report_id=report_id,
                party=EscortParty.SCOUTS,
                scout_id=scout_id,
            )

    def _must_walk(self) -> None:
        """Raises WasCancelled, EscortOver, NotMet: nobody walks."""
        self._must_live()
        if not self.under_way:
            raise NotMet(str(self.id))

    def _compare(self, metres: int | None, *, at: datetime, policy: Policy) -> None:
        if metres is None or self.stage is not EscortStage.WALKING:
            return
        if metres > policy.escort_apart_m and self.parted_at is None:
            since = at - timedelta(seconds=policy.escort_apart_after_s)
            self.record(facts.Parted, at=at, since=since, metres=metres)
        elif metres <= policy.escort_apart_m and self.parted_at is not None:
            lasted_s = (at - self.parted_at).total_seconds()
            self.record(facts.Rejoined, at=at, lasted_s=lasted_s)

    def _look_for_home(self, track: Sequence[Fix], *, at: datetime, policy: Policy) -> None:
        """Where they wanted to go, they are there: she may still say no."""
        if self.stage is not EscortStage.WALKING or isinstance(self.destination, Erased):
            return
        there = reached(track, self.destination, after=self.listening_since, policy=policy)
        if there is not None and there.enough and not self.denied:
            self._arrived_by(ToldBy.PLACE, scout_id=None, at=at, policy=policy)

    def _arrived_by(
        self, told_by: ToldBy, *, scout_id: UUID | None, at: datetime, policy: Policy
    ) -> None:
        own = told_by is ToldBy.CITIZEN
        confirm_by = None if own else at + timedelta(seconds=policy.escort_confirm_within_s)
        self.record(facts.Arrived, at=at, told_by=told_by, scout_id=scout_id, confirm_by=confirm_by)

    @applies(facts.Started)
    def _begun(self, fact: facts.Started) -> None:
        self.route = fact.route
        self.listening_since = fact.timestamp

    @applies(*ENDINGS)
    def _over(self, _fact: Fact) -> None:
        self.listening_since = None
