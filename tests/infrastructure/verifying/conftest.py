"""One log for all forgeries: each is done in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest

from infrastructure.database import Database
from infrastructure.key_ring import MemoryKeyRing
from infrastructure.log.append import LogWriter
from infrastructure.log.sealing import Place, Sealer, pack
from infrastructure.log.stored import StoredFact
from infrastructure.verifying import copying
from tests import clusters
from tests.infrastructure.log.writing import fact, request
from tests.infrastructure.verifying.forging import Forger

FACTS = 40
RECORDS = 20
BATCH = 8
"""Rows taken at once while tests run: boundaries lie behind every eighth."""
SEALED = {3: 1, 8: 1, 9: 2, 21: 1, 40: 1}
"""Positions with sealed parts, and how many."""

RECORD = (
    "SELECT record_access('operator:17', NULL, '11740', '10.0.0.7', gen_random_uuid(),"
    " '{read}', ARRAY[gen_random_uuid()], '{report.read}', '{report:5}', '{NULL}', '{response}',"
    " '{NULL}')"
)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "BATCH", BATCH)


@pytest.fixture(scope="module")
def key_ring() -> MemoryKeyRing:
    return MemoryKeyRing()


@pytest.fixture(scope="module")
def written(cluster: clusters.Cluster, key_ring: MemoryKeyRing) -> Iterator[clusters.Database]:
    """A database with facts and access records, the facts of each three of one aggregate."""
    with cluster.database() as database:
        service = Database(database.service_url, application_name="test")
        LogWriter(service).append([request(_fact(key_ring, n)) for n in range(1, FACTS + 1)])
        with service.connection() as connection:
            for _ in range(RECORDS):
                connection.execute(RECORD)
        service.close()
        yield database


@pytest.fixture(scope="module")
def _superuser(written: clusters.Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(written.superuser_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def forger(_superuser: psycopg.Connection) -> Iterator[Forger]:
    with _superuser.transaction(force_rollback=True):
        yield Forger(_superuser)


def _fact(key_ring: MemoryKeyRing, number: int) -> StoredFact:
    aggregate_id = UUID(int=(number - 1) // 3 + 1)
    version = (number - 1) % 3 + 1
    one = fact(aggregate_id, version, f'{{"n":{number}}}')
    sealer, place = Sealer(key_ring), Place(aggregate_id, version, one.topic, one.schema_version)
    parts = [
        sealer.seal(b'{"name":"x"}', key_ring.sealing_key(uuid4()), place)
        for _ in range(SEALED.get(number, 0))
    ]
    object.__setattr__(one, "sealed", pack(parts))
    return one
