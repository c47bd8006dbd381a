from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from application.outbox import Channel, Delivery, Outbox, Timer, TimerKind
from infrastructure.database import Database
from infrastructure.log.append import Answered, LogWriter, Overtaken, Stored
from infrastructure.log.recorder import LogRecorder
from infrastructure.log.stored import StoredFact
from infrastructure.log.verify import verify
from tests.faults.scenarios import scenario
from tests.infrastructure.log.writing import T0, fact, request
from tests.waiting import until

APPEND_LOCK = 71933208


@contextmanager
def frozen_writer(superuser: psycopg.Connection) -> Iterator[None]:
    """Somebody stopped dead while holding the log."""
    with superuser.transaction():
        superuser.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
        yield


def count(connection: psycopg.Connection, table: str) -> int:
    return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608


def terminate(superuser: psycopg.Connection, pid: int) -> None:
    assert superuser.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,)).fetchone() == (True,)


def test_positions_count_from_one_without_gaps(writer: LogWriter) -> None:
    a, b = uuid4(), uuid4()
    assert writer.append([request(fact(a, 1), fact(a, 2))]) == [Stored([1, 2])]
    assert writer.append([request(fact(b, 1)), request(fact(a, 3))]) == [Stored([3]), Stored([4])]


def test_a_taken_version_a_gap_and_a_late_start_are_conflicts(writer: LogWriter) -> None:
    a = uuid4()
    writer.append([request(fact(a, 1), fact(a, 2))])
    outcomes = writer.append(
        [
            request(fact(a, 2)),
            request(fact(a, 4)),
            request(fact(uuid4(), 2)),
            request(fact(a, 3), fact(a, 3)),
            request(fact(a, 3)),
        ]
    )
    assert outcomes == [Overtaken()] * 4 + [Stored([3])]


def test_a_request_is_stored_whole_or_not_at_all(writer: LogWriter, service: Database) -> None:
    a, b = uuid4(), uuid4()
    outcomes = writer.append(
        [request(fact(a, 1), fact(b, 7)), request(fact(a, 1)), request(fact(a, 2), fact(b, 1))]
    )
    assert outcomes == [Overtaken(), Stored([1]), Stored([2, 3])]
    assert verify(service).ok


def test_one_batch_has_an_outcome_for_each(writer: LogWriter, service: Database) -> None:
    a, b = uuid4(), uuid4()
    writer.append([request(fact(a, 1), key="first", receipt='{"n": 1}')])
    outcomes = writer.append(
        [
            request(fact(a, 2), key="first", body=b"other"),
            request(fact(a, 2), key="second", receipt='{"n": 2}', body=b"2"),
            request(fact(b, 1), key="second"),
            request(fact(a, 2)),
            request(fact(a, 3), fact(b, 1)),
        ]
    )
    match outcomes:
        case [Answered(first), Stored([2]), Answered(second), Overtaken(), Stored([3, 4])]:
            assert (first.receipt, first.position, first.body_sha256) == ('{"n": 1}', 1, b"body")
            assert (second.receipt, second.position, second.body_sha256) == ('{"n": 2}', 2, b"2")
        case _:
            pytest.fail(str(outcomes))
    assert verify(service).ok


def test_an_expired_key_may_be_used_again(writer: LogWriter, superuser: psycopg.Connection) -> None:
    writer.append([request(fact(uuid4(), 1), key="k")])
    superuser.execute("UPDATE idempotency SET expires_at = clock_timestamp()")
    assert writer.append([request(fact(uuid4(), 1), key="k", body=b"new")]) == [Stored([2])]
    rows = superuser.execute("SELECT position, body_sha256 FROM idempotency").fetchall()
    assert rows == [(2, b"new")]


def test_no_requests_are_no_work(writer: LogWriter) -> None:
    assert writer.append([]) == []


def test_timers_and_deliveries_are_stored_with_their_facts_only(
    writer: LogWriter, superuser: psycopg.Connection
) -> None:
    a = uuid4()
    outbox = Outbox(
        timers=(Timer(aggregate_id=a, kind=TimerKind.CANCEL_WINDOW, due_at=T0),),
        deliveries=(Delivery(key="police:1", channel=Channel.POLICE, about=a, request_id=a),),
    )
    lost = Outbox(deliveries=(Delivery(key="call:1", channel=Channel.CALL, about=a),))
    last = fact(a, 2)
    stored = request(fact(a, 1), last, outbox=outbox)
    assert writer.append([stored, request(fact(a, 2), outbox=lost)]) == [
        Stored([1, 2]),
        Overtaken(),
    ]
    assert superuser.execute(
        "SELECT timer_id, aggregate_id, kind, due_at, correlation_id, causation_id, position,"
        " fired_at FROM timers"
    ).fetchall() == [
        (
            outbox.timers[0].timer_id,
            a,
            TimerKind.CANCEL_WINDOW,
            T0,
            stored.correlation_id,
            last.event_id,
            2,
            None,
        )
    ]
    assert superuser.execute(
        "SELECT delivery_id, key, channel, about, request_id, correlation_id, causation_id,"
        " position, state FROM deliveries"
    ).fetchall() == [
        (
            outbox.deliveries[0].delivery_id,
            "police:1",
            Channel.POLICE,
            a,
            a,
            stored.correlation_id,
            last.event_id,
            2,
            "pending",
        )
    ]


