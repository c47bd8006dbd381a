"""The engine over PostgreSQL: comparing, rebuilding, leading, waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from application.errors import FoldBehind
from domain.emergency import facts
from domain.emergency.vocabulary import Device, Stage
from domain.platform import Platform
from infrastructure.database import Database
from infrastructure.engine.engine import (
    FoldBeyondLog,
    FoldOutdated,
    Overtaken,
    OwnerNeeded,
    UnknownFold,
)
from infrastructure.engine.postgres import PostgresEngine
from infrastructure.engine.rebuild import Rebuilt
from infrastructure.engine.watch import FoldWatch
from projections.catalogue import FOLDS
from projections.operator_queue import OperatorQueue
from tests import clusters
from tests.contracts.test_engine import fold_all, tell_a_night
from tests.story import CITIZEN, Story, report

QUEUE = "operator_queue"
DETAIL = "report_detail"


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    service = Database(database.service_url, application_name="test")
    yield service
    service.close()


@pytest.fixture
def engine(
    service: Database, database: clusters.Database, story: Story
) -> Iterator[PostgresEngine]:
    owner = Database(database.owner_url, application_name="test-owner")
    yield PostgresEngine(service, story, FOLDS, owner=owner)
    owner.close()


@pytest.fixture
def superuser(database: clusters.Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def folded(engine: PostgresEngine, story: Story) -> PostgresEngine:
    tell_a_night(story)
    for name in engine.names:
        fold_all(engine, name)
    return engine


def eventually(holds: Callable[[], bool], *, within_s: float = 10.0) -> None:
    """Wait until ``holds`` does, looking often."""
    deadline = time.monotonic() + within_s
    idle = Event()
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"
        idle.wait(0.02)


CHANGES = (
    (QUEUE, "operator_queue", "UPDATE {t} SET district = '11000' WHERE ctid = {one}", "changed"),
    (
        QUEUE,
        "operator_queue",
        "UPDATE {t} SET valid_from = 1 + valid_from WHERE ctid = {one}",
        "changed",
    ),
    (QUEUE, "operator_queue", "DELETE FROM {t} WHERE ctid = {one}", "missing"),
    (
        QUEUE,
        "operator_queue_history",
        "UPDATE {t} SET ringing = NOT ringing WHERE ctid = {one}",
        "changed",
    ),
    (
        QUEUE,
        "operator_queue_history",
        "UPDATE {t} SET valid = '[1000,1001)' WHERE ctid = {one}",
        "extra",
    ),
    (QUEUE, "operator_queue_history", "DELETE FROM {t} WHERE ctid = {one}", "missing"),
    (
        DETAIL,
        "report_detail",
        "UPDATE {t} SET texts = '[]', joined = 77 WHERE ctid = {one}",
        "changed",
    ),
    (DETAIL, "usage_by_hour", "UPDATE {t} SET uses = uses + 1 WHERE ctid = {one}", "changed"),
    (DETAIL, "usage_by_hour", "DELETE FROM {t} WHERE ctid = {one}", "missing"),
    (
        "incident_history",
        "incident_history",
        "UPDATE {t} SET actor = 'nobody' WHERE ctid = {one}",
        "changed",
    ),
    (
        "usage_opening",
        "usage_opening",
        "INSERT INTO {t} (service, until, count, source) VALUES ('x', '2020-01-01', 1, 's')",
        "extra",
    ),
)


@pytest.mark.parametrize("case", CHANGES)
def test_a_superusers_change_of_any_table_is_named(
    folded: PostgresEngine, superuser: psycopg.Connection[Any], case: tuple[str, str, str, str]
) -> None:
    fold, table, change, kind = case
    before = folded.sha256(fold)
    place = Identifier("read", table)
    one = SQL("(SELECT ctid FROM {} LIMIT 1)").format(place)
    superuser.execute(SQL(change).format(t=place, one=one))
    found = folded.compare(fold)
    assert (fold, table, kind) in {(one.fold, one.table, one.kind) for one in found}
    assert folded.sha256(fold) != before
    for other in set(folded.names) - {fold}:
        assert folded.compare(other) == []


def test_a_changed_row_is_named_by_key_and_column(
    folded: PostgresEngine, superuser: psycopg.Connection[Any]
) -> None:
    superuser.execute(
        "UPDATE read.operator_queue SET joined = joined + 1, how = 'bell' WHERE report_id = %s",
        (report(2),),
    )
    [found] = folded.compare(QUEUE)
    assert (found.key, set(found.columns)) == (str(report(2)), {"joined", "how"})


def test_comparing_leaves_nothing_behind_and_says_how_far_it_is(
    folded: PostgresEngine, superuser: psycopg.Connection[Any], story: Story
) -> None:
    told: list[tuple[int, int]] = []
    folded.compare(QUEUE, lambda done, goal: told.append((done, goal)))
    assert told[-1] == (story.head(), story.head())
    left = superuser.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'shadow'")
    assert left.fetchone() == (0,)


def test_a_rebuild_takes_the_place_of_the_live_tables(
    folded: PostgresEngine, superuser: psycopg.Connection[Any], story: Story
) -> None:
    rows = folded.rows(QUEUE)
    rebuilt = folded.rebuild(QUEUE)
    assert rebuilt.equal
    assert (rebuilt.position, rebuilt.rows) == (story.head(), len(rows))
    assert folded.rows(QUEUE) == rows
    assert folded.sha256(QUEUE) == folded.sha256(QUEUE, "retired") == rebuilt.sha256_rebuilt
    story.tell(facts.Triggered, report(9))
    fold_all(folded, QUEUE)
    assert (report(9),) in folded.rows(QUEUE)
    folded.rebuild(QUEUE)
    folded.forget_retired(QUEUE)
    left = superuser.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'retired'")
    assert left.fetchone() == (0,)


def test_a_rebuild_mends_what_was_changed_and_says_so(
    folded: PostgresEngine, superuser: psycopg.Connection[Any]
) -> None:
    superuser.execute("DELETE FROM read.usage_by_hour")
    rebuilt = folded.rebuild(DETAIL)
    assert not rebuilt.equal
    assert {one.table for one in rebuilt.differences} == {"usage_by_hour"}
    assert folded.compare(DETAIL) == []


def test_a_rebuild_keeps_what_it_cannot_fold_parked(engine: PostgresEngine, story: Story) -> None:
    story.tell(facts.Triggered, report(1))
    story.garble(report(1))
    story.tell(facts.Accepted, report(1))
    fold_all(engine, QUEUE)
    engine.rebuild(QUEUE)
    assert [one.position for one in engine.parked(QUEUE)] == [2, 3]


def test_reads_and_folding_go_on_while_a_fold_is_rebuilt(
    folded: PostgresEngine, story: Story
) -> None:
    stop = Event()
    seen: list[int] = []
    runner = Thread(target=folded.run, args=(QUEUE, stop))

    def read() -> None:
        while not stop.is_set():
            seen.append(len(folded.rows(QUEUE)))

    def tell() -> None:
        idle = Event()
        for number in range(10, 40):
            story.tell(facts.Triggered, report(number))
            idle.wait(0.01)

    others = [Thread(target=read), Thread(target=tell)]
    for one in (runner, *others):
        one.start()
    try:
        rebuilt: list[Rebuilt] = [folded.rebuild(QUEUE) for _ in range(5)]
        others[1].join()
        eventually(lambda: folded.position(QUEUE) == story.head())
    finally:
        stop.set()
        for one in (runner, *others):
            one.join()
    assert all(one.equal for one in rebuilt)
    assert seen == sorted(seen)
    assert min(seen) >= 6
    assert folded.compare(QUEUE) == []


def test_rows_that_claim_more_than_the_log_has_are_found_and_mended(
    folded: PostgresEngine, superuser: psycopg.Connection[Any], story: Story
) -> None:
    superuser.execute("UPDATE read.tracking SET position = position + 9000")
    with pytest.raises(FoldBeyondLog):
        folded.compare(QUEUE)
    folded.rebuild(QUEUE)
    assert folded.position(QUEUE) == story.head()
    assert folded.compare(QUEUE) == []


def test_rebuilding_needs_the_owner(service: Database, story: Story) -> None:
    with pytest.raises(OwnerNeeded):
        PostgresEngine(service, story, FOLDS).rebuild(QUEUE)


def test_an_unknown_fold_is_refused_by_name(engine: PostgresEngine) -> None:
    with pytest.raises(UnknownFold, match="operator_queue"):
        engine.compare("queue")


class NextQueue(OperatorQueue):
    version = 2


def test_a_new_version_waits_for_its_rebuild(
    folded: PostgresEngine, database: clusters.Database, service: Database, story: Story
) -> None:
    owner = Database(database.owner_url, application_name="test-owner")
    newer = PostgresEngine(service, story, [NextQueue()], owner=owner)
    with pytest.raises(FoldOutdated, match="rebuild"):
        newer.step(QUEUE)
    assert newer.rebuild(QUEUE).sha256_live is None
    story.tell(facts.Triggered, report(9))
    fold_all(newer, QUEUE)
    assert (report(9),) in newer.rows(QUEUE)
    with pytest.raises(FoldOutdated):
        folded.step(QUEUE)
    owner.close()


def test_an_old_runner_that_wakes_up_writes_nothing(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    story.tell(facts.Triggered, report(1))

    class Frozen(Story):
        """While this reader reads, another runner folds the same facts."""

        def read(self, after: int, limit: int) -> list[Any]:
            fold_all(engine, QUEUE)
            return story.read(after, limit)

    with pytest.raises(Overtaken):
        PostgresEngine(service, Frozen(), FOLDS).step(QUEUE)
    assert engine.position(QUEUE) == 1


def test_a_row_that_the_database_refuses_parks_its_fact_alone(
    engine: PostgresEngine, story: Story
) -> None:
    for number in range(8):
        story.tell(facts.Triggered, report(number), presses=10**30 if number == 5 else 3)
    fold_all(engine, DETAIL)
    assert [one.position for one in engine.parked(DETAIL)] == [6]
    assert len(engine.rows(DETAIL)) == 7


def test_text_that_postgresql_cannot_hold_does_not_stop_a_report(
    engine: PostgresEngine, story: Story
) -> None:
    story.tell(
        facts.Triggered,
        report(1),
        device=Device(platform=Platform.ANDROID, app_version="1\x00" * 3),
    )
    fold_all(engine, DETAIL)
    row: Any = engine.rows(DETAIL)[report(1),]
    assert row.app_version == "1\ufffd" * 3
    assert row.citizen_id == CITIZEN


def test_one_runner_leads_and_the_other_takes_over(
    engine: PostgresEngine, superuser: psycopg.Connection[Any], story: Story
) -> None:
    stop = Event()
    runners = [Thread(target=engine.run, args=(QUEUE, stop)) for _ in range(2)]
    for one in runners:
        one.start()
    try:
        story.tell(facts.Triggered, report(1))
        eventually(lambda: engine.position(QUEUE) == 1)
        [first] = leaders(superuser)
        superuser.execute("SELECT pg_terminate_backend(%s)", (first,))
        story.tell(facts.Accepted, report(1))
        eventually(lambda: engine.position(QUEUE) == 2, within_s=2)
        [second] = leaders(superuser)
        assert second != first
    finally:
        stop.set()
        for one in runners:
            one.join()
    assert engine.rows(QUEUE)[report(1),].stage is Stage.OPEN


def leaders(superuser: psycopg.Connection[Any]) -> list[int]:
    rows = superuser.execute(
        "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 71933210"
        " AND d.datname = current_database()"
    )
    return [pid for (pid,) in rows]


def test_who_waits_for_a_position_sees_it(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    watch = FoldWatch(service)
    stop = Event()
    runner = Thread(target=engine.run, args=(QUEUE, stop))
    runner.start()
    try:
        for number in range(1, 6):
            story.tell(facts.Triggered, report(number))
            watch.wait(QUEUE, number)
            assert len(engine.rows(QUEUE)) == number
        with pytest.raises(FoldBehind):
            watch.wait(QUEUE, 99, timeout_s=0.1)
    finally:
        stop.set()
        runner.join()
        watch.close()


def test_status_says_how_far_and_how_far_behind(engine: PostgresEngine, story: Story) -> None:
    story.tell(facts.Triggered, report(1))
    story.garble(report(2))
    fold_all(engine, QUEUE)
    status = engine.status(QUEUE)
    assert (status.position, status.version, status.code_version, status.parked) == (2, 1, 1, 1)
