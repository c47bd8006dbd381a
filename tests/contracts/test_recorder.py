"""Our recorder keeps the library's own contract, on every PostgreSQL that is installed here.

``AggregateRecorderTestCase`` wants ``insert_events`` to answer None, because a recorder of
aggregates alone knows no positions. Ours always knows them, so it is asked through
``WithoutPositions``, which forgets them; all else is ours. ``ProcessRecorderTestCase`` and
``TrackingRecorderTestCase`` do not apply: folds keep their tracking in ``infrastructure.engine``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

import pytest
from eventsourcing.persistence import AggregateRecorder, StoredEvent
from eventsourcing.tests import persistence as contract

from infrastructure.database import Database
from infrastructure.embedded.postgres_binaries import installed_binaries
from infrastructure.log.recorder import LogRecorder
from infrastructure.log.verify import verify
from tests.clusters import Cluster


class WithoutPositions(AggregateRecorder):
    def __init__(self, recorder: LogRecorder) -> None:
        self._recorder = recorder

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        self._recorder.insert_events(stored_events, **kwargs)

    def select_events(self, originator_id: UUID | str, **kwargs: Any) -> Sequence[StoredEvent]:
        return self._recorder.select_events(originator_id, **kwargs)


class OnAServer:
    """Gives each test a recorder over an empty log, and checks the chain afterwards."""

    origin: ClassVar[str]
    recorder: LogRecorder

    @pytest.fixture(autouse=True)
    def _empty_log(self, cluster_on: Callable[[str], Cluster]) -> Iterator[None]:
        with cluster_on(self.origin).database() as addresses:
            database = Database(addresses.service_url, application_name="contract")
            self.recorder = LogRecorder(database)
            yield
            self.recorder.close()
            assert verify(database).ok
            database.close()


class AggregateContract(OnAServer, contract.AggregateRecorderTestCase):
    __test__ = False

    def create_recorder(self) -> AggregateRecorder:
        return WithoutPositions(self.recorder)


class ApplicationContract(OnAServer, contract.ApplicationRecorderTestCase):
    __test__ = False

    def create_recorder(self) -> LogRecorder:
        return self.recorder

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


for origin in installed_binaries():
    for base in (AggregateContract, ApplicationContract):
        name = f"Test{base.__name__}_{origin.replace('-', '_')}"
        globals()[name] = type(base)(
            name, (base,), {"origin": origin, "__test__": True, "__module__": __name__}
        )
