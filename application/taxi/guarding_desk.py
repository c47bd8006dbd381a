"""The control rooms' side of a ride: watch it, look, ask, call, end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from application.context import Context
from application.safe_return import Receipt
from application.taxi.base import TripDesk
from application.taxi.commands import AskInTaxi, AttendTaxi, CallInTaxi, ClaimTaxi, EndTaxi
from domain.geography import CITY
from domain.taxi import TaxiTrip
from domain.taxi.vocabulary import TaxiAskReason


class GuardingDesk(TripDesk):
    """Operators and supervisors of the district it drives through, or who watch it; coordinators.

    Raises:
        Forbidden: it is another district's.
        Unknown: there is no such ride.
        DomainError: the ride refused, and will again.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def claim(self, command: ClaimTaxi, context: Context) -> Receipt:
        """Watch this ride from now on."""
        return self._guarded(
            command.trip_id,
            context,
            lambda trip, at: trip.claim(
                operator_id=_id(context),
                district=context.principal.district or CITY,
                at=at,
                take_over=command.take_over,
            ),
        )

    def attend(self, command: AttendTaxi, context: Context) -> Receipt:
        """Say what came of looking."""
        return self._guarded(
            command.trip_id,
            context,
            lambda trip, at: trip.attend(operator_id=_id(context), note=command.note, at=at),
        )

    def ask(self, command: AskInTaxi, context: Context) -> Receipt:
        """Ask her whether all is well."""
        return self._guarded(
            command.trip_id,
            context,
            lambda trip, at: trip.ask(
                TaxiAskReason.OPERATOR, operator_id=_id(context), at=at, policy=self._policy
            ),
        )

    def request_call(self, command: CallInTaxi, context: Context) -> Receipt:
        """Have her called."""
        call_id = self._secrets.new_id()
        return self._guarded(
            command.trip_id,
            context,
            lambda trip, at: trip.request_call(
                call_id=call_id,
                operator_id=_id(context),
                district=context.principal.district or trip.district,
                at=at,
            ),
        )

    def end(self, command: EndTaxi, context: Context) -> Receipt:
        """End a ride, with a reason; whoever was told of the boarding is told."""
        receipt = self._guarded(
            command.trip_id,
            context,
            lambda trip, at: trip.end(
                operator_id=_id(context),
                reason=command.reason,
                note=command.note,
                guardian_ids=self._confirmed(trip),
                at=at,
            ),
        )
        self._tracks.forget(command.trip_id)
        return receipt

    def _guarded(
        self, trip_id: UUID, context: Context, step: Callable[[TaxiTrip, datetime], object]
    ) -> Receipt:
        return self._step(
            lambda: self._watched(trip_id, context),
            step,
            context,
            Receipt,
            lambda trip, _at: Receipt(aggregate_id=trip.id),
        )


def _id(context: Context) -> UUID:
    return UUID(context.principal.id)
