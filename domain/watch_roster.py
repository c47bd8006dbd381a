"""Who of a centre watches whom: saved in the append of the sessions' facts, never from a fold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, DomainError, Fact, FirstFact, applies
from domain.geography import DistrictCode
from domain.policy import Policy


class RosterFull(DomainError):
    """The operator watches as many as one may (``Policy.watched_max``)."""

    code: ClassVar[str] = "watch_roster.full"


class Began(FirstFact):
    """Somebody is to be watched from this centre for the first time."""

    TOPIC: ClassVar[str] = "watch_roster.began"

    district: DistrictCode


class Given(Fact):
    """An operator watches one more."""

    TOPIC: ClassVar[str] = "watch_roster.given"

    session_id: UUID
    operator_id: UUID


class Queued(Fact):
    """Nobody of the centre had room: the session waits for whoever has, first come first served."""

    TOPIC: ClassVar[str] = "watch_roster.queued"

    session_id: UUID


class Freed(Fact):
    """The session is no longer this centre's."""

    TOPIC: ClassVar[str] = "watch_roster.freed"

    session_id: UUID


class WatchRoster(Aggregate):
    """One centre's: nobody watches more than one may, and nobody is forgotten in the queue."""

    TOPIC = "watch_roster"

    district: DistrictCode
    watched: dict[UUID, UUID]
    """By session: the operator."""
    waiting: tuple[UUID, ...]
    """Sessions for which nobody had room, the longest waiting first."""

    @staticmethod
    def create_id(district: DistrictCode) -> UUID:
        return uuid5(NAMESPACE_URL, f"/watch_rosters/{district}")

    @classmethod
    def begin_for(cls, district: DistrictCode, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(district), at=at, district=district)

    def watched_by(self, operator_id: UUID) -> tuple[UUID, ...]:
        return tuple(one for one, who in self.watched.items() if who == operator_id)

    def place(
        self,
        session_id: UUID,
        *,
        present: Sequence[UUID],
        at: datetime,
        policy: Policy,
        but: Collection[UUID] = (),
    ) -> UUID | None:
        """Give a session to whoever watches the fewest; else it waits.

        Args:
            session_id: whose way is to be watched.
            present: who is there, in any order that stays; the first of equals is taken.
            at: the moment.
            policy: how many one may watch.
            but: who is not asked, because she gives it away, or has done so.

        Returns:
            Who watches now; None when nobody is there who has room and may be asked.
        """
        chosen = self.roomiest(present, policy=policy, but=but)
        if chosen is None:
            self.queue(session_id, at=at)
        else:
            self.record(Given, at=at, session_id=session_id, operator_id=chosen)
        return chosen

    def roomiest(
        self, present: Sequence[UUID], *, policy: Policy, but: Collection[UUID] = ()
    ) -> UUID | None:
        """Who watches the fewest; None when nobody is there who has room and may be asked.

        Args:
            present: who is there, in any order that stays; the first of equals is taken.
            policy: how many one may watch.
            but: who is not asked.
        """
        loads = {who: len(self.watched_by(who)) for who in present if who not in but}
        chosen = min(loads, key=lambda who: loads[who], default=None)
        return chosen if chosen is not None and loads[chosen] < policy.watched_max else None

    def give(self, session_id: UUID, operator_id: UUID, *, at: datetime, policy: Policy) -> None:
        """Give a session to this operator, by hand; hers already: nothing.

        Raises:
            RosterFull: she watches as many as one may.
        """
        if self.watched.get(session_id) == operator_id:
            return
        if len(self.watched_by(operator_id)) >= policy.watched_max:
            raise RosterFull(str(operator_id))
        self.record(Given, at=at, session_id=session_id, operator_id=operator_id)

    def queue(self, session_id: UUID, *, at: datetime) -> None:
        """Let a session wait; it does already: nothing."""
        if session_id not in self.waiting:
            self.record(Queued, at=at, session_id=session_id)

    def free(self, session_id: UUID, *, at: datetime) -> None:
        """The session is over, or another centre's; unknown here: nothing."""
        if session_id in self.watched or session_id in self.waiting:
            self.record(Freed, at=at, session_id=session_id)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.district = fact.district
        self.watched = {}
        self.waiting = ()

    @applies(Given)
    def _given(self, fact: Given) -> None:
        self._without(fact.session_id)
        self.watched = self.watched | {fact.session_id: fact.operator_id}

    @applies(Queued)
    def _queued(self, fact: Queued) -> None:
        self._without(fact.session_id)
        self.waiting = (*self.waiting, fact.session_id)

    @applies(Freed)
    def _freed(self, fact: Freed) -> None:
        self._without(fact.session_id)

    def _without(self, session_id: UUID) -> None:
        self.watched = {one: who for one, who in self.watched.items() if one != session_id}
        self.waiting = tuple(one for one in self.waiting if one != session_id)
