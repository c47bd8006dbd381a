"""Saves that come at the same time are written as one batch, over one connection.

The first that finds nobody writing leads: it writes all that wait, hands each its outcome, and
passes the lead on to the next in line. A lone save goes straight to the database; where several
were at it last time, written or waiting, the leader waits a moment for nearly as many, because
those that just got their outcomes are on their way back: one large batch costs half of two.
There is no thread that could die.

Those that have their outcomes wake one another in turn: woken at once, they would fight for the
interpreter's lock, which costs three thread switches a save more.
"""

from __future__ import annotations

import time
from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

import psycopg

from application.errors import Overloaded
from infrastructure.log.append import LAST_WAIT_S, Stored
from infrastructure.log.batch import pack
from infrastructure.log.save import Save

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infrastructure.log.append import AppendRequest, Outcome
    from infrastructure.log.batch import PackedRequest

WAITING_MAX: Final = 32
"""Ordinary saves that may wait: fewer than the web role's 40 threads, so triggers find one free."""
BATCH_MAX: Final = 128
GATHER_S: Final = 0.003
"""How long a leader waits for nearly as many as were at it last time."""


class Writer(Protocol):
    """Writes one batch; see ``LogWriter.write``."""

    def write(self, requests: Sequence[PackedRequest], *, deadline: float) -> list[Outcome]: ...


class Watcher(Protocol):
    """Is told what happens, for the metrics."""

    def written(self, took_s: Sequence[float], waiting: int) -> None:
        """A batch has its outcomes; called by one thread at a time.

        Args:
            took_s: of each save, since it came.
            waiting: how many wait behind the batch.
        """
        ...

    def turned_away(self) -> None: ...


