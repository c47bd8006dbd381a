"""What vehicle it is: its plate, and what the registry says of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from domain.base import applies
from domain.policy import Policy
from domain.taxi import facts
from domain.taxi.state import TripState
from domain.taxi.vocabulary import TaxiAttention, TaxiVehicle


class CheckedTaxi(TripState):
    """The registry may answer at once, later, or never; nobody waits for it."""

    def vehicle_checked(self, *, check_id: UUID, vehicle: TaxiVehicle, at: datetime) -> None:
        """The registry answered after all; an answer about an earlier plate is not heard."""
        if check_id == self.check_id:
            self.record(facts.VehicleChecked, at=at, check_id=check_id, vehicle=vehicle)

    def check_given_up(self, *, check_id: UUID, code: str, at: datetime, policy: Policy) -> None:
        """The registry cannot be reached; an operator may look the plate up elsewhere."""
        if check_id == self.check_id and not self.over:
            again_at = at + timedelta(seconds=policy.taxi_check_again_s)
            self.record(facts.CheckGivenUp, at=at, check_id=check_id, code=code, again_at=again_at)

    def check_again(self, *, due_at: datetime, at: datetime) -> None:
        """Ask the registry anew, unless the ride is over or another plate was given."""
        if self.check_again_at == due_at and at >= due_at and not self.over:
            self.record(facts.CheckResumed, at=at, check_id=check_of(self.id, self.checks + 1))

    @applies(facts.Boarded)
    def _boarded_with(self, fact: facts.Boarded) -> None:
        self.plate = fact.plate
        self.plates = self.checks = 0 if fact.plate_source is None else 1
        self.checks_given_up = 0
        self.check_id = fact.check_id
        self._checked(fact.vehicle)

    @applies(facts.PlateGiven)
    def _plate_given(self, fact: facts.PlateGiven) -> None:
        self.plate = fact.plate
        self.plates = fact.number
        self.check_id = fact.check_id
        self.checks = self.checks + 1
        self._settle(TaxiAttention.UNCHECKED)
        self._checked(fact.vehicle)

    @applies(facts.VehicleChecked)
    def _vehicle_checked(self, fact: facts.VehicleChecked) -> None:
        self.check_id = None
        self._settle(TaxiAttention.UNCHECKED)
        self._checked(fact.vehicle)

    def _checked(self, vehicle: TaxiVehicle | None) -> None:
        self.check_again_at = None
        self.vehicle = vehicle
        self._settle(TaxiAttention.PLATE_UNKNOWN)
        if vehicle is TaxiVehicle.UNKNOWN:
            self._rise(TaxiAttention.PLATE_UNKNOWN)

    @applies(facts.CheckGivenUp)
    def _check_given_up(self, fact: facts.CheckGivenUp) -> None:
        self.check_id = None
        self.checks_given_up = self.checks_given_up + 1
        self.check_again_at = fact.again_at
        self._rise(TaxiAttention.UNCHECKED)

    @applies(facts.CheckResumed)
    def _check_resumed(self, fact: facts.CheckResumed) -> None:
        self.check_id = fact.check_id
        self.checks = self.checks + 1
        self.check_again_at = None


def check_of(trip_id: UUID, number: int) -> UUID:
    """The id of one of a ride's checks."""
    return uuid5(trip_id, f"check:{number}")
