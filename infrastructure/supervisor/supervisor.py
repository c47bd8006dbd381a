"""The parent of all: servers, migrations, roles; and the one who takes the signals."""

from __future__ import annotations

import time
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import structlog

from infrastructure.supervisor.leftovers import end_leftovers
from infrastructure.supervisor.refusals import refuse_unusable_port
from infrastructure.supervisor.role_process import RoleProcess
from infrastructure.supervisor.roles import role_environment
from infrastructure.supervisor.servers import Servers
from infrastructure.supervisor.stop_signals import StopSignals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infrastructure.embedded.home import Home
    from infrastructure.settings import Settings
    from infrastructure.supervisor.roles import Role

log = structlog.get_logger()

LOOK_EVERY_S = 0.5
STOP_S = 5.0


class Supervisor:
    """Runs a home until SIGINT, SIGTERM or SIGHUP; main thread only.

    Args:
        roles: called once the home is locked, since a role may be given a kept port.
        migrate: brings the database of an owner's address to this code's schema.
        started: called once, when every role has been started (not yet ready).
    """

    def __init__(
        self,
        settings: Settings,
        home: Home,
        roles: Callable[[], Sequence[Role]],
        *,
        migrate: Callable[[str], None],
        started: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._home = home
        self._roles = roles
        self._migrate = migrate
        self._told = started
        self._processes: list[RoleProcess] = []

    def run(self) -> None:
        """Start, watch, and stop in order when a signal comes; return when all has ended.

        Raises:
            AnsimError: it cannot start; what had started has been stopped.
        """
        with StopSignals() as signals:
            self._home.prepare()
            with self._home.locked():
                end_leftovers(self._home)
                refuse_unusable_port(self._settings.host, self._settings.port)
                servers = Servers(self._settings, self._home, give_up=signals.raised)
                try:
                    self._start(servers, signals)
                    while not signals.wait(LOOK_EVERY_S):
                        servers.look()
                        for process in self._processes:
                            process.look()
                finally:
                    self._stop(servers)
        log.info("supervisor.stopped")

    def _start(self, servers: Servers, signals: StopSignals) -> None:
        servers.start()
        if signals.raised():
            return
        address = servers.migration_url
        if address is None:
            log.warning("migration.skipped", reason="ANSIM_ADMIN_DATABASE_URL is not set")
        else:
            self._migrate(address)
        roles = self._roles()
        environment = role_environment(
            self._settings,
            self._home,
            database_url=servers.database_url,
            redis_url=servers.redis_url,
        )
        for role in roles:
            if signals.raised():
                return
            process = RoleProcess(role, home=self._home, environment=environment)
            self._processes.append(process)
            process.start()
        self._told()

    def _stop(self, servers: Servers) -> None:
        by_step = attrgetter("role.stop_step")
        for _, together in groupby(sorted(self._processes, key=by_step), key=by_step):
            stopping = list(together)
            for process in stopping:
                process.ask_to_end()
            deadline = time.monotonic() + STOP_S
            for process in stopping:
                process.end_by(deadline)
        servers.stop()
