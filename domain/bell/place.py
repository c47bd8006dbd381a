"""Where a bell stands: public, printed on its post and published by the districts."""

from __future__ import annotations

from pydantic import Field

from domain.base import Value
from domain.geography import Cell, DistrictCode, Position


class BellPlace(Value):
    """A place in the street, which is nobody's data: it stands in the open part of facts."""

    latitude_deg: float = Field(ge=-90, le=90)
    longitude_deg: float = Field(ge=-180, le=180)
    district: DistrictCode
    cell: Cell | None
    address: str = Field(default="", max_length=300)
    """As the register has it; empty where it has none."""

    @property
    def position(self) -> Position:
        return Position(latitude_deg=self.latitude_deg, longitude_deg=self.longitude_deg)
