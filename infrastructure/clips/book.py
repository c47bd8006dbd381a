"""The rows of uploads. Every change states what it expects, so a late one changes nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from psycopg.rows import class_row, dict_row

from application.clips.ports import Piece, Upload
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta
    from uuid import UUID

    from infrastructure.database import Connection, Database

QUEUE_LEASE_S: Final = 15.0
"""How long an id may wait in the job queue before it is believed lost."""
_BEGIN: Final = """
INSERT INTO clips (clip_id, report_id, device_id, key_id, size_bytes, occurred_at, correlation_id)
SELECT %(clip_id)s, %(report_id)s, %(device_id)s, %(key_id)s, %(size_bytes)s, %(occurred_at)s,
    %(correlation_id)s
WHERE (SELECT count(*) FROM clips WHERE report_id = %(report_id)s) < %(reports_max)s
ON CONFLICT DO NOTHING
"""
_FIND: Final = "SELECT * FROM clips WHERE clip_id = %s"
_ADD: Final = """
WITH grown AS (
    UPDATE clips SET received_bytes = received_bytes + %(size)s, pieces = pieces + 1,
        touched_at = clock_timestamp(), next_attempt_at = clock_timestamp(),
        state = CASE WHEN received_bytes + %(size)s = size_bytes THEN 'pending' ELSE state END
    WHERE clip_id = %(clip_id)s AND state = 'receiving' AND pieces = %(number)s
        AND received_bytes = %(offset)s AND received_bytes + %(size)s <= size_bytes
    RETURNING clip_id
)
INSERT INTO clip_pieces (clip_id, number, name, starts_at, size_bytes)
SELECT clip_id, %(number)s, %(name)s, %(offset)s, %(size)s FROM grown
"""
_PIECES: Final = """
SELECT name, number, starts_at AS offset, size_bytes FROM clip_pieces WHERE clip_id = %s
ORDER BY number
"""
_SILENT: Final = """
SELECT * FROM clips WHERE state = 'receiving'
    AND touched_at < clock_timestamp() - %s * interval '1 second'
ORDER BY touched_at LIMIT 1000
"""
_GIVE_UP: Final = "UPDATE clips SET state = 'done' WHERE clip_id = %s AND state = 'receiving'"
_HAND_OUT: Final = """
WITH room AS (
    SELECT greatest(0, %(cap)s - count(*)) AS places FROM clips WHERE state = 'leased'
), due AS (
    SELECT clip_id FROM clips WHERE state = 'pending' AND next_attempt_at <= clock_timestamp()
    ORDER BY next_attempt_at LIMIT (SELECT places FROM room) FOR UPDATE SKIP LOCKED
)
UPDATE clips SET state = 'leased', claimed_at = NULL,
    lease_until = clock_timestamp() + %(lease_s)s * interval '1 second'
FROM due WHERE clips.clip_id = due.clip_id
RETURNING clips.clip_id
"""
_BACK: Final = """
UPDATE clips SET state = 'pending', lease_until = NULL, claimed_at = NULL,
    next_attempt_at = clock_timestamp() WHERE state = 'leased' AND
"""
_TAKE_BACK: Final = f"{_BACK} claimed_at IS NULL AND clip_id = ANY(%s)"
_EXPIRE: Final = f"{_BACK} lease_until < clock_timestamp() RETURNING clip_id"
_CLAIM: Final = """
UPDATE clips SET claimed_at = clock_timestamp(), attempts = attempts + 1,
    lease_until = clock_timestamp() + %s * interval '1 second'
WHERE clip_id = %s AND state = 'leased' AND claimed_at IS NULL
RETURNING *
"""
_WILL_KEEP: Final = """
UPDATE clips SET addresses = addresses || ARRAY[%s::text]
WHERE clip_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_DONE: Final = """
UPDATE clips SET state = 'done', lease_until = NULL, last_error = NULL
WHERE clip_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_AGAIN: Final = """
UPDATE clips SET state = 'pending', lease_until = NULL, claimed_at = NULL, last_error = %s,
    next_attempt_at = clock_timestamp() + %s
WHERE clip_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_DEAD: Final = """
UPDATE clips SET state = 'dead', lease_until = NULL, last_error = %s
WHERE clip_id = %s AND state = 'leased' AND claimed_at IS NOT NULL AND attempts = %s
"""
_DEAD_LETTERS: Final = "SELECT * FROM clips WHERE state = 'dead' ORDER BY begun_at"
_REPLAY: Final = """
UPDATE clips SET state = 'pending', attempts = 0, claimed_at = NULL,
    next_attempt_at = clock_timestamp() WHERE clip_id = %s AND state = 'dead'
"""
_OF_REPORTS: Final = "SELECT * FROM clips WHERE report_id = ANY(%s)"
_FORGET: Final = "DELETE FROM clips WHERE clip_id = %s"


