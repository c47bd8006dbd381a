"""Her control room calls her: ordered by whoever watches, placed by the provider of calls.

The provider tells late, twice and in any order: what belongs to a call of this session is kept
once. After each call somebody has to say what came of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.base import Fact, applies
from domain.call_end import CallEnd
from domain.escalation import Escalation
from domain.monitoring import refusals
from domain.monitoring.vocabulary import WatchRise
from domain.monitoring.watchers import Watchers, rises
from domain.policy import Policy


class CallRequested(Fact):
    """An operator has her called."""

    TOPIC: ClassVar[str] = "monitoring.call_requested"

    attempt: int
    """Counts from 1 over the whole session."""
    operator_id: UUID


class CallPlaced(Fact):
    """The provider took the call; ``call_id`` is the provider's."""

    TOPIC: ClassVar[str] = "monitoring.call_placed"

    call_id: str


class CallConnected(Fact):
    TOPIC: ClassVar[str] = "monitoring.call_connected"

    call_id: str


class CallEnded(Fact):
    """The call is over; somebody is to say what came of it."""

    TOPIC: ClassVar[str] = "monitoring.call_ended"

    call_id: str
    end: CallEnd
    talked_s: float
    escalations: tuple[Escalation, ...]


class CallFailed(Fact):
    """The provider was not reached for good: she must be reached another way."""

    TOPIC: ClassVar[str] = "monitoring.call_failed"

    delivery_id: UUID
    code: str
    escalations: tuple[Escalation, ...]


class Calling(Watchers):
    """Calls, from the order to the end."""

    calls_ordered: int = 0
    calls_placed: frozenset[str] = frozenset()
    calls_connected: frozenset[str] = frozenset()
    calls_ended: frozenset[str] = frozenset()
    calls_failed: frozenset[UUID] = frozenset()
    """Deliveries that the provider never took."""

    @property
    def call_under_way(self) -> bool:
        """Whether a call is ordered, rings, or is talked on."""
        return self.calls_ordered > len(self.calls_ended) + len(self.calls_failed)

    def request_call(self, *, operator_id: UUID, supervisor: bool, at: datetime) -> None:
        """Have her called; while a call is under way, it stands.

        Raises:
            InEmergency: her report says whether and how she is called.
            NotWatcher: somebody else watches.
            Over: it has ended.
        """
        self.must_be_watched_by(operator_id, supervisor=supervisor)
        if self.reports:
            raise refusals.InEmergency(str(self.reports[-1]))
        if not self.call_under_way:
            self.record(
                CallRequested, at=at, attempt=self.calls_ordered + 1, operator_id=operator_id
            )

    @property
    def may_ring(self) -> bool:
        """Whether a call that was ordered may still be placed."""
        return not self.over and not self.reports

    def call_placed(self, *, call_id: str, at: datetime) -> None:
        """The provider took it."""
        self._must_have_called()
        if call_id not in self.calls_placed:
            self.record(CallPlaced, at=at, call_id=call_id)

    def call_connected(
        self, *, call_id: str, at: datetime, occurred_at: datetime | None = None
    ) -> None:
        """Control room and citizen hear each other."""
        self._must_have_called()
        if call_id not in self.calls_connected:
            self.record(CallConnected, at=at, occurred_at=occurred_at, call_id=call_id)

    def call_ended(  # noqa: PLR0913 (a call's end says which, how, how long and when)
        self,
        *,
        call_id: str,
        end: CallEnd,
        talked_s: float,
        at: datetime,
        policy: Policy,
        occurred_at: datetime | None = None,
    ) -> None:
        """The call is over; the first end that was told stands."""
        self._must_have_called()
        if call_id not in self.calls_ended:
            self.record(
                CallEnded,
                at=at,
                occurred_at=occurred_at,
                call_id=call_id,
                end=end,
                talked_s=talked_s,
                escalations=self._rises_after_call(at, policy),
            )

    def call_failed(self, *, delivery_id: UUID, code: str, at: datetime, policy: Policy) -> None:
        """The provider was not reached for good."""
        self._must_have_called()
        if delivery_id not in self.calls_failed:
            self.record(
                CallFailed,
                at=at,
                delivery_id=delivery_id,
                code=code,
                escalations=self._rises_after_call(at, policy),
            )

    def _rises_after_call(self, at: datetime, policy: Policy) -> tuple[Escalation, ...]:
        """None where nothing is to be said any more."""
        settled = self.over or bool(self.reports)
        return () if settled else rises(WatchRise.CALLED, at, policy)

    def _must_have_called(self) -> None:
        if not self.calls_ordered:
            raise refusals.NotCalled(str(self.id))

    @applies(CallRequested)
    def _call_requested(self, fact: CallRequested) -> None:
        self.calls_ordered = fact.attempt
        self._rising(WatchRise.UNANSWERED)
        self._rising(WatchRise.CALLED)

    @applies(CallPlaced)
    def _call_placed(self, fact: CallPlaced) -> None:
        self.calls_placed = self.calls_placed | {fact.call_id}

    @applies(CallConnected)
    def _call_connected(self, fact: CallConnected) -> None:
        self.calls_connected = self.calls_connected | {fact.call_id}

    @applies(CallEnded)
    def _call_ended(self, fact: CallEnded) -> None:
        self.calls_ended = self.calls_ended | {fact.call_id}
        self._rising(WatchRise.CALLED, fact.escalations)

    @applies(CallFailed)
    def _call_failed(self, fact: CallFailed) -> None:
        self.calls_failed = self.calls_failed | {fact.delivery_id}
        self._rising(WatchRise.CALLED, fact.escalations)
