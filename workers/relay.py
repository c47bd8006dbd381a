"""Carries ids of due deliveries to the job queue, and takes back what was lost there."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

import structlog

from application.errors import ApplicationError, LogUnavailable
from workers.clips import ClipRelay
from workers.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event
    from uuid import UUID

    from infrastructure.bootstrap import House

log = structlog.get_logger()

IN_FLIGHT_MAX: Final = 200
LINKED_IN_FLIGHT_MAX: Final = 40
"""Of the lane of linked services, which has fewer workers."""
LOOK_EVERY_S: Final = 0.05
EXPIRE_EVERY_S: Final = 0.5
RECONCILE_EVERY_S: Final = 5.0
FILMS_EVERY_S: Final = 0.25
AWAY_S: Final = 0.5


class Book(Protocol):
    def hand_out(self, *, in_flight_max: int, linked: bool = False) -> Sequence[UUID]: ...

    def take_back(self, delivery_ids: Sequence[UUID]) -> None: ...

    def expire(self) -> Sequence[UUID]: ...


class Queue(Protocol):
    def put(self, delivery_ids: Sequence[UUID]) -> None: ...


class Restored(Protocol):
    @property
    def timers(self) -> tuple[UUID, ...]: ...

    @property
    def deliveries(self) -> tuple[UUID, ...]: ...


class Reconciler(Protocol):
    def compare(self) -> Restored: ...


class Relay:
    """Any number may run: a row is handed out once a lease."""

    def __init__(  # noqa: PLR0913 (two lanes, and what is done beside)
        self,
        book: Book,
        queue: Queue,
        reconciler: Reconciler,
        pulse: Pulse,
        *,
        linked: Queue | None = None,
        films: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what it works with.

        Args:
            book: of the deliveries.
            queue: of help, calls and messages.
            reconciler: compares facts with what they call for.
            pulse: of the role.
            linked: the queue of linked services, a lane of its own.
            films: hands out what is less urgent, and never raises.
        """
        self._linked = linked
        self._book = book
        self._queue = queue
        self._reconciler = reconciler
        self._pulse = pulse
        self._handed_out = 0
        self._every = (
            _Every(EXPIRE_EVERY_S, self.expire),
            _Every(RECONCILE_EVERY_S, self.reconcile),
            _Every(FILMS_EVERY_S, films),
        )

    def run(self, stop: Event) -> None:
        """Work until ``stop`` is set."""
        while not stop.is_set():
            try:
                for chore in self._every:
                    chore.when_due()
                self.turn()
                pause_s = LOOK_EVERY_S
            except ApplicationError as error:
                log.warning("relay.held_up", code=error.code)
                pause_s = AWAY_S
            self._pulse.beat(handed_out=self._handed_out)
            stop.wait(pause_s)
        self._pulse.leave()

    def turn(self) -> int:
        """Hand out what is due and has room; returns how many.

        Raises:
            ApplicationError: the database or the queue is away.
        """
        carried = self._carry(self._book.hand_out(in_flight_max=IN_FLIGHT_MAX), self._queue)
        if self._linked is not None:
            due = self._book.hand_out(in_flight_max=LINKED_IN_FLIGHT_MAX, linked=True)
            carried += self._carry(due, self._linked)
        return carried

    def _carry(self, due: Sequence[UUID], queue: Queue) -> int:
        if due:
            try:
                queue.put(due)
            except ApplicationError:
                self._book.take_back(due)
                raise
            self._handed_out += len(due)
        return len(due)

    def expire(self) -> None:
        for delivery_id in self._book.expire():
            log.warning("delivery.lease_expired", delivery_id=str(delivery_id))

    def reconcile(self) -> None:
        """Put right what facts call for and nobody wrote; an alarm, because it cannot be.

        A runbook says what to do.
        """
        try:
            restored = self._reconciler.compare()
        except LogUnavailable as error:
            log.warning("reconciler.held_up", code=error.code)
            return
        for timer_id in restored.timers:
            log.error("timer.restored", timer_id=str(timer_id))
        for delivery_id in restored.deliveries:
            log.error("delivery.restored", delivery_id=str(delivery_id))


class _Every:
    """Something that is done from time to time, at once at first."""

    def __init__(self, every_s: float, do: Callable[[], None]) -> None:
        self._every_s = every_s
        self._do = do
        self._next = 0.0

    def when_due(self) -> None:
        if monotonic() >= self._next:
            self._next = monotonic() + self._every_s
            self._do()


def run(house: House, stop: Event) -> None:
    """The role ``relay``."""
    relay = Relay(
        house.delivery_book,
        house.job_queue,
        house.reconciler,
        Pulse(house.heartbeats, "relay"),
        linked=house.linked_queue,
        films=ClipRelay(house.upload_book, house.clip_queue).turn,
    )
    relay.run(stop)
