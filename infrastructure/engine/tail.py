"""What was appended last, asked once for all folds of a process: most of it concerns few."""

from __future__ import annotations

import time
from collections import deque
from contextlib import closing, contextmanager
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final, Protocol

import psycopg
import structlog

from application.errors import ApplicationError
from infrastructure.engine.engine import FactReader
from infrastructure.log.bell import CHANNEL, Listener

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.database import Database
    from infrastructure.log.scope import Scope

log = structlog.get_logger()

LOOK_EVERY_S: Final = 0.25
"""Behind NOTIFY: a ring that was lost delays the folds so long."""
STALE_S: Final = 1.0
"""A tail that has not looked for so long says nothing: every fold looks for itself."""
RECOVERY_S: Final = 0.5
KEPT_MAX: Final = 10_000


class FollowedLog(FactReader, Protocol):
    """A log whose growth can be told cheaply."""

    def topics(self, after: int) -> list[tuple[int, str]]:
        """The next facts behind ``after``, at most some thousand: position and topic of each."""
        ...


class LogTail:
    """One thread listens and reads the topics of what is new; it lasts while somebody follows."""

    def __init__(self, database: Database, reader: FollowedLog) -> None:
        self._database = database
        self._reader = reader
        self._changed = Condition()
        self._topics: deque[tuple[int, str]] = deque(maxlen=KEPT_MAX)
        self._head: int | None = None
        self._looked_at_s = 0.0
        self._followers = 0
        self._thread: Thread | None = None

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Within it ``wait`` hears of news."""
        with self._changed:
            self._followers += 1
            if self._thread is None:
                self._thread = Thread(target=self._run, name="log-tail", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._followers -= 1

    def wait(self, after: int, scope: Scope, *, patience_s: float, longest_s: float) -> None:
        """Block until a fact behind ``after`` may concern ``scope``.

        Args:
            after: the last position that is folded.
            scope: what the fold reads.
            patience_s: how long facts may wait of which none does.
            longest_s: how long to wait when there is none at all.
        """
        began = time.monotonic()
        with self._changed:
            while (waited_s := time.monotonic() - began) < longest_s:
                if time.monotonic() - self._looked_at_s > STALE_S:
                    self._changed.wait(min(LOOK_EVERY_S, longest_s - waited_s))
                    return
                grown = self._head is not None and self._head > after
                if grown and self._concerns(after, scope):
                    return
                left_s = (patience_s if grown else longest_s) - waited_s
                if left_s <= 0:
                    return
                self._changed.wait(left_s)

    def _concerns(self, after: int, scope: Scope) -> bool:
        if not self._topics or self._topics[0][0] > after + 1:
            return True  # what lies between is not known any more
        for position, topic in reversed(self._topics):
            if position <= after:
                return False
            if scope.concerns(topic):
                return True
        return False

    def _run(self) -> None:
        with closing(Listener(self._database, CHANNEL)) as listener:
            while self._wanted():
                try:
                    self._look()
                    listener.wait(LOOK_EVERY_S)
                except (psycopg.Error, ApplicationError) as error:
                    log.warning("log_tail.interrupted", error=type(error).__name__)
                    self._recover()
                except Exception:  # a defect: meanwhile every fold looks for itself
                    log.exception("log_tail.failed")
                    self._recover()

    def _recover(self) -> None:
        with self._changed:
            self._changed.wait(RECOVERY_S)

    def _wanted(self) -> bool:
        with self._changed:
            if self._followers == 0:
                self._thread = None
            return self._followers > 0

    def _look(self) -> None:
        if self._head is None:
            self._note([], self._reader.head())
        news = self._reader.topics(self._head or 0)
        self._note(news, news[-1][0] if news else self._head or 0)

    def _note(self, news: list[tuple[int, str]], head: int) -> None:
        with self._changed:
            self._topics.extend(news)
            self._head = head
            self._looked_at_s = time.monotonic()
            if news:
                self._changed.notify_all()