class PostgresUploadBook:
    """Answers the application's port, and the questions of relay and forgetting beside it.

    Args:
        attempt_lease_s: longer than one check can take; afterwards its worker counts as dead.
    """

    def __init__(self, database: Database, *, attempt_lease_s: float) -> None:
        self._database = database
        self._attempt_lease_s = attempt_lease_s

    def begin(self, upload: Upload, *, reports_max: int) -> bool:
        return self._changed(_BEGIN, upload.model_dump() | {"reports_max": reports_max})

    def find(self, clip_id: UUID) -> Upload | None:
        found = self._uploads(_FIND, clip_id)
        return found[0] if found else None

    def add(self, clip_id: UUID, piece: Piece) -> bool:
        told = {
            "clip_id": clip_id,
            "name": piece.name,
            "number": piece.number,
            "offset": piece.offset,
            "size": piece.size_bytes,
        }
        return self._changed(_ADD, told)

    def pieces(self, clip_id: UUID) -> Sequence[Piece]:
        with (
            self._connected() as connection,
            connection.cursor(row_factory=class_row(Piece)) as cursor,
        ):
            return cursor.execute(_PIECES, (clip_id,)).fetchall()

    def silent(self, *, for_s: float) -> Sequence[Upload]:
        return self._uploads(_SILENT, for_s)

    def give_up(self, clip_id: UUID) -> bool:
        return self._changed(_GIVE_UP, (clip_id,))

    def claim(self, clip_id: UUID) -> Upload | None:
        found = self._uploads(_CLAIM, self._attempt_lease_s, clip_id)
        return found[0] if found else None

    def will_keep(self, claimed: Upload, address: str) -> bool:
        return self._settle(_WILL_KEEP, claimed, address)

    def done(self, claimed: Upload) -> bool:
        return self._settle(_DONE, claimed)

    def again(self, claimed: Upload, *, error: str, wait: timedelta) -> bool:
        return self._settle(_AGAIN, claimed, error, wait)

    def dead(self, claimed: Upload, *, error: str) -> bool:
        return self._settle(_DEAD, claimed, error)

    def dead_letters(self) -> Sequence[Upload]:
        return self._uploads(_DEAD_LETTERS)

    def replay(self, clip_id: UUID) -> bool:
        return self._changed(_REPLAY, (clip_id,))

    def hand_out(self, *, in_flight_max: int) -> list[UUID]:
        """Lease what is due for the queue, as far as there is room in flight."""
        asked = {"cap": in_flight_max, "lease_s": QUEUE_LEASE_S}
        with self._connected() as connection:
            return [row[0] for row in connection.execute(_HAND_OUT, asked)]

    def take_back(self, clip_ids: Sequence[UUID]) -> None:
        """Undo a hand-out that did not reach the queue."""
        self._changed(_TAKE_BACK, (list(clip_ids),))

    def expire(self) -> list[UUID]:
        """Take back what was lost in the queue, or by a worker that died; returns which."""
        with self._connected() as connection:
            return [row[0] for row in connection.execute(_EXPIRE.encode())]

    def of_reports(self, report_ids: Sequence[UUID]) -> Sequence[Upload]:
        """Whatever came for these reports, in whatever state."""
        return self._uploads(_OF_REPORTS, list(report_ids))

    def forget(self, clip_id: UUID) -> None:
        """Let the row go, once nothing lies anywhere that it names."""
        self._changed(_FORGET, (clip_id,))

    def _uploads(self, statement: str, *values: Any) -> list[Upload]:
        with self._connected() as connection, connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(statement.encode(), values).fetchall()
        return [_upload(row) for row in rows]

    def _settle(self, statement: str, claimed: Upload, *values: Any) -> bool:
        return self._changed(statement, (*values, claimed.clip_id, claimed.attempt))

    def _changed(self, statement: str, values: Any) -> bool:
        with self._connected() as connection:
            return connection.execute(statement.encode(), values).rowcount > 0

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with told_when_away(), self._database.connection() as connection:
            yield connection


def _upload(row: dict[str, Any]) -> Upload:
    fields = {name: row[name] for name in Upload.model_fields if name in row}
    return Upload.model_validate(
        fields | {"attempt": row["attempts"], "addresses": tuple(row["addresses"])}
    )
