"""One role as a child: its session, its log, its restarts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from infrastructure.embedded.errors import AnsimError
from infrastructure.embedded.process import ProcessMark, give_way, start_child
from infrastructure.supervisor.backoff import Backoff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infrastructure.embedded.home import Home
    from infrastructure.supervisor.roles import Role

log = structlog.get_logger()

LOG_BYTES_MAX = 10 * 1024 * 1024
PREFIX = "role:"


class RoleProcess:
    """Watches one role; a role that ends before it is asked to is started again."""

    def __init__(self, role: Role, *, home: Home, environment: Mapping[str, str]) -> None:
        self.role = role
        self._home = home
        self._environment = environment
        self._log = home.logs / f"{role.name}.log"
        self._backoff = Backoff()
        self._child: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def start(self) -> None:
        self._rotate()
        self._child = start_child(
            self.role.command,
            log=self._log,
            environment=self._environment,
            dies_by=signal.SIGTERM,
        )
        give_way(self._child.pid, self.role.niceness)
        self._started = time.monotonic()
        self._home.remember(PREFIX + self.role.name, ProcessMark.of(self._child.pid))
        log.info("role.started", role=self.role.name, pid=self._child.pid)

    def look(self) -> None:
        """Start the role again when it has ended and its time to wait is over."""
        now = time.monotonic()
        if self._child is None:
            if self._backoff.is_over(now):
                self._try_again(now)
            return
        exit_code = self._child.poll()
        if exit_code is None:
            self._rotate()
            return
        self._end_group()  # workers of a dead master would take work twice
        self._child = None
        wait_s = self._backoff.failed(now=now, lived_s=now - self._started)
        log.error(
            "role.ended",
            role=self.role.name,
            exit_code=exit_code,
            starts_again_in_s=wait_s,
            failures=self._backoff.failures,
            see=str(self._log),
        )

    def _try_again(self, now: float) -> None:
        try:
            self.start()
        except AnsimError as error:  # a full disk, say: it may pass
            self._backoff.failed(now=now, lived_s=0)
            log.error("role.refused", role=self.role.name, reason=str(error))  # noqa: TRY400

    def ask_to_end(self) -> None:
        if self._child is not None:
            self._child.terminate()

    def end_by(self, deadline: float) -> None:
        """Wait until ``deadline`` (monotonic), then kill the role and all of its session."""
        if self._child is None:
            return
        try:
            self._child.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("role.killed", role=self.role.name)
        self._end_group()
        self._child.wait()
        self._child = None
        self._home.remember(PREFIX + self.role.name, None)

    def _end_group(self) -> None:
        if self._child is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)

    def _rotate(self) -> None:
        """Keep one older log. The role goes on appending to the same file."""
        with suppress(OSError):  # a role does not stop for want of room for its old log
            if self._log.stat().st_size > LOG_BYTES_MAX:
                shutil.copyfile(self._log, self._log.with_suffix(".log.1"))
                os.truncate(self._log, 0)
