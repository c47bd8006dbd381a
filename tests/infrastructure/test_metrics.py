"""What Prometheus is told about processes other than the web's."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from application.errors import LogUnavailable
from infrastructure.database import Database
from infrastructure.metrics import DatabaseMetrics


@pytest.fixture
def metrics(database) -> Iterator[DatabaseMetrics]:
    opened = Database(database.service_url, application_name="test")
    yield DatabaseMetrics(opened)
    opened.close()


def figure(text: str, name: str) -> float:
    [line] = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[1])


def test_a_quiet_house_has_nothing_overdue(metrics) -> None:
    text = metrics.exposition(streams=3)
    assert figure(text, "ansim_log_position") == 0
    assert figure(text, "ansim_timers_overdue_seconds") == 0
    assert figure(text, "ansim_queue_streams") == 3
    assert 'ansim_fold_lag_facts{fold="operator_queue"} 0.0' in text


def test_what_waits_and_what_is_dead_is_shown(metrics, database) -> None:
    with psycopg.connect(database.owner_url) as owner:
        owner.execute(
            "INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id,"
            " position) VALUES (%s, %s, 'emergency.cancel_window', '',"
            " clock_timestamp() - interval '7 seconds', %s, 1)",
            (uuid4(), uuid4(), uuid4()),
        )
        owner.execute(
            "INSERT INTO deliveries (delivery_id, key, channel, about, correlation_id, position,"
            " state) VALUES (%s, 'police:1', 'police', %s, %s, 1, 'dead')",
            (uuid4(), uuid4(), uuid4()),
        )
    text = metrics.exposition()
    assert figure(text, "ansim_timers_waiting") == 1
    assert 7 <= figure(text, "ansim_timers_overdue_seconds") < 20
    assert 'ansim_deliveries{channel="police",state="dead"} 1.0' in text


def test_without_a_database_there_are_no_figures() -> None:
    nowhere = Database("postgresql://ansim@127.0.0.1:9/ansim", application_name="test")
    with pytest.raises(LogUnavailable):
        DatabaseMetrics(nowhere).exposition()
    nowhere.close()
