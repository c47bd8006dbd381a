"""PostgreSQL as a child of ours: scram, the loopback address, no Unix socket, one data folder."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING, ClassVar, Literal

from infrastructure.embedded.errors import ServerError
from infrastructure.embedded.ports import LOOPBACK
from infrastructure.embedded.postgres_binaries import unprivileged, wheel_binaries
from infrastructure.embedded.postgres_roles import DATABASE, OWNER, SERVICE, SUPERUSER, furnish
from infrastructure.embedded.process import ProcessMark
from infrastructure.embedded.server import EmbeddedServer, clean_environment, last_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from infrastructure.embedded.home import Home

DatabaseRole = Literal["superuser", "owner", "service"]
USERS: dict[DatabaseRole, str] = {"superuser": SUPERUSER, "owner": OWNER, "service": SERVICE}

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # A statement or a key's value may hold personal data: neither reaches the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# For the shared cluster of the tests only.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer(EmbeddedServer):
    name: ClassVar[str] = "postgres"
    title: ClassVar[str] = "PostgreSQL"
    polite: ClassVar[signal.Signals] = signal.SIGINT  # “fast”: sessions are cut, nothing is lost

    def __init__(
        self,
        home: Home,
        *,
        leashed: bool = False,
        give_up: Callable[[], bool] = lambda: False,
        binaries: Path | None = None,
        durable: bool = True,
    ) -> None:
        """Without ``durable`` a crash of the machine may lose data: for tests."""
        super().__init__(home, leashed=leashed, give_up=give_up)
        self._binaries = binaries or wheel_binaries()
        self._durable = durable
        self._data = self.folder / "data"

    @property
    def superuser_url(self) -> str:
        return self.url("superuser")

    @property
    def owner_url(self) -> str:
        return self.url("owner")

    @property
    def service_url(self) -> str:
        return self.url("service")

    def url(self, role: DatabaseRole, database: str = DATABASE) -> str:
        """A libpq address with the role's password in it: a secret."""
        password = self.home.secret(f"postgres_{role}")
        return f"postgresql://{USERS[role]}:{password}@{LOOPBACK}:{self.port}/{database}"

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self._data.exists():
            self._refuse_other_version()
            return
        making = self.folder / "data.new"
        shutil.rmtree(making, ignore_errors=True)  # left by a start that was cut short
        words = [
            *unprivileged(),
            str(self._binaries / "initdb"),
            f"--pgdata={making}",
            f"--username={SUPERUSER}",
            f"--pwfile={self.home.secret_file('postgres_superuser')}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            *(() if self._durable else ("--no-sync",)),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - our own command, no shell
                words, capture_output=True, check=False, text=True, env=clean_environment()
            )
        except OSError as error:
            raise ServerError(f"{words[0]} cannot be run: {error.strerror}: mend this") from error
        if done.returncode != 0:
            self.log.write_text(done.stdout + done.stderr)
            why = last_words(done.stderr or done.stdout)
            raise ServerError(f"PostgreSQL's data folder cannot be made: {why} (see {self.log})")
        making.rename(self._data)

    def _refuse_other_version(self) -> None:
        made_by = (self._data / "PG_VERSION").read_text().strip()
        words = [str(self._binaries / "postgres"), "--version"]
        told = subprocess.run(words, capture_output=True, check=True, text=True).stdout  # noqa: S603
        found = re.search(r"(\d+)[.\w]*", told)
        ours = found.group(1) if found else told.strip()
        if made_by != ours:
            raise ServerError(
                f"{self._data} was made by PostgreSQL {made_by} and this is {ours}: "
                "install the version of ansim that made it, or set ANSIM_HOME to a new folder"
            )

    def _entry(self) -> Sequence[str]:
        return unprivileged()

    def _command(self, port: int) -> Sequence[str]:
        settings = SETTINGS | {"port": str(port)} | ({} if self._durable else CARELESS)
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [str(self._binaries / "postgres"), "-D", str(self._data), *options]

    def _answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(self.url("superuser", "postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _by_pid_file(self) -> ProcessMark | None:
        pid_file = self._data / "postmaster.pid"
        try:
            mark = ProcessMark.of(int(pid_file.read_text().split()[0]))
        except (OSError, ValueError, IndexError):
            return None
        if mark is None or mark.mentions(self._data):
            return mark
        # The pid went to a stranger, whom PostgreSQL would take for itself. (Of a dead pid it
        # finds out for itself, and looks for sessions left behind, too.)
        pid_file.unlink()
        return None

    def _furnish(self) -> None:
        furnish(
            self.url("superuser", "postgres"),
            passwords={
                OWNER: self.home.secret("postgres_owner"),
                SERVICE: self.home.secret("postgres_service"),
            },
        )
