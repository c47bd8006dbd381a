"""A place in a case."""

from __future__ import annotations

from pydantic import Field, model_validator

from domain.base import Value
from domain.geography import DistrictCode


class Where(Value):
    """A position, or only a district: then a point well inside it."""

    district: DistrictCode | None = None
    latitude_deg: float | None = Field(default=None, ge=-90, le=90)
    longitude_deg: float | None = Field(default=None, ge=-180, le=180)
    accuracy_m: float = Field(default=12.0, ge=0)
    source: str = "gnss"

    @model_validator(mode="after")
    def _one_of_both(self) -> Where:
        placed = self.latitude_deg is not None and self.longitude_deg is not None
        if placed == (self.district is not None):
            raise ValueError("give latitude_deg and longitude_deg, or district")
        return self
