"""Both embedded servers of one home, and their addresses."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from infrastructure.embedded.errors import HomeBusy, ServerError
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from infrastructure.embedded.home import Home
    from infrastructure.embedded.postgres import DatabaseRole

ADDRESS_S = 30.0
LOOK_EVERY_S = 0.1


class EmbeddedServices:
    """The servers of a prepared home, whose lock the caller holds."""

    def __init__(
        self, home: Home, *, leashed: bool = False, give_up: Callable[[], bool] = lambda: False
    ) -> None:
        self.postgres = PostgresServer(home, leashed=leashed, give_up=give_up)
        self.valkey = ValkeyServer(home, leashed=leashed, give_up=give_up)

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()

    def stop(self) -> None:
        self.valkey.stop()
        self.postgres.stop()

    def database_url(self, role: DatabaseRole = "service") -> str:
        return self.postgres.url(role)

    @property
    def redis_url(self) -> str:
        return self.valkey.url

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def database_address(home: Home, role: DatabaseRole = "superuser") -> str:
    """The address of the home's PostgreSQL, which is started when it is down.

    A server started here lives on until `ansim down`. When another ansim holds the home, its
    server is waited for.

    Raises:
        AnsimError: the home cannot be used or the server does not start.
    """
    home.prepare()
    postgres = PostgresServer(home)
    deadline = time.monotonic() + ADDRESS_S
    while time.monotonic() < deadline:
        if postgres.is_running() and postgres.is_answering():
            return postgres.url(role)
        try:
            with home.locked():
                postgres.start()
                return postgres.url(role)
        except HomeBusy:
            time.sleep(LOOK_EVERY_S)
    raise ServerError(
        f"PostgreSQL on {home.path} does not answer: look into {postgres.log}, or run `ansim down`"
    )
