"""The words of protections, the same in facts, rows and answers."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from pydantic import Field

from domain.base import Erased, Value
from domain.geography import Position
from domain.policy import SEOUL

DAYS_AHEAD = 8
MINUTES_A_DAY = 1440


class Enroller(StrEnum):
    """Who asked for it."""

    POLICE = "police"
    PERSON = "person"
    """By the number of a decision, which somebody must still verify."""


class Measure(StrEnum):
    """What the decision is: Act on the Punishment of Stalking Crimes."""

    EMERGENCY = "emergency"
    """긴급응급조치, by the police: art. 4."""
    PROVISIONAL = "provisional"
    """잠정조치, by a court: art. 9."""


class EndCause(StrEnum):
    EXPIRED = "expired"
    POLICE = "police"
    PERSON = "person"
    """She asked, and was met or spoken to by somebody who made sure that it is her own wish."""
    UNFOUNDED = "unfounded"
    """What a person said of a decision was looked into, and there is none."""


class Because(StrEnum):
    """Why somebody else may read it for a while."""

    RAISED_ELSEWHERE = "raised_elsewhere"
    CLAIMED = "claimed"
    ESCALATED = "escalated"
    TRANSFERRED = "transferred"


class LookFinding(StrEnum):
    CALM = "calm"
    SUSPICIOUS = "suspicious"
    """Somebody or something is there that must not be: an operator then acts."""
    NO_VIEW = "no_view"
    """The cameras showed nothing."""


class MissedLevel(StrEnum):
    """Who is told that nobody looked."""

    SUPERVISOR = "supervisor"
    CITY = "city"


class WatchTime(Value):
    """When to look, by the week in Seoul; Monday is 0. ``until`` may lie on the next day."""

    days: tuple[int, ...]
    from_minute: int
    until_minute: int
    every_min: int

    @property
    def fits(self) -> bool:
        days = bool(self.days) and all(0 <= day < len(WEEK) for day in self.days)
        begins = 0 <= self.from_minute < MINUTES_A_DAY
        lasts = self.from_minute < self.until_minute <= self.from_minute + MINUTES_A_DAY
        return days and begins and lasts


WEEK = range(7)


class WatchPlace(Value):
    """A place of hers with the cameras around it; personal as a whole."""

    label: str = Field(min_length=1, max_length=200)
    position: Position | None = None
    cameras: tuple[str, ...] = ()
    times: tuple[WatchTime, ...] = ()


def next_look(place: WatchPlace | Erased, after: datetime) -> datetime | None:
    """The first moment after ``after`` at which somebody is to look; None when there is none."""
    if isinstance(place, Erased):
        return None
    today = after.astimezone(SEOUL).date()
    found = []
    for ahead in range(-1, DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        midnight = datetime.combine(day, time(), tzinfo=SEOUL)
        for one in place.times:
            if day.weekday() in one.days:
                begins = midnight + timedelta(minutes=one.from_minute)
                ends = midnight + timedelta(minutes=one.until_minute)
                every = timedelta(minutes=one.every_min)
                due = begins if after < begins else begins + ((after - begins) // every + 1) * every
                if due < ends:
                    found.append(due)
    return min(found, default=None)
