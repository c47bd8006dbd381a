"""A PostgreSQL of the benchmark's own, durable as in production, thrown away afterwards."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from infrastructure.bootstrap import migrate
from infrastructure.embedded.home import Home
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.postgres_roles import create_database, grant

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")


@contextmanager
def own_server() -> Iterator[PostgresServer]:
    """The embedded server in a new home, with its own settings; nothing is made careless."""
    folder = Path(tempfile.mkdtemp(prefix="ansim-benchmark-"))
    home = Home(folder / "home")
    home.prepare()
    server = PostgresServer(home, leashed=True)
    try:
        with home.locked():
            server.start()
            try:
                yield server
            finally:
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: PostgresServer, name: str, *, migrated: bool) -> None:
    with psycopg.connect(server.url("superuser", "postgres"), autocommit=True) as connection:
        create_database(connection, name)
        grant(connection, name)
    if migrated:
        migrate(server.url("owner", name))


def told_by(server: PostgresServer) -> dict[str, Any]:
    """The settings that decide what a commit means, as the server itself says."""
    with psycopg.connect(server.superuser_url, autocommit=True) as connection:
        return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in SHOWN}  # type: ignore[index]
