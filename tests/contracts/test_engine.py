"""What both engines promise; the in-memory twin and PostgreSQL are asked the same."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import pytest

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.vocabulary import Stage
from infrastructure.database import Database
from infrastructure.engine.engine import Engine
from infrastructure.engine.memory import MemoryEngine
from infrastructure.engine.postgres import PostgresEngine
from projections.catalogue import FOLDS
from projections.fold import Fold, Key
from projections.operator_queue import OperatorQueue
from projections.queue_row import QueueRow
from projections.report_detail import ReportDetail
from projections.usage_reports import UsageByHour, UsageReports
from tests import clusters
from tests.faults.scenarios import scenario
from tests.story import GANGDONG, GURO, KIM, Story, report

QUEUE = OperatorQueue.name
DETAIL = ReportDetail.name
USAGE = UsageReports.name
KINDS = (
    facts.Accepted,
    facts.Cancelled,
    facts.CancelRefused,
    facts.Joined,
    facts.Claimed,
    facts.TakenOver,
    facts.Released,
    facts.Escalated,
    facts.CallPlaced,
    facts.CallEnded,
    facts.CameraViewed,
    facts.PoliceRequested,
    facts.PoliceAcknowledged,
    facts.PatrolArrived,
    facts.NoteAdded,
    facts.Resolved,
    facts.Reopened,
)


class Touchy(OperatorQueue):
    """The queue, with facts that it cannot take."""

    poison: ClassVar[set[int]] = set()
    lost: ClassVar[set[int]] = set()

    def keys(self, fact: Fact) -> Iterable[Key]:
        if fact.envelope.position in self.lost:
            raise LookupError("no key")
        return super().keys(fact)

    def evolve(self, row: QueueRow | None, fact: Fact) -> QueueRow | None:
        if fact.envelope.position in self.poison:
            raise ValueError("poison")
        return super().evolve(row, fact)


@pytest.fixture
def story() -> Story:
    Touchy.poison, Touchy.lost = set(), set()
    return Story()


@pytest.fixture(params=["memory", "postgres"])
def engine(request: pytest.FixtureRequest, story: Story) -> Iterator[Engine]:
    folds: tuple[Fold[Any], ...] = (Touchy(), *FOLDS[1:])
    if request.param == "memory":
        yield MemoryEngine(story, folds)
        return
    addresses: clusters.Database = request.getfixturevalue("database")
    service = Database(addresses.service_url, application_name="test")
    owner = Database(addresses.owner_url, application_name="test-owner")
    yield PostgresEngine(service, story, folds, owner=owner)
    service.close()
    owner.close()


def fold_all(engine: Engine, name: str) -> None:
    while engine.step(name):
        pass


def tell_a_night(story: Story, length: int = 60, seed: int = 1) -> None:
    chance = random.Random(seed)
    for number in range(6):
        story.tell(
            facts.Triggered,
            report(number),
            district=chance.choice((GANGDONG, GURO)),
            drill=number == 5,
        )
    for _ in range(length):
        story.tell(chance.choice(KINDS), report(chance.randrange(6)))


def test_rows_follow_the_facts_and_the_position_the_log(engine: Engine, story: Story) -> None:
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Accepted, report(1))
    fold_all(engine, QUEUE)
    story.tell(facts.Claimed, report(1))
    fold_all(engine, QUEUE)
    row = engine.rows(QUEUE)[report(1),]
    assert (row.stage, row.held_by, row.ringing) == (Stage.CLAIMED, KIM, False)
    assert engine.position(QUEUE) == 3
    assert engine.step(QUEUE) == 0


def test_facts_of_others_move_the_position_only(engine: Engine, story: Story) -> None:
    story.tell(facts.Triggered, report(1))
    fold_all(engine, "usage_opening")
    assert engine.position("usage_opening") == 1
    assert engine.rows("usage_opening") == {}


def test_a_row_reads_back_as_it_was_folded(engine: Engine, story: Story) -> None:
    tell_a_night(story)
    for fold in FOLDS:
        fold_all(engine, fold.name)
        twin = MemoryEngine(story, [fold])
        fold_all(twin, fold.name)
        assert engine.rows(fold.name) == twin.rows(fold.name)
        assert engine.totals(fold.name) == twin.totals(fold.name)


def test_as_of_any_position_is_the_fold_of_that_prefix(engine: Engine, story: Story) -> None:
    tell_a_night(story)
    for _ in range(3):
        engine.step(QUEUE)
    for position in random.Random(2).sample(range(story.head() + 1), 20):
        prefix = Story()
        prefix.facts = story.facts[:position]
        twin = MemoryEngine(prefix, [OperatorQueue()])
        fold_all(twin, QUEUE)
        assert engine.rows_as_of(QUEUE, position) == twin.rows(QUEUE)


def test_a_rollup_is_the_sum_of_its_rows(engine: Engine, story: Story) -> None:
    tell_a_night(story)
    fold_all(engine, USAGE)
    sums: dict[Key, dict[str, int]] = {}
    for row in engine.rows(USAGE).values():
        counted = UsageByHour().contribution(row)
        if counted is None:
            continue
        key = tuple(getattr(counted, name) for name in counted.KEY)
        total = sums.setdefault(key, {})
        for name, number in counted:
            if name not in counted.KEY:
                total[name] = total.get(name, 0) + number
    found = {
        key: {name: number for name, number in row if name not in row.KEY}
        for key, row in engine.totals(USAGE)["usage_by_hour"].items()
    }
    assert found == {key: total for key, total in sums.items() if any(total.values())}
    assert found


def test_a_total_of_nothing_is_removed(engine: Engine, story: Story) -> None:
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Accepted, report(1))
    fold_all(engine, USAGE)
    assert len(engine.totals(USAGE)["usage_by_hour"]) == 1
    story.tell(facts.Accepted, report(1), district=GURO)
    fold_all(engine, USAGE)
    [row] = engine.totals(USAGE)["usage_by_hour"].values()
    assert (row.district, row.uses) == (GURO, 1)


@scenario(12)
def test_a_poison_fact_parks_its_row_and_others_go_on(engine: Engine, story: Story) -> None:
    Touchy.poison = {3}
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Triggered, report(2))
    story.tell(facts.Accepted, report(1))
    story.tell(facts.Accepted, report(2))
    fold_all(engine, QUEUE)
    story.tell(facts.Claimed, report(1))
    fold_all(engine, QUEUE)
    stages = {key: row.stage for key, row in engine.rows(QUEUE).items()}
    assert stages == {(report(1),): Stage.WINDOW, (report(2),): Stage.OPEN}
    parked = engine.parked(QUEUE)
    assert [one.position for one in parked] == [3, 5]
    assert parked[0].key == str(report(1))
    assert "ValueError" in parked[0].reason
    assert engine.position(QUEUE) == 5


def test_what_is_parked_is_folded_in_order_when_retried(engine: Engine, story: Story) -> None:
    Touchy.poison = {2}
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Accepted, report(1))
    story.tell(facts.Claimed, report(1))
    fold_all(engine, QUEUE)
    assert engine.retry_parked(QUEUE) == 0
    Touchy.poison = set()
    assert engine.retry_parked(QUEUE) == 2
    assert engine.parked(QUEUE) == []
    assert engine.rows(QUEUE)[report(1),].stage is Stage.CLAIMED
    assert engine.rows_as_of(QUEUE, 2)[report(1),].stage is Stage.OPEN
    assert engine.compare(QUEUE) == []


def test_an_unreadable_fact_parks_its_whole_aggregate(engine: Engine, story: Story) -> None:
    story.tell(facts.Triggered, report(1))
    story.garble(report(1))
    story.tell(facts.Claimed, report(1))
    story.tell(facts.Triggered, report(2))
    fold_all(engine, QUEUE)
    assert [one.position for one in engine.parked(QUEUE)] == [2, 3]
    assert {one.key for one in engine.parked(QUEUE)} == {f"aggregate:{report(1)}"}
    assert len(engine.rows(QUEUE)) == 2
    story.heal(2, facts.Accepted)
    assert engine.retry_parked(QUEUE) == 2
    assert engine.rows(QUEUE)[report(1),].stage is Stage.CLAIMED


def test_a_fact_without_a_key_parks_its_aggregate(engine: Engine, story: Story) -> None:
    Touchy.lost = {2}
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Accepted, report(1))
    story.tell(facts.Claimed, report(1))
    fold_all(engine, QUEUE)
    assert [one.position for one in engine.parked(QUEUE)] == [2, 3]
    Touchy.lost = set()
    assert engine.retry_parked(QUEUE) == 2


def test_an_unreadable_fact_of_others_parks_nothing(engine: Engine, story: Story) -> None:
    story.garble(report(1), topic="staff.garbled")
    fold_all(engine, QUEUE)
    assert engine.parked(QUEUE) == []
    assert engine.position(QUEUE) == 1


def test_a_whole_fold_compares_equal(engine: Engine, story: Story) -> None:
    tell_a_night(story)
    for fold in FOLDS:
        fold_all(engine, fold.name)
        assert engine.compare(fold.name) == []
