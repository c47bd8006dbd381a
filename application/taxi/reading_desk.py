"""What of a ride may be seen: by the citizen her own, by a control room those of its district."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import AwareDatetime

from application.access import AccessKind
from application.context import Context
from application.desk import allow
from application.errors import Forbidden
from application.taxi.base import TripDesk, warning_of
from application.taxi.commands import TaxiReceipt
from application.taxi.telling import BOARDED, OVER, plate_occasion
from domain.base import Erased, Value
from domain.geography import DistrictCode, FixQuality, Position
from domain.language import Language
from domain.message import Composed, Delivered, Failed, HandedOver, Message, Withheld
from domain.message_routing import FellBack, Resumed
from domain.roles import Role
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.taxi import TaxiTrip, facts
from domain.taxi.vocabulary import (
    TaxiAttention,
    TaxiPurpose,
    TaxiStage,
    TaxiVehicle,
)

ON_ITS_WAY_AGAIN: Final = {"state": "waiting", "sent_at": None, "why": None}
"""Another route is tried, or a person has it sent anew."""


class GuardianMessage(Value):
    """Who was told what, and when; a moment is None while it has not come."""

    guardian_id: UUID
    guardian: str
    """Her name, as the citizen gave it; empty when she was removed."""
    occasion: str
    """`boarded`, `plate` or `over`."""
    state: str
    """`waiting`, `sent`, `delivered`, `failed` or `withheld`."""
    composed_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    delivered_at: AwareDatetime | None = None
    why: str | None = None
    """Of a failure, or of what was withheld: a code."""


class GivenPlace(Value):
    """That somebody was given a place: to whom, when, what for, and how old it was."""

    guardian_id: UUID
    guardian: str
    provided_at: AwareDatetime
    purpose: TaxiPurpose
    fix: FixQuality | None
    age_s: float | None


class TripSeen(Value):
    """A ride as a control room sees it."""

    trip_id: UUID
    citizen_id: UUID
    name: str | None
    phone: str | None
    language: Language
    stage: TaxiStage
    district: DistrictCode
    plate: str | None
    vehicle: TaxiVehicle | None
    warning: str | None
    attention: tuple[TaxiAttention, ...]
    boarded_at: AwareDatetime
    due_at: AwareDatetime
    destination: Position | None
    to_go_m: int | None
    held_by: UUID | None
    reports: tuple[UUID, ...]
    track: tuple[Position, ...]
    """The last minutes, oldest first."""


class TripReadingDesk(TripDesk):
    """Nothing here changes a ride."""

    def status(self, trip_ref: str, context: Context) -> TaxiReceipt:
        """Her own ride as it stands.

        Raises:
            NotBoarded: she has no such ride.
        """
        return self._receipt(self._own(trip_ref, context), self._clock.now())

    def mine(self, context: Context) -> TaxiReceipt | None:
        """Her ride that goes on; None when there is none. For a phone that has forgotten."""
        allow(context, Role.CITIZEN)
        guard = self._app.find(SessionGuard, SessionGuard.create_id(UUID(context.principal.id)))
        trip_id = guard.session(SessionKind.TAXI) if guard else None
        trip = self._app.find(TaxiTrip, trip_id) if trip_id else None
        return None if trip is None else self._receipt(trip, self._clock.now())

    def messages(self, trip_ref: str, context: Context) -> list[GuardianMessage]:
        """Who got which message of her ride, and when; raises as ``status``."""
        trip = self._own(trip_ref, context)
        names = self._guardian_names(trip)
        found = []
        for guardian_id in trip.guardian_ids:
            for occasion in (BOARDED, *map(plate_occasion, range(1, trip.plates + 1)), OVER):
                message_id = Message.create_id(trip.id, occasion, guardian_id)
                told = self._told(message_id, guardian_id, occasion, names)
                found += [told] if told else []
        return sorted(found, key=lambda one: one.composed_at)

    def provisions(self, trip_ref: str, context: Context) -> list[GivenPlace]:
        """To whom her place was given, each time; raises as ``status``."""
        trip = self._own(trip_ref, context)
        names = self._guardian_names(trip)
        return [
            GivenPlace(
                guardian_id=fact.guardian_id,
                guardian=names.get(fact.guardian_id, ""),
                provided_at=fact.timestamp,
                purpose=fact.purpose,
                fix=fact.fix,
                age_s=fact.age_s,
            )
            for fact in self._app.history(trip.id)
            if isinstance(fact, facts.PositionProvided)
        ]

    def look(self, trip_id: UUID, context: Context) -> TripSeen:
        """A ride with its plate and its way; leaves an access record, also of a refusal.

        Raises:
            Forbidden: it is another district's.
            Unknown: there is no such ride.
        """
        try:
            trip = self._watched(trip_id, context)
        except Forbidden:
            refused = self._app.find(TaxiTrip, trip_id)
            self._access_log.record(
                context,
                subject=refused.citizen_id if refused else trip_id,
                what="taxi.refused",
                why="watching",
                kind=AccessKind.REFUSAL,
                about=trip_id,
            )
            raise
        self._access_log.record(
            context, subject=trip.citizen_id, what="taxi.read", why="watching", about=trip.id
        )
        member = self._member(trip.citizen_id)
        since = self._clock.now() - timedelta(seconds=self._policy.live_positions_s)
        track = self._tracks.recent(trip.id, trip.citizen_id, since)
        return TripSeen(
            trip_id=trip.id,
            citizen_id=trip.citizen_id,
            name=_plain(member.name if member else None),
            phone=_plain(member.phone if member else None),
            language=trip.language,
            stage=trip.stage,
            district=trip.district,
            plate=_plain(trip.plate),
            vehicle=trip.vehicle,
            warning=warning_of(trip),
            attention=tuple(sorted(trip.attention)),
            boarded_at=trip.boarded_at,
            due_at=trip.due_at,
            destination=trip.destination if isinstance(trip.destination, Position) else None,
            to_go_m=trip.to_go_m,
            held_by=trip.held_by,
            reports=trip.reports,
            track=tuple(fix.position for fix in track),
        )

    def _guardian_names(self, trip: TaxiTrip) -> dict[UUID, str]:
        member = self._member(trip.citizen_id)
        guardians = member.guardians if member else ()
        return {one.guardian_id: _plain(one.name) or "" for one in guardians}

    def _told(
        self, message_id: UUID, guardian_id: UUID, occasion: str, names: dict[UUID, str]
    ) -> GuardianMessage | None:
        told: GuardianMessage | None = None
        for fact in self._app.history(message_id):
            at = fact.timestamp
            match fact:
                case Composed():
                    told = GuardianMessage(
                        guardian_id=guardian_id,
                        guardian=names.get(guardian_id, ""),
                        occasion=occasion.partition(":")[0],
                        state="waiting",
                        composed_at=at,
                    )
                case HandedOver() if told:
                    told = told.model_copy(update={"state": "sent", "sent_at": at})
                case Delivered() if told:
                    told = told.model_copy(update={"state": "delivered", "delivered_at": at})
                case Failed() if told:
                    told = told.model_copy(update={"state": "failed", "why": fact.why})
                case FellBack() | Resumed() if told:
                    told = told.model_copy(update=ON_ITS_WAY_AGAIN)
                case Withheld() if told:
                    told = told.model_copy(update={"state": "withheld", "why": fact.why})
                case _:
                    continue
        return told


def _plain(said: str | Erased | None) -> str | None:
    return None if isinstance(said, Erased) else said
