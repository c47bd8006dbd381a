"""Rings when the log has grown. A ring may be lost: whoever listens also looks from time to time.

The bell is rung after the commit and on a connection of its own: inside the append it would make
every commit of the cluster wait for the one before.
"""

from __future__ import annotations

from threading import Condition, Thread
from typing import TYPE_CHECKING, Self

import psycopg
import structlog
from psycopg import sql

if TYPE_CHECKING:
    from types import TracebackType

    from infrastructure.database import Connection, Database

CHANNEL = "ansim_log"
CLOSE_WAIT_S = 3.0
PAUSE_S = 0.02
"""Between two rings: what comes meanwhile rings once, at its end."""

log = structlog.get_logger()


class Bell:
    """Rings ``ansim_log`` with the last position; several appends in a row ring once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed = Condition()
        self._wanted = 0
        self._closed = False
        self._is_pausing = False
        self._thread: Thread | None = None

    def ring(self, position: int) -> None:
        """Say that the log reaches ``position``; returns at once."""
        with self._changed:
            self._wanted = max(self._wanted, position)
            if self._thread is None and not self._closed:
                self._thread = Thread(target=self._run, name="log-bell", daemon=True)
                self._thread.start()
            if not self._is_pausing:
                self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_WAIT_S)

    def _run(self) -> None:
        rung = 0
        connection: Connection | None = None
        while True:
            with self._changed:
                self._is_pausing = rung > 0
                self._changed.wait_for(lambda: self._closed, PAUSE_S if rung else 0)
                self._is_pausing = False
                self._changed.wait_for(lambda: self._closed or self._wanted > rung)  # noqa: B023
                if self._wanted <= rung:
                    break
                rung = self._wanted
            try:
                if connection is None or connection.closed:
                    connection = self._database.dedicated()
                    connection.execute("SET synchronous_commit = off")  # a ring may be lost
                connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(rung)), prepare=True)
            except psycopg.Error as error:
                log.warning("bell.failed", code=error.sqlstate, position=rung)
        if connection is not None:
            connection.close()


class Listener:
    """Waits for a channel on a connection of its own, which is replaced when it breaks."""

    def __init__(self, database: Database, channel: str = CHANNEL) -> None:
        self._database = database
        self._channel = channel
        self._connection: Connection | None = None

    def open(self) -> Connection:
        """Listen from now on; ``wait`` does it, too, but later."""
        connection = self._connection
        if connection is None or connection.closed:
            connection = self._connection = self._database.dedicated()
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
        return connection

    def wait(self, timeout_s: float) -> list[str]:
        """Block until something was said or ``timeout_s`` is over.

        Returns:
            What was said; empty when nothing was, or when the connection broke (what was said
            meanwhile is lost: look for yourself).

        Raises:
            psycopg.OperationalError: the server is away.
        """
        fresh = self._connection is None or self._connection.closed
        connection = self.open()
        if fresh:  # something may have been said before we listened
            return []
        try:
            heard = connection.notifies(timeout=timeout_s, stop_after=1)
            return [one.payload for one in heard]
        except psycopg.OperationalError:
            self.close()
            return []

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
