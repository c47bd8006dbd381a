"""Whether what a citizen asks for can be booked: the day, the start, the way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from pydantic import AwareDatetime

from domain.base import Value
from domain.escort.refusals import (
    ClockWrong,
    NotToday,
    OutsideCity,
    OutsideHours,
    StartPast,
    StartUnknown,
    TooFar,
)
from domain.escort_numbers import EscortNumbers
from domain.geography import CITY, Cell, DistrictCode, Position, metres_between
from domain.language import Language
from domain.night import night_of, nights_to_book, starts
from domain.policy import Policy

FAR_OFF: Final = timedelta(days=2)
"""No moment farther away is of today, in whatever zone; calendars end somewhere, too."""


class Wish(Value):
    """What is asked for, made whole by the desk."""

    starts_at: AwareDatetime
    meeting: Position
    meeting_note: str | None = None
    destination: Position
    district: DistrictCode
    """Of the meeting place; the city's own where it lies in none."""
    meeting_cell: Cell | None
    destination_cell: Cell | None
    language: Language
    skew_s: float | None = None

    @property
    def distance_m(self) -> float:
        return metres_between(self.meeting, self.destination)


def night_to_book(starts_at: datetime, *, at: datetime, numbers: EscortNumbers) -> date:
    """The night of a start that can be booked at ``at``.

    Raises:
        NotToday: its night belongs to another day than today's.
        OutsideHours: no scouts are out at that hour.
        StartPast, StartUnknown: no escort starts then any more, or at that minute.
    """
    if abs(starts_at - at) > FAR_OFF:
        raise NotToday(starts_at.isoformat())
    night = night_of(starts_at, numbers)
    if night is None:
        raise OutsideHours(starts_at.isoformat())
    if starts_at < at:
        raise StartPast(starts_at.isoformat())
    if night not in nights_to_book(at, numbers):
        raise NotToday(starts_at.isoformat())
    if starts_at not in starts(night, numbers):
        raise StartUnknown(starts_at.isoformat())
    return night


def asked_for(wish: Wish, *, at: datetime, policy: Policy) -> date:
    """The night of a wish that can be granted, if a team is free.

    Raises:
        ClockWrong: the phone's clock is off, and so is the start.
        NotToday, OutsideHours, StartPast, StartUnknown: see ``night_to_book``.
        OutsideCity: nobody's scouts go to the meeting place.
        TooFar: the way is longer than scouts walk.
    """
    try:
        night = night_to_book(wish.starts_at, at=at, numbers=policy)
    except (NotToday, OutsideHours, StartPast) as refusal:
        if abs(wish.skew_s or 0.0) > policy.clock_skew_s:
            raise ClockWrong(f"{wish.skew_s:.0f} s") from refusal
        raise
    if wish.district == CITY:
        raise OutsideCity(str(wish.meeting_cell))
    if wish.distance_m > policy.escort_reach_m:
        raise TooFar(f"{wish.distance_m:.0f} m")
    return night
