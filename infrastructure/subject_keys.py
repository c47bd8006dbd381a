"""The rows of subjects' keys, as they are destroyed: for that no key-encryption key is needed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from infrastructure.database import Database

EPOCH_S: Final = 0.25
"""How long another process may still read what was erased here."""


class PostgresSubjectKeys:
    """See ``application.erasure_ports.SubjectKeys``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def destroy_all(self, subjects: Iterable[UUID]) -> int:
        """Every process forgets what it remembers of keys when the epoch has grown."""
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.transaction(),
        ):
            destroyed = connection.execute(
                "UPDATE subject_keys SET wrapped = NULL, destroyed_at = clock_timestamp()"
                " WHERE subject = ANY(%s) AND destroyed_at IS NULL",
                (list(subjects),),
            ).rowcount
            connection.execute("UPDATE key_custody SET epoch = epoch + 1")
        return destroyed

    def living(self, subjects: Iterable[UUID]) -> list[UUID]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(
                "SELECT subject FROM subject_keys WHERE subject = ANY(%s) AND destroyed_at IS NULL",
                (list(subjects),),
            ).fetchall()
        return [row[0] for row in rows]

    def wait_until_told(self) -> None:
        """Twice the time after which every process looks at the epoch."""
        time.sleep(2 * EPOCH_S)
