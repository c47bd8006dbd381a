"""The servers behind the roles: embedded, or real ones where the settings name them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog

from infrastructure.embedded.errors import AnsimError
from infrastructure.embedded.services import EmbeddedServices
from infrastructure.supervisor.backoff import Backoff
from infrastructure.supervisor.refusals import refuse_unusable_database, refuse_unusable_redis

if TYPE_CHECKING:
    from collections.abc import Callable

    from infrastructure.embedded.home import Home
    from infrastructure.embedded.server import EmbeddedServer
    from infrastructure.settings import Settings

log = structlog.get_logger()


class Servers:
    """PostgreSQL and Valkey for one supervisor; ``give_up`` ends a wait for a start."""

    def __init__(self, settings: Settings, home: Home, *, give_up: Callable[[], bool]) -> None:
        self._settings = settings
        self._services = EmbeddedServices(home, leashed=True, give_up=give_up)
        self._give_up = give_up
        self._backoffs: dict[EmbeddedServer, Backoff] = {}
        if settings.database_url is None:
            self._backoffs[self._services.postgres] = Backoff()
        if settings.redis_url is None:
            self._backoffs[self._services.valkey] = Backoff()
        self._started: dict[EmbeddedServer, float] = {}

    @property
    def database_url(self) -> str:
        return self._settings.database_url or self._services.database_url("service")

    @property
    def redis_url(self) -> str:
        return self._settings.redis_url or self._services.redis_url

    @property
    def migration_url(self) -> str | None:
        """The owner's address; None when a real database came without one."""
        if self._settings.admin_database_url is not None:
            return self._settings.admin_database_url
        if self._settings.database_url is not None:
            return None
        return self._services.database_url("owner")

    def start(self) -> None:
        """Start the embedded ones, look for the others.

        Raises:
            AnsimError: one does not start or answer.
        """
        if self._settings.database_url is not None:
            refuse_unusable_database(self._settings.database_url, setting="ANSIM_DATABASE_URL")
        if self._settings.admin_database_url is not None:
            refuse_unusable_database(
                self._settings.admin_database_url, setting="ANSIM_ADMIN_DATABASE_URL"
            )
        if self._settings.redis_url is not None:
            refuse_unusable_redis(self._settings.redis_url)
        for server in self._backoffs:
            self._start(server)

    def look(self) -> None:
        """Start again what has died; the roles wait and reconnect by themselves."""
        for server, backoff in self._backoffs.items():
            now = time.monotonic()
            if server.is_running() or not backoff.is_over(now):
                continue
            wait_s = backoff.failed(now=now, lived_s=now - self._started[server])
            log.error("server.ended", server=server.name, next_try_in_s=wait_s, see=str(server.log))
            try:
                self._start(server)
            except AnsimError as error:
                log.error("server.refused", server=server.name, reason=str(error))  # noqa: TRY400

    def stop(self) -> None:
        for server in reversed(self._backoffs):
            server.stop()

    def _start(self, server: EmbeddedServer) -> None:
        self._started[server] = time.monotonic()
        if not self._give_up():
            server.start()
            log.info("server.started", server=server.name, port=server.port)
