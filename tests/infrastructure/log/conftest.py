"""The log over a fresh database, and hands to write and to spoil it with."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from infrastructure.database import Database
from infrastructure.key_ring import MemoryKeyRing
from infrastructure.log.append import LogWriter
from infrastructure.log.mapper import FactMapper
from infrastructure.log.reader import LogReader
from infrastructure.log.recorder import LogRecorder
from tests import clusters


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    service = Database(database.service_url, application_name="test")
    yield service
    service.close()


@pytest.fixture
def writer(service: Database) -> LogWriter:
    return LogWriter(service)


@pytest.fixture
def recorder(service: Database) -> Iterator[LogRecorder]:
    recorder = LogRecorder(service)
    yield recorder
    recorder.close()


@pytest.fixture
def key_ring() -> MemoryKeyRing:
    return MemoryKeyRing()


@pytest.fixture
def mapper(key_ring: MemoryKeyRing) -> FactMapper:
    return FactMapper(key_ring)


@pytest.fixture
def reader(service: Database, mapper: FactMapper) -> LogReader:
    return LogReader(service, mapper)


@pytest.fixture
def superuser(database: clusters.Database) -> Iterator[psycopg.Connection]:
    """The adversary: owns the server; triggers are still on."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def forger(superuser: psycopg.Connection) -> psycopg.Connection:
    """The adversary with every trigger and constraint of the log taken off."""
    superuser.execute("ALTER TABLE events DISABLE TRIGGER ALL")
    superuser.execute("ALTER TABLE log_head DISABLE TRIGGER ALL")
    return superuser
