"""Timers as rows: due by the database's clock, held by one, given back by the dead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from application.errors import LogUnavailable
from application.outbox import TimerKind
from application.timers import TimerOutcome
from infrastructure.database import Database
from infrastructure.timers import PostgresTimers
from tests.waiting import until


@pytest.fixture
def pool(database) -> Iterator[Database]:
    opened = Database(database.service_url, application_name="test")
    yield opened
    opened.close()


@pytest.fixture
def timers(pool) -> PostgresTimers:
    return PostgresTimers(pool)


@pytest.fixture
def owner(database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        yield connection


def set_timer(owner: psycopg.Connection, *, in_s: float) -> UUID:
    timer_id = uuid4()
    owner.execute(
        "INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id, position)"
        " VALUES (%s, %s, %s, '', clock_timestamp() + %s, %s, 1)",
        (timer_id, uuid4(), TimerKind.CANCEL_WINDOW, timedelta(seconds=in_s), uuid4()),
    )
    return timer_id


def due(timers: PostgresTimers, limit: int = 100) -> list[UUID]:
    with timers.claim(limit) as claimed:
        return [timer.timer_id for timer in claimed.due]


def row(owner: psycopg.Connection, timer_id: UUID) -> tuple[datetime | None, str | None, int]:
    return owner.execute(
        "SELECT fired_at, outcome, attempts FROM timers WHERE timer_id = %s", (timer_id,)
    ).fetchone()


def test_a_timer_is_claimed_when_it_is_due_and_not_before(timers, owner) -> None:
    late = set_timer(owner, in_s=-0.5)
    soon = set_timer(owner, in_s=0.3)
    assert due(timers) == [late]
    until(lambda: due(timers) == [late, soon])
    [(early_by,)] = owner.execute(
        "SELECT due_at - clock_timestamp() FROM timers WHERE timer_id = %s", (soon,)
    ).fetchall()
    assert early_by <= timedelta(0)


def test_the_oldest_come_first_and_a_batch_has_an_end(timers, owner) -> None:
    ids = [set_timer(owner, in_s=-seconds) for seconds in (1, 3, 2)]
    assert due(timers, limit=2) == [ids[1], ids[2]]


def test_a_fired_timer_is_never_due_again(timers, owner) -> None:
    timer_id = set_timer(owner, in_s=-1)
    with timers.claim(10) as claimed:
        claimed.fired(timer_id, TimerOutcome.CHANGED)
    assert due(timers) == []
    fired_at, outcome, attempts = row(owner, timer_id)
    assert (fired_at is not None, outcome, attempts) == (True, "changed", 1)


def test_two_claims_never_hold_the_same_timer(timers, owner) -> None:
    ids = {set_timer(owner, in_s=-1) for _ in range(4)}
    with ExitStack() as stack:
        first = stack.enter_context(timers.claim(3))
        second = stack.enter_context(timers.claim(3))
        held = [{timer.timer_id for timer in claimed.due} for claimed in (first, second)]
    assert [len(one) for one in held] == [3, 1]
    assert held[0] | held[1] == ids


def test_a_failing_timer_waits_and_keeps_nobody_waiting(timers, owner) -> None:
    failing = set_timer(owner, in_s=-2)
    other = set_timer(owner, in_s=-1)
    for attempt in (1, 2, 3):
        with timers.claim(10) as claimed:
            assert failing in {timer.timer_id for timer in claimed.due}
            claimed.failed(failing, "log_unavailable")
        [(wait_s, last_error)] = owner.execute(
            "SELECT extract(epoch FROM retry_at - clock_timestamp())::float8, last_error"
            " FROM timers WHERE timer_id = %s",
            (failing,),
        ).fetchall()
        assert wait_s == pytest.approx(2.0 ** (attempt - 1), abs=0.5)
        assert last_error == "log_unavailable"
        assert due(timers) == [other]
        owner.execute("UPDATE timers SET retry_at = now() WHERE timer_id = %s", (failing,))


def test_the_wait_of_a_failing_timer_is_bounded(timers, owner) -> None:
    failing = set_timer(owner, in_s=-2)
    owner.execute("UPDATE timers SET attempts = 1000")
    with timers.claim(1) as claimed:
        claimed.failed(failing, "defect")
    assert 29 < timers.next_due_in_s() <= 30


def test_a_claim_that_ends_badly_marks_nothing(timers, owner) -> None:
    timer_id = set_timer(owner, in_s=-1)

    def crash() -> None:
        with timers.claim(10) as claimed:
            claimed.fired(timer_id, TimerOutcome.CHANGED)
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        crash()
    assert row(owner, timer_id) == (None, None, 0)
    assert due(timers) == [timer_id]


def test_the_timers_of_a_scheduler_that_froze_go_to_another(timers, owner, monkeypatch) -> None:
    monkeypatch.setattr("infrastructure.timers.FROZEN_AFTER_MS", 200)
    timer_id = set_timer(owner, in_s=-1)

    def freeze() -> None:
        with timers.claim(10) as frozen:
            assert [timer.timer_id for timer in frozen.due] == [timer_id]
            until(lambda: due(timers) == [timer_id])
            frozen.fired(timer_id, TimerOutcome.CHANGED)

    with pytest.raises(LogUnavailable):
        freeze()
    assert row(owner, timer_id) == (None, None, 0)


def test_the_next_moment_is_known(timers, owner) -> None:
    assert timers.next_due_in_s() is None
    set_timer(owner, in_s=60)
    assert 59 < timers.next_due_in_s() <= 60
    set_timer(owner, in_s=-5)
    assert timers.next_due_in_s() < -4
