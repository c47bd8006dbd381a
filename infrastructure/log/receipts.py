"""What was answered before, by idempotency key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import psycopg

from application.errors import LogUnavailable
from application.ports import StoredReceipt
from application.together import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.context import Idempotency
    from infrastructure.database import Database


FIND: Final = b"""
SELECT principal, route, key, receipt, position, body_sha256
FROM idempotency JOIN unnest(%s::text[], %s::text[], %s::text[])
     AS asked(principal, route, key) USING (principal, route, key)
WHERE expires_at > clock_timestamp()
"""

Key = tuple[str, str, str]


class LogReceipts:
    """Reads the answers that the append has stored with the facts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, principal_id: str, idempotency: Idempotency) -> StoredReceipt | None:
        """See ``application.ports.Receipts``.

        Raises:
            LogUnavailable: the database cannot be asked.
        """
        key = (principal_id, idempotency.route, idempotency.key)
        return ask(self._of_all, lambda one: self._of_all([one])[0], key)

    def _of_all(self, keys: Sequence[Key]) -> list[StoredReceipt | None]:
        principals, routes, names = map(list, zip(*keys, strict=True))
        try:
            with self._database.connection() as connection:
                cursor = connection.cursor(binary=True)
                rows = cursor.execute(FIND, (principals, routes, names), prepare=True).fetchall()
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error
        found = {
            tuple(key): StoredReceipt(receipt=receipt, position=position, body_sha256=body)
            for *key, receipt, position, body in rows
        }
        return [found.get(key) for key in keys]
