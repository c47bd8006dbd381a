"""What was answered before, by idempotency key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from application.errors import LogUnavailable
from application.ports import StoredReceipt

if TYPE_CHECKING:
    from application.context import Idempotency
    from infrastructure.database import Database


class LogReceipts:
    """Reads the answers that the append has stored with the facts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, principal_id: str, idempotency: Idempotency) -> StoredReceipt | None:
        """See ``application.ports.Receipts``.

        Raises:
            LogUnavailable: the database cannot be asked.
        """
        try:
            with self._database.connection() as connection:
                row = connection.execute(
                    "SELECT receipt, position, body_sha256 FROM idempotency"
                    " WHERE principal = %s AND route = %s AND key = %s"
                    " AND expires_at > clock_timestamp()",
                    (principal_id, idempotency.route, idempotency.key),
                ).fetchone()
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error
        if row is None:
            return None
        receipt, position, body_sha256 = row
        return StoredReceipt(receipt=receipt, position=position, body_sha256=body_sha256)
