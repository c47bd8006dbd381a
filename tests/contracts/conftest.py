"""Every PostgreSQL that is installed here, each started when it is first asked for; partners."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infrastructure.embedded.home import Home
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.embedded.postgres_binaries import installed_binaries
from infrastructure.partners.connections import PartnerConnections
from interfaces.partners.app import SimulatedPartners
from tests.clusters import Cluster
from tests.contracts.partnered import SECRET, Ansim, WallClock
from tests.serving import Serving


@pytest.fixture(scope="session")
def cluster_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Cluster]]:
    """Hands out a migrated cluster of one of ``installed_binaries``."""
    running: dict[str, Cluster] = {}
    with ExitStack() as stack:

        def start(origin: str) -> Cluster:
            if origin not in running:
                home = Home(tmp_path_factory.mktemp(origin) / "home")
                home.prepare()
                stack.callback(shutil.rmtree, home.path)
                stack.enter_context(home.locked())
                server = PostgresServer(
                    home, leashed=True, durable=False, binaries=installed_binaries()[origin]
                )
                server.start()
                stack.callback(server.stop)
                running[origin] = Cluster(server)
            return running[origin]

        yield start


@pytest.fixture
def ansim() -> Ansim:
    return Ansim()


@pytest.fixture
def url(ansim: Ansim, tmp_path: Path) -> Iterator[str]:
    with Serving(ansim.app()) as ansim_url:
        simulated = SimulatedPartners(
            secret=SECRET, ansim_url=ansim_url, journal=tmp_path / "journal.jsonl"
        )
        with Serving(simulated.app()) as url:
            yield url


@pytest.fixture
def connections(url: str) -> Iterator[PartnerConnections]:
    made = PartnerConnections(url, secret=SECRET, clock=WallClock(), timeout_s=0.5)
    yield made
    made.close()
