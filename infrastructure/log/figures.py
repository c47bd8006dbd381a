"""What this process's saves did, for Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_client import Metric

TOOK_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
TOGETHER: Final = (1, 2, 4, 8, 16, 32, 64, 128)


class AppendFigures(Collector):
    """Counts for ``GroupCommit``. ``written`` is told by one thread at a time: it takes no lock."""

    def __init__(self) -> None:
        self._took = _Buckets(TOOK_S)
        self._together = _Buckets(TOGETHER)
        self._waiting = 0
        self._turned_away = 0

    def written(self, took_s: Sequence[float], waiting: int) -> None:
        for one in took_s:
            self._took.count(one)
        self._together.count(len(took_s))
        self._waiting = waiting

    def turned_away(self) -> None:
        self._turned_away += 1

    def collect(self) -> Iterator[Metric]:
        yield self._took.family(
            "ansim_append_seconds", "From a save to its outcome, waiting included."
        )
        yield self._together.family("ansim_append_batch", "Saves that were written in one batch.")
        yield GaugeMetricFamily(
            "ansim_append_waiting", "Saves that waited behind the last batch.", self._waiting
        )
        yield CounterMetricFamily(
            "ansim_append_turned_away",
            "Saves that were refused because too many waited.",
            self._turned_away,
        )


class _Buckets:
    """A histogram that costs a fraction of a microsecond to count in."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def count(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def family(self, name: str, says: str) -> HistogramMetricFamily:
        bounds = [*map(str, self._bounds), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(self._counts)), strict=True))
        return HistogramMetricFamily(name, says, buckets=buckets, sum_value=self._sum)
