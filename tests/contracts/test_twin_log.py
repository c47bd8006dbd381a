"""The log in memory keeps the contracts of the log: the library's, and ours upon it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from eventsourcing.tests import persistence as contract

from application.context import Context, Idempotency
from application.errors import Conflict
from application.ports import Receipts
from application.safe_return import AlreadyAnswered, Receipt, SafeReturn
from domain.emergency import Emergency
from domain.policy import Policy
from domain.report_guard import ReportGuard
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.application.house import CITIZEN
from tests.clusters import Database
from tests.domain.reports import JIYOUNG, POLICY, after, signal
from tests.memory import MemoryLog, memory_app
from tests.scenario import T0, state_of

KEY = Idempotency(route="emergency.trigger", key="t-1", body_sha256=b"1" * 32)
KEYED = CITIZEN.model_copy(update={"idempotency": KEY})


class TestMemoryLog(contract.ApplicationRecorderTestCase):
    def create_recorder(self) -> MemoryLog:
        return MemoryLog()


class Log(NamedTuple):
    app: SafeReturn
    receipts: Receipts


@pytest.fixture(params=["memory", "postgres"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    if request.param == "memory":
        memory = MemoryLog()
        yield Log(memory_app(memory), memory)
        return
    database: Database = request.getfixturevalue("database")
    settings = Settings(
        database_url=database.service_url, key_encryption_key=b64encode(bytes(32)).decode()
    )
    with House(settings, role="test") as house:
        yield Log(house.app, house.receipts)


def report() -> Emergency:
    return Emergency.trigger(signal(), at=T0, policy=POLICY)


def guard() -> ReportGuard:
    guard = ReportGuard.begin_for(JIYOUNG, at=T0)
    guard.stands(report_id=signal().report_id, trigger_id="t-1", drill=False, at=T0)
    return guard


def commit(log: Log, *aggregates: Emergency | ReportGuard, context: Context = CITIZEN) -> Receipt:
    receipt = Receipt(aggregate_id=aggregates[0].id)
    return log.app.commit(aggregates, context=context, receipt=receipt)


def test_what_was_saved_is_what_is_loaded(log: Log) -> None:
    saved = report()
    remembered = state_of(saved)
    receipt = commit(log, saved)
    loaded = log.app.load(Emergency, saved.id)
    assert state_of(loaded) == remembered
    (fact,) = log.app.history(saved.id)
    assert fact.envelope.position == receipt.position
    assert fact.envelope.actor == CITIZEN.principal.actor
    assert fact.envelope.correlation_id == CITIZEN.correlation_id


def test_a_turn_is_known_by_its_position(log: Log) -> None:
    commit(log, report())
    raised = log.app.load(Emergency, signal().report_id)
    raised.window_elapsed(at=after(5), policy=Policy())
    receipt = commit(log, raised)
    assert log.app.load(Emergency, raised.id).turned_at == receipt.position


def test_positions_follow_each_other_without_gaps(log: Log) -> None:
    first = commit(log, report())
    second = commit(log, guard())
    assert (first.position, second.position) == (1, 3)


def test_nothing_new_moves_nothing(log: Log) -> None:
    commit(log, report())
    assert commit(log, log.app.load(Emergency, signal().report_id)).position is None


def test_two_aggregates_are_saved_together_or_not_at_all(log: Log) -> None:
    commit(log, report())
    with pytest.raises(Conflict):
        commit(log, guard(), report())
    assert log.app.find(ReportGuard, guard().id) is None


def test_the_second_of_two_writers_is_told(log: Log) -> None:
    commit(log, report())
    one, other = (log.app.load(Emergency, signal().report_id) for _ in range(2))
    one.cancel(at=after(5), policy=POLICY)
    other.window_elapsed(at=after(5), policy=POLICY)
    commit(log, one)
    with pytest.raises(Conflict):
        commit(log, other)


def test_a_key_that_has_an_answer_stores_nothing_more(log: Log) -> None:
    assert log.receipts.find(CITIZEN.principal.id, KEY) is None
    first = commit(log, report(), context=KEYED)
    stored = log.receipts.find(CITIZEN.principal.id, KEY)
    assert stored is not None
    assert (stored.position, stored.body_sha256) == (first.position, KEY.body_sha256)
    assert log.receipts.find("somebody else", KEY) is None
    with pytest.raises(AlreadyAnswered) as answered:
        commit(log, guard(), context=KEYED)
    assert answered.value.stored == stored
    assert log.app.find(ReportGuard, guard().id) is None