class GroupCommit:
    """The way from many threads to one writer.

    Args:
        writer: called by one thread at a time.
        watcher: told what happens.
        grown: told the last position after each batch that stored facts.
        waiting_max: ordinary saves that may wait; the next is turned away.
    """

    def __init__(
        self,
        writer: Writer,
        watcher: Watcher,
        *,
        grown: Callable[[int], None],
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._writer = writer
        self._watcher = watcher
        self._grown = grown
        self._waiting_max = waiting_max
        self._lock = Lock()
        self._urgent: deque[Save] = deque()
        self._ordinary: deque[Save] = deque()
        self._is_led = False  # and while it is not, nobody waits
        self._expected = 1  # in the next batch
        self._gathering = 0  # how many the leader waits for; 0 when it does not
        self._gathered = Lock()
        self._gathered.acquire()

    def append(self, request: AppendRequest) -> Outcome:
        """Store one request; an urgent one goes before all others and is never turned away.

        Raises:
            Overloaded: too many wait already; nothing was stored.
            psycopg.OperationalError: within 2 s nothing could be stored, or (the connection was
                lost and did not come back) nobody knows.
        """
        save = Save(pack(request))
        try:
            self._settled(save, is_waiting=self._must_wait(save, urgent=request.urgent))
        except BaseException:
            self._abandon(save)
            raise
        return save.answer()

    def append_all(self, requests: Sequence[AppendRequest]) -> list[Outcome | Exception]:
        """Store several of one thread, each with its own outcome, in as few batches as they fit.

        An error is the outcome of a request that ``append`` would have raised it for.
        """
        saves = [Save(pack(request)) for request in requests]
        in_line = sorted(
            zip(saves, requests, strict=True), key=lambda pair: not pair[1].urgent
        )  # the order in which they are written: this thread may have to lead for each
        try:
            waits = [self._stands_in_line(one, urgent=asked.urgent) for one, asked in in_line]
            for (save, _), is_waiting in zip(in_line, waits, strict=True):
                if save.error is None:
                    self._settled(save, is_waiting=is_waiting)
        except BaseException:
            for save in saves:
                self._abandon(save)
            raise
        return [save.came_to for save in saves]

    def _stands_in_line(self, save: Save, *, urgent: bool) -> bool:
        try:
            return self._must_wait(save, urgent=urgent)
        except Overloaded as error:
            save.error = error
            return False

    def _settled(self, save: Save, *, is_waiting: bool) -> None:
        if is_waiting:
            self._wait(save)
            self._wake_next(save)
        if save.is_leading:
            self._lead(save)

    def _must_wait(self, save: Save, *, urgent: bool) -> bool:
        """Stand in line; False when nobody writes, so that ``save`` leads at once."""
        with self._lock:
            if not self._is_led:
                self._is_led = save.is_leading = True
                return False
            line = self._urgent if urgent else self._ordinary
            if not urgent and len(line) >= self._waiting_max:
                self._watcher.turned_away()
                raise Overloaded(f"{len(line)} saves are waiting already")
            line.append(save)
            if self._gathering and self._waiting >= self._gathering:
                self._gathering = 0
                self._gathered.release()
            return True

    @property
    def _waiting(self) -> int:
        return len(self._urgent) + len(self._ordinary)

    def _wait(self, save: Save) -> None:
        """Return when ``save`` is settled, or leads; who is still in line at its end gives up."""
        if save.turn.acquire(timeout=max(save.deadline - time.monotonic(), 0)):
            return
        with self._lock:
            for line in (self._urgent, self._ordinary):
                if save in line:
                    line.remove(save)
                    save.error = psycopg.OperationalError("the log was not free in time")
                    return
        save.turn.acquire()  # being written: that has an end of its own

    def _lead(self, save: Save) -> None:
        batch = [save]
        try:
            self._gather()
            batch += self._all_waiting()
            self._write(batch)
            at_work = len(batch) + self._waiting
            self._expected = max(at_work - at_work // 8, self._expected * 3 // 4)
            now = time.monotonic()
            self._watcher.written([now - one.since for one in batch], self._waiting)
        finally:
            self._pass_on(save)
            if len(batch) > 1:
                self._wake(batch[1:])

    def _wake(self, settled: Sequence[Save]) -> None:
        with self._lock:
            asleep = deque(one for one in settled if not one.is_abandoned)
            for one in settled:
                one.asleep = asleep
        self._wake_next(settled[0])

    @staticmethod
    def _wake_next(save: Save) -> bool:
        """Wake one of the save's batch; False when all are awake."""
        if not save.asleep:
            return False
        try:
            save.asleep.popleft().turn.release()
        except IndexError:  # another was quicker
            return False
        return True

    def _abandon(self, save: Save) -> None:
        """Its thread was interrupted: leave the line, and keep nobody waiting."""
        with self._lock:
            save.is_abandoned = True
            for line in (self._urgent, self._ordinary):
                if save in line:
                    line.remove(save)
        if save.is_leading:
            self._pass_on(save)
        while self._wake_next(save):
            pass

    def _gather(self) -> None:
        with self._lock:
            others = min(self._expected, BATCH_MAX) - 1
            if self._waiting >= others:
                return
            self._gathering = others
        came = self._gathered.acquire(timeout=GATHER_S)
        with self._lock:
            if not came and not self._gathering:  # they came just now
                self._gathered.acquire()
            self._gathering = 0

    def _all_waiting(self) -> list[Save]:
        """Those who wait, triggers first, as many as fit in a batch."""
        others: list[Save] = []
        with self._lock:
            for line in (self._urgent, self._ordinary):
                while line and len(others) < BATCH_MAX - 1:
                    others.append(line.popleft())
        return others

    def _pass_on(self, save: Save) -> None:
        with self._lock:
            save.is_leading = False
            line = self._urgent or self._ordinary
            if line:
                follower = line.popleft()
                follower.is_leading = True
                follower.turn.release()
            else:
                self._is_led = False

    def _write(self, batch: Sequence[Save]) -> None:
        deadline = max(min([save.deadline for save in batch]), time.monotonic() + LAST_WAIT_S)
        try:
            outcomes = self._writer.write([save.request for save in batch], deadline=deadline)
        except psycopg.OperationalError as error:
            for save in batch:
                save.error = psycopg.OperationalError(str(error))
        except psycopg.Error as error:
            self._part(batch, error)
        else:
            self._settle(batch, outcomes)

    def _settle(self, batch: Sequence[Save], outcomes: Sequence[Outcome]) -> None:
        last = 0
        for save, outcome in zip(batch, outcomes, strict=True):
            save.outcome = outcome
            if isinstance(outcome, Stored):
                last = max(last, outcome.positions[-1])
        if last:
            self._grown(last)

    def _part(self, batch: Sequence[Save], error: psycopg.Error) -> None:
        """One of the batch cannot be written and nothing was: each alone finds out which."""
        if len(batch) == 1:
            batch[0].error = error
            return
        for save in batch:
            self._write([save])
