"""How something rises while nobody sees to it: decided when it begins to wait."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Value
from domain.geography import CITY, DistrictCode
from domain.page import Page
from domain.policy import EscalationLevel


class Escalation(Value):
    """When it rises, and to whom."""

    level: EscalationLevel
    due_at: AwareDatetime


class OnDuty(NamedTuple):
    """Whose line is called, and who is known to be there."""

    district: DistrictCode
    staff_id: UUID | None

    def page(self, page_id: UUID) -> Page:
        return Page(page_id=page_id, district=self.district, staff_id=self.staff_id)


CITY_LINE: Final = OnDuty(CITY, None)
