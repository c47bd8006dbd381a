"""Saves of many threads become batches of one writer."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, get_ident
from uuid import uuid4

import psycopg
import pytest

from application.errors import Overloaded
from infrastructure.log.append import Outcome, Stored
from infrastructure.log.batch import PackedRequest
from infrastructure.log.figures import AppendFigures
from infrastructure.log.group_commit import GroupCommit
from tests.infrastructure.log.writing import fact, request
from tests.waiting import until

WITHIN_S = 30.0


class Interrupted(Exception):
    """What a job's time limit throws into its thread."""


class HeldWriter:
    """Keeps its first batch until ``go``; remembers the requests of each batch."""

    def __init__(self) -> None:
        self.go = Event()
        self.holds = Event()
        self.batches: list[list[PackedRequest]] = []

    def write(self, requests: Sequence[PackedRequest], *, deadline: float) -> list[Outcome]:
        assert deadline > 0
        self.batches.append(list(requests))
        self.holds.set()
        assert self.go.wait(WITHIN_S)
        return [Stored([1]) for _ in requests]


class Crowd:
    """Threads that save while the first save is being written, one after the other in line."""

    def __init__(self, threads: ThreadPoolExecutor, *, waiting_max: int = 32) -> None:
        self.writer = HeldWriter()
        self.saves = GroupCommit(
            self.writer, AppendFigures(), grown=lambda _: None, waiting_max=waiting_max
        )
        self.idents: list[int] = []
        self._threads = threads
        self.first = self.save()
        assert self.writer.holds.wait(WITHIN_S)

    def save(self, *, urgent: bool = False) -> Future[Outcome]:
        before = self.saves._waiting
        known = len(self.idents)

        def run() -> Outcome:
            self.idents.append(get_ident())
            return self.saves.append(request(fact(uuid4(), 1))._replace(urgent=urgent))

        future = self._threads.submit(run)
        if known:
            until(lambda: future.done() or self.saves._waiting > before)
        return future


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_those_who_wait_are_written_together(threads: ThreadPoolExecutor) -> None:
    crowd = Crowd(threads)
    others = [crowd.save() for _ in range(6)]
    crowd.writer.go.set()
    for one in (crowd.first, *others):
        assert one.result(WITHIN_S) == Stored([1])
    assert [len(batch) for batch in crowd.writer.batches] == [1, 6]


def test_a_trigger_goes_first_and_is_never_turned_away(threads: ThreadPoolExecutor) -> None:
    crowd = Crowd(threads, waiting_max=1)
    waiting = crowd.save()
    with pytest.raises(Overloaded):
        crowd.save().result(WITHIN_S)
    trigger = crowd.save(urgent=True)
    crowd.writer.go.set()
    assert waiting.result(WITHIN_S) == trigger.result(WITHIN_S) == Stored([1])


@pytest.mark.parametrize("interrupted", [1, 2, 5])
def test_an_interrupted_thread_keeps_nobody_waiting(
    threads: ThreadPoolExecutor, interrupted: int
) -> None:
    """1 is the next to lead; the others are in its batch, and wake one another."""
    crowd = Crowd(threads)
    others = [crowd.save() for _ in range(6)]
    ident = ctypes.c_ulong(crowd.idents[interrupted])
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(Interrupted))
    crowd.writer.go.set()
    assert crowd.first.result(WITHIN_S) == Stored([1])
    lost = others.pop(interrupted - 1)
    with pytest.raises(Interrupted):
        lost.result(WITHIN_S)
    for one in others:
        assert one.result(WITHIN_S) == Stored([1])
    assert crowd.save().result(WITHIN_S) == Stored([1])


def test_a_save_that_cannot_be_written_in_time_leaves_the_line(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.log.save.DEADLINE_S", 0.1)
    crowd = Crowd(threads)
    late = crowd.save()
    with pytest.raises(psycopg.OperationalError):
        late.result(WITHIN_S)
    crowd.writer.go.set()
    assert crowd.first.result(WITHIN_S) == Stored([1])


def test_one_thread_stores_several_in_one_batch(threads: ThreadPoolExecutor) -> None:
    crowd = Crowd(threads)
    alarms = [request(fact(uuid4(), 1))._replace(urgent=True) for _ in range(5)]
    waiting = crowd.saves._waiting
    several = threads.submit(crowd.saves.append_all, alarms)
    until(lambda: crowd.saves._waiting == waiting + len(alarms))
    beside = crowd.save()
    crowd.writer.go.set()
    assert several.result(WITHIN_S) == [Stored([1])] * len(alarms)
    assert beside.result(WITHIN_S) == crowd.first.result(WITHIN_S) == Stored([1])
    assert [len(batch) for batch in crowd.writer.batches] == [1, 6]


def test_of_several_each_is_turned_away_by_itself(threads: ThreadPoolExecutor) -> None:
    crowd = Crowd(threads, waiting_max=1)
    mixed = [request(fact(uuid4(), 1)) for _ in range(3)]
    mixed.append(mixed[0]._replace(urgent=True))
    several = threads.submit(crowd.saves.append_all, mixed)
    until(lambda: crowd.saves._waiting == 2)
    crowd.writer.go.set()
    first, *refused, alarm = several.result(WITHIN_S)
    assert first == alarm == Stored([1])
    assert [type(one) for one in refused] == [Overloaded, Overloaded]
