"""How often forms were sent, codes tried and registrations begun.

By whom only as a hash, for a short time.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from datetime import datetime

    from infrastructure.database import Database

KEPT: Final = timedelta(hours=1)


class PostgresTries:
    """See ``application.tries.Tries``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, door: str, who: str, at: datetime) -> None:
        with told_when_away(), self._database.connection() as connection:
            connection.execute("DELETE FROM form_tries WHERE tried_at < %s", (at - KEPT,))
            connection.execute(
                "INSERT INTO form_tries (door, who_sha256, tried_at) VALUES (%s, %s, %s)",
                (door, _hashed(who), at),
            )

    def since(self, door: str, who: str, moment: datetime) -> list[datetime]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(
                "SELECT tried_at FROM form_tries"
                " WHERE door = %s AND who_sha256 = %s AND tried_at > %s ORDER BY tried_at",
                (door, _hashed(who), moment),
            ).fetchall()
        return [row[0] for row in rows]


def _hashed(who: str) -> bytes:
    return sha256(who.encode()).digest()
