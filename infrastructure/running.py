"""What runs on the settings' home: all of it under one parent, or its database alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infrastructure.settings import settings as read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from infrastructure.embedded.postgres import DatabaseRole


def supervise(
    *,
    demo: bool = False,
    without: Collection[str] = (),
    started: Callable[[], None] = lambda: None,
) -> None:
    """Run the servers and all roles until SIGINT or SIGTERM; main thread only.

    Args:
        demo: the demo city too.
        without: names of roles to leave out.
        started: called once, when every role has been started (not yet ready).
    """
    from infrastructure.embedded.home import Home
    from infrastructure.migrations import migrate
    from infrastructure.supervisor.roles import standard_roles
    from infrastructure.supervisor.supervisor import Supervisor

    settings = read_settings()
    home = Home(settings.home)
    Supervisor(
        settings,
        home,
        lambda: standard_roles(settings, home, demo=demo, without=without),
        migrate=migrate,
        started=started,
    ).run()


def take_down() -> list[str]:
    """Stop what runs on the home; return what that was, by name."""
    from infrastructure.embedded.home import Home
    from infrastructure.supervisor.down import take_down as stop_all

    return stop_all(Home(read_settings().home))


def database_address(role: DatabaseRole = "superuser") -> str:
    """The address of the home's PostgreSQL, started (until `ansim down`) when it is down."""
    from infrastructure.embedded.home import Home
    from infrastructure.embedded.services import database_address as address

    return address(Home(read_settings().home), role)


def owner_address() -> str:
    """Where migrations and rebuilds connect: as set, else the home's own server.

    Raises:
        AnsimError: a real server is set for the service, and none for its owner.
    """
    from infrastructure.embedded.errors import AnsimError

    settings = read_settings()
    if settings.admin_database_url is not None:
        return settings.admin_database_url
    if settings.database_url is not None:
        raise AnsimError(
            "ANSIM_DATABASE_URL names a server of yours: set ANSIM_ADMIN_DATABASE_URL to the "
            "owner's address on it"
        )
    return database_address("owner")
