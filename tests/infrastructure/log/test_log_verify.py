"""Every change that a superuser can make to the log is found, and found in its place."""

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
PLACES = (1, 3, FACTS)
CHANGES = {
    "aggregate_id": "gen_random_uuid()",
    "version": "version + 100",
    "topic": "topic || 'x'",
    "schema_version": "schema_version + 1",
    "event_id": "gen_random_uuid()",
    "correlation_id": "gen_random_uuid()",
    "causation_id": "NULL",
    "actor": "'nobody'",
    "occurred_at": "timestamptz 'epoch'",
    "received_at": "received_at + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "open": "open || ' '",
    "sealed": "'\\x00'",
    "hash": "sha256(hash)",
}


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


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_is_found(
    service: Database, forger: psycopg.Connection, column: str, place: int
) -> None:
    change = f"UPDATE events SET {column} = {CHANGES[column]} WHERE position = %s"  # noqa: S608
    forger.execute(change, (place,))
    assert judged(service) == (place, Finding.CHANGED)


@pytest.mark.parametrize("place", PLACES[:-1])
def test_a_removed_row_is_found(service: Database, forger: psycopg.Connection, place: int) -> None:
    forger.execute("DELETE FROM events WHERE position = %s", (place,))
    assert judged(service) == (place, Finding.REMOVED)


@pytest.mark.parametrize("kept", [0, 2, FACTS - 1])
def test_a_cut_tail_is_found(service: Database, forger: psycopg.Connection, kept: int) -> None:
    forger.execute("DELETE FROM events WHERE position > %s", (kept,))
    assert judged(service) == (kept + 1, Finding.TRUNCATED)


@pytest.mark.parametrize("place", [-3, 0, FACTS + 1, FACTS + 900])
def test_an_added_row_is_found(service: Database, forger: psycopg.Connection, place: int) -> None:
    forger.execute("ALTER TABLE events DROP CONSTRAINT events_position_check")
    forger.execute(
        "INSERT INTO events SELECT %s, gen_random_uuid(), version, topic, schema_version,"
        " event_id, correlation_id, causation_id, actor, occurred_at, received_at, recorded_at,"
        " open, sealed, hash FROM events WHERE position = 1",
        (place,),
    )
    assert judged(service) == (place, Finding.INSERTED)


def test_two_swapped_rows_are_found(service: Database, forger: psycopg.Connection) -> None:
    forger.execute("UPDATE events SET position = 5 - position + 900 WHERE position IN (2, 3)")
    forger.execute("UPDATE events SET position = position - 900 WHERE position > 900")
    assert judged(service) == (2, Finding.SWAPPED)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE log_head SET hash = sha256(hash)",
        "UPDATE log_head SET recorded_at = recorded_at + interval '1 second'",
    ],
)
def test_a_changed_head_is_found(
    service: Database, forger: psycopg.Connection, forgery: str
) -> None:
    forger.execute(forgery)
    assert judged(service) == (FACTS, Finding.HEAD)


def test_a_lost_head_is_found(service: Database, forger: psycopg.Connection) -> None:
    forger.execute("DELETE FROM log_head")
    assert judged(service) == (FACTS, Finding.HEAD)


@pytest.mark.parametrize("moved_to", [0, 4, 6])
def test_a_moved_head_is_found(
    service: Database, forger: psycopg.Connection, moved_to: int
) -> None:
    forger.execute("UPDATE log_head SET position = %s", (moved_to,))
    assert judged(service) == (FACTS, Finding.HEAD)


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
