"""Folding live, with kills, repeats, restarts and parked facts, equals folding from nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from infrastructure.database import Database
from infrastructure.engine.memory import MemoryEngine
from infrastructure.engine.postgres import PostgresEngine
from projections.operator_queue import OperatorQueue
from projections.report_detail import ReportDetail
from projections.usage_reports import UsageReports
from tests import clusters
from tests.contracts.test_engine import KINDS, Touchy, fold_all
from tests.story import Story, report

from domain.emergency import facts  # isort: skip

NAMES = (OperatorQueue.name, ReportDetail.name, UsageReports.name)
TABLES = (
    "operator_queue",
    "operator_queue_history",
    "report_detail",
    "report_detail_history",
    "usage_reports",
    "usage_by_hour",
    "parked",
)
REPORTS = st.integers(0, 2)


class FoldingLiveIsFoldingFromNothing(RuleBasedStateMachine):
    """The twin folds everything from nothing; PostgreSQL has to agree once nothing waits."""

    service: ClassVar[Database]
    owner: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        Touchy.poison, Touchy.lost = set(), set()
        self.garbled: dict[int, Any] = {}

    @initialize()
    def begin_empty(self) -> None:
        with self.owner.connection() as connection:
            for name in TABLES:
                connection.execute(f"TRUNCATE read.{name}".encode())
            connection.execute("UPDATE read.tracking SET position = 0")
        self.restart()

    @rule()
    def restart(self) -> None:
        self.engine = PostgresEngine(
            self.service, self.story, [Touchy(), ReportDetail(), UsageReports()], owner=self.owner
        )

    @rule(number=REPORTS)
    def trigger(self, number: int) -> None:
        self.story.tell(facts.Triggered, report(number))

    @rule(number=REPORTS, kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    def go_on(self, number: int, kinds: list[Any]) -> None:
        for kind in kinds:
            self.story.tell(kind, report(number))

    @rule(number=REPORTS, kind=st.sampled_from(KINDS))
    def go_on_poisonously(self, number: int, kind: Any) -> None:
        Touchy.poison = Touchy.poison | {self.story.head() + 1}
        self.story.tell(kind, report(number))

    @rule(number=REPORTS, kind=st.sampled_from(KINDS))
    def go_on_unreadably(self, number: int, kind: Any) -> None:
        self.story.garble(report(number), kind.TOPIC)
        self.garbled[self.story.head()] = kind

    @rule(name=st.sampled_from(NAMES), limit=st.integers(1, 9))
    def fold(self, name: str, limit: int) -> None:
        with self.service.connection() as connection:
            self.engine.advance(connection, name, limit)

    @rule(name=st.sampled_from(NAMES), limit=st.integers(1, 9))
    def fold_and_be_killed(self, name: str, limit: int) -> None:
        """The server loses the connection with everything done, and before the commit."""
        with (
            self.service.dedicated() as connection,
            suppress(psycopg.OperationalError),
            connection.transaction(),
        ):
            self.engine.advance(connection, name, limit)
            with self.service.connection() as other:
                other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))

    @rule(name=st.sampled_from(NAMES))
    def retry(self, name: str) -> None:
        self.engine.retry_parked(name)

    @rule(name=st.sampled_from(NAMES))
    def rebuild(self, name: str) -> None:
        self.engine.rebuild(name)

    @rule()
    def mend(self) -> None:
        Touchy.poison = set()
        for position, kind in self.garbled.items():
            self.story.heal(position, kind)
        self.garbled = {}

    @invariant()
    def nothing_is_beyond_the_log(self) -> None:
        for name in NAMES:
            assert self.engine.position(name) <= self.story.head()

    def teardown(self) -> None:
        if not hasattr(self, "engine"):
            return
        self.mend()
        for name in NAMES:
            fold_all(self.engine, name)
            self.engine.retry_parked(name)
            assert self.engine.parked(name) == []
            assert self.engine.compare(name) == []
            twin = MemoryEngine(self.story, [OperatorQueue(), ReportDetail(), UsageReports()])
            fold_all(twin, name)
            assert self.engine.rows(name) == twin.rows(name)
            assert self.engine.totals(name) == twin.totals(name)


@pytest.fixture
def machine(database: clusters.Database) -> Iterator[type[FoldingLiveIsFoldingFromNothing]]:
    class Machine(FoldingLiveIsFoldingFromNothing):
        service = Database(database.service_url, application_name="test")
        owner = Database(database.owner_url, application_name="test-owner")

    yield Machine
    Machine.service.close()
    Machine.owner.close()


def test_folding_live_is_folding_from_nothing(
    machine: type[FoldingLiveIsFoldingFromNothing],
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
