"""Doors at which something may be tried only so often, by one address or about one thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from application.errors import TooManyAttempts
from application.ports import Clock


class Tries(Protocol):
    """How often something was tried at a door: by whom is kept as a hash, and not for long."""

    def keep(self, door: str, who: str, at: datetime) -> None:
        """Remember one try."""
        ...

    def since(self, door: str, who: str, moment: datetime) -> Sequence[datetime]:
        """The tries after ``moment``, oldest first."""
        ...


class Bound(NamedTuple):
    """So many tries within so long; an hour at most, since none is kept longer."""

    tries_max: int
    within_s: float


class Doors:
    """Counts tries. Who is turned away is not counted again, so that waiting helps."""

    def __init__(self, tries: Tries, clock: Clock) -> None:
        self._tries = tries
        self._clock = clock

    def must_not_be_many(
        self, door: str, who: str, bound: Bound, refusal: type[TooManyAttempts] = TooManyAttempts
    ) -> None:
        """Raises ``refusal``, with when to come back: as many as may be were tried already."""
        now, within = self._clock.now(), timedelta(seconds=bound.within_s)
        tries = self._tries.since(door, who, now - within)
        if len(tries) >= bound.tries_max:
            again_at = tries[-bound.tries_max] + within
            raise refusal((again_at - now).total_seconds())

    def keep(self, door: str, who: str) -> None:
        """Count a try."""
        self._tries.keep(door, who, self._clock.now())
