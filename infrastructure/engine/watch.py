"""Knows how far the folds are, and wakes whoever waits for one."""

from __future__ import annotations

import time
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Final

import psycopg
import structlog

from application.errors import FoldBehind
from infrastructure.engine.moving import CHANNEL
from infrastructure.log.bell import Listener

if TYPE_CHECKING:
    from infrastructure.database import Database

log = structlog.get_logger()

POLL_S: Final = 0.25
"""Behind NOTIFY, while somebody waits."""
RECOVERY_S: Final = 0.5
CLOSE_WAIT_S: Final = 3.0


class FoldWatch:
    """One thread a process listens for all who wait; it starts with the first of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reached: dict[str, int] = {}
        self._changed = Condition()
        self._stop = Event()
        self._thread: Thread | None = None

    def wait(self, fold: str, position: int, timeout_s: float = 2.0) -> None:
        """Return once ``fold`` has folded ``position``; its rows can be read then.

        Raises:
            FoldBehind: it had not in time, or the database cannot be asked.
        """
        if self._reached.get(fold, 0) >= position:
            return
        deadline = time.monotonic() + timeout_s
        self.listen()
        try:
            self._look()
        except psycopg.Error as error:
            raise FoldBehind(f"{fold}: {type(error).__name__}") from error
        with self._changed:
            level = self._changed.wait_for(
                lambda: self._reached.get(fold, 0) >= position,
                timeout=max(deadline - time.monotonic(), 0),
            )
        if not level:
            reached = self._reached.get(fold, 0)
            raise FoldBehind(f"{fold} is at {reached}, not yet at {position}")

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(CLOSE_WAIT_S)

    def listen(self) -> None:
        """Begin now, instead of with the first who waits."""
        with self._changed:
            if self._thread is None and not self._stop.is_set():
                self._thread = Thread(target=self._run, name="fold-watch", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        with Listener(self._database, CHANNEL) as listener:
            while not self._stop.is_set():
                try:
                    heard = listener.wait(POLL_S)
                    if heard:
                        self._note(dict(map(_read, heard)))
                    else:
                        self._look()
                except psycopg.Error as error:
                    log.warning("fold_watch.interrupted", error=type(error).__name__)
                    self._forget()
                    self._stop.wait(RECOVERY_S)

    def _look(self) -> None:
        with self._database.connection() as connection:
            rows = connection.execute("SELECT fold, position FROM read.tracking").fetchall()
        self._note(dict(rows))

    def _forget(self) -> None:
        """After a crash of the server a fold may be a moment further back than it was."""
        with self._changed:
            self._reached.clear()

    def _note(self, reached: dict[str, int]) -> None:
        with self._changed:
            for fold, position in reached.items():
                self._reached[fold] = max(position, self._reached.get(fold, 0))
            self._changed.notify_all()


def _read(payload: str) -> tuple[str, int]:
    fold, _, position = payload.rpartition(":")
    return fold, int(position)
