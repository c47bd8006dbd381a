"""The call between the control room and the citizen: placed, tried once more, stopped.

The provider tells late, twice and in any order: what belongs to a call of this report is kept,
once, and whatever a step decided on is looked at again when its moment comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Fact, applies
from domain.emergency import facts, refusals
from domain.emergency.answering import Answering
from domain.emergency.vocabulary import CallEnd, How, PartnerChannel, Stage
from domain.platform import Platform
from domain.policy import Policy


class CallRequested(Fact):
    """She is to be called again; the first call is ordered by the acceptance."""

    TOPIC: ClassVar[str] = "emergency.call_requested"

    attempt: int
    """Counts from 1 over the whole life of the report."""
    operator_id: UUID | None
    """None when the service calls by itself."""
    retry: bool
    """Whether it repeats a call that nobody answered."""


class CallUnanswered(Fact):
    """Nobody picked up, or the line failed. Until this fact was, ``emergency.call_ended`` said so.

    ``retry_at`` is when she is called once more; None when she is not.
    """

    TOPIC: ClassVar[str] = "emergency.call_unanswered"

    call_id: str
    end: CallEnd
    retry_at: AwareDatetime | None


class CallWithdrawn(Fact):
    """The report fell silent while her phone may have rung: the provider is told to hang up."""

    TOPIC: ClassVar[str] = "emergency.call_withdrawn"

    withdrawal_id: UUID
    call_id: str


class Calling(Answering):
    """Calls, from the order to the end. Every method may refuse."""

    calling: bool = False
    """Whether a call was ever ordered."""
    calls_ordered: int = 0
    calls_failed: int = 0
    """Orders that the provider never took."""
    calls_placed: frozenset[str] = frozenset()
    calls_connected: frozenset[str] = frozenset()
    calls_ended: frozenset[str] = frozenset()
    calls_unanswered: frozenset[str] = frozenset()
    calls_withdrawn: frozenset[str] = frozenset()
    retries: int = 0
    """Since somebody, or an acceptance, last had her called."""
    retry_at: datetime | None = None
    unreached: bool = False
    """Every try was in vain: she is written to instead."""

    @property
    def wants_call(self) -> bool:
        """Whether she is called by itself when the report opens."""
        audible = not self.is_silent and self.how is not How.BELL
        return audible and not self.drill and self.citizen_id is not None

    @property
    def may_ring(self) -> bool:
        """Whether a call that was ordered may still be placed."""
        return not self.is_silent and self.stage in {Stage.OPEN, Stage.CLAIMED}

    @property
    def call_under_way(self) -> bool:
        """Whether a call is ordered, rings, or is talked on."""
        return self.calls_ordered > len(self._calls_over) + self.calls_failed

    @property
    def _calls_over(self) -> frozenset[str]:
        return self.calls_ended | self.calls_unanswered | self.calls_withdrawn

    def request_call(self, *, operator_id: UUID, at: datetime) -> None:
        """Have her called again, or the loudspeaker of a bell; a call under way stands.

        Raises:
            DrillHasNoPartner: drills reach nobody.
            Silent: nothing may ring near her.
            NoCall: nobody's number is known.
            InWindow, NotOpen, AlreadyResolved: nobody acts on it now.
        """
        if self.drill:
            raise refusals.DrillHasNoPartner(str(self.id))
        self._must_live()
        if self.is_silent:
            raise refusals.Silent(str(self.id))
        if self.citizen_id is None and self.device.platform is not Platform.BELL:
            raise refusals.NoCall(str(self.id))
        if not self.call_under_way:
            self._order_call(operator_id=operator_id, retry=False, at=at)

    def retry_call(self, *, due_at: datetime, at: datetime) -> None:
        """Call once more, unless something has changed since ``due_at`` was set."""
        due = self.retry_at == due_at and at >= due_at
        if due and self.may_ring and not self.call_under_way:
            self._order_call(operator_id=None, retry=True, at=at)

    def _order_call(self, *, operator_id: UUID | None, retry: bool, at: datetime) -> None:
        self.record(
            CallRequested,
            at=at,
            attempt=self.calls_ordered + 1,
            operator_id=operator_id,
            retry=retry,
        )

    def call_placed(self, *, call_id: str, at: datetime) -> None:
        """The provider took the call; it is taken back when the report fell silent meanwhile."""
        self._must_call()
        if call_id not in self.calls_placed:
            self.record(facts.CallPlaced, at=at, call_id=call_id)
            self._stop_ringing(at=at)

    def call_connected(
        self, *, call_id: str, at: datetime, occurred_at: datetime | None = None
    ) -> None:
        """Control room and citizen hear each other."""
        self._must_call()
        if call_id not in self.calls_connected:
            self.record(facts.CallConnected, at=at, occurred_at=occurred_at, call_id=call_id)

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
        self._must_call()
        if call_id in self.calls_ended | self.calls_unanswered:
            return
        if end is CallEnd.HUNG_UP or call_id in self.calls_connected:
            self.record(
                facts.CallEnded,
                at=at,
                occurred_at=occurred_at,
                call_id=call_id,
                end=end,
                talked_s=talked_s,
            )
            return
        self.record(
            CallUnanswered,
            at=at,
            occurred_at=occurred_at,
            call_id=call_id,
            end=end,
            retry_at=self._retry_at(call_id, at, policy),
        )

    def _retry_at(self, call_id: str, at: datetime, policy: Policy) -> datetime | None:
        """When to call once more; None when she is reached, or is not to be, or it was enough."""
        another = self.calls_ordered > len(self._calls_over | {call_id}) + self.calls_failed
        if another or not self.may_ring or self.retries >= policy.call_retries:
            return None
        return at + timedelta(seconds=policy.call_retry_after_s)

    def _stop_ringing(self, *, at: datetime) -> None:
        """Take back every call that may ring; one that is talked on is left to the people."""
        if not self.is_silent:
            return
        for call_id in sorted(self.calls_placed - self.calls_connected - self._calls_over):
            self.record(
                CallWithdrawn,
                at=at,
                withdrawal_id=uuid5(self.id, f"call-withdrawn/{call_id}"),
                call_id=call_id,
            )

    def _must_call(self) -> None:
        if not self.calling:
            raise refusals.NoCall(str(self.id))

    @applies(facts.Accepted)
    def _call_ordered(self, fact: facts.Accepted) -> None:
        if fact.call:
            self.calling = True
            self.calls_ordered = 1

    @applies(CallRequested)
    def _call_requested(self, fact: CallRequested) -> None:
        self.calling = True
        self.calls_ordered = fact.attempt
        self.retries = self.retries + 1 if fact.retry else 0
        self.retry_at = None
        self.unreached = False
        self._acted(fact.operator_id)

    @applies(facts.CallPlaced)
    def _call_placed(self, fact: facts.CallPlaced) -> None:
        self.calls_placed = self.calls_placed | {fact.call_id}
        unplaced = max(0, self.calls_ordered - len(self.calls_placed))
        self.calls_failed = min(self.calls_failed, unplaced)  # a dead letter was sent after all

    @applies(facts.CallConnected)
    def _call_connected(self, fact: facts.CallConnected) -> None:
        self.calls_connected = self.calls_connected | {fact.call_id}
        self.calls_unanswered = self.calls_unanswered - {fact.call_id}  # told in another order
        self.retry_at = None
        self.unreached = False
        self._acted(self.held_by)
        self.acted = True

    @applies(facts.CallEnded)
    def _call_ended(self, fact: facts.CallEnded) -> None:
        self.calls_ended = self.calls_ended | {fact.call_id}

    @applies(CallUnanswered)
    def _call_unanswered(self, fact: CallUnanswered) -> None:
        self.calls_unanswered = self.calls_unanswered | {fact.call_id}
        self.retry_at = fact.retry_at
        self.unreached = fact.retry_at is None and not self.call_under_way

    @applies(CallWithdrawn)
    def _call_withdrawn(self, fact: CallWithdrawn) -> None:
        self.calls_withdrawn = self.calls_withdrawn | {fact.call_id}
        self.retry_at = None

    @applies(facts.PartnerUnreachable)
    def _call_given_up(self, fact: facts.PartnerUnreachable) -> None:
        unplaced = self.calls_ordered - len(self.calls_placed) - self.calls_failed
        if fact.channel is PartnerChannel.CALL and unplaced > 0:
            self.calls_failed = self.calls_failed + 1
            self.unreached = not self.call_under_way
