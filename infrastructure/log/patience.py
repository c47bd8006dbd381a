"""An end to waiting for an answer that the server itself sets none to.

A commit that waits for a frozen stand-by waits for ever: no time-out of the server reaches it, and
cancelling it would answer with success and a warning. So the connection is cut on our side.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.database import Connection

LOOK_EVERY_S: Final = 0.05
REST_AFTER_S: Final = 1.0
"""Without a question for so long, nobody looks until the next."""


class NoAnswer(psycopg.OperationalError):
    """The answer did not come in time; whether the facts were stored is not known."""


class Patience:
    """Watches one connection at a time; what is asked on it has an end."""

    def __init__(self) -> None:
        self._asked = Event()
        self._lock = Lock()
        self._connection: Connection | None = None
        self._until = 0.0
        self._is_cut = False
        self._thread: Thread | None = None

    @contextmanager
    def until(self, deadline: float, connection: Connection) -> Iterator[None]:
        """Cut ``connection`` when the block is not over at ``deadline``, by ``time.monotonic``.

        Raises:
            NoAnswer: it was cut.
        """
        self._until = deadline
        self._is_cut = False
        self._connection = connection
        if not self._asked.is_set():
            self._asked.set()
        if self._thread is None:
            self._thread = Thread(target=self._watch, name="patience", daemon=True)
            self._thread.start()
        try:
            yield
        except psycopg.Error as error:
            if self._is_cut:
                raise NoAnswer("the server did not answer in time") from error
            raise
        finally:
            with self._lock:  # never cut in another's question
                self._connection = None

    def _watch(self) -> None:
        idle_since = time.monotonic()
        while True:
            now = time.monotonic()
            if self._connection is not None:
                idle_since = now
                self._cut_if_late(now)
            elif now - idle_since > REST_AFTER_S:
                self._asked.clear()
                if self._connection is None:
                    self._asked.wait()
                idle_since = time.monotonic()
            time.sleep(LOOK_EVERY_S)

    def _cut_if_late(self, now: float) -> None:
        with self._lock:
            if self._connection is None or now < self._until:
                return
            self._is_cut = True
            with suppress(OSError):
                cut(self._connection)
            self._connection = None


def cut(connection: Connection) -> None:
    """End the connection's traffic under the thread that waits on it; it sees the peer gone."""
    with socket.socket(fileno=os.dup(connection.fileno())) as twin:
        twin.shutdown(socket.SHUT_RDWR)
