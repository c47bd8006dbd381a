"""Who may do what in the embedded cluster: an owner for migrations, a service without DDL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

SUPERUSER = "postgres"
OWNER = "ansim_owner"
SERVICE = "ansim_service"
DATABASE = "ansim"


def furnish(superuser_url: str, *, passwords: Mapping[str, str]) -> None:
    """Make the log-in roles and the database; what is there stays as it is."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role, password in passwords.items():
            if _exists(connection, "SELECT FROM pg_roles WHERE rolname = %s", role):
                continue
            sealed = connection.pgconn.encrypt_password(
                password.encode(), role.encode(), b"scram-sha-256"
            ).decode()
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(sealed)
                )
            )
        if not _exists(connection, "SELECT FROM pg_database WHERE datname = %s", DATABASE):
            create_database(connection, DATABASE)
        grant(connection, DATABASE)


def create_database(connection: Connection[Any], name: str, *, template: str = "template1") -> None:
    """A database of the owner's; ``connection`` is a superuser's, in autocommit."""
    from psycopg import sql

    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )


def grant(connection: Connection[Any], name: str) -> None:
    """Shut the database to all but our roles; one made from a template starts without grants."""
    from psycopg import sql

    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(SERVICE))
    )


def _exists(connection: Connection[Any], query: str, name: str) -> bool:
    return connection.execute(query.encode(), (name,)).fetchone() is not None
