"""Who read whose personal data, what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from application.context import Context
    from infrastructure.database import Database


class PostgresAccessLog:
    """Adds rows that the service role can never change again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, context: Context, *, subject: UUID, what: str, why: str) -> None:
        """See ``application.ports.AccessLog``; the row is on the disk when this returns."""
        who = context.principal
        with self._database.connection() as connection:
            connection.execute(
                "INSERT INTO access_records"
                " (actor, district, address, subject, what, why, correlation_id)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (
                    who.actor,
                    who.district,
                    context.address,
                    subject,
                    what,
                    why,
                    context.correlation_id,
                ),
            )
