"""Which position of the log a question about the past means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final, Protocol

from pydantic import AwareDatetime

from application.errors import ApplicationError
from application.ports import Clock
from domain.policy import SEOUL

AHEAD: Final = timedelta(seconds=1)
"""How far an asker's clock may run ahead of ours before its present is refused as future."""


class InFuture(ApplicationError):
    """The moment has not come, or the position is not written: nobody can say yet."""

    code: ClassVar[str] = "in_future"


@dataclass(frozen=True, slots=True)
class KnownOn:
    """As it was known at the end of a day in Seoul: before whatever was corrected later.

    ``as_of`` may ask for a moment before that day's end.
    """

    day: date
    as_of: int | datetime | None = None

    @property
    def until(self) -> datetime:
        return datetime.combine(self.day, time.max, SEOUL)


AsOf = int | AwareDatetime | KnownOn
"""A log position, a moment that the log knows the position of, or a day."""


class Positions(Protocol):
    def head(self) -> int:
        """The last position; 0 while the log is empty."""
        ...

    def position_at(self, moment: AwareDatetime) -> int:
        """The last position recorded at or before ``moment``; 0 when there is none."""
        ...


class Past:
    def __init__(self, positions: Positions, clock: Clock) -> None:
        self._positions = positions
        self._clock = clock

    def position(self, as_of: AsOf | None) -> int | None:
        """The position that is meant; None for the present.

        Raises:
            InFuture: it has not come.
        """
        match as_of:
            case None:
                return None
            case int():
                head = self._positions.head()
                if as_of > head:
                    raise InFuture(f"position {as_of} is not written: the log ends at {head}")
                return as_of
            case KnownOn():
                if as_of.day > self._clock.now().astimezone(SEOUL).date():
                    raise InFuture(f"{as_of.day.isoformat()} has not come")
                earlier = self.position(as_of.as_of)
                known = self._positions.position_at(as_of.until)
                return known if earlier is None else min(known, earlier)
            case _:
                if as_of > self._clock.now() + AHEAD:
                    raise InFuture(f"{as_of.isoformat()} has not come")
                return self._positions.position_at(as_of)
