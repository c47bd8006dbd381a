"""The nights of the scouts by Seoul's calendar, whatever zone a device lives in.

A night is named by the day on which it begins: at 00:30 on the 1st the night of the day before is
still running. Its hours are those of ``Policy.scouts_from`` and ``scouts_until``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from domain.escort_numbers import EscortNumbers
from domain.policy import SEOUL

DAY: Final = timedelta(days=1)


def first_start(night: date, numbers: EscortNumbers) -> datetime:
    return _in_seoul(night, numbers.scouts_from)


def last_start(night: date, numbers: EscortNumbers) -> datetime:
    """The last moment at which an escort of the night may begin."""
    past_midnight = numbers.scouts_until <= numbers.scouts_from
    return _in_seoul(night + DAY if past_midnight else night, numbers.scouts_until)


def starts(night: date, numbers: EscortNumbers) -> tuple[datetime, ...]:
    """Every start of the night that can be booked, the first and the last included."""
    first, last = first_start(night, numbers), last_start(night, numbers)
    step = timedelta(seconds=numbers.escort_slot_s)
    count = (last - first) // step
    return tuple(first + number * step for number in range(count + 1))


def night_of(moment: datetime, numbers: EscortNumbers) -> date | None:
    """The first night in whose hours a moment lies; None for one by day."""
    today = moment.astimezone(SEOUL).date()
    for night in (today - DAY, today):
        if first_start(night, numbers) <= moment <= last_start(night, numbers):
            return night
    return None


def nights_to_book(at: datetime, numbers: EscortNumbers) -> tuple[date, ...]:
    """The nights that can be booked at a moment: the one that runs on, and the day's own."""
    today = at.astimezone(SEOUL).date()
    return tuple(night for night in (today - DAY, today) if at <= last_start(night, numbers))


def _in_seoul(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=SEOUL).astimezone(UTC)
