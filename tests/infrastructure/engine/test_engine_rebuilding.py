"""Rows are compared with the log, and rebuilt from it beside the live ones."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from domain.emergency import facts
from infrastructure.database import Database
from infrastructure.engine.comparison import differences, digest
from infrastructure.engine.engine import (
    FoldBeyondLog,
    FoldOutdated,
    OwnerNeeded,
    UnknownFold,
)
from infrastructure.engine.loading import loader_of
from infrastructure.engine.postgres import PostgresEngine
from infrastructure.engine.rebuild import Rebuilt
from infrastructure.engine.storage import FoldStore
from projections.catalogue import FOLDS
from projections.operator_queue import OperatorQueue
from tests.contracts.test_engine import fold_all
from tests.story import Story, report
from tests.waiting import until

QUEUE = "operator_queue"
DETAIL = "report_detail"


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
    (
        "usage_reports",
        "usage_by_hour",
        "UPDATE {t} SET uses = uses + 1 WHERE ctid = {one}",
        "changed",
    ),
    ("usage_reports", "usage_by_hour", "DELETE FROM {t} WHERE ctid = {one}", "missing"),
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
    left = superuser.execute(
        "SELECT count(*) FROM pg_tables WHERE schemaname IN ('shadow', 'comparing')"
    )
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
    rebuilt = folded.rebuild("usage_reports")
    assert not rebuilt.equal
    assert {one.table for one in rebuilt.differences} == {"usage_by_hour"}
    assert folded.compare("usage_reports") == []


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
        until(lambda: folded.position(QUEUE) == story.head())
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


@pytest.mark.usefixtures("folded")
@pytest.mark.parametrize("held_max", [1, 3, 1000])
def test_a_load_that_holds_few_rows_ends_as_one_that_holds_all(
    owner: Database, story: Story, held_max: int
) -> None:
    for fold in FOLDS:
        store = FoldStore(fold, "shadow")
        with owner.dedicated() as connection, connection.transaction(force_rollback=True):
            loader_of(connection, store, held_max=held_max, page=7).load(story, story.head())
            live = FoldStore(fold).tables
            assert differences(connection, fold.name, live, store.tables) == []
            assert digest(connection, live) == digest(connection, store.tables)


def test_another_version_than_the_codes_is_not_built(folded: PostgresEngine) -> None:
    known = OperatorQueue.version
    with pytest.raises(FoldOutdated, match=f"version {known}, not {known + 1}"):
        folded.rebuild(QUEUE, version=known + 1)
    assert folded.rebuild(QUEUE, version=known).equal


def test_rebuilding_needs_the_owner(service: Database, story: Story) -> None:
    with pytest.raises(OwnerNeeded):
        PostgresEngine(service, story, FOLDS).rebuild(QUEUE)


def test_an_unknown_fold_is_refused_by_name(engine: PostgresEngine) -> None:
    with pytest.raises(UnknownFold, match="operator_queue"):
        engine.compare("queue")
