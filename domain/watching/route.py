"""The way that somebody means to go: a line, and how far beside it is still on the way."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from math import cos, hypot, radians
from typing import NamedTuple

from pydantic import Field

from domain.base import Value
from domain.geography import EARTH_M, Position

M_PER_RADIAN = EARTH_M


class RouteKind(StrEnum):
    """What the line was made of."""

    STRAIGHT = "straight"
    """From here to there as the crow flies: nobody walks so, and the corridor is wide."""
    STREETS = "streets"


class Along(NamedTuple):
    """Where beside a way something is."""

    along_m: float
    """From the beginning of the way to the nearest point of it."""
    off_m: float
    """From that point."""


class Route(Value):
    """A line of points in order; one point alone is a place to be at."""

    kind: RouteKind
    points: tuple[Position, ...]
    half_width_m: float = Field(ge=0)
    """Decided by whoever made the line; farther off is off the way."""

    @property
    def length_m(self) -> float:
        return sum(_length(one, other) for one, other in pairwise(self.points))

    def place(self, position: Position) -> Along:
        """The nearest point of the way; where it is as near twice, the first of them."""
        if len(self.points) < 2:  # noqa: PLR2004 - a line has two ends
            return Along(0.0, min((_length(one, position) for one in self.points), default=0.0))
        found: list[Along] = []
        begun_m = 0.0
        for one, other in pairwise(self.points):
            length_m = _length(one, other)
            share = _share(one, other, position)
            nearest = _between(one, other, share)
            found.append(Along(begun_m + share * length_m, _length(nearest, position)))
            begun_m += length_m
        return min(found, key=lambda along: along.off_m)

    def ahead(self, *, from_m: float, for_m: float) -> tuple[Position, ...]:
        """The stretch of the way between two distances along it, corners and both ends."""
        ends = (max(0.0, from_m), min(self.length_m, from_m + for_m))
        stretch: list[Position] = []
        begun_m = 0.0
        for one, other in pairwise(self.points):
            length_m = _length(one, other)
            over_m = begun_m + length_m
            if length_m and over_m >= ends[0] and begun_m <= ends[1]:
                within = (max(ends[0], begun_m), min(ends[1], over_m))
                stretch += [_between(one, other, (at - begun_m) / length_m) for at in within]
            begun_m = over_m
        return tuple(dict.fromkeys(stretch)) or self.points[:1]


def _plane(origin: Position, position: Position) -> tuple[float, float]:
    """Metres east and north of ``origin``, on the plane that touches the ground there."""
    east = radians(position.longitude_deg - origin.longitude_deg) * cos(
        radians(origin.latitude_deg)
    )
    north = radians(position.latitude_deg - origin.latitude_deg)
    return east * M_PER_RADIAN, north * M_PER_RADIAN


def _length(one: Position, other: Position) -> float:
    return hypot(*_plane(one, other))


def _share(one: Position, other: Position, position: Position) -> float:
    """How far between two points its foot lies: 0 at the first, 1 at the other."""
    (to_east, to_north), (east, north) = _plane(one, other), _plane(one, position)
    squared = to_east**2 + to_north**2
    return min(1.0, max(0.0, (east * to_east + north * to_north) / squared)) if squared else 0.0


def _between(one: Position, other: Position, share: float) -> Position:
    return Position(
        latitude_deg=one.latitude_deg + share * (other.latitude_deg - one.latitude_deg),
        longitude_deg=one.longitude_deg + share * (other.longitude_deg - one.longitude_deg),
    )
