"""A second PostgreSQL that follows the first, synchronously or not, and can take its place."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import psycopg

from infrastructure.embedded.postgres import SETTINGS
from infrastructure.embedded.postgres_binaries import unprivileged, wheel_binaries
from infrastructure.embedded.server import clean_environment
from interfaces.demo.free_port import free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.embedded.postgres import PostgresServer

NAME = "standby"
READY_S = 30.0


class Standby:
    """A copy of a running primary, streaming from it.

    Args:
        primary: configured here to wait for the stand-by, or not.
        folder: where the copy lies.
        synchronous: whether the primary's commits wait for it.
    """

    def __init__(self, primary: PostgresServer, folder: Path, *, synchronous: bool) -> None:
        self._primary = primary
        self._data = folder / NAME
        self.port = free_port()
        address = urlsplit(primary.superuser_url)
        self._source = (
            f"host=127.0.0.1 port={primary.port} user={address.username} "
            f"password={address.password} application_name={NAME}"
        )
        self._copy()
        self._process = self._start()
        until(lambda: self._state() is not None, within_s=READY_S)
        if synchronous:
            self._ask_primary(f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
            self._ask_primary("SELECT pg_reload_conf()")
            until(lambda: self._state() == "sync", within_s=READY_S)

    def url(self, role: Any = "superuser", database: str = "ansim") -> str:
        return self._primary.url(role, database).replace(
            f":{self._primary.port}/", f":{self.port}/"
        )

    def either_url(self) -> str:
        """The service's address of whichever of the two takes writes."""
        here = f"127.0.0.1:{self._primary.port}"
        return (
            self._primary.service_url.replace(here, f"{here},127.0.0.1:{self.port}")
            + "?target_session_attrs=read-write&connect_timeout=2"
        )

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def starve(self) -> None:
        """Freeze the primary's end of the stream: nothing more reaches the stand-by."""
        found = self._ask_primary("SELECT pid FROM pg_stat_replication").fetchone()
        assert found is not None
        os.kill(found[0], signal.SIGSTOP)

    def promote(self) -> None:
        """Take writes from now on, waiting for nobody; returns when it does."""
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _copy(self) -> None:
        words = [
            "pg_basebackup",
            "--wal-method=stream",
            "--checkpoint=fast",
            "--write-recovery-conf",
        ]
        words += [f"--pgdata={self._data}", f"--dbname={self._source}"]
        self._run(words)
        self._data.chmod(0o700)

    def _run(self, words: list[str]) -> None:
        program = str(wheel_binaries() / words[0])
        done = subprocess.run(
            [*unprivileged(), program, *words[1:]],
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def _start(self) -> subprocess.Popen[bytes]:
        options = SETTINGS | {"port": str(self.port), "primary_conninfo": self._source}
        words = [str(wheel_binaries() / "postgres"), "-D", str(self._data)]
        words += [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        log = (self._data.parent / "standby.log").open("wb")
        with log:
            return subprocess.Popen(
                [*unprivileged(), *words],
                env=clean_environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _state(self) -> str | None:
        query = "SELECT sync_state FROM pg_stat_replication WHERE application_name = %s"
        found = self._ask_primary(query, NAME).fetchone()
        return found[0] if found else None

    def _ask_primary(self, query: str, *values: Any) -> psycopg.Cursor[Any]:
        url = self._primary.url("superuser", "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(query.encode(), values)

    def _signal(self, number: signal.Signals) -> None:
        head = psutil.Process(self._process.pid)
        for process in (head, *head.children(recursive=True)):
            process.send_signal(number)


@contextmanager
def standby_of(primary: PostgresServer, folder: Path, *, synchronous: bool) -> Iterator[Standby]:
    standby = Standby(primary, folder, synchronous=synchronous)
    try:
        yield standby
    finally:
        standby.kill()
