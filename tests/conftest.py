"""Fixtures on real servers. Every worker of pytest-xdist has servers of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import redis

from infrastructure.bootstrap import migrate
from infrastructure.embedded.home import Home
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.valkey import ValkeyServer
from tests.clusters import Cluster, Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ("tests.faults.lines",)

LONG_FIRST = (
    "tests/interfaces/test_demo",
    "tests/faults",
    "tests/browser",
    "tests/stateful",
    "tests/interfaces/test_",
    "tests/infrastructure/test_",
    "tests/interfaces",
    "tests/workers",
    "tests/infrastructure",
    "tests/contracts",
)
"""Modules that take long begin first: at the end every worker has something short to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    found = (turn for turn, begins in enumerate(LONG_FIRST) if item.nodeid.startswith(begins))
    return next(found, len(LONG_FIRST))


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The data folder of the session's servers, removed afterwards."""
    home = Home(tmp_path_factory.mktemp("servers") / "home")
    home.prepare()
    with home.locked():
        yield home
    shutil.rmtree(home.path)


@pytest.fixture(scope="session")
def cluster(shared_home: Home) -> Iterator[Cluster]:
    """The session's PostgreSQL 18; nobody may kill it (see ``own_cluster``)."""
    server = PostgresServer(shared_home, leashed=True, durable=False)
    server.start()
    try:
        yield Cluster(server)
    finally:
        server.stop()


@pytest.fixture
def database(cluster: Cluster) -> Iterator[Database]:
    """A migrated, empty database for one test."""
    with cluster.database() as database:
        yield database


@pytest.fixture(scope="session")
def valkey(shared_home: Home) -> Iterator[ValkeyServer]:
    """The session's Valkey; take ``redis_url`` to find it empty."""
    server = ValkeyServer(shared_home, leashed=True)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def redis_url(valkey: ValkeyServer) -> str:
    with redis.Redis.from_url(valkey.url) as client:
        client.flushdb()
    return valkey.url


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A prepared data folder of this test's own, removed afterwards."""
    home = Home(tmp_path / "home")
    home.prepare()
    yield home
    shutil.rmtree(home.path, ignore_errors=True)


@pytest.fixture
def own_cluster(home: Home) -> Iterator[PostgresServer]:
    """A migrated, durable PostgreSQL that the test may kill and start again."""
    server = PostgresServer(home, leashed=True)
    server.start()
    try:
        migrate(server.owner_url)
        yield server
    finally:
        server.stop()
