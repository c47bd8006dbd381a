"""Real servers for tests: one cluster a session, a database of its own for each test."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from infrastructure.bootstrap import migrate
from infrastructure.embedded.postgres_roles import create_database, grant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.embedded.postgres import PostgresServer

TEMPLATE = "ansim_template"


@dataclass(frozen=True, slots=True)
class Database:
    """Addresses of one migrated, empty database."""

    name: str
    service_url: str
    owner_url: str
    superuser_url: str


class Cluster:
    """A running server that hands out copies of a database migrated once."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self._numbers = count(1)
        with self._superuser() as connection:
            create_database(connection, TEMPLATE)
            grant(connection, TEMPLATE)
        migrate(server.url("owner", TEMPLATE))

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A fresh copy of the template, dropped afterwards with whoever is still in it."""
        name = f"test_{next(self._numbers)}"
        with self._superuser() as connection:
            create_database(connection, name, template=TEMPLATE)
            grant(connection, name)
        try:
            yield Database(
                name=name,
                service_url=self.server.url("service", name),
                owner_url=self.server.url("owner", name),
                superuser_url=self.server.url("superuser", name),
            )
        finally:
            with self._superuser() as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )

    def _superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.server.url("superuser", "postgres"), autocommit=True)