def test_the_columns_say_who_why_and_when(writer: LogWriter, service: Database) -> None:
    asked = request(fact(uuid4(), 1, '{"한":"글"}'))
    writer.append([asked])
    with service.connection() as connection:
        row = connection.execute(
            "SELECT correlation_id, causation_id, actor, occurred_at, received_at, open,"
            " clock_timestamp() - recorded_at < interval '5 s', event_id FROM events"
        ).fetchone()
    assert row == (
        asked.correlation_id,
        asked.causation_id,
        "citizen:kim",
        None,
        T0,
        '{"한":"글"}',
        True,
        asked.facts[0].event_id,
    )


def test_facts_that_are_stored_already_are_the_callers_own_success(
    recorder: LogRecorder, superuser: psycopg.Connection
) -> None:
    a = uuid4()
    facts = [fact(a, 1), fact(a, 2)]
    assert recorder.insert_events(facts) == [1, 2]
    recorder.insert_events([fact(a, 3)])
    assert recorder.insert_events(facts) == [1, 2]
    assert count(superuser, "events") == 3


def test_a_repeat_after_a_lost_answer_wins_over_its_own_key(writer: LogWriter) -> None:
    asked = request(fact(uuid4(), 1), key="k")
    assert writer.append([asked]) == [Stored([1])]
    assert writer.append([asked]) == [Stored([1])]


def test_recorded_at_never_runs_backwards(writer: LogWriter, superuser: psycopg.Connection) -> None:
    future = datetime.now(UTC) + timedelta(hours=1)
    superuser.execute("UPDATE log_head SET recorded_at = %s", (future,))
    writer.append([request(fact(uuid4(), 1))])
    assert superuser.execute("SELECT recorded_at FROM events").fetchone() == (future,)


@scenario(13)
def test_while_a_frozen_writer_holds_the_log_all_others_fail_soon_and_recover(
    writer: LogWriter, superuser: psycopg.Connection
) -> None:
    def attempt(_number: int) -> float:
        started = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            writer.append([request(fact(uuid4(), 1))])
        return time.monotonic() - started

    with frozen_writer(superuser), ThreadPoolExecutor(4) as threads:
        assert max(threads.map(attempt, range(4))) < 2.0
    assert writer.append([request(fact(uuid4(), 1))]) == [Stored([1])]


def test_a_connection_lost_before_the_append_is_replaced(
    writer: LogWriter, service: Database, superuser: psycopg.Connection
) -> None:
    writer.append([request(fact(uuid4(), 1))])
    with service.writer() as connection:
        terminate(superuser, connection.info.backend_pid)
    assert writer.append([request(fact(uuid4(), 1))]) == [Stored([2])]


def test_a_connection_lost_in_the_append_stores_once(
    writer: LogWriter, service: Database, superuser: psycopg.Connection
) -> None:
    with service.writer() as connection:
        pid = connection.info.backend_pid
    with ThreadPoolExecutor(1) as thread:
        with frozen_writer(superuser):
            answer = thread.submit(writer.append, [request(fact(uuid4(), 1))])
            until(lambda: _waits(superuser, pid))
            terminate(superuser, pid)
        assert answer.result() == [Stored([1])]
    assert count(superuser, "events") == 1


def test_many_writers_make_one_order(service: Database, recorder: LogRecorder) -> None:
    def write(_number: int) -> list[int]:
        a = uuid4()
        return [recorder.insert_events([fact(a, version)])[0] for version in range(1, 26)]

    with ThreadPoolExecutor(4) as threads:
        positions = [position for found in threads.map(write, range(4)) for position in found]
    assert sorted(positions) == list(range(1, 101))
    assert verify(service).position == 100


def test_a_plain_event_of_the_library_gets_an_id_of_its_own() -> None:
    one = fact(uuid4(), 1)
    assert StoredFact.of(one) is one
    assert one != object()
    assert hash(one) == hash(one)


def _waits(connection: psycopg.Connection, pid: int) -> bool:
    query = "SELECT FROM pg_locks WHERE pid = %s AND NOT granted"
    return connection.execute(query, (pid,)).fetchone() is not None
