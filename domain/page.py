"""A call to whoever must see to it that reports are answered."""

from __future__ import annotations

from uuid import UUID

from domain.base import Value
from domain.geography import DistrictCode


class Page(Value):
    """Who is called, decided when the fact that holds it happened."""

    page_id: UUID
    district: DistrictCode
    """Whose line rings: a centre's; the city's when no supervisor is on duty there."""
    staff_id: UUID | None
    """Who is on duty there; None when nobody is."""
