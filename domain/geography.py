"""Where something is, and how well that is known. Coordinates are WGS 84."""

from __future__ import annotations

from enum import StrEnum
from math import asin, cos, hypot, radians, sin, sqrt
from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from domain.base import Value

DistrictCode = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
"""Sigungu code of the Ministry of the Interior: Seoul's 25 districts start with ``11``."""

CITY: DistrictCode = "11000"
"""The city's own centre: keeps what lies in no district or cannot be located."""

Cell = Annotated[str, StringConstraints(pattern=r"^\d{1,5}_\d{1,5}$")]
"""100-m cell in EPSG:5186: easting and northing, each divided by 100 and floored."""


class FixSource(StrEnum):
    """Where a position came from, in the words of Advanced Mobile Location (ETSI TS 103 625)."""

    GNSS = "gnss"
    WIFI = "wifi"
    CELL = "cell"
    FUSED = "fused"
    INSTALLED = "installed"
    TOLD = "told"
    """Somebody said where, and an operator put it on the map: no word of that standard."""
    UNKNOWN = "unknown"


class Position(Value):
    """A point on the ground; personal, and so only ever a sealed field of a fact."""

    latitude_deg: float = Field(ge=-90, le=90)
    longitude_deg: float = Field(ge=-180, le=180)


EARTH_M = 6_371_008.8
"""Mean radius; on a sphere a distance within Seoul is wrong by 0.3 % at most."""


def metres_between(one: Position, other: Position) -> float:
    """Along the ground, by the haversine."""
    latitude, other_latitude = radians(one.latitude_deg), radians(other.latitude_deg)
    half_up = sin((other_latitude - latitude) / 2)
    half_across = sin(radians(other.longitude_deg - one.longitude_deg) / 2)
    chord = half_up**2 + cos(latitude) * cos(other_latitude) * half_across**2
    return 2 * EARTH_M * asin(min(1.0, sqrt(chord)))


CELL_M = 100


def metres_between_cells(one: Cell, other: Cell) -> int:
    """From middle to middle: what an open cell says of a distance, right within some 140 m."""
    (east, north), (other_east, other_north) = _corner(one), _corner(other)
    return round(CELL_M * hypot(east - other_east, north - other_north))


def cells_within(middle: Cell, metres: int) -> frozenset[Cell]:
    """The cells whose middles lie that near."""
    east, north = _corner(middle)
    reach = metres // CELL_M
    steps = range(-reach, reach + 1)
    return frozenset(
        f"{east + right}_{north + up}"
        for right in steps
        for up in steps
        if CELL_M * hypot(right, up) <= metres and east + right >= 0 and north + up >= 0
    )


def _corner(cell: Cell) -> tuple[int, int]:
    east, _, north = cell.partition("_")
    return int(east), int(north)


class FixQuality(Value):
    """How far a position can be trusted; open, because it says nothing of where."""

    source: FixSource
    accuracy_m: float | None = Field(default=None, ge=0)
    fixed_at: AwareDatetime | None = None
    age_s: float | None = None
    """Age at receipt, by our clock; negative when the device's clock runs ahead."""
