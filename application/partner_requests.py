"""What partners are told and asked beside a call; never stored."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from pydantic import Field

from domain.base import Value
from domain.geography import DistrictCode, FixSource, Position


class IncidentAt(Value):
    """Where it happens, as an operator put it on the map, apart from where the reporter is."""

    position: Position
    accuracy_m: float | None
    source: FixSource
    district: DistrictCode


class HangUpRequest(Value):
    """Take back a call that may ring near somebody who hides."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    report_id: UUID
    call_id: str


class HangUpPartner(Protocol):
    def hang_up(self, request: HangUpRequest) -> str:
        """Have a call that was placed taken back, if it is not over; returns its id.

        Repeats and errors as for ``HelpPartner``.
        """
        ...
