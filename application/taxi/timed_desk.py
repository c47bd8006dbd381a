"""What happens to a ride by itself: its timers, the check of its plate, calls that are placed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from application.access import AccessKind, Task
from application.consoles import Presence, on_duty
from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.desk import allow
from application.messages import NothingToSend, RequestWithdrawn
from application.outbox import Channel, TimerKind
from application.safe_return import Receipt
from application.taxi.base import TripDesk
from application.taxi.ports import PlateQuestion, TaxiCallRequest, TaxiCalls, TaxiRegistry
from application.taxi.telling import told_of
from application.timers import DueTimer, Question
from domain.base import Aggregate, Erased
from domain.call_end import CallEnd
from domain.roles import Role
from domain.taxi import TaxiTrip
from domain.taxi.vocabulary import TaxiEndReason


class TimedDesk(TripDesk):
    """Timers, deliveries and the provider of calls speak here; everything may be told twice.

    Raises:
        Unknown: there is no such ride.
        TooEarly: a timer's moment has not come by our clock.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def __init__(
        self,
        *desk: Any,
        patient_registry: Callable[[], TaxiRegistry],
        calls: Callable[[], TaxiCalls],
        presence: Presence,
        **more: Any,
    ) -> None:
        super().__init__(*desk, **more)
        self._patient_registry = patient_registry
        self._calls = calls
        self._presence = presence

    def timed(self) -> Mapping[TimerKind, Question]:
        """What each kind of timer asks."""
        return {
            TimerKind.TAXI_OVERDUE: self._asks(
                lambda trip, timer, at: trip.overdue(
                    due_at=timer.due_at, at=at, policy=self._policy
                )
            ),
            TimerKind.TAXI_STILL: self._asks(
                lambda trip, timer, at: trip.still_due(
                    ask_at=timer.due_at, at=at, policy=self._policy
                )
            ),
            TimerKind.TAXI_ANSWER: self._asks(
                lambda trip, timer, at: trip.answer_due(
                    question_id=UUID(timer.name),
                    on_duty=on_duty(self._presence, trip.district, at),
                    at=at,
                )
            ),
            TimerKind.TAXI_SIGNAL: self._asks(
                lambda trip, timer, at: trip.signal_due(
                    due_at=timer.due_at, at=at, policy=self._policy
                )
            ),
            TimerKind.TAXI_CHECK: self._asks(
                lambda trip, timer, at: trip.check_again(due_at=timer.due_at, at=at)
            ),
        }

    def stop(self, trip_id: UUID, at: datetime) -> Iterable[Aggregate]:
        """End the ride of who consents no longer; her guard, and the saving, are the caller's."""
        trip = self._app.load(TaxiTrip, trip_id)
        trip.end(
            operator_id=None,
            reason=TaxiEndReason.CONSENT_WITHDRAWN,
            note=None,
            guardian_ids=self._confirmed(trip),
            at=at,
        )
        self._tracks.forget(trip.id)
        self._walks.take(trip.id, trip.citizen_id, at=at)
        return (trip, *told_of(trip, self._member(trip.citizen_id)))

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        """Check a plate, or place a call; see ``application.carriers``."""
        trip = self._app.load(TaxiTrip, claimed.about)
        if claimed.channel is Channel.TAXI_CHECK:
            return self._check(trip, claimed, context)
        return self._call(trip, claimed, context)

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        """Keep in the facts that the registry, or the provider of calls, was not reached."""
        request_id = _request(claimed)

        def step(trip: TaxiTrip, at: datetime) -> None:
            if claimed.channel is Channel.TAXI_CHECK:
                trip.check_given_up(check_id=request_id, code=code, at=at, policy=self._policy)
            else:
                trip.call_failed(call_id=request_id, code=code, at=at)

        self._follow(claimed.about, context, step)

    def call_connected(
        self,
        trip_id: UUID,
        reference: str,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        """See ``application.told_calls``."""
        return self._follow(
            trip_id,
            context,
            lambda trip, at: trip.call_connected(
                reference=reference, at=at, occurred_at=occurred_at
            ),
        )

    def call_ended(  # noqa: PLR0913 (a call's end says which, how, how long and when)
        self,
        trip_id: UUID,
        reference: str,
        end: CallEnd,
        talked_s: float,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        """See ``application.told_calls``; kept after the ride, too."""
        return self._follow(
            trip_id,
            context,
            lambda trip, at: trip.call_ended(
                reference=reference, end=end, talked_s=talked_s, at=at, occurred_at=occurred_at
            ),
        )

    def _check(self, trip: TaxiTrip, claimed: ClaimedDelivery, context: Context) -> str:
        check_id = _request(claimed)
        if trip.check_id != check_id:
            raise RequestWithdrawn("another plate, or an answer, came first")
        if not isinstance(trip.plate, str):
            raise NothingToSend("the plate is erased")
        vehicle = self._patient_registry().look_up(
            PlateQuestion(
                delivery_id=claimed.delivery_id,
                correlation_id=context.correlation_id,
                check_id=check_id,
                plate=trip.plate,
            )
        )
        self._follow(
            trip.id,
            context,
            lambda one, at: one.vehicle_checked(check_id=check_id, vehicle=vehicle, at=at),
        )
        return str(vehicle)

    def _call(self, trip: TaxiTrip, claimed: ClaimedDelivery, context: Context) -> str:
        call_id = _request(claimed)
        if trip.over or call_id not in trip.calls:
            raise RequestWithdrawn("nobody is to be called any more")
        member = self._member(trip.citizen_id)
        if member is None or isinstance(member.phone, Erased):
            raise NothingToSend("no number to call")
        self._access_log.record(
            context,
            subject=trip.citizen_id,
            what="phone",
            why=f"delivery:{claimed.channel}",
            kind=AccessKind.PROVISION,
            about=trip.id,
            task=Task.RESPONSE,
            recipient=claimed.channel,
        )
        reference = self._calls().place(
            TaxiCallRequest(
                delivery_id=claimed.delivery_id,
                correlation_id=context.correlation_id,
                report_id=trip.id,
                district=trip.held_in or trip.district,
                phone=member.phone,
                language=trip.language,
            )
        )
        self._follow(
            trip.id,
            context,
            lambda one, at: one.call_placed(call_id=call_id, reference=reference, at=at),
        )
        return reference

    def _asks(self, step: Callable[[TaxiTrip, DueTimer, datetime], object]) -> Question:
        def ask(timer: DueTimer, context: Context) -> Receipt:
            at = self._moment_of(timer.due_at)
            return self._follow(
                timer.aggregate_id, context, lambda trip, _now: step(trip, timer, at)
            )

        return ask

    def _follow(
        self, trip_id: UUID, context: Context, step: Callable[[TaxiTrip, datetime], object]
    ) -> Receipt:
        allow(context, Role.SYSTEM, Role.PARTNER)
        return self._step(
            lambda: self._app.load(TaxiTrip, trip_id),
            step,
            context,
            Receipt,
            lambda trip, _at: Receipt(aggregate_id=trip.id),
        )


def _request(claimed: ClaimedDelivery) -> UUID:
    if claimed.request_id is None:
        raise NothingToSend("no request")
    return claimed.request_id
