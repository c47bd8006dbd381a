"""Where something is, and how well that is known. Coordinates are WGS 84."""

from __future__ import annotations

from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
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


class FixQuality(Value):
    """How far a position can be trusted; open, because it says nothing of where."""

    source: FixSource
    accuracy_m: float | None = Field(default=None, ge=0)
    fixed_at: AwareDatetime | None = None
    age_s: float | None = None
    """Age at receipt, by our clock; negative when the device's clock runs ahead."""
