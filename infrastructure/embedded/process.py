"""Processes by pid and start time, so that a pid used again is never mistaken for ours."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from infrastructure.embedded.errors import ServerError

if TYPE_CHECKING:
    import signal
    from collections.abc import Iterable, Mapping, Sequence

LEASH = Path(__file__).with_name("leash.py")

# The kernel derives start times from ticks and the wall clock: two readings may differ a little.
SAME_START_S = 1.0


@dataclass(frozen=True, slots=True)
class ProcessMark:
    """One process for ever: ``started`` is in seconds since the epoch, as the kernel tells it."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> ProcessMark | None:
        """The living process with this pid; None when there is none, or only its zombie."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return cls(pid, process.create_time())
        except psutil.Error:
            return None

    def is_alive(self) -> bool:
        now = ProcessMark.of(self.pid)
        return now is not None and abs(now.started - self.started) < SAME_START_S

    def process(self) -> psutil.Process | None:
        if not self.is_alive():
            return None
        try:
            return psutil.Process(self.pid)
        except psutil.NoSuchProcess:
            return None

    def send(self, number: signal.Signals) -> None:
        """Signal the process; nothing happens when it is gone."""
        process = self.process()
        if process is None:
            return
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return

    def mentions(self, path: Path) -> bool:
        """Whether ``path`` stands in the command line."""
        process = self.process()
        try:
            return process is not None and any(str(path) in part for part in process.cmdline())
        except psutil.Error:
            return False

    def family(self) -> list[psutil.Process]:
        """The process and all that descend from it, itself last."""
        process = self.process()
        if process is None:
            return []
        try:
            return [*process.children(recursive=True), process]
        except psutil.NoSuchProcess:
            return []


def start_child(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    dies_by: signal.Signals | None = None,
    entry: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, its output appended to ``log``.

    ``dies_by`` is the signal it gets when we die, however we die. Linux ties this to the thread
    that calls, which must live as long as the process. None lets it outlive us. ``entry`` is a
    command through which all is started (``unshare …``).

    Raises:
        ServerError: the system does not let us.
    """
    lifeline: tuple[int, ...] = ()
    leash: tuple[str, ...] = ()
    if dies_by is not None:
        if sys.platform != "linux":
            lifeline = (_lifeline()[0],)
        descriptor = lifeline[0] if lifeline else -1
        words = (int(dies_by), os.getpid(), descriptor)
        leash = (sys.executable, "-I", "-S", str(LEASH), *map(str, words))
    output = -1
    try:
        output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return subprocess.Popen(  # noqa: S603 - our own commands, no shell
            [*entry, *leash, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
            pass_fds=lifeline,
        )
    except OSError as error:
        raise ServerError(
            f"{command[0]} cannot be run: {error.strerror}: look at rights, memory and disk"
        ) from error
    finally:
        if output >= 0:
            os.close(output)


def give_way(pid: int, niceness: int) -> None:
    """Let a session's processes give way to others: 0 to none, 19 to all.

    Linux weighs sessions against each other before it looks at the processes in them. Where the
    system forbids it, or the process has ended, nothing happens: it is only less polite.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(niceness), encoding="ascii")


@functools.cache
def _lifeline() -> tuple[int, int]:
    """A pipe nobody writes to: its readers see it end when this process is gone."""
    return os.pipe()


def wait_gone(processes: Iterable[psutil.Process], *, timeout_s: float) -> list[psutil.Process]:
    """Wait for them to end; return those still alive. A zombie counts as gone."""
    _, alive = psutil.wait_procs(list(processes), timeout=timeout_s)
    return [process for process in alive if _lives(process)]


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def kill_all(processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
