"""One living service for all tests of the API; each test brings its own people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from domain.policy import Policy
from tests.clusters import Cluster
from tests.living import Living, living

HASTY = Policy(cancel_window_s=0.3)
"""For tests that wait until a report rings; what happens before is told with ``Policy()``."""


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with (
        cluster.database() as database,
        living(database, tmp_path_factory.mktemp("living") / "home", policy=HASTY) as service,
    ):
        yield service
