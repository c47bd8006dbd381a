"""A process that saves facts at a steady rate and tells when each was committed.

``python -m benchmarks.writers RATE SECONDS``: prints one JSON object, the moment of commit (this
machine's monotonic clock, the same for all its processes) by the position of the fact.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

from application.context import system
from application.safe_return import Receipt
from benchmarks.lives import lived
from infrastructure.bootstrap import House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from domain.emergency import Emergency

THREADS = 16
CITIZENS = 64


class Schedule:
    """Hands out the moments at which saves are due, whoever asks."""

    def __init__(self, rate: float, seconds: float) -> None:
        self._left = iter(range(int(rate * seconds)))
        self._every_s = 1 / rate
        self._began = time.monotonic()
        self._lock = Lock()

    def due(self) -> float | None:
        with self._lock:
            number = next(self._left, None)
        return None if number is None else self._began + number * self._every_s


def reports(house: House, at: datetime) -> Iterator[Emergency]:
    """Without end: reports one after the other, one new fact each time."""
    citizens = [uuid4() for _ in range(CITIZENS // THREADS)]
    for citizen in citizens:
        house.key_ring.sealing_key(citizen)
    while True:
        for citizen in citizens:
            yield from lived(citizen, uuid4().hex, at)


def write(house: House, schedule: Schedule, source: Iterator[Emergency]) -> dict[int, float]:
    committed = {}
    context = system("benchmark", correlation_id=uuid4())
    while (due := schedule.due()) is not None:
        report = next(source)
        time.sleep(max(due - time.monotonic(), 0))
        receipt = house.app.commit(
            [report], context=context, receipt=Receipt(aggregate_id=report.id)
        )
        if receipt.position is None:
            raise LookupError("a fact without a position")
        committed[receipt.position] = time.monotonic()
    return committed


def main(rate: float, seconds: float) -> None:
    with House(role="writers") as house:
        house.database.sqlalchemy  # noqa: B018 - opened before the clock runs
        at = house.clock.now()
        sources = [reports(house, at) for _ in range(THREADS)]
        warm = Schedule(50, 0.5)
        write(house, warm, sources[0])
        schedule = Schedule(rate, seconds)
        with ThreadPoolExecutor(THREADS) as pool:
            parts = list(pool.map(lambda source: write(house, schedule, source), sources))
    committed = {position: at_s for part in parts for position, at_s in part.items()}
    print(json.dumps({"committed": committed}))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
