"""The adversary: a superuser with every trigger and constraint of the log taken off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from infrastructure.verifying.findings import Finding, Verified
from infrastructure.verifying.verification import Verification, Wanted
from tests.infrastructure.verifying.stranger import EMPTY, FACT, chained, framed

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Forger:
    """Whatever is done with it is undone when its transaction is rolled back."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.run = connection.execute
        self._connection = connection
        for table in ("events", "log_head", "access_records", "access_head", "access_start"):
            self.run(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        self.run("ALTER TABLE events DROP CONSTRAINT events_pkey")
        self.run("ALTER TABLE events DROP CONSTRAINT events_position_check")
        self.run("ALTER TABLE events DROP CONSTRAINT events_aggregate_id_version_key")
        self.run("ALTER TABLE access_records DROP CONSTRAINT access_records_pkey")
        self.run("ALTER TABLE log_head DROP CONSTRAINT log_head_pkey")
        self.run("ALTER TABLE log_head DROP CONSTRAINT log_head_single_check")

    @contextmanager
    def tried(self) -> Iterator[psycopg.Connection]:
        """Undo what the block did."""
        with self._connection.transaction(force_rollback=True):
            yield self._connection

    def verified(self, **wanted: Any) -> Verified:
        return Verification(self._connection, Wanted(**wanted)).run()

    def judged(self, **wanted: Any) -> tuple[int, Finding | None]:
        found = self.verified(**wanted)
        return found.position, found.kind

    def change(self, position: int, column: str, value: str) -> None:
        change = f"UPDATE events SET {column} = {value} WHERE position = %s"  # noqa: S608
        self.run(change, (position,))

    def change_record(self, number: int, column: str, value: str) -> None:
        change = f"UPDATE access_records SET {column} = {value} WHERE id = %s"  # noqa: S608
        self.run(change, (number,))

    def remove(self, first: int, last: int | None = None) -> None:
        self.run("DELETE FROM events WHERE position BETWEEN %s AND %s", (first, last or first))

    def move(self, since: int, by: int) -> None:
        """Give every row from there on another position."""
        self.run("UPDATE events SET position = position + %s WHERE position >= %s", (by, since))

    def put(self, position: int, of: int) -> None:
        """Put another fact, made of a stored one, at a position."""
        self.run(
            "INSERT INTO events SELECT %s, gen_random_uuid(), 1, topic, schema_version,"
            " gen_random_uuid(), correlation_id, causation_id, actor, occurred_at, received_at,"
            " recorded_at, open, sealed, hash FROM events WHERE position = %s LIMIT 1",
            (position, of),
        )

    def swap(self, one: int, other: int) -> None:
        self.run(
            "UPDATE events SET position = %s + %s - position WHERE position IN (%s, %s)",
            (one, other, one, other),
        )

    def facts(self) -> list[dict[str, Any]]:
        """The rows in order, in a stranger's words."""
        names = ", ".join(FACT)
        query = f"SELECT {names} FROM events ORDER BY position"  # noqa: S608
        rows = self.run(query).fetchall()
        return [dict(zip(FACT, map(_said, row), strict=True)) for row in rows]

    def chain_again(self) -> None:
        """Compute every hash anew, and the head, as whoever owns the database can."""
        previous, last = EMPTY, None
        for row in self.facts():
            previous, last = chained(previous, framed(row)), row["position"]
            self.run("UPDATE events SET hash = %s WHERE position = %s", (previous, last))
        self.run(
            "UPDATE log_head SET position = e.position, hash = e.hash, recorded_at = e.recorded_at"
            " FROM events e WHERE e.position = %s",
            (last,),
        )

    def chain_access_again(self) -> None:
        self.run(
            "DO $$ DECLARE r access_records; d bytea := decode(repeat('00', 32), 'hex');"
            " n bigint := 0; BEGIN FOR r IN SELECT * FROM access_records ORDER BY id LOOP"
            " d := access_digest(d, r); n := r.id; UPDATE access_records SET hash = d WHERE id = n;"
            " END LOOP; UPDATE access_head SET id = n, hash = d; END $$"
        )


def _said(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return (value - EPOCH) // timedelta(microseconds=1)
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            return value
