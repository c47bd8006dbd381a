"""What is asked of the read models."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from application.errors import FoldBehind
from domain import ledger
from domain.emergency import facts
from domain.emergency.vocabulary import Stage
from domain.ledger import DailyDownloads
from infrastructure.database import Database
from infrastructure.engine import selection
from infrastructure.engine.postgres import PostgresEngine
from infrastructure.engine.tables import tables_of
from infrastructure.views.queue import OPEN, QueueView
from infrastructure.views.reports import HistoryView, ReportView
from infrastructure.views.statistics import StatisticsView
from projections.operator_queue import OperatorQueue
from projections.queue_row import OPEN_STAGES, QueueRow
from tests.contracts.test_engine import KINDS, fold_all, tell_a_night
from tests.story import GANGDONG, GURO, KIM, SONGPA, Story, moment, report

QUEUE = "operator_queue"


def fold(engine: PostgresEngine) -> None:
    for name in engine.names:
        fold_all(engine, name)


def test_the_queue_shows_what_is_open_most_urgent_first(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    story.tell(facts.Triggered, report(1), drill=True)
    for number in (2, 3, 4, 5):
        story.tell(facts.Triggered, report(number))
    story.tell(facts.Accepted, report(3))
    story.tell(facts.Accepted, report(2))
    story.tell(facts.Accepted, report(4))
    story.tell(facts.Claimed, report(4))
    story.tell(facts.Cancelled, report(5))
    fold(engine)
    shown = [row.report_id for row in QueueView(service).rows()]
    assert shown == [report(number) for number in (3, 2, 4, 1)]


def test_a_district_sees_its_own_and_what_has_risen_to_it(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Triggered, report(2), district=GURO)
    story.tell(facts.Escalated, report(1))
    fold(engine)
    view = QueueView(service)
    assert [row.report_id for row in view.rows({SONGPA})] == [report(1)]
    assert [row.report_id for row in view.rows({GURO})] == [report(2)]
    assert len(view.rows({GANGDONG, GURO})) == 2
    assert view.rows(set()) == []


def test_the_queue_as_of_a_position_is_what_was_shown_then(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    chance = random.Random(3)
    view = QueueView(service)
    then = {}
    for number in range(6):
        story.tell(facts.Triggered, report(number))
    for _ in range(30):
        story.tell(chance.choice(KINDS), report(chance.randrange(6)))
        fold_all(engine, QUEUE)
        then[story.head()] = view.rows()
    for position, shown in then.items():
        assert view.rows(as_of=position) == shown
    with pytest.raises(FoldBehind):
        view.rows(as_of=story.head() + 1)


def test_a_cancelled_report_is_shown_until_its_time_is_over(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    """No fact takes it away: the clock does, the database's or the one that is asked for."""
    soon = moment(2) + timedelta(minutes=10)
    now = datetime.now(UTC)
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Cancelled, report(1), reopen_until=soon)
    story.tell(facts.Triggered, report(2))
    story.tell(facts.Cancelled, report(2), reopen_until=now + timedelta(minutes=10))
    story.tell(facts.Triggered, report(3))
    fold(engine)
    view = QueueView(service)
    assert [row.report_id for row in view.rows()] == [report(3), report(2)]
    assert {row.report_id for row in view.rows(moment=soon)} == {report(1), report(3)}
    assert [row.report_id for row in view.rows(as_of=2, moment=soon)] == [report(1)]
    assert view.rows(as_of=2, moment=soon + timedelta(seconds=1)) == []
    assert [row.report_id for row in view.rows(as_of=4, moment=soon)] == [report(1)]
    assert [row.report_id for row in view.rows(as_of=4, moment=now)] == [report(2)]
    assert view.rows((GURO,), moment=soon) == []
    told = {change.report_id: change.row for change in view.changes_since(0)}
    assert isinstance(told[report(1)], QueueRow)
    assert told[report(1)].reopen_until == soon


def test_changes_say_what_came_and_what_has_left(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Triggered, report(2))
    fold(engine)
    story.tell(facts.Resolved, report(1))
    story.tell(facts.Accepted, report(2))
    story.tell(facts.Claimed, report(2))
    fold(engine)
    view = QueueView(service)
    left, changed = view.changes_since(2)
    assert (left.position, left.report_id, left.row) == (3, report(1), None)
    assert (changed.position, changed.report_id) == (5, report(2))
    assert changed.row is not None
    assert view.changes_since(5) == []
    pulse = view.pulse()
    assert pulse.fold_position == view.position() == 5
    assert pulse.at is not None


def test_a_row_that_was_folded_late_is_told_to_who_has_seen_further(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    story.tell(facts.Triggered, report(1))
    story.garble(report(1))
    story.tell(facts.Triggered, report(2))
    fold(engine)
    view = QueueView(service)
    before = view.pulse()
    assert view.changes_since(3) == []
    story.heal(2, facts.Accepted)
    assert engine.retry_parked(QUEUE) == 1
    [late] = view.changes_since(3, before.retried)
    assert (late.report_id, late.position, late.again) == (report(1), 3, True)
    assert late.row is not None
    assert dict(late.row)["stage"] is Stage.OPEN
    assert view.changes_since(3, view.pulse().retried) == []
    assert view.changes_since(3) == [late]
    assert view.changes_since(4) == []


def test_a_report_and_its_history_are_asked_as_of_a_position(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Triggered, report(2))
    story.tell(facts.Accepted, report(1))
    story.tell(facts.Claimed, report(1))
    fold(engine)
    reports, histories = ReportView(service), HistoryView(service)
    now, then = reports.get(report(1)), reports.get(report(1), 3)
    assert now is not None
    assert then is not None
    assert (now.held_by, then.held_by) == (KIM, None)
    assert now.position is not None
    assert reports.get(report(2), 1) is None
    assert reports.get(report(3)) is None
    assert [row.position for row in histories.of(report(1))] == [1, 3, 4]
    assert [row.position for row in histories.of(report(1), 3)] == [1, 3]


def test_statistics_are_plain_figures(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    day = date(2026, 1, 1)
    story.tell(ledger.Reported, DailyDownloads.create_id("google", day))
    story.tell(facts.Triggered, report(1))
    story.tell(facts.Accepted, report(1))
    fold(engine)
    view = StatisticsView(service, story)
    assert view.downloads()["cumulative"] == {"2026-01-01": 5}
    assert view.usage()["counted"] == 1


def test_neither_the_queue_nor_its_past_is_scanned(
    engine: PostgresEngine, service: Database, story: Story
) -> None:
    for seed in range(12):
        tell_a_night(story, length=200, seed=seed)
        for number in range(6):
            story.tell(facts.Resolved, report(number))
    fold_all(engine, QUEUE)
    tables = tables_of(OperatorQueue())
    with service.sqlalchemy.connect() as connection:
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = selection.standing(tables, story.head() // 2, lambda _table: OPEN)
        sql = query.compile(service.sqlalchemy, compile_kwargs={"literal_binds": True})
        plan = "\n".join(connection.execute(sa.text(f"EXPLAIN {sql}")).scalars())
    assert "operator_queue_history_stood" in plan
    assert "operator_queue_open" in plan
    assert {stage.value for stage in OPEN_STAGES} == {"window", "open", "claimed"}
