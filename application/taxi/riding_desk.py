"""The citizen's side of a ride: she gets in, is followed, answers, and gets out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from application.accompanied import reports_told
from application.consents import must_be_followed
from application.context import Context
from application.desk import allow
from application.errors import KeyRingUnavailable, LogUnavailable, PartnerError
from application.positions import ReadFixes, read_fixes
from application.remembered_walks import Walk
from application.taxi.alarm_desk import AlarmDesk
from application.taxi.base import confirmed
from application.taxi.commands import (
    AlightTaxi,
    AnswerInTaxi,
    BoardTaxi,
    ExtendTaxi,
    GiveTaxiPlate,
    ReadPlate,
    SendTaxiPositions,
    TaxiPositionsReceipt,
    TaxiReceipt,
)
from application.taxi.payloads import plate_read
from application.taxi.ports import PlateQuestion, TaxiRegistry
from domain.language import Language
from domain.roles import Role
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.taxi import TaxiTrip
from domain.taxi.boarding import Boarding, GivenPlate
from domain.taxi.moments import told
from domain.taxi.vocabulary import TaxiAlighting, TaxiAnswer, TaxiStage, Told


class RidingDesk(AlarmDesk):
    """Every method is the citizen's own; another's ride is as one that never was.

    Raises:
        Forbidden: the caller is no citizen.
        NotBoarded: no such ride of hers is known, yet.
        DomainError: the ride refused, and will again.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def __init__(self, *desk: Any, registry: Callable[[], TaxiRegistry], **more: Any) -> None:
        super().__init__(*desk, **more)
        self._registry = registry

    def board(self, command: BoardTaxi, context: Context) -> TaxiReceipt:
        """Get in; the same ride again is the first one, whatever the repeat says.

        The registry is asked at once, and waited for a moment only: a ride begins without its
        answer, and is checked later.

        Raises:
            PlateMalformed: what was read is no plate; without one, the ride begins all the same.
            MomentUnfit: the phone's clock is off, and it did not say by how much.
            SessionAlreadyOpen: another ride of hers goes on.
            ConsentMissing: she has taken back her consent.
        """
        allow(context, Role.CITIZEN)
        citizen_id = UUID(context.principal.id)
        trip_id = TaxiTrip.create_id(citizen_id, command.trip_ref)
        known = self._app.find(TaxiTrip, trip_id)
        if known is not None:
            return self._receipt(known, self._clock.now())
        given = self._given(command.plate, context) if command.plate else None

        def attempt() -> TaxiReceipt:
            at = self._clock.now()
            trip = self._app.find(TaxiTrip, trip_id)
            if trip is not None:
                return self._receipt(trip, at)
            guard = self._guard(citizen_id, at=at)
            guard.open(kind=SessionKind.TAXI, session_id=trip_id, at=at)
            boarding = self._boarding(command, citizen_id, given, at)
            trip = TaxiTrip.board(boarding, at=at, policy=self._policy)
            reports = reports_told(self._app, SessionKind.TAXI, trip, citizen_id=citizen_id, at=at)
            return self._commit(trip, context, self._receipt(trip, at), guard, *reports)

        receipt = self._decide(context, TaxiReceipt, attempt)
        with suppress(LogUnavailable, KeyRingUnavailable):  # the ride has begun without it
            self._keep_fix(trip_id, citizen_id, command.position, command.sent_at)
        return receipt

    def give_plate(self, command: GiveTaxiPlate, context: Context) -> TaxiReceipt:
        """Say the plate later, or mend it.

        Raises:
            PlateMalformed: what was read is no plate.
            PlatesUsedUp: it was mended often enough.
        """
        self._own(command.trip_ref, context)
        given = self._given(command.plate, context)
        return self._step(
            lambda: self._own(command.trip_ref, context),
            lambda trip, at: trip.give_plate(
                given, guardian_ids=self._confirmed(trip), at=at, policy=self._policy
            ),
            context,
            TaxiReceipt,
            self._receipt,
        )

    def positions(self, command: SendTaxiPositions, context: Context) -> TaxiPositionsReceipt:
        """Take a batch of positions, in any order and state; bad ones are named and counted."""
        at = self._clock.now()
        citizen_id, ids = self._ids_of(command.trip_ref, context)
        remembered = (self._walks.take(one, citizen_id, at=at) for one in ids)
        walk = next((one for one in remembered if one), None)
        walk = walk or self._walk(command.trip_ref, context, at)
        if walk.session.over:
            return _told(walk.session, _NOTHING, 0, at)
        read = read_fixes(
            command.sent,
            at=at,
            known_skew_s=walk.session.skew_s,
            districts=self._districts,
            policy=self._policy,
        )
        taken = self._tracks.keep(walk.session.id, citizen_id, read.fixes)
        walk.hear(read.fixes, since=at - self._look_back)
        at_hand = [walk]

        def attempt() -> TaxiPositionsReceipt:
            one = at_hand.pop() if at_hand else self._walk(command.trip_ref, context, at)
            one.session.take_positions(read.fixes, one.track, at=at, policy=self._policy)
            saved = self._commit(one.session, context, _told(one.session, read, taken, at))
            self._walks.put(one.session.id, citizen_id, one)
            return saved

        receipt = self._decide(context, TaxiPositionsReceipt, attempt)
        if not receipt.open:  # it ended elsewhere, while this came
            self._tracks.forget(receipt.aggregate_id)
        return receipt

    @property
    def _look_back(self) -> timedelta:
        """How much of a track says whether she rests, or drives away."""
        return timedelta(seconds=self._policy.taxi_rest_s + self._policy.taxi_track_s)

    def _walk(self, trip_ref: str, context: Context, at: datetime) -> Walk[TaxiTrip]:
        trip = self._own(trip_ref, context)
        track = self._tracks.recent(trip.id, trip.citizen_id, at - self._look_back)
        return Walk(trip, [] if trip.over else list(track), at)

    def alight(self, command: AlightTaxi, context: Context) -> TaxiReceipt:
        """Get out; whoever was told of the boarding is told. Twice is once.

        Raises:
            NotBoarded: the boarding may still be on its way: send it, and this again.
            MomentUnfit: as for ``board``.
        """

        def step(trip: TaxiTrip, at: datetime) -> None:
            if trip.stage is TaxiStage.ALIGHTED:  # the answer to the first was lost on its way
                return
            fix = self._read(command.position, command.sent_at, at)
            trip.alight(
                by=TaxiAlighting.CITIZEN,
                told=told(command.occurred_at, command.sent_at, at=at, policy=self._policy),
                where=self._whereabouts(fix, command.place, trip),
                guardian_ids=self._confirmed(trip),
                at=at,
            )

        return self._forgotten(
            self._step(
                lambda: self._own(command.trip_ref, context),
                step,
                context,
                TaxiReceipt,
                self._receipt,
            )
        )

    def answer(self, command: AnswerInTaxi, context: Context) -> TaxiReceipt:
        """Keep her word; that she has got out ends the ride where it was last seen.

        A call for help raises an emergency report first, whatever comes then: a quiet one. It
        does so after the ride's end, too: her phone may not know of that yet.
        """
        if command.answer is TaxiAnswer.HELP:
            trip = self._own(command.trip_ref, context)
            self._raise_for(trip, f"help:{command.question_id}", context, silent=True)

        def step(trip: TaxiTrip, at: datetime) -> None:
            trip.answer(
                command.answer,
                question_id=command.question_id,
                at=at,
                policy=self._policy,
                occurred_at=command.occurred_at,
            )
            if command.answer is TaxiAnswer.ALIGHTED:
                trip.alight(
                    by=TaxiAlighting.ANSWER,
                    told=told(None, None, at=at, policy=self._policy),
                    where=self._whereabouts(None, None, trip),
                    guardian_ids=self._confirmed(trip),
                    at=at,
                )

        return self._forgotten(
            self._step(
                lambda: self._own(command.trip_ref, context),
                step,
                context,
                TaxiReceipt,
                self._receipt,
            )
        )

    def extend(self, command: ExtendTaxi, context: Context) -> TaxiReceipt:
        return self._step(
            lambda: self._own(command.trip_ref, context),
            lambda trip, at: trip.extend(until=command.until, at=at, policy=self._policy),
            context,
            TaxiReceipt,
            self._receipt,
        )

    def _given(self, read: ReadPlate, context: Context) -> GivenPlate:
        plate = plate_read(read.payload, read.source)
        vehicle = None
        with suppress(PartnerError):  # it is asked later, by a delivery
            vehicle = self._registry().look_up(
                PlateQuestion(
                    delivery_id=self._secrets.new_id(),
                    correlation_id=context.correlation_id,
                    check_id=self._secrets.new_id(),
                    plate=plate,
                )
            )
        return GivenPlate(plate=plate, source=read.source, vehicle=vehicle)

    def _boarding(
        self, command: BoardTaxi, citizen_id: UUID, given: GivenPlate | None, at: datetime
    ) -> Boarding:
        member = self._member(citizen_id)
        if member is not None:
            must_be_followed(member)
        said = told(command.occurred_at, command.sent_at, at=at, policy=self._policy)
        fix = self._read(command.position, command.sent_at, at)
        return Boarding(
            citizen_id=citizen_id,
            trip_ref=command.trip_ref,
            language=command.language or (member.language if member else Language.KO),
            plate=given,
            told=said,
            where=self._whereabouts(fix, command.place),
            destination=command.destination,
            arrive_at=_by_our_clock(command.arrive_at, said),
            guardian_ids=confirmed(member),
        )

    def _guard(self, citizen_id: UUID, *, at: datetime) -> SessionGuard:
        found = self._app.find(SessionGuard, SessionGuard.create_id(citizen_id))
        return found or SessionGuard.begin_for(citizen_id, at=at)

    def _forgotten(self, receipt: TaxiReceipt) -> TaxiReceipt:
        """Where she was every few seconds is nobody's business any more."""
        if receipt.position is not None:
            self._tracks.forget(receipt.aggregate_id)
        return receipt


def _by_our_clock(said_at: datetime | None, said: Told) -> datetime | None:
    """A moment as the phone said it, put right; None at the edges of time."""
    if said_at is None or not said.skewed:
        return said_at
    with suppress(OverflowError):
        return said_at - timedelta(seconds=said.skew_s or 0.0)
    return None


_NOTHING: Final = ReadFixes(fixes=(), refused=(), left_out=0)


def _told(trip: TaxiTrip, read: ReadFixes, taken: int, at: datetime) -> TaxiPositionsReceipt:
    return TaxiPositionsReceipt(
        aggregate_id=trip.id,
        taken=taken,
        thinned=len(read.fixes) - taken + read.left_out,
        refused=read.refused,
        open=not trip.over,
        question_id=trip.question.question_id if trip.question else None,
        server_time=at,
    )
