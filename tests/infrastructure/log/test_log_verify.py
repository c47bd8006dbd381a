"""The log is verified through the one door, as the service sees it."""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from infrastructure.database import Database
from infrastructure.log.append import LogWriter
from infrastructure.log.stored import COLUMNS, StoredFact
from infrastructure.log.verify import GENESIS, Finding, digest, verify
from tests.infrastructure.log.writing import T0, fact, request

FACTS = 5


def judged(service: Database) -> tuple[int, Finding | None]:
    found = verify(service)
    return found.position, found.kind


@pytest.fixture(autouse=True)
def _five_facts(writer: LogWriter) -> None:
    for number in range(1, FACTS + 1):
        one = fact(uuid4(), 1, f'{{"n":{number}}}')
        writer.append([request(one)])


def test_a_whole_log_is_verified_and_progress_told(service: Database) -> None:
    told: list[tuple[int, int]] = []
    found = verify(service, progress=lambda reached, last: told.append((reached, last)))
    assert found.ok
    assert found.position == FACTS
    assert told == [(FACTS, FACTS)]


def test_an_empty_log_is_whole(service: Database, forger: psycopg.Connection) -> None:
    forger.execute("DELETE FROM events")
    forger.execute("UPDATE log_head SET position = 0, hash = %s, recorded_at = 'epoch'", (GENESIS,))
    assert judged(service) == (0, None)


def test_a_stranger_can_compute_the_hash_from_the_values(service: Database) -> None:
    """The format, written down a second time: from values, not from the server's bytes."""

    def integer(value: int, size: int) -> bytes:
        return value.to_bytes(size, signed=True)

    def moment(value: datetime) -> bytes:
        since = value - datetime(2000, 1, 1, tzinfo=UTC)
        return integer(since // timedelta(microseconds=1), 8)

    with service.connection() as connection:
        query = f"SELECT {COLUMNS}, hash FROM events ORDER BY 1"  # noqa: S608
        rows = connection.execute(query).fetchall()
    previous = bytes(32)
    for row in rows:
        *_, stored_hash = row
        one = StoredFact.from_row(row[:-1])
        assert one.recorded is not None
        assert one.recorded.causation_id is not None
        assert one.received_at is not None
        values = (
            integer(one.recorded.position, 8),
            one.originator_id.bytes,
            integer(one.originator_version, 4),
            one.topic.encode(),
            integer(one.schema_version, 4),
            one.event_id.bytes,
            one.recorded.correlation_id.bytes,
            one.recorded.causation_id.bytes,
            one.recorded.actor.encode(),
            None,  # occurred_at
            moment(one.received_at),
            moment(one.recorded.recorded_at),
            one.state,
            None,  # sealed
        )
        framed = b"".join(
            struct.pack(">i", -1) if value is None else struct.pack(">i", len(value)) + value
            for value in values
        )
        previous = hashlib.sha256(previous + framed).digest()
        assert previous == stored_hash


def test_the_hash_of_a_known_row_stays_the_same_for_ever() -> None:
    columns = [bytes([n]) * n or None for n in range(14)]
    assert (
        digest(GENESIS, columns).hex()
        == "58fa5e5a08c54faad6f9d893f0315388cf5b3200a4e1fd190ef09e50a4fe7d01"
    )


def test_writing_on_after_a_forgery_does_not_hide_it(
    service: Database, forger: psycopg.Connection, writer: LogWriter
) -> None:
    forger.execute("UPDATE events SET open = '{}' WHERE position = 2")
    forger.execute("ALTER TABLE events ENABLE TRIGGER ALL")
    writer.append([request(fact(uuid4(), 1))])
    assert judged(service) == (2, Finding.CHANGED)


def test_a_received_moment_is_kept_to_the_microsecond(service: Database) -> None:
    with service.connection() as connection:
        rows = connection.execute("SELECT DISTINCT received_at FROM events").fetchall()
    assert rows == [(T0,)]
