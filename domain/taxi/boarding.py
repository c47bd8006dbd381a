"""Getting in, and what vehicle it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Value
from domain.geography import Position, metres_between
from domain.language import Language
from domain.policy import Policy
from domain.taxi import facts
from domain.taxi.checking import CheckedTaxi, check_of
from domain.taxi.plate import Plate
from domain.taxi.refusals import PlatesUsedUp, TripOver
from domain.taxi.vocabulary import PlateSource, TaxiFlag, TaxiVehicle, Told, Whereabouts


class GivenPlate(Value):
    """A plate, how it came, and what the registry said at once; None when it said nothing."""

    plate: Plate
    source: PlateSource
    vehicle: TaxiVehicle | None


class Boarding(Value):
    """A boarding as it was understood."""

    citizen_id: UUID
    trip_ref: str
    language: Language
    plate: GivenPlate | None
    told: Told
    where: Whereabouts
    destination: Position | None
    arrive_at: datetime | None
    """As the phone expects it, by our clock."""
    guardian_ids: tuple[UUID, ...]
    """Those who are confirmed now."""


def to_go_m(position: Position | None, destination: object) -> int | None:
    """How far it is as the crow flies, rounded to 10 m, so that it tells no place."""
    if position is None or not isinstance(destination, Position):
        return None
    return round(metres_between(position, destination) / 10) * 10


class BoardingTaxi(CheckedTaxi):
    """Gets in. Every method may refuse."""

    @staticmethod
    def create_id(citizen_id: UUID, trip_ref: str) -> UUID:
        """The same ride of the same citizen always; nobody can aim at another's."""
        return uuid5(NAMESPACE_URL, f"/taxi_trips/{citizen_id}/{trip_ref}")

    @classmethod
    def board(cls, boarding: Boarding, *, at: datetime, policy: Policy) -> Self:
        """Begin a ride; an odd plate, a missing one, or no position hinders nothing."""
        trip_id = cls.create_id(boarding.citizen_id, boarding.trip_ref)
        told, where, given = boarding.told, boarding.where, boarding.plate
        placeless = (TaxiFlag.NO_POSITION,) if where.position is None else ()
        far_m = to_go_m(where.position, boarding.destination)
        vehicle = given.vehicle if given else None
        return cls.begin(
            facts.Boarded,
            id=trip_id,
            at=at,
            occurred_at=told.occurred_at,
            citizen_id=boarding.citizen_id,
            trip_ref=boarding.trip_ref,
            language=boarding.language,
            plate_source=given.source if given else None,
            vehicle=vehicle,
            check_id=check_of(trip_id, 1) if given and vehicle is None else None,
            happened_at=told.happened_at,
            skew_s=told.skew_s,
            flags=(*told.flags, *placeless),
            district=where.district,
            cell=where.cell,
            fix=where.fix,
            to_go_m=far_m,
            due_at=_due_at(boarding, far_m, policy),
            signal_due_at=at + timedelta(seconds=policy.taxi_signal_lost_s),
            guardian_ids=boarding.guardian_ids,
            plate=given.plate if given else None,
            position=where.position,
            destination=boarding.destination,
            place=where.place,
        )

    def give_plate(
        self,
        given: GivenPlate,
        *,
        guardian_ids: tuple[UUID, ...],
        at: datetime,
        policy: Policy,
    ) -> None:
        """Say the plate later, or mend it; the same again changes nothing.

        Args:
            given: what was read.
            guardian_ids: those who are confirmed now; only who knows of the boarding is told.
            at: the moment of receipt.
            policy: how often it may be mended.

        Raises:
            TripOver: nobody needs it any more.
            PlatesUsedUp: it was mended often enough.
        """
        if self.over:
            raise TripOver(str(self.id))
        if given.plate == self.plate:
            return
        if self.plates >= policy.taxi_plates_max:
            raise PlatesUsedUp(str(self.plates))
        number = self.plates + 1
        self.record(
            facts.PlateGiven,
            at=at,
            citizen_id=self.citizen_id,
            number=number,
            plate_source=given.source,
            vehicle=given.vehicle,
            check_id=check_of(self.id, self.checks + 1) if given.vehicle is None else None,
            guardian_ids=tuple(one for one in self.guardian_ids if one in guardian_ids),
            plate=given.plate,
        )


def _due_at(boarding: Boarding, far_m: int | None, policy: Policy) -> datetime:
    begun = boarding.told.happened_at
    farthest = begun + timedelta(seconds=policy.taxi_extend_max_s)
    if boarding.arrive_at is not None and begun < boarding.arrive_at:
        expected = min(boarding.arrive_at, farthest)
    elif far_m is not None:
        expected = min(begun + timedelta(seconds=far_m / policy.taxi_pace_m_per_s), farthest)
    else:
        expected = begun + timedelta(seconds=policy.taxi_ride_s)
    return expected + timedelta(seconds=policy.taxi_grace_s)
