"""Given facts of rides, then how many boardings there were of which taxis."""

from __future__ import annotations

from typing import Any

import pytest

from domain.taxi import facts
from domain.taxi.vocabulary import PlateSource, TaxiVehicle
from projections import usage
from projections.taxi_boardings import (
    BoardedIn,
    TaxiBoarding,
    TaxiBoardings,
    TaxiBoardingsByHour,
    of_board,
)
from tests.memory import GANGDONG, SONGPA
from tests.projections.told_rides import CITIZEN, QUESTION, Ride

FOLD = TaxiBoardings()
COMPANY, PRIVATE, UNKNOWN = TaxiVehicle.COMPANY, TaxiVehicle.PRIVATE, TaxiVehicle.UNKNOWN


def folded(ride: Ride) -> TaxiBoarding:
    row: TaxiBoarding | None = None
    for fact in ride.facts:
        if fact.TOPIC in FOLD.topics:
            row = FOLD.evolve(row, fact)
    assert row is not None
    return row


def given(ride: Ride, vehicle: TaxiVehicle | None) -> Ride:
    return ride.tell(
        facts.PlateGiven,
        citizen_id=CITIZEN,
        number=2,
        plate_source=PlateSource.TYPED,
        vehicle=vehicle,
        check_id=None if vehicle else QUESTION,
        guardian_ids=(),
    )


def checked(ride: Ride, vehicle: TaxiVehicle) -> Ride:
    return ride.tell(facts.VehicleChecked, check_id=QUESTION, vehicle=vehicle)


@pytest.mark.parametrize(
    ("ride", "kind"),
    [
        (Ride(), BoardedIn.COMPANY),
        (Ride(vehicle=PRIVATE), BoardedIn.PRIVATE),
        (Ride(vehicle=UNKNOWN), BoardedIn.UNKNOWN),
        (Ride(vehicle=None), BoardedIn.UNCHECKED),
        (Ride(vehicle=None, plate_source=None), BoardedIn.NO_PLATE),
        (checked(Ride(vehicle=None), PRIVATE), BoardedIn.PRIVATE),
        (given(Ride(vehicle=None, plate_source=None), COMPANY), BoardedIn.COMPANY),
        (given(Ride(vehicle=UNKNOWN), None), BoardedIn.UNCHECKED),
        (checked(given(Ride(), None), PRIVATE), BoardedIn.PRIVATE),
    ],
)
def test_a_boarding_counts_once_for_what_is_known_of_its_taxi(ride: Ride, kind: BoardedIn) -> None:
    row = folded(ride)
    assert (row.district, row.boarded_in) == (GANGDONG, kind)
    counted = TaxiBoardingsByHour().contribution(row)
    assert (counted.boardings, counted.by_kind[kind]) == (1, 1)
    assert sum(counted.by_kind.values()) == 1
    assert of_board(ride.line) == counted, "as the board has it, of which every past is kept"


def test_figures_name_the_kinds_that_there_are() -> None:
    rides: list[Any] = [Ride(), Ride(district=SONGPA), Ride(vehicle=PRIVATE)]
    hours = [TaxiBoardingsByHour().contribution(folded(one)) for one in rides]
    assert usage.figures([], [], hours).taxi_boardings == {"company": 2, "private": 1}
    assert usage.figures([], []).taxi_boardings == {}
