"""Processes that share the log of a rebuild, each folding the aggregates of its share."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, Self

from infrastructure.engine.batch import add_up
from infrastructure.engine.engine import RebuildFailed
from infrastructure.engine.share import DONE, FAILED, REACHED, READY, REFUSED, TAKEN, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infrastructure.engine.batch import Numbers, Parked
    from infrastructure.engine.loading import Progress
    from projections.fold import Key

PROCESSES_MAX: Final = 4
COMMAND: Final = (
    "import gc, sys; gc.disable();"  # what is imported stays, and rows make no cycles
    "from infrastructure.engine.share import serve; serve(int(sys.argv[1]))"
)
END_S: Final = 5.0


class Refused(Exception):
    """The database cannot keep a row; who folds fact by fact finds out which."""


@dataclass(slots=True)
class Shared:
    """What the shares have come to."""

    totals: tuple[dict[Key, Numbers], ...]
    parked: list[Parked] = field(default_factory=list)


class Crew:
    """As many processes as there are cores, while the context lasts."""

    def __init__(self, size: int) -> None:
        self._open = ExitStack()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._pipes: list[Pipe] = []
        self._size = size
        self._ready = False

    def __enter__(self) -> Self:
        with ExitStack() as begun:
            begun.callback(self.close)
            for _ in range(self._size):
                self._start()
            begun.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        return [one.pid for one in self._processes]

    def ready(self) -> None:
        """Wait until every process has started.

        Raises:
            RebuildFailed: one could not.
        """
        if not self._ready:
            for _ in self._answers({READY}):
                continue
            self._ready = True

    def fold(self, task: Task, totals: int, progress: Progress | None) -> Shared:
        """Each process its share of ``task``.

        Raises:
            Refused: the database cannot keep a row.
            RebuildFailed: a process has died, or could not go on.
        """
        self.ready()
        shares = [replace(task, share=(number, self._size)) for number in range(self._size)]
        for pipe, share in zip(self._pipes, shares, strict=True):
            _send(pipe, (share, None))
        shared = Shared(tuple({} for _ in range(totals)))
        reached = dict.fromkeys(self._pipes, 0)
        for pipe, (kind, *told) in self._answers({TAKEN}):
            if kind == REACHED:
                reached[pipe] = told[0]
                if progress is not None:
                    progress(min(reached.values()), task.goal)
                continue
            parked, counted = told
            shared.parked += parked
            for known, more in zip(shared.totals, counted, strict=True):
                add_up(known, more.items())
        return shared

    def run(self, task: Task, statements: Sequence[str]) -> None:
        """Run statements that do not hinder each other, as many at once as there are processes."""
        waiting = list(statements)
        while waiting:
            pipes = self._pipes[: len(waiting)]
            for pipe in pipes:
                _send(pipe, (task, waiting.pop()))
            for _ in self._answers({DONE}, pipes):
                continue

    def close(self) -> None:
        """End every process, whatever it does; what it has not committed is rolled back."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait(END_S)
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
        for pipe in self._pipes:
            pipe.close()
        self._processes.clear()
        self._pipes.clear()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._processes.append(
                subprocess.Popen(  # noqa: S603 - our own code
                    [sys.executable, "-c", COMMAND, str(theirs.fileno())],
                    stdin=subprocess.PIPE,
                    pass_fds=[theirs.fileno()],
                )
            )
        self._pipes.append(Pipe(ours.detach()))

    def _answers(self, last: set[str], pipes: Sequence[Pipe] | None = None) -> Any:
        """What the processes say, until each has said its last."""
        speaking = list(self._pipes if pipes is None else pipes)
        while speaking:
            for pipe in wait(speaking):
                try:
                    answer = pipe.recv()  # type: ignore[union-attr, call-arg]
                except (EOFError, OSError) as error:
                    raise RebuildFailed("a process of the rebuild has ended") from error
                if answer[0] == REFUSED:
                    raise Refused
                if answer[0] == FAILED:
                    raise RebuildFailed(answer[1])
                if answer[0] in last:
                    speaking.remove(pipe)  # type: ignore[arg-type]
                yield pipe, answer


def _send(pipe: Pipe, asked: Any) -> None:
    try:
        pipe.send(asked)
    except OSError as error:
        raise RebuildFailed("a process of the rebuild has ended") from error


def cores() -> int:
    return min(len(os.sched_getaffinity(0)), PROCESSES_MAX)
