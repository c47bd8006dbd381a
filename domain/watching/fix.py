"""One position of a phone on its way, as it was understood."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, Field

from domain.base import Value
from domain.geography import Cell, DistrictCode, FixQuality, Position
from domain.policy import Policy


class Fix(Value):
    """``moment`` is by our clock; ``said_at`` what the phone said, None when it said nothing."""

    position: Position
    quality: FixQuality
    moment: AwareDatetime
    received_at: AwareDatetime
    said_at: AwareDatetime | None = None
    district: DistrictCode
    cell: Cell | None
    depth_m: float = Field(default=0.0, ge=0)
    """How deep inside its district, from the nearest border; 0 where the map is not sure."""
    outside: bool = False
    """In no district of the city."""
    battery_pct: int | None = Field(default=None, ge=0, le=100)

    def usable(self, policy: Policy) -> bool:
        """Whether it tells where to send somebody; unknown accuracy is taken for good."""
        accuracy_m = self.quality.accuracy_m
        return accuracy_m is None or accuracy_m <= policy.poor_accuracy_m

    def age_s(self, at: datetime) -> float:
        return max(0.0, (at - self.moment).total_seconds())
