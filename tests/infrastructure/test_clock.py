from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from infrastructure import clock as clocks
from infrastructure.clock import ClockSkewed, DatabaseClock
from infrastructure.database import Database
from tests import clusters


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    service = Database(database.service_url, application_name="test")
    yield service
    service.close()


def test_now_is_the_databases_now(service: Database) -> None:
    clock = DatabaseClock(service)
    with service.connection() as connection:
        [(before,)] = connection.execute("SELECT clock_timestamp()").fetchall()
        now = clock.now()
        [(after,)] = connection.execute("SELECT clock_timestamp()").fetchall()
    assert before - timedelta(milliseconds=20) < now < after + timedelta(milliseconds=20)
    assert now.tzinfo is UTC
    assert clock.now() > now


def test_a_clock_beside_the_databases_starts_and_one_off_does_not(
    service: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = DatabaseClock(service)
    clock.check_skew()
    assert abs(clock.skew_s()) < clocks.SKEW_MAX_S
    wall = clocks.time.time
    monkeypatch.setattr(clocks.time, "time", lambda: wall() + 0.5)
    with pytest.raises(ClockSkewed, match=r"\+0\.\d+ s off"):
        clock.check_skew()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=0.2)


def test_the_offset_is_sampled_anew_and_stands_when_it_cannot_be(
    database: clusters.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Database(database.service_url, application_name="test")
    clock = DatabaseClock(service)
    clock._offset_s = 0.0  # as if sampled from a database that lived in 1970
    clock._note_moment()
    assert clock.now().year == 1970
    monkeypatch.setattr(clocks, "RESAMPLE_S", -1.0)
    assert clock.now().year > 2020
    service.close()
    away = Database("host=127.0.0.1 port=1 dbname=none", application_name="test")
    monkeypatch.setattr(clock, "_database", away)
    monkeypatch.setattr("infrastructure.database.POOL_WAIT_S", 0.1)
    assert clock.now().year > 2020
    with pytest.raises(psycopg.OperationalError):
        DatabaseClock(away).now()
    away.close()


def test_a_machine_that_slept_asks_again(
    service: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = DatabaseClock(service)
    clock.now()
    clock._offset_s = 0.0
    wall = clocks.time.time
    monkeypatch.setattr(clocks.time, "time", lambda: wall() + 60)
    assert clock.now().year > 2020
