"""Figures for Prometheus, asked of the database: the roles are processes of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.registry import Collector

    from infrastructure.database import Connection, Database

_FIGURES: Final[tuple[tuple[str, str, tuple[str, ...], str], ...]] = (
    (
        "ansim_log_position",
        "Position of the last fact in the log.",
        (),
        "SELECT position FROM log_head",
    ),
    (
        "ansim_fold_lag_facts",
        "Facts that a fold has not seen yet.",
        ("fold",),
        "SELECT t.fold, h.position - t.position FROM read.tracking t, log_head h",
    ),
    (
        "ansim_fold_lag_seconds",
        "Age of the oldest fact that a fold has not seen yet.",
        ("fold",),
        (
            "SELECT t.fold, coalesce(extract(epoch FROM clock_timestamp() - e.recorded_at), 0)"
            " FROM read.tracking t LEFT JOIN events e ON e.position = t.position + 1"
        ),
    ),
    (
        "ansim_facts_parked",
        "Facts that a fold could not take, and those behind them.",
        ("fold",),
        (
            "SELECT t.fold, count(p.position) FROM read.tracking t"
            " LEFT JOIN read.parked p ON p.fold = t.fold GROUP BY t.fold"
        ),
    ),
    (
        "ansim_fold_rows_differing",
        "Rows that were not what the log says when the fold was compared last.",
        ("fold",),
        "SELECT fold, differing FROM read.compared",
    ),
    (
        "ansim_fold_compared_age_seconds",
        "Since when a fold has not been compared with the log.",
        ("fold",),
        "SELECT fold, extract(epoch FROM clock_timestamp() - compared_at) FROM read.compared",
    ),
    (
        "ansim_timers_waiting",
        "Timers that have not fired.",
        (),
        "SELECT count(*) FROM timers WHERE fired_at IS NULL",
    ),
    (
        "ansim_timers_overdue_seconds",
        "How late the most overdue timer is; 0 when none is.",
        (),
        (
            "SELECT greatest(0, coalesce(max(extract(epoch FROM clock_timestamp() - due_at)), 0))"
            " FROM timers"
            " WHERE fired_at IS NULL AND coalesce(retry_at, due_at) <= clock_timestamp()"
        ),
    ),
    (
        "ansim_timers_late_seconds",
        "How late timers fired in the last five minutes, by quantile.",
        ("quantile",),
        (
            "SELECT q::text, coalesce((SELECT percentile_cont(q) WITHIN GROUP"
            " (ORDER BY extract(epoch FROM fired_at - due_at)) FROM timers"
            " WHERE fired_at > clock_timestamp() - interval '5 minutes'), 0)"
            " FROM unnest(ARRAY[0.5, 0.99, 1.0]) AS q"
        ),
    ),
    (
        "ansim_deliveries",
        "Deliveries by channel and state, done ones of the last hour only.",
        ("channel", "state"),
        (
            "SELECT channel, state, count(*) FROM deliveries WHERE state <> 'done'"
            " GROUP BY channel, state UNION ALL SELECT channel, state, count(*) FROM deliveries"
            " WHERE state = 'done' AND done_at > clock_timestamp() - interval '1 hour'"
            " GROUP BY channel, state"
        ),
    ),
    (
        "ansim_checkpoint_age_seconds",
        "Since when nothing has been sealed; 0 while nothing is unsealed.",
        (),
        (
            "SELECT CASE WHEN h.position > coalesce(c.facts_size, 0) THEN coalesce(extract(epoch"
            " FROM clock_timestamp() - c.sealed_at), 0) ELSE 0 END FROM log_head h LEFT JOIN"
            " (SELECT * FROM checkpoints ORDER BY number DESC LIMIT 1) c ON true"
        ),
    ),
    (
        "ansim_checkpoint_unsealed_facts",
        "Facts that no checkpoint covers yet.",
        (),
        (
            "SELECT h.position - coalesce((SELECT max(facts_size) FROM checkpoints), 0)"
            " FROM log_head h"
        ),
    ),
    (
        "ansim_witness_lacks_checkpoints",
        "Checkpoints that a witness has not been told.",
        ("witness",),
        ("SELECT name, coalesce((SELECT max(number) FROM checkpoints), 0) - number FROM witnesses"),
    ),
    (
        "ansim_witness_failing_seconds",
        "Since when a witness could not be told; 0 while it can.",
        ("witness",),
        (
            "SELECT name, coalesce(extract(epoch FROM clock_timestamp() - failing_since), 0)"
            " FROM witnesses"
        ),
    ),
    (
        "ansim_role_silent_seconds",
        "Since when a role has given no sign of life.",
        ("role",),
        (
            "SELECT role, extract(epoch FROM clock_timestamp() - max(beat_at))"
            " FROM role_heartbeats GROUP BY role"
        ),
    ),
)


class DatabaseMetrics:
    """Figures of the database, and those that ``own`` collects of this process."""

    def __init__(self, database: Database, *own: Collector) -> None:
        self._database = database
        self._own = own

    def exposition(self, *, streams: int = 0) -> str:
        """All figures as text; ``streams`` are the open queue streams of this process.

        Raises:
            LogUnavailable: the database is away.
        """
        registry = CollectorRegistry()
        with told_when_away(), self._database.connection() as connection:
            registry.register(_Collected(list(_measured(connection)), streams))
        for collector in self._own:
            registry.register(collector)
        return generate_latest(registry).decode()


class _Collected:
    """Figures that were asked a moment ago."""

    def __init__(self, families: list[GaugeMetricFamily], streams: int) -> None:
        open_streams = GaugeMetricFamily("ansim_queue_streams", "Open queue streams.")
        open_streams.add_metric([], streams)
        self._families = [*families, open_streams]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._families


def _measured(connection: Connection) -> Iterator[GaugeMetricFamily]:
    for name, says, labels, query in _FIGURES:
        family = GaugeMetricFamily(name, says, labels=labels)
        for row in connection.execute(query.encode()).fetchall():
            family.add_metric([str(value) for value in row[:-1]], _number(row[-1]))
        yield family


def _number(value: Any) -> float:
    return float(value)
