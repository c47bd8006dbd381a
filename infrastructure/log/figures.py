"""What this process's saves did, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client import Metric

TOOK_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
TOGETHER: Final = (1, 2, 4, 8, 16, 32, 64, 128)


class AppendFigures(Collector):
    """Told by ``GroupCommit``; a collector of Prometheus's."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._took = Histogram(
            "ansim_append_seconds",
            "From a save to its outcome, waiting included.",
            buckets=TOOK_S,
            registry=self._registry,
        )
        self._together = Histogram(
            "ansim_append_batch",
            "Saves that were written in one batch.",
            buckets=TOGETHER,
            registry=self._registry,
        )
        self._waiting = Gauge(
            "ansim_append_waiting",
            "Saves that waited behind the last batch.",
            registry=self._registry,
        )
        self._turned_away = Counter(
            "ansim_append_turned_away",
            "Saves that were refused because too many waited.",
            registry=self._registry,
        )

    def saved(self, took_s: float) -> None:
        self._took.observe(took_s)

    def written(self, requests: int, waiting: int) -> None:
        self._together.observe(requests)
        self._waiting.set(waiting)

    def turned_away(self) -> None:
        self._turned_away.inc()

    def collect(self) -> Iterable[Metric]:
        return self._registry.collect()
