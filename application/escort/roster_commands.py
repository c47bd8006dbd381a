"""What may be asked of a district's nights, and what is answered."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, Field

from application.safe_return import Receipt
from domain.base import Value
from domain.geography import DistrictCode
from domain.scout_roster import ClosureReason


class Shift(Value):
    """The first and the last start of a team."""

    first: AwareDatetime
    last: AwareDatetime


class FormTeam(Value):
    """``shift`` None: the whole night."""

    district: DistrictCode
    night: date
    scouts: tuple[UUID, ...] = Field(max_length=8)
    shift: Shift | None = None


class ChangeShift(Value):
    district: DistrictCode
    night: date
    team_id: UUID
    shift: Shift


class OfNight(Value):
    """A team, or a scout, of one night."""

    district: DistrictCode
    night: date
    one: UUID


class CloseDistrict(Value):
    district: DistrictCode
    night: date
    reason: ClosureReason


class RosterReceipt(Receipt):
    """``waiting`` are the escorts that were left without a team, and are sought one."""

    team_id: UUID | None = None
    waiting: tuple[UUID, ...] = ()
    cancelled: tuple[UUID, ...] = ()
    """Bookings that were taken back, and told so."""
