"""The nonces of signed requests, each of which counts once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from infrastructure.database import Database

SPEND = """
WITH expired AS (
    DELETE FROM device_nonces WHERE device_id = %(device)s AND expires_at < clock_timestamp()
)
INSERT INTO device_nonces (device_id, nonce, expires_at) VALUES (%(device)s, %(nonce)s, %(until)s)
ON CONFLICT DO NOTHING RETURNING true
"""


class PostgresNonces:
    """One row each, durable before the request goes on; expired ones go with the device's next."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def spend(self, device_id: UUID, nonce: str, *, until: datetime) -> bool:
        asked = {"device": device_id, "nonce": nonce, "until": until}
        with told_when_away(), self._database.connection() as connection:
            return connection.execute(SPEND, asked).fetchone() is not None
