"""What stands along a way; geography answers it from the city's registries, until then a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.base import Value
from domain.geography import DistrictCode, Position
from domain.watching.route import Route


class Camera(Value):
    """One of the city's; its place is public."""

    camera_id: str
    district: DistrictCode
    name: str
    position: Position


class CameraAhead(Value):
    """A camera beside a way."""

    camera_id: str
    district: DistrictCode
    name: str
    along_m: float
    """From the beginning of the way."""
    off_m: float


class Facilities(Protocol):
    def cameras_along(
        self, route: Route, *, from_m: float, for_m: float | None, within_m: float
    ) -> Sequence[CameraAhead]:
        """The cameras within so many metres of a stretch, in the order in which she passes them.

        Args:
            route: the way.
            from_m: where on it the stretch begins.
            for_m: how long it is; None: to the end of the way.
            within_m: how far beside it.
        """
        ...
