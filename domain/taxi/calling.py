"""Her control room calls her: ordered by an operator, placed and told of by the provider of calls.

The provider tells late, twice and in any order, also after the ride: what belongs to a call of this
ride is kept once, so that whoever looks sees whether she answered.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.base import Fact, applies
from domain.call_end import CallEnd
from domain.geography import DistrictCode
from domain.taxi import facts
from domain.taxi.refusals import NotCalled, TripOver
from domain.taxi.riding import RidingTaxi


class CallConnected(Fact):
    """Control room and citizen hear each other."""

    TOPIC: ClassVar[str] = "taxi.call_connected"

    reference: str
    """The provider's name of the call."""


class CallEnded(Fact):
    """The call is over."""

    TOPIC: ClassVar[str] = "taxi.call_ended"

    reference: str
    end: CallEnd
    talked_s: float


class CallingTaxi(RidingTaxi):
    """Calls, from the order to the end."""

    called: bool = False
    """Whether a call was ever ordered."""
    calls_connected: frozenset[str] = frozenset()
    calls_ended: frozenset[str] = frozenset()

    def request_call(
        self, *, call_id: UUID, operator_id: UUID, district: DistrictCode, at: datetime
    ) -> None:
        """Have her called; while a call waits to be placed, that one stands.

        Raises:
            TripOver: the ride is over.
        """
        if self.over:
            raise TripOver(str(self.id))
        if not self.calls:
            self.record(
                facts.CallRequested,
                at=at,
                call_id=call_id,
                operator_id=operator_id,
                district=district,
            )

    def call_placed(self, *, call_id: UUID, reference: str, at: datetime) -> None:
        if call_id in self.calls:
            self.record(facts.CallPlaced, at=at, call_id=call_id, reference=reference)

    def call_failed(self, *, call_id: UUID, code: str, at: datetime) -> None:
        if call_id in self.calls:
            self.record(facts.CallFailed, at=at, call_id=call_id, code=code)

    def call_connected(
        self, *, reference: str, at: datetime, occurred_at: datetime | None = None
    ) -> None:
        """Control room and citizen hear each other.

        Raises:
            NotCalled: nobody ever had her called in this ride.
        """
        self._must_have_called()
        if reference not in self.calls_connected:
            self.record(CallConnected, at=at, occurred_at=occurred_at, reference=reference)

    def call_ended(
        self,
        *,
        reference: str,
        end: CallEnd,
        talked_s: float,
        at: datetime,
        occurred_at: datetime | None = None,
    ) -> None:
        """The call is over; the first end that was told stands. Raises as ``call_connected``."""
        self._must_have_called()
        if reference not in self.calls_ended:
            self.record(
                CallEnded,
                at=at,
                occurred_at=occurred_at,
                reference=reference,
                end=end,
                talked_s=talked_s,
            )

    def _must_have_called(self) -> None:
        if not self.called:
            raise NotCalled(str(self.id))

    @applies(facts.CallRequested)
    def _called(self, _fact: facts.CallRequested) -> None:
        self.called = True

    @applies(CallConnected)
    def _call_connected(self, fact: CallConnected) -> None:
        self.calls_connected = self.calls_connected | {fact.reference}

    @applies(CallEnded)
    def _call_ended(self, fact: CallEnded) -> None:
        self.calls_ended = self.calls_ended | {fact.reference}
