"""The rows of deliveries. Every change states what it expects, so a late one changes nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import class_row

from application.delivery_book import ClaimedDelivery, DeadLetter
from application.outbox import LINKED, Channel
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta
    from uuid import UUID

    from infrastructure.database import Connection, Database

QUEUE_LEASE_S: Final = 5.0
"""How long an id may wait in the job queue before it is believed lost."""

FIRST: Final = [Channel.POLICE.value, Channel.AMBULANCE.value]
"""Help goes before all else that is due: in a burst thousands of calls may wait."""

_LINKED: Final = ", ".join(f"'{one.value}'" for one in sorted(LINKED))
_LANE: Final = f"CASE WHEN channel IN ({_LINKED}) THEN 1 ELSE 0 END"
"""Written out, as in the index that answers it."""
_HAND_OUT: Final = """
WITH room AS (
    SELECT greatest(0, %(cap)s - count(*)) AS places FROM deliveries
    WHERE state = 'leased' AND {lane}
), due AS (
    SELECT delivery_id FROM deliveries
    WHERE state = 'pending' AND next_attempt_at <= clock_timestamp() AND {lane}
    ORDER BY channel <> ALL (%(first)s), next_attempt_at
    LIMIT (SELECT places FROM room)
    FOR UPDATE SKIP LOCKED
)
UPDATE deliveries SET state = 'leased', claimed_at = NULL,
    lease_until = clock_timestamp() + %(lease_s)s * interval '1 second'
FROM due WHERE deliveries.delivery_id = due.delivery_id
RETURNING deliveries.delivery_id
"""
_TAKE_BACK: Final = """
UPDATE deliveries SET state = 'pending', lease_until = NULL, claimed_at = NULL,
    next_attempt_at = clock_timestamp()
WHERE state = 'leased' AND claimed_at IS NULL AND delivery_id = ANY(%s)
"""
_EXPIRE: Final = """
UPDATE deliveries SET state = 'pending', lease_until = NULL, claimed_at = NULL,
    next_attempt_at = clock_timestamp()
WHERE state = 'leased' AND lease_until < clock_timestamp()
RETURNING delivery_id
"""
_CLAIM: Final = """
UPDATE deliveries SET claimed_at = clock_timestamp(), attempts = attempts + 1,
    lease_until = clock_timestamp() + %s * interval '1 second'
WHERE delivery_id = %s AND state = 'leased' AND claimed_at IS NULL
RETURNING delivery_id, channel, about, request_id, correlation_id, causation_id,
    attempts AS attempt
"""
_DONE: Final = """
UPDATE deliveries SET state = 'done', done_at = clock_timestamp(), provider_ref = %s,
    lease_until = NULL, last_error = NULL
WHERE delivery_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_AGAIN: Final = """
UPDATE deliveries SET state = 'pending', lease_until = NULL, claimed_at = NULL, last_error = %s,
    next_attempt_at = clock_timestamp() + %s
WHERE delivery_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_LATER: Final = """
UPDATE deliveries SET state = 'pending', lease_until = NULL, claimed_at = NULL, last_error = %s,
    next_attempt_at = clock_timestamp() + %s, attempts = attempts - 1
WHERE delivery_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_DEAD: Final = """
UPDATE deliveries SET state = 'dead', lease_until = NULL, last_error = %s
WHERE delivery_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_DEAD_LETTERS: Final = """
SELECT delivery_id, channel, about, attempts, last_error, created_at
FROM deliveries WHERE state = 'dead' ORDER BY created_at, delivery_id
"""
_REPLAY: Final = """
UPDATE deliveries SET state = 'pending', attempts = 0, claimed_at = NULL,
    next_attempt_at = clock_timestamp()
WHERE delivery_id = %s AND state = 'dead'
"""


class PostgresDeliveryBook:
    """Answers the application's port, and the relay's questions beside it.

    Args:
        attempt_lease_s: longer than one attempt can take; afterwards its worker counts as dead.
    """

    def __init__(self, database: Database, *, attempt_lease_s: float) -> None:
        self._database = database
        self._attempt_lease_s = attempt_lease_s

    def claim(self, delivery_id: UUID) -> ClaimedDelivery | None:
        with (
            self._connected() as connection,
            connection.cursor(row_factory=class_row(ClaimedDelivery)) as cursor,
        ):
            return cursor.execute(_CLAIM, (self._attempt_lease_s, delivery_id)).fetchone()

    def done(self, claimed: ClaimedDelivery, *, reference: str) -> bool:
        return self._settle(_DONE, claimed, reference)

    def again(self, claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        return self._settle(_AGAIN, claimed, error, wait)

    def later(self, claimed: ClaimedDelivery, *, error: str, wait: timedelta) -> bool:
        return self._settle(_LATER, claimed, error, wait)

    def dead(self, claimed: ClaimedDelivery, *, error: str) -> bool:
        return self._settle(_DEAD, claimed, error)

    def dead_letters(self) -> Sequence[DeadLetter]:
        with (
            self._connected() as connection,
            connection.cursor(row_factory=class_row(DeadLetter)) as cursor,
        ):
            return cursor.execute(_DEAD_LETTERS).fetchall()

    def replay(self, delivery_id: UUID) -> bool:
        with self._connected() as connection:
            return connection.execute(_REPLAY, (delivery_id,)).rowcount == 1

    def hand_out(self, *, in_flight_max: int, linked: bool = False) -> list[UUID]:
        """Lease what is due for the queue, as far as there is room in flight.

        Args:
            in_flight_max: of this lane.
            linked: which of the two lanes: that of the linked services, or of all else.
        """
        lane = f"({_LANE}) = {int(linked)}"
        statement = _HAND_OUT.format(lane=lane).encode()
        asked = {"cap": in_flight_max, "lease_s": QUEUE_LEASE_S, "first": FIRST}
        with self._connected() as connection:
            return [row[0] for row in connection.execute(statement, asked)]

    def take_back(self, delivery_ids: Sequence[UUID]) -> None:
        """Undo a hand-out that did not reach the queue."""
        with self._connected() as connection:
            connection.execute(_TAKE_BACK, (list(delivery_ids),))

    def expire(self) -> list[UUID]:
        """Take back what was lost in the queue, or by a worker that died; returns which."""
        with self._connected() as connection:
            return [row[0] for row in connection.execute(_EXPIRE)]

    def _settle(self, statement: str, claimed: ClaimedDelivery, *values: Any) -> bool:
        held = (claimed.delivery_id, claimed.attempt)
        with self._connected() as connection:
            return connection.execute(statement.encode(), (*values, *held)).rowcount == 1

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with told_when_away(), self._database.connection() as connection:
            yield connection
