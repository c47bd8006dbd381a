"""Every night each fold is folded again in the shadow and compared with what screens show.

A difference is an alarm: the fold's code or its rows have gone astray. Several projectors may
run; what one has compared since four in the morning the others leave alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

from application.errors import ApplicationError
from domain.policy import SEOUL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from application.ports import Clock

log = structlog.get_logger()

HOUR: Final = 4
"""In Asia/Seoul: when the fewest people are on their way home."""
LOOK_EVERY_S: Final = 30.0


class Folds(Protocol):
    @property
    def names(self) -> tuple[str, ...]: ...

    def compared_at(self, name: str) -> datetime | None:
        """When the fold was compared or rebuilt last; None for never."""
        ...

    def compare(self, name: str) -> Sequence[Any]: ...


class NightlyComparison:
    def __init__(self, folds: Folds, clock: Clock) -> None:
        self._folds = folds
        self._clock = clock
        self._tried: dict[str, datetime] = {}

    def run(self, stop: Event) -> None:
        """Look until ``stop`` is set."""
        while not stop.is_set():
            try:
                self.turn(stop)
            except Exception:  # nobody else would notice that it has ended
                log.exception("nightly_comparison.failed")
            stop.wait(LOOK_EVERY_S)

    def turn(self, stop: Event) -> list[str]:
        """Compare what is due; the names of the folds that were compared."""
        due_at = four_in_the_morning(self._clock.now())
        done = []
        for name in self._folds.names:
            if stop.is_set() or self._tried.get(name) == due_at:
                continue
            compared_at = self._folds.compared_at(name)
            if compared_at is not None and compared_at >= due_at:
                continue
            self._tried[name] = due_at
            if self._compared(name):
                done.append(name)
        return done

    def _compared(self, name: str) -> bool:
        try:
            found = self._folds.compare(name)
        except ApplicationError as error:  # another compares it, or it waits for a rebuild
            log.warning("nightly_comparison.skipped", fold=name, code=error.code)
            return False
        if found:
            log.error("fold.differs", fold=name, rows=len(found), first_table=found[0].table)
        return True


def four_in_the_morning(now: datetime) -> datetime:
    """The last one before ``now``, in UTC."""
    here = now.astimezone(SEOUL)
    today = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return (today if today <= here else today - timedelta(days=1)).astimezone(UTC)
