"""Everything that can have happened to one district's scouts in one night."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, FirstFact
from domain.geography import DistrictCode


class ClosureReason(StrEnum):
    """Why a district's scouts stay in."""

    WEATHER = "weather"
    HOLIDAY = "holiday"
    STAFF = "staff"
    """Too few of them."""


class Began(FirstFact):
    """The district looks at this night for the first time."""

    TOPIC: ClassVar[str] = "scout_roster.began"

    district: DistrictCode
    night: date


class TeamFormed(Fact):
    TOPIC: ClassVar[str] = "scout_roster.team_formed"

    team_id: UUID
    scouts: tuple[UUID, ...]
    shift_from: AwareDatetime
    """Its first start."""
    shift_until: AwareDatetime
    """Its last start."""


class ShiftChanged(Fact):
    TOPIC: ClassVar[str] = "scout_roster.shift_changed"

    team_id: UUID
    shift_from: AwareDatetime
    shift_until: AwareDatetime


class TeamStoodDown(Fact):
    """The team does not go out; its bookings need another."""

    TOPIC: ClassVar[str] = "scout_roster.team_stood_down"

    team_id: UUID


class DayOffGiven(Fact):
    TOPIC: ClassVar[str] = "scout_roster.day_off_given"

    scout_id: UUID


class DayOffTakenBack(Fact):
    TOPIC: ClassVar[str] = "scout_roster.day_off_taken_back"

    scout_id: UUID


class TeamBooked(Fact):
    """The team is kept for an escort; ``until`` is when it should be back."""

    TOPIC: ClassVar[str] = "scout_roster.team_booked"

    team_id: UUID
    escort_id: UUID
    starts_at: AwareDatetime
    until: AwareDatetime


class TeamFreed(Fact):
    """The escort needs it no longer."""

    TOPIC: ClassVar[str] = "scout_roster.team_freed"

    team_id: UUID
    escort_id: UUID


class TeamSetOut(Fact):
    """It walks: it cannot walk in another escort until this one is over."""

    TOPIC: ClassVar[str] = "scout_roster.team_set_out"

    team_id: UUID
    escort_id: UUID


class DistrictShut(Fact):
    """No new bookings; those that stand are taken back in the same breath."""

    TOPIC: ClassVar[str] = "scout_roster.district_closed"

    reason: ClosureReason
    closed_by: UUID


class DistrictReopened(Fact):
    TOPIC: ClassVar[str] = "scout_roster.district_reopened"

    reopened_by: UUID
