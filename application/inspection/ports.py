"""What the forms need from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from pydantic import Field

from domain.base import Value
from domain.geography import DistrictCode
from domain.inspection.vocabulary import Building


class CameraNotice(Value):
    """What the police are told when a hidden camera was found; leaves the house, never stored."""

    delivery_id: UUID
    correlation_id: UUID = Field(exclude=True)
    """Goes along in a header, not in the message."""
    notice_id: UUID
    inspection_id: UUID
    reference: str
    found_at: datetime
    district: DistrictCode
    building: Building
    place: str | None
    """None when the applicant has been erased since."""


class NoticePartner(Protocol):
    """The police, who take notices that need no car at once."""

    def tell(self, notice: CameraNotice) -> str:
        """Hand a notice over; returns their reference. Repeats and errors as ``HelpPartner``."""
        ...
