"""What PostgreSQL and Valkey have in common: start or adopt, watch, stop, kill."""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from infrastructure.embedded.errors import ServerError
from infrastructure.embedded.process import ProcessMark, kill_all, start_child, wait_gone

if TYPE_CHECKING:
    import signal
    import subprocess
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import psutil

    from infrastructure.embedded.home import Home

START_S = 120.0  # recovery after a crash may read much log first
LOOK_EVERY_S = 0.03
ADOPT_S = 2.0
STOP_S = 5.0
KILL_S = 5.0
START_TRIES = 5
LOG_BYTES_MAX = 10 * 1024 * 1024
# Told by a server whose predecessor is still ending, or whose port was taken a moment ago.
PASSING = ("already in use", "shared memory block", "lock file", "Address in use")


class EmbeddedServer(ABC):
    """One server under a home; the caller holds the home's lock while it starts or stops it."""

    name: ClassVar[str]
    title: ClassVar[str]
    polite: ClassVar[signal.Signals]

    def __init__(
        self, home: Home, *, leashed: bool = False, give_up: Callable[[], bool] = lambda: False
    ) -> None:
        """A ``leashed`` server stops when this process dies, else it lives on to be adopted.

        ``give_up`` is asked while a start is waited for: True ends the wait as a failure.
        """
        self.home = home
        self.folder: Path = home.path / self.name
        self.log: Path = home.logs / f"{self.name}.log"
        self._leashed = leashed
        self._give_up = give_up
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """The port it listens on, or last did.

        Raises:
            ServerError: it was never started on this home.
        """
        port = self.home.known_port(self.name)
        if port is None:
            raise ServerError(f"{self.title} was never started on {self.home.path}: run `ansim up`")
        return port

    @property
    def mark(self) -> ProcessMark | None:
        return self.home.mark(self.name)

    def start(self) -> None:
        """Adopt a survivor that answers, or stop it, and start; returns when it answers.

        Raises:
            ServerError: it does not start.
        """
        if self.find() and not self._answers_within(ADOPT_S):
            self.stop()
        if not self.is_running():
            self._make()
            self._start_child()
        self._furnish()

    def is_running(self) -> bool:
        if self._child is not None and self._child.poll() is None:
            return True
        mark = self.mark
        return mark is not None and mark.is_alive()

    def find(self) -> bool:
        """Whether a server runs on this home, even one that the home does not remember."""
        survivor = self.mark
        if survivor is None or not survivor.is_alive():
            survivor = self._by_pid_file()
            self.home.remember(self.name, survivor)
        return survivor is not None

    def is_answering(self) -> bool:
        return self.home.known_port(self.name) is not None and self._answers()

    def stop(self, *, patience_s: float = STOP_S) -> None:
        """Ask it to end, wait, then kill it and all that it started."""
        mark = self.mark
        if mark is not None:
            family = mark.family()
            mark.send(self.polite)
            wait_gone(family, timeout_s=patience_s)
        self.kill()

    def kill(self) -> None:
        """Kill -9 what still runs; the next start recovers."""
        family = self._family()
        kill_all(reversed(family))  # the head first, so that it starts nothing more
        self._reap()
        wait_gone(family, timeout_s=KILL_S)
        self.home.remember(self.name, None)

    def _reap(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait(timeout=KILL_S)
            self._child = None

    def _family(self) -> list[psutil.Process]:
        mark = self.mark
        return mark.family() if mark is not None else []

    def _start_child(self) -> None:
        for attempt in range(START_TRIES):
            port = self.home.port(self.name)
            _rotate(self.log)
            offset = self.log.stat().st_size if self.log.exists() else 0
            self._child = start_child(
                self._command(port),
                log=self.log,
                environment=clean_environment(),
                dies_by=self.polite if self._leashed else None,
                entry=self._entry(),
            )
            self.home.remember(self.name, ProcessMark.of(self._child.pid))
            if self._answers_within(START_S):
                return
            told = self._told_since(offset)
            self.kill()
            if attempt + 1 == START_TRIES or not any(word in told for word in PASSING):
                break
            time.sleep(0.2 * (attempt + 1))
        raise ServerError(f"{self.title} does not start: {last_words(told)} (see {self.log})")

    def _answers_within(self, limit_s: float) -> bool:
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if self.is_answering():
                return True
            if not self.is_running() or self._give_up():
                return False
            time.sleep(LOOK_EVERY_S)
        return False

    def _told_since(self, offset: int) -> str:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read().decode(errors="replace")

    def _entry(self) -> Sequence[str]:
        """A command to start through."""
        return ()

    def _furnish(self) -> None:  # noqa: B027 - most need nothing
        """Bring in what a running server needs; repeated at each start."""

    @abstractmethod
    def _make(self) -> None:
        """Make the folder and what lies in it, once."""

    @abstractmethod
    def _command(self, port: int) -> Sequence[str]: ...

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server on the kept port lets us in with our secret."""

    @abstractmethod
    def _by_pid_file(self) -> ProcessMark | None:
        """A living server on this folder that the home does not remember."""


def clean_environment() -> dict[str, str]:
    """Ours without what would change a server's or its client's mind (``PG…``)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def last_words(told: str) -> str:
    """The line that says why, of what a server wrote before it ended."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    grave = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror" in line]
    return (grave or lines or ["it wrote nothing"])[-1]


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.rename(log.with_suffix(".log.1"))
