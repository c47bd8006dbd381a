"""A nonce counts once: in memory, and in PostgreSQL among many at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.phone_desk import Nonces
from infrastructure.database import Database
from infrastructure.nonces import PostgresNonces
from tests import clusters
from tests.memory import MemoryNonces

SOON = datetime.now(UTC) + timedelta(days=1)
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    opened = Database(database.service_url, application_name="nonces")
    yield opened
    opened.close()


@pytest.fixture(params=["memory", "postgres"])
def nonces(request: pytest.FixtureRequest, service: Database) -> Nonces:
    return MemoryNonces() if request.param == "memory" else PostgresNonces(service)


def test_a_nonce_counts_once_for_each_device(nonces: Nonces) -> None:
    mine, hers = uuid4(), uuid4()
    assert nonces.spend(mine, "n", until=SOON)
    assert not nonces.spend(mine, "n", until=SOON)
    assert nonces.spend(mine, "m", until=SOON)
    assert nonces.spend(hers, "n", until=SOON)


def test_one_of_many_at_once_wins(nonces: Nonces) -> None:
    device = uuid4()
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(nonces.spend, device, "n", until=SOON) for _ in range(16)]
    assert sum(one.result() for one in asked) == 1


def test_expired_ones_go_with_the_devices_next(service: Database) -> None:
    nonces, device = PostgresNonces(service), uuid4()
    nonces.spend(device, "old", until=LONG_AGO)
    nonces.spend(device, "new", until=SOON)
    with service.connection() as connection:
        kept = connection.execute(
            "SELECT nonce FROM device_nonces WHERE device_id = %s", (device,)
        ).fetchall()
    assert kept == [("new",)]
