"""A list of cameras in a file, read once."""

from __future__ import annotations

import csv
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from application.facilities import Camera, CameraAhead
from domain.geography import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.watching.route import Route

CAMERAS: Final = Path(__file__).with_name("cameras.csv")


class ListedFacilities:
    """See ``application.facilities.Facilities``.

    Args:
        path: a table with the columns of ``cameras.csv``.
    """

    def __init__(self, path: Path = CAMERAS) -> None:
        self._path = path

    @cached_property
    def cameras(self) -> tuple[Camera, ...]:
        with self._path.open(encoding="utf-8", newline="") as table:
            return tuple(
                Camera(
                    camera_id=row["camera_id"],
                    district=row["district"],
                    name=row["name"],
                    position=Position(
                        latitude_deg=float(row["latitude_deg"]),
                        longitude_deg=float(row["longitude_deg"]),
                    ),
                )
                for row in csv.DictReader(table)
            )

    def cameras_along(
        self, route: Route, *, from_m: float, for_m: float | None, within_m: float
    ) -> Sequence[CameraAhead]:
        until_m = route.length_m if for_m is None else from_m + for_m
        ahead = []
        for camera in self.cameras:
            along = route.place(camera.position)
            if along.off_m <= within_m and from_m <= along.along_m <= until_m:
                ahead.append(
                    CameraAhead(
                        camera_id=camera.camera_id,
                        district=camera.district,
                        name=camera.name,
                        along_m=along.along_m,
                        off_m=along.off_m,
                    )
                )
        return sorted(ahead, key=lambda one: one.along_m)
