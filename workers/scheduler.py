"""Asks aggregates when their moments have come. Any number of schedulers may run."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from application.errors import ApplicationError, LogUnavailable
from application.timers import AskAgain, DueTimer, TimerOutcome
from domain.base import DomainError
from workers.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from threading import Event
    from uuid import UUID

    from application.timers import TimerDesk
    from infrastructure.bootstrap import House

log = structlog.get_logger()

BATCH: Final = 64
THREADS: Final = 4
LOOK_EVERY_S: Final = 0.1
LOOK_AGAIN_S: Final = 0.002
AWAY_S: Final = 0.5
"""How long the scheduler waits when the database is away."""


class Claimed(Protocol):
    """Timers that nobody else may ask while the claim lasts."""

    due: Sequence[DueTimer]

    def fired(self, timer_id: UUID, outcome: TimerOutcome) -> None: ...

    def failed(self, timer_id: UUID, error: str) -> None: ...

    def asked_again(self, timer_id: UUID, at: datetime) -> None: ...


class Timers(Protocol):
    def claim(self, limit: int) -> AbstractContextManager[Claimed]: ...

    def next_due_in_s(self) -> float | None: ...


Asked = tuple[DueTimer, TimerOutcome | AskAgain | Exception]


class Scheduler:
    """Fires due timers in batches; those of one aggregate in order, others side by side."""

    def __init__(self, timers: Timers, desk: TimerDesk, pulse: Pulse) -> None:
        self._timers = timers
        self._desk = desk
        self._pulse = pulse
        self._fired = 0
        self._late_s_max = 0.0

    def run(self, stop: Event) -> None:
        """Work until ``stop`` is set."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="timer") as pool:
            while not stop.is_set():
                try:
                    full = self.turn(pool) == BATCH
                    pause_s = LOOK_AGAIN_S if full else self._pause_s()
                except LogUnavailable as error:
                    log.warning("scheduler.held_up", code=error.code)
                    pause_s = AWAY_S
                self._pulse.beat(fired=self._fired, late_ms_max=round(self._late_s_max * 1000))
                stop.wait(pause_s)
        self._pulse.leave()

    def turn(self, pool: ThreadPoolExecutor) -> int:
        """Ask what is due now, at most one batch; returns how many were due.

        Raises:
            LogUnavailable: the database is away; whatever was asked will be asked again.
        """
        with self._timers.claim(BATCH) as claimed:
            for asked in pool.map(self._ask_in_order, _by_aggregate(claimed.due)):
                for timer, result in asked:
                    self._mark(claimed, timer, result)
            return len(claimed.due)

    def _ask_in_order(self, timers: Iterable[DueTimer]) -> list[Asked]:
        return [(timer, self._ask(timer)) for timer in timers]

    def _ask(self, timer: DueTimer) -> TimerOutcome | AskAgain | Exception:
        with structlog.contextvars.bound_contextvars(correlation_id=str(timer.correlation_id)):
            try:
                return self._desk.fire(timer)
            except (ApplicationError, DomainError) as error:
                log.warning("timer.failed", kind=timer.kind, code=error.code)
                return error
            except Exception as error:
                log.exception("timer.failed", kind=timer.kind, code="defect")
                return error

    def _mark(
        self, claimed: Claimed, timer: DueTimer, result: TimerOutcome | AskAgain | Exception
    ) -> None:
        match result:
            case TimerOutcome.EARLY:
                return
            case AskAgain():
                claimed.asked_again(timer.timer_id, result.at)
            case TimerOutcome():
                claimed.fired(timer.timer_id, result)
                self._fired += 1
                self._late_s_max = max(self._late_s_max, timer.late_s)
            case Exception():
                claimed.failed(timer.timer_id, getattr(result, "code", type(result).__name__))

    def _pause_s(self) -> float:
        due_in_s = self._timers.next_due_in_s()
        if due_in_s is None:
            return LOOK_EVERY_S
        return min(LOOK_EVERY_S, max(LOOK_AGAIN_S, due_in_s))


def _by_aggregate(due: Sequence[DueTimer]) -> list[list[DueTimer]]:
    groups: dict[UUID, list[DueTimer]] = defaultdict(list)
    for timer in sorted(due, key=lambda timer: timer.due_at):
        groups[timer.aggregate_id].append(timer)
    return list(groups.values())


def run(house: House, stop: Event) -> None:
    """The role ``schedule``."""
    Scheduler(house.timers, house.timer_desk, Pulse(house.heartbeats, "schedule")).run(stop)
