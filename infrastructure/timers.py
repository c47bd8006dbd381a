"""The rows of timers: claimed by the database's clock, held by row locks while they are asked.

A claim is a transaction. When its process dies or freezes, the server takes the locks back and
another scheduler asks again, which is harmless.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from psycopg.rows import class_row

from application.timers import DueTimer, TimerOutcome
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from infrastructure.database import Connection, Database

FROZEN_AFTER_MS: Final = 5_000
"""A scheduler that leaves its claim idle for longer loses it."""
BACKOFF_FIRST_S: Final = 1.0
BACKOFF_MAX_S: Final = 30.0

_CLAIM: Final = """
SELECT timer_id, aggregate_id, kind, name, due_at, correlation_id, causation_id, attempts,
       extract(epoch FROM clock_timestamp() - due_at)::float8 AS late_s
FROM timers
WHERE fired_at IS NULL AND coalesce(retry_at, due_at) <= clock_timestamp()
ORDER BY coalesce(retry_at, due_at)
LIMIT %s
FOR UPDATE SKIP LOCKED
"""
_FIRED: Final = """
UPDATE timers SET fired_at = clock_timestamp(), outcome = %s, attempts = attempts + 1
WHERE timer_id = %s
"""
_FAILED: Final = """
UPDATE timers SET attempts = attempts + 1, last_error = %s,
    retry_at = clock_timestamp() + least(%s, %s * 2.0 ^ least(attempts, 20)) * interval '1 second'
WHERE timer_id = %s
"""
_AGAIN: Final = """
UPDATE timers SET due_at = %s, retry_at = NULL, attempts = 0, last_error = NULL WHERE timer_id = %s
"""
_NEXT_DUE: Final = """
SELECT extract(epoch FROM coalesce(retry_at, due_at) - clock_timestamp())::float8
FROM timers WHERE fired_at IS NULL ORDER BY coalesce(retry_at, due_at) LIMIT 1
"""


class ClaimedTimers:
    """Timers that nobody else may ask while the claim lasts."""

    def __init__(self, connection: Connection, due: Sequence[DueTimer]) -> None:
        self._connection = connection
        self.due = due

    def fired(self, timer_id: UUID, outcome: TimerOutcome) -> None:
        """Mark one as asked for good."""
        self._connection.execute(_FIRED, (outcome, timer_id))

    def asked_again(self, timer_id: UUID, at: datetime) -> None:
        """Let a standing timer stand: it is due then; its id is that of the first time."""
        self._connection.execute(_AGAIN, (at, timer_id))

    def failed(self, timer_id: UUID, error: str) -> None:
        """Have one asked again after a wait that doubles, from 1 s up to 30 s."""
        self._connection.execute(_FAILED, (error, BACKOFF_MAX_S, BACKOFF_FIRST_S, timer_id))


class PostgresTimers:
    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def claim(self, limit: int) -> Iterator[ClaimedTimers]:
        """Hold up to ``limit`` due timers; what was marked counts when the block ends well.

        Raises:
            LogUnavailable: the database is away, or took the claim back.
        """
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.transaction(),
        ):
            connection.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, true)",
                (str(FROZEN_AFTER_MS),),
            )
            with connection.cursor(row_factory=class_row(DueTimer)) as cursor:
                due = cursor.execute(_CLAIM, (limit,)).fetchall()
            yield ClaimedTimers(connection, due)

    def next_due_in_s(self) -> float | None:
        """Seconds until the next timer, negative when one is overdue; None when there is none.

        Raises:
            LogUnavailable: the database is away.
        """
        with told_when_away(), self._database.connection() as connection:
            row = connection.execute(_NEXT_DUE).fetchone()
        return None if row is None else float(row[0])
