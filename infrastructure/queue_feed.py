"""Follows the queue's fold: what changed, in order, as soon as it is folded."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from application.errors import ApplicationError
from application.queue_news import QueuePulse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.live_map import LiveMap
    from application.queue_news import QueueChange, QueueChanges, QueueListener
    from infrastructure.database import Database

log = structlog.get_logger()

CHANNEL: Final = "ansim_folds"
POSITIONS: Final = "ansim_positions"
FOLD: Final = "operator_queue"
POLL_S: Final = 2.0
"""NOTIFY only wakes: what it fails to announce is found by the next poll."""
STOP_S: Final = 0.1
"""How soon a feed notices that it is to end."""
RECOVERY_S: Final = 1.0
GATHER_S: Final = 0.05
"""Many phones move at once: one question for all of them."""


class QueueFeed:
    """One thread that asks for changes, and for positions, and hands them to a listener.

    The listener is called at least every two seconds, also when nothing changed or nothing
    can be asked: silence would look like peace.
    """

    def __init__(self, database: Database, source: QueueChanges, live: LiveMap) -> None:
        self._database = database
        self._source = source
        self._live = live
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._position: int | None = None
        self._retried = 0

    def start(self, listener: QueueListener) -> None:
        self._thread = threading.Thread(
            target=self._run, args=(listener,), name="queue-feed", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(POLL_S + RECOVERY_S)

    def _run(self, listener: QueueListener) -> None:
        while not self._stop.is_set():
            try:
                with self._database.dedicated() as connection:
                    for channel in (CHANNEL, POSITIONS):
                        connection.execute(f"LISTEN {channel}".encode())
                    moved: set[UUID] = set()
                    while not self._stop.is_set():
                        changes, pulse = self._advance()
                        listener(changes, pulse, self._live.news(moved) if moved else ())
                        moved = self._sleep_until_news(connection)
            except (psycopg.Error, PoolTimeout, ApplicationError) as error:
                log.warning("queue_feed.interrupted", error=type(error).__name__)
                listener((), QueuePulse(), ())
                self._stop.wait(RECOVERY_S)

    def _advance(self) -> tuple[Sequence[QueueChange], QueuePulse]:
        pulse = self._source.pulse()
        if self._position is None:
            self._position, self._retried = pulse.fold_position, pulse.retried
            return (), pulse
        changes = self._source.changes_since(self._position, self._retried)
        self._retried = pulse.retried
        reached = max((change.position for change in changes), default=self._position)
        self._position = max(self._position, reached)
        return changes, pulse

    def _sleep_until_news(self, connection: psycopg.Connection[Any]) -> set[UUID]:
        """Which reports have moved meanwhile; positions are gathered for a moment, changes are not.

        Other folds announce what they have folded, too: nobody here waits for them.
        """
        moved: set[UUID] = set()
        until = time.monotonic() + POLL_S
        while (left_s := until - time.monotonic()) > 0 and not self._stop.is_set():
            heard = list(connection.notifies(timeout=min(left_s, STOP_S), stop_after=1))
            moved.update(UUID(note.payload) for note in heard if note.channel == POSITIONS)
            if any(note.payload.startswith(f"{FOLD}:") for note in heard):
                break
            if moved:
                until = min(until, time.monotonic() + GATHER_S)
        return moved
