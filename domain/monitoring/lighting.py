"""Cameras that were looked through along her way, and lights that are brighter ahead of her."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, Personal, applies
from domain.geography import DistrictCode, Position
from domain.monitoring.watchers import Watchers
from domain.policy import Policy
from domain.watching.route import Route
from domain.watching.track import TRACK

SealedStretch = Annotated[tuple[Position, ...] | Erased, Personal("originator_id", purpose=TRACK)]
ROUNDED_M = 10.0


class CameraViewed(Fact):
    """An operator looked through a camera along her way."""

    TOPIC: ClassVar[str] = "monitoring.camera_viewed"

    operator_id: UUID
    camera_id: str


class LightsAsked(Fact):
    """The lights along the next stretch of her way are to be brighter."""

    TOPIC: ClassVar[str] = "monitoring.lights_asked"

    request_id: UUID
    district: DistrictCode
    from_m: float
    """Along her way, rounded to 10 m."""
    for_m: float
    until: AwareDatetime
    """When they are as before by themselves, should nobody say so."""
    stretch: SealedStretch = ERASED


class LightsReleased(Fact):
    """The lights that were asked for may be as before."""

    TOPIC: ClassVar[str] = "monitoring.lights_released"

    request_id: UUID


class Lighting(Watchers):
    """The stretch ahead is lit as she goes; where no way is known, nothing is."""

    lights: UUID | None = None
    """The request that stands."""
    lights_asked: int = 0
    lit_from_m: float = 0.0
    lit_until: datetime | None = None

    def view_camera(self, *, operator_id: UUID, camera_id: str, at: datetime) -> None:
        """Look through a camera along her way.

        Raises:
            Over: it has ended.
        """
        self.must_last()
        self.record(CameraViewed, at=at, operator_id=operator_id, camera_id=camera_id)

    def along_m(self) -> float | None:
        """How far on her way she was seen last; the beginning before that, None off all ways."""
        if not isinstance(self.route, Route):
            return None
        if not isinstance(self.position, Position):
            return 0.0
        return self.route.place(self.position).along_m

    def _light_ahead(self, *, at: datetime, policy: Policy) -> None:
        """Ask for the next stretch: at the start, past half of the last one, or when that ends."""
        along_m = self.along_m()
        if self.reports:  # which have lights of their own, or are not to be seen
            return
        if along_m is None or not isinstance(self.route, Route) or not policy.lights_ahead_m:
            return
        moved = abs(along_m - self.lit_from_m) >= policy.lights_ahead_m / 2
        lit = self.lights is not None and self.lit_until is not None and at < self.lit_until
        if lit and not moved:
            return
        self._release_lights(at=at)
        self.record(
            LightsAsked,
            at=at,
            request_id=uuid5(self.id, f"lights/{self.lights_asked + 1}"),
            district=self.seen_in or self.district,
            from_m=ROUNDED_M * round(along_m / ROUNDED_M),
            for_m=policy.lights_ahead_m,
            until=at + timedelta(seconds=policy.lights_s),
            stretch=self.route.ahead(from_m=along_m, for_m=policy.lights_ahead_m),
        )

    def emergency_raised(self, *, report_id: UUID, at: datetime) -> None:
        """See ``Endangered``; from then on the report says what shines."""
        known = len(self.reports)
        super().emergency_raised(report_id=report_id, at=at)
        if len(self.reports) > known:
            self._release_lights(at=at)

    def _release_lights(self, *, at: datetime) -> None:
        if self.lights is not None:
            self.record(LightsReleased, at=at, request_id=self.lights)

    def _set_out(self, *, at: datetime, policy: Policy) -> None:
        self._light_ahead(at=at, policy=policy)

    @applies(LightsAsked)
    def _lights_asked(self, fact: LightsAsked) -> None:
        self.lights = fact.request_id
        self.lights_asked = self.lights_asked + 1
        self.lit_from_m = fact.from_m
        self.lit_until = fact.until

    @applies(LightsReleased)
    def _lights_released(self, _fact: LightsReleased) -> None:
        self.lights = None
