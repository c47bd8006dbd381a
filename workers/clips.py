"""Clips of reports: ids of those that came whole are handed to a queue of their own, and looked at.

What goes wrong here is told and tried again; it never keeps a delivery waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

import dramatiq
import structlog

from application.clips.checking import CheckOutcome
from application.errors import ApplicationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.clips.checking import ClipChecking

log = structlog.get_logger()

IN_FLIGHT_MAX: Final = 8


class Book(Protocol):
    def hand_out(self, *, in_flight_max: int) -> Sequence[UUID]: ...

    def take_back(self, clip_ids: Sequence[UUID]) -> None: ...

    def expire(self) -> Sequence[UUID]: ...


class Queue(Protocol):
    def put(self, ids: Sequence[UUID]) -> None: ...


class ClipRelay:
    """Any number may run: a row is handed out once a lease."""

    def __init__(self, book: Book, queue: Queue) -> None:
        self._book = book
        self._queue = queue

    def turn(self) -> None:
        """Take back what was lost, and hand out what waits and has room."""
        try:
            for clip_id in self._book.expire():
                log.warning("clip.lease_expired", clip_id=str(clip_id))
            due = self._book.hand_out(in_flight_max=IN_FLIGHT_MAX)
            if due:
                self._put(due)
        except ApplicationError as error:
            log.warning("clips.held_up", code=error.code)

    def _put(self, due: Sequence[UUID]) -> None:
        try:
            self._queue.put(due)
        except ApplicationError:
            self._book.take_back(due)
            raise


def register(
    broker: dramatiq.Broker, desk: ClipChecking, *, time_limit_ms: int
) -> dramatiq.Actor[[str], None]:
    """Declare the actor upon ``broker``; ``time_limit_ms`` is the lease of one check."""

    @dramatiq.actor(
        broker=broker, actor_name="clip.check", queue_name="clips", time_limit=time_limit_ms
    )
    def check(clip_id: str) -> None:
        """One check; the row is claimed first, so a repeated message finds nothing to do."""
        with structlog.contextvars.bound_contextvars(clip_id=clip_id):
            made = desk.attempt(UUID(clip_id))
            log.info(
                "clip.checked",
                outcome=made.outcome,
                attempt=made.number,
                code=made.code,
                correlation_id=str(made.correlation_id) if made.correlation_id else None,
            )
            if made.outcome is CheckOutcome.DEAD:
                log.error("clip.unchecked", code=made.code)

    return check
