"""Each fold is compared once a night, by whoever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import psycopg
import pytest

from domain.emergency import facts
from infrastructure.database import Database
from infrastructure.engine.postgres import PostgresEngine
from projections.operator_queue import OperatorQueue
from projections.usage_reports import UsageReports
from tests import clusters
from tests.contracts.test_engine import fold_all
from tests.memory import FrozenClock
from tests.story import Story, report
from workers.nightly import NightlyComparison, four_in_the_morning

NAMES = ["operator_queue", "usage_reports"]
FOLDS = (OperatorQueue(), UsageReports())


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    service = Database(database.service_url, application_name="test")
    yield service
    service.close()


@pytest.fixture
def engine(service: Database, database: clusters.Database) -> Iterator[PostgresEngine]:
    owner = Database(database.owner_url, application_name="test-owner")
    story = Story()
    story.tell(facts.Triggered, report(1))
    engine = PostgresEngine(service, story, FOLDS, owner=owner)
    for name in NAMES:
        fold_all(engine, name)
    yield engine
    owner.close()


@pytest.fixture
def clock(engine: PostgresEngine) -> FrozenClock:
    """Just before the first night after the migration."""
    migrated = engine.compared_at(NAMES[0])
    assert migrated is not None
    return FrozenClock(four_in_the_morning(migrated) + timedelta(hours=23, minutes=59))


def test_a_fold_is_compared_once_after_four(engine: PostgresEngine, clock: FrozenClock) -> None:
    stop = Event()
    nightly = NightlyComparison(engine, clock)
    assert nightly.turn(stop) == []
    clock.advance(120)
    assert nightly.turn(stop) == NAMES
    assert nightly.turn(stop) == []


def test_a_difference_is_kept_until_it_is_mended(
    engine: PostgresEngine, clock: FrozenClock, database: clusters.Database
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("UPDATE read.operator_queue SET joined = 7")
    clock.advance(120)
    NightlyComparison(engine, clock).turn(Event())
    assert engine.status(NAMES[0]).differing == 1
    engine.rebuild(NAMES[0])
    assert engine.status(NAMES[0]).differing == 0


def test_no_owner_is_needed(engine: PostgresEngine, service: Database, clock: FrozenClock) -> None:
    story = Story()
    story.tell(facts.Triggered, report(1))
    clock.advance(120)
    nightly = NightlyComparison(PostgresEngine(service, story, FOLDS), clock)
    assert nightly.turn(Event()) == NAMES
    assert engine.status(NAMES[0]).differing == 0


def test_a_fold_that_waits_for_its_rebuild_is_let_pass(
    engine: PostgresEngine, clock: FrozenClock, database: clusters.Database
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("UPDATE read.tracking SET version = 0 WHERE fold = %s", (NAMES[0],))
    clock.advance(120)
    assert NightlyComparison(engine, clock).turn(Event()) == NAMES[1:]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 3, 1, 18, 59, tzinfo=UTC), datetime(2026, 2, 28, 19, tzinfo=UTC)),
        (datetime(2026, 3, 1, 19, 0, tzinfo=UTC), datetime(2026, 3, 1, 19, tzinfo=UTC)),
        (datetime(2026, 3, 2, 3, 0, tzinfo=UTC), datetime(2026, 3, 1, 19, tzinfo=UTC)),
    ],
)
def test_four_in_the_morning_is_seouls(now: datetime, last: datetime) -> None:
    assert four_in_the_morning(now) == last
