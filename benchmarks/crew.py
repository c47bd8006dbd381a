"""Processes x threads that write at the same time, and what they report."""

from __future__ import annotations

import multiprocessing
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from infrastructure.collecting import collect_rarely

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

GET_READY_S = 0.6
"""Before the measured span: connections are made, statements prepared, caches filled."""
ANSWER_S = 120.0
END_S = 5.0
BEFOREHAND = 12_000
"""Facts decided in each process before the clock runs; more than the quickest thread writes."""


class Peer(Protocol):
    """One way to write, built in each process."""

    def writer(self, name: str, beforehand: int) -> Callable[[], None]:
        """A writer for one thread: each call stores one fact, durably.

        Args:
            name: tells writers apart.
            beforehand: how many facts to decide now instead of while the clock runs.
        """
        ...

    def close(self) -> None:
        """Give back all connections."""
        ...


@dataclass(frozen=True, slots=True)
class Span:
    """What one side did in one measured span."""

    per_s: float
    latencies_ms: list[float]


class Crew:
    """Worker processes that live for the whole benchmark; a peer lives for one span."""

    def __init__(self, processes: int, build: Callable[[str], Peer]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for number in range(processes):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(number, theirs, build), daemon=True)
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._processes:
            process.join(END_S)
            process.kill()

    def measure(self, side: str, processes: int, threads: int, seconds: float) -> Span:
        """Let ``processes`` x ``threads`` write through ``side``, all in the same span."""
        pipes = self._pipes[:processes]
        for pipe in pipes:
            pipe.send((side, threads))
        for pipe in pipes:
            self._answer(pipe)
        begin = time.monotonic() + GET_READY_S
        for pipe in pipes:
            pipe.send((begin, begin + seconds))
        latencies = [latency for pipe in pipes for latency in self._answer(pipe)]
        return Span(per_s=len(latencies) / seconds, latencies_ms=sorted(latencies))

    @staticmethod
    def _answer(pipe: Connection) -> Sequence[float]:
        if not pipe.poll(ANSWER_S):
            raise TimeoutError("a worker did not answer")
        answer = pipe.recv()
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[no-any-return]


def _serve(number: int, pipe: Connection, build: Callable[[str], Peer]) -> None:
    while (asked := pipe.recv()) is not None:
        side, threads = asked
        try:
            peer = build(side)
            writers = [
                peer.writer(f"{number}-{thread}", BEFOREHAND // threads)
                for thread in range(threads)
            ]
            collect_rarely()  # as every role does; on each side
            pipe.send([])
            span = pipe.recv()
            if span is None:
                return
            pipe.send(_together(writers, *span))
            peer.close()
        except Exception as error:  # noqa: BLE001 - told to the one who asked
            pipe.send(RuntimeError(f"{side}: {type(error).__name__}: {error}"))


def _together(writers: Sequence[Callable[[], None]], begin: float, end: float) -> list[float]:
    found: list[list[float]] = [[] for _ in writers]
    failed: list[BaseException] = []

    def run(write: Callable[[], None], latencies: list[float]) -> None:
        try:
            _write_until(write, begin, end, latencies)
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=run, args=each) for each in zip(writers, found, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return [latency for latencies in found for latency in latencies]


def _write_until(
    write: Callable[[], Any], begin: float, end: float, latencies: list[float]
) -> None:
    """Write from now on; what begins before ``begin`` or ends after ``end`` is not counted."""
    clock = time.perf_counter
    while True:
        started = clock()
        write()
        done = clock()
        now = time.monotonic()
        if now > end:
            return
        if now - (done - started) >= begin:
            latencies.append((done - started) * 1000)
