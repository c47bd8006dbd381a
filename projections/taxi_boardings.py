"""Boardings of taxis, by whose taxi it is: company or private, as the registry says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact
from domain.geography import DistrictCode
from domain.taxi import facts
from domain.taxi.vocabulary import PlateSource, TaxiVehicle
from projections.board.row import BoardRow
from projections.fold import NOTHING, Changes, Course, Rollup, Row


class BoardedIn(StrEnum):
    """What is known of the taxi."""

    COMPANY = "company"
    PRIVATE = "private"
    UNKNOWN = "unknown"
    """The registry knows no taxi with that plate."""
    UNCHECKED = "unchecked"
    """The registry has not answered."""
    NO_PLATE = "no_plate"


class TaxiBoarding(Row):
    KEY: ClassVar[tuple[str, ...]] = ("trip_id",)

    trip_id: UUID
    district: DistrictCode
    """Where she got in."""
    hour: AwareDatetime
    """Beginning of the hour of receipt, UTC."""
    boarded_in: BoardedIn


class TaxiBoardingHour(Row):
    KEY: ClassVar[tuple[str, ...]] = ("district", "hour")

    district: DistrictCode
    hour: AwareDatetime
    boardings: int
    company: int
    private: int
    unknown: int
    unchecked: int
    no_plate: int

    @property
    def by_kind(self) -> Mapping[str, int]:
        return {kind.value: getattr(self, kind.value) for kind in BoardedIn}


class TaxiBoardingsByHour(Rollup[TaxiBoarding, TaxiBoardingHour]):
    """By the district and hour in which they began."""

    name: ClassVar[str] = "taxi_boardings_by_hour"
    row: ClassVar[type[Row]] = TaxiBoardingHour

    def contribution(self, row: TaxiBoarding) -> TaxiBoardingHour:
        kinds = {kind.value: int(row.boarded_in is kind) for kind in BoardedIn}
        return TaxiBoardingHour.of(district=row.district, hour=row.hour, boardings=1, **kinds)


class TaxiBoardings(Course[TaxiBoarding]):
    """One narrow row for each ride; a plate that is given, mended or checked later changes it."""

    name: ClassVar[str] = "taxi_boardings"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = TaxiBoarding
    rollups: ClassVar[tuple[type[Rollup[Any, Any]], ...]] = (TaxiBoardingsByHour,)
    reads: ClassVar[Mapping[type[Fact], tuple[str, ...]]] = {
        facts.Boarded: ("district", "plate_source", "vehicle"),
        facts.PlateGiven: ("plate_source", "vehicle"),
        facts.VehicleChecked: ("vehicle",),
    }
    topics: ClassVar[tuple[str, ...]] = tuple(kind.TOPIC for kind in reads)

    def begun(self, fact: Fact) -> TaxiBoarding | None:
        if not isinstance(fact, facts.Boarded):
            return None
        return TaxiBoarding.of(
            trip_id=fact.originator_id,
            district=fact.district,
            hour=fact.received_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
            boarded_in=_kind(fact.plate_source, fact.vehicle),
        )

    def following(self, row: TaxiBoarding, fact: Fact) -> Changes:  # noqa: ARG002 (as all folds)
        if isinstance(fact, facts.PlateGiven):
            return {"boarded_in": _kind(fact.plate_source, fact.vehicle)}
        if isinstance(fact, facts.VehicleChecked):
            return {"boarded_in": BoardedIn(fact.vehicle)}
        return NOTHING


def of_board(row: BoardRow) -> TaxiBoardingHour:
    """What a ride on the board counted for as it stood: the two know the same of its plate."""
    said = row.detail.get("vehicle")
    source = row.detail.get("read_by")
    kind = _kind(PlateSource(source) if source else None, TaxiVehicle(said) if said else None)
    boarding = TaxiBoarding.of(
        trip_id=row.session_id, district=row.district, hour=row.hour, boarded_in=kind
    )
    return TaxiBoardingsByHour().contribution(boarding)


def _kind(source: PlateSource | None, vehicle: TaxiVehicle | None) -> BoardedIn:
    if source is None:
        return BoardedIn.NO_PLATE
    return BoardedIn.UNCHECKED if vehicle is None else BoardedIn(vehicle)
