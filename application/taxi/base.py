"""What the parts of the desk for rides share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from application.context import Context
from application.desk import Desk, ReceiptT, allow
from application.emergency.base import CLOCK_TOLERANCE
from application.errors import Forbidden, TooEarly
from application.phrases import phrase
from application.policies_in_force import Policies
from application.ports import AccessLog, Districts, Secrets
from application.positions import read_fixes
from application.remembered_walks import RememberedWalks
from application.taxi.commands import TaxiReceipt
from application.taxi.telling import told_of
from application.tracks import Tracks
from domain.base import Aggregate
from domain.geography import CITY
from domain.member import Member
from domain.policy import Policy
from domain.roles import Role
from domain.session_guard import SessionGuard
from domain.taxi import TaxiTrip
from domain.taxi.refusals import NotBoarded
from domain.taxi.vocabulary import TaxiVehicle, Whereabouts
from domain.watching import Fix

WATCHERS = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
PLACE_CHARS = 100


class TripDesk(Desk):
    """Loads and saves rides, with their messages and the guard of their citizen."""

    def __init__(
        self,
        *desk: Any,
        districts: Districts,
        policy: Policies,
        tracks: Tracks,
        access_log: AccessLog,
        secrets: Secrets,
        **more: Any,
    ) -> None:
        super().__init__(*desk, **more)
        self._districts = districts
        self._policies = policy
        self._tracks = tracks
        self._access_log = access_log
        self._secrets = secrets
        self._walks: RememberedWalks[TaxiTrip] = RememberedWalks()

    @property
    def _policy(self) -> Policy:
        """The numbers in force now."""
        return self._policies.at(self._clock.now())

    def _own(self, trip_ref: str, context: Context) -> TaxiTrip:
        """A ride by its id or by the phone's own name of it.

        Raises:
            NotBoarded: this citizen has no such ride, or the boarding is still on its way.
        """
        citizen_id, ids = self._ids_of(trip_ref, context)
        for one in ids:
            trip = self._app.find(TaxiTrip, one)
            if trip is not None and trip.citizen_id == citizen_id:
                return trip
        raise NotBoarded("no such ride of this citizen")

    def _ids_of(self, trip_ref: str, context: Context) -> tuple[UUID, list[UUID]]:
        """Who asks, and by which ids the ride may be kept that she means."""
        allow(context, Role.CITIZEN)
        citizen_id = UUID(context.principal.id)
        ids = [TaxiTrip.create_id(citizen_id, trip_ref)]
        with suppress(ValueError):
            ids.append(UUID(trip_ref))
        return citizen_id, ids

    def _watched(self, trip_id: UUID, context: Context) -> TaxiTrip:
        """A ride for somebody of a control room.

        Raises:
            Unknown: there is no such ride.
            Forbidden: it is another district's.
        """
        allow(context, *WATCHERS)
        trip = self._app.load(TaxiTrip, trip_id)
        who = context.principal
        if who.role is not Role.COORDINATOR and who.district not in {trip.district, trip.held_in}:
            raise Forbidden(f"{who.role} of {who.district}")
        return trip

    def _member(self, citizen_id: UUID) -> Member | None:
        return self._app.find(Member, citizen_id)

    def _confirmed(self, trip: TaxiTrip) -> tuple[UUID, ...]:
        return confirmed(self._member(trip.citizen_id))

    def _commit(
        self, trip: TaxiTrip, context: Context, receipt: ReceiptT, *others: Aggregate
    ) -> ReceiptT:
        """Save a ride with the messages that its new facts call for, and its guard when over."""
        if not trip.pending_events:
            return receipt
        self._walks.take(trip.id, trip.citizen_id, at=self._clock.now())  # it is another's now
        messages = told_of(trip, self._member(trip.citizen_id))
        return self._app.commit(
            [trip, *others, *messages, *self._guard_of(trip)], context=context, receipt=receipt
        )

    def _guard_of(self, trip: TaxiTrip) -> list[SessionGuard]:
        if not trip.over:
            return []
        guard = self._app.find(SessionGuard, SessionGuard.create_id(trip.citizen_id))
        if guard is None:
            return []
        guard.close(session_id=trip.id, at=self._clock.now())
        return [guard]

    def _step(
        self,
        load: Callable[[], TaxiTrip],
        step: Callable[[TaxiTrip, datetime], object],
        context: Context,
        receipt_type: type[ReceiptT],
        answer: Callable[[TaxiTrip, datetime], ReceiptT],
    ) -> ReceiptT:
        """Load, decide, save; again from the load when another write came first."""

        def attempt() -> ReceiptT:
            at = self._clock.now()
            trip = load()
            step(trip, at)
            return self._commit(trip, context, answer(trip, at))

        return self._decide(context, receipt_type, attempt)

    def _receipt(self, trip: TaxiTrip, at: datetime) -> TaxiReceipt:
        warning = warning_of(trip)
        return TaxiReceipt(
            aggregate_id=trip.id,
            stage=trip.stage,
            vehicle=trip.vehicle,
            warning=warning,
            message=phrase(f"taxi.{warning}", trip.language) if warning else None,
            guardians=len(trip.guardian_ids),
            flags=trip.flags,
            due_at=trip.due_at,
            question_id=trip.question.question_id if trip.question else None,
            server_time=at,
        )

    def _read(self, sent: object, sent_at: datetime | None, at: datetime) -> Fix | None:
        """One position as a phone sent it; None when nothing can be made of it."""
        if sent is None:
            return None
        told = {"fixes": [sent], "sent_at": None if sent_at is None else sent_at.isoformat()}
        read = read_fixes(
            told, at=at, known_skew_s=None, districts=self._districts, policy=self._policy
        )
        return read.fixes[0] if read.fixes else None

    def _keep_fix(
        self, trip_id: UUID, citizen_id: UUID, sent: object, sent_at: datetime | None
    ) -> None:
        """Where she got in is where she is looked for, until her phone says more."""
        fix = self._read(sent, sent_at, self._clock.now())
        if fix is not None:
            self._tracks.keep(trip_id, citizen_id, [fix])

    def _whereabouts(
        self, fix: Fix | None, place: str | None, known: TaxiTrip | None = None
    ) -> Whereabouts:
        """Where something happened: by its position, or as far as the ride is known."""
        words = " ".join((place or "").split())[:PLACE_CHARS] or None
        if fix is not None:
            return Whereabouts(
                district=fix.district,
                cell=fix.cell,
                fix=fix.quality,
                position=fix.position,
                place=words,
            )
        return Whereabouts(
            district=known.district if known else CITY,
            cell=known.cell if known else None,
            fix=known.fix if known else None,
            place=words,
        )

    def _moment_of(self, due_at: datetime) -> datetime:
        """Now, or ``due_at`` when our clock lags behind the timers' by a hair.

        Raises:
            TooEarly: the moment has not come.
        """
        now = self._clock.now()
        if now < due_at - CLOCK_TOLERANCE:
            raise TooEarly(due_at.isoformat())
        return max(now, due_at)


def confirmed(member: Member | None) -> tuple[UUID, ...]:
    """The guardians who may be told now."""
    return tuple(one.guardian_id for one in member.confirmed_guardians) if member else ()


def warning_of(trip: TaxiTrip) -> str | None:
    """What is to be said of the plate; None when it is known for a taxi's."""
    if trip.plate is None:
        return "plate_missing"
    match trip.vehicle:
        case TaxiVehicle.UNKNOWN:
            return "plate_unknown"
        case None:
            return "plate_unchecked"
        case _:
            return None
