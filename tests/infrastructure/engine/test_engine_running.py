"""The engine over PostgreSQL: leading, waiting, and what it does with poison."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from application.errors import FoldBehind
from domain.emergency import facts
from domain.emergency.vocabulary import Device, Stage
from domain.platform import Platform
from infrastructure.database import Database
from infrastructure.engine.engine import (
    FoldOutdated,
    Overtaken,
)
from infrastructure.engine.postgres import PostgresEngine
from infrastructure.engine.watch import FoldWatch
from infrastructure.log.scope import Scope
from projections.catalogue import FOLDS
from projections.operator_queue import OperatorQueue
from tests import clusters
from tests.contracts.test_engine import fold_all
from tests.story import CITIZEN, Story, report
from tests.waiting import until

QUEUE = "operator_queue"
DETAIL = "report_detail"


class NextQueue(OperatorQueue):
    version = OperatorQueue.version + 1


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

        def page(self, after: int, upto: int, scope: Scope, **_connection: object) -> list[Any]:
            fold_all(engine, QUEUE)
            return story.page(after, upto, scope)

        def head(self, **_connection: object) -> int:
            return story.head()

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
        until(lambda: engine.position(QUEUE) == 1)
        [first] = leaders(superuser)
        superuser.execute("SELECT pg_terminate_backend(%s)", (first,))
        story.tell(facts.Accepted, report(1))
        until(lambda: engine.position(QUEUE) == 2)
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
    known = OperatorQueue.version
    assert (status.version, status.code_version) == (known, known)
    assert (status.position, status.parked) == (2, 1)
