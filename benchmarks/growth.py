"""Growth: what becomes slower as the log grows from 10,000 to a million facts.

Three logs, each in a database of its own on one server, are built first and their folds brought
level by a rebuild. Then, in turn over the three, many times: saving one fact, replaying one
incident, reading the operator queue, and reading it as it stood in the middle of the log. Each
log ends with 16 open reports, and the moment asked for in the middle has 16, too, so the answers
are equally large. Only the rebuild may grow; it is printed, not judged.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg

from application.context import system
from application.safe_return import Receipt
from benchmarks.cluster import fresh_database, own_server, told_by
from benchmarks.houses import house_on
from benchmarks.lives import lived
from benchmarks.logs import OPEN_AT_END, build
from domain.emergency import Emergency

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from infrastructure.bootstrap import House
    from infrastructure.embedded.postgres import PostgresServer

SIZES = (10_000, 100_000, 1_000_000)
ASKED = ("append", "replay", "queue", "queue_as_of")
FOLD = "operator_queue"
WARM_UPS = 20


@dataclass(frozen=True, slots=True)
class Grown:
    """One log, and what is asked of it."""

    size: int
    house: House
    incident: UUID
    middle: int
    rebuilt_s: float
    saves: Iterator[Emergency]

    def act(self, name: str) -> Callable[[], Any]:
        """What is timed, ready to be called."""
        if name == "append":
            report = next(self.saves)
            context = system("benchmark", correlation_id=uuid4())
            receipt = Receipt(aggregate_id=report.id)
            return lambda: self.house.app.commit([report], context=context, receipt=receipt)
        if name == "replay":
            return lambda: self.house.app.load(Emergency, self.incident)
        as_of = self.middle if name == "queue_as_of" else None
        return lambda: self.house.queue_view.rows(as_of=as_of)


def grown(server: PostgresServer, size: int) -> Grown:
    name = f"facts_{size}"
    fresh_database(server, name, migrated=True)
    house = house_on(server, name)
    began = time.perf_counter()
    facts = build(house, server.url("superuser", name), size)
    built_s = time.perf_counter() - began
    with psycopg.connect(server.url("owner", name), autocommit=True) as connection:
        # The empty rows claim to be level: so the rebuild goes all the way.
        connection.execute("UPDATE read.tracking SET position = %s WHERE fold = %s", (facts, FOLD))
    began = time.perf_counter()
    house.engine.rebuild(FOLD)
    rebuilt_s = time.perf_counter() - began
    incident = _incident(house)
    while house.engine.step(FOLD):
        pass
    with psycopg.connect(server.url("superuser", name), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    print(f"{facts} facts: built in {built_s:.1f} s, rebuilt in {rebuilt_s:.1f} s", flush=True)
    return Grown(size, house, incident, _middle(house, facts), rebuilt_s, _saves(house))


def _incident(house: House) -> UUID:
    """One report of eleven facts, saved as production saves it, and resolved."""
    context = system("benchmark", correlation_id=uuid4())
    for report in lived(uuid4(), uuid4().hex, house.clock.now()):
        house.app.commit([report], context=context, receipt=Receipt(aggregate_id=report.id))
    return report.id


def _saves(house: House) -> Iterator[Emergency]:
    citizen = uuid4()
    house.key_ring.sealing_key(citizen)
    while True:
        yield from lived(citizen, uuid4().hex, house.clock.now())


def _middle(house: House, facts: int) -> int:
    """A position near the middle at which as many reports are open as at the end."""
    for position in range(facts // 2, facts):
        if len(house.queue_view.rows(as_of=position)) == OPEN_AT_END:
            return position
    raise LookupError("never as many reports are open")


def measured(logs: list[Grown], rounds: int) -> dict[str, dict[int, list[float]]]:
    """Milliseconds of each call, by what was asked and by the log's size."""
    found: dict[str, dict[int, list[float]]] = {
        name: {log.size: [] for log in logs} for name in ASKED
    }
    for number in range(WARM_UPS + rounds):
        turned = number % len(logs)
        for log in (*logs[turned:], *logs[:turned]):
            for name in ASKED:
                act = log.act(name)
                began = time.perf_counter()
                act()
                took_ms = (time.perf_counter() - began) * 1000
                if number >= WARM_UPS:
                    found[name][log.size].append(took_ms)
    return found


def main() -> None:
    asked = _asked()
    with own_server() as server:
        logs = [grown(server, size) for size in asked.sizes]
        for log in logs:
            shown = len(log.house.queue_view.rows())
            print(f"{log.size}: {shown} open reports, as of {log.middle}", flush=True)
        found = measured(logs, asked.rounds)
        told = told_by(server)
        for log in logs:
            log.house.close()
    medians = {
        name: {str(size): round(median(times), 3) for size, times in by_size.items()}
        for name, by_size in found.items()
    }
    least, most = str(asked.sizes[0]), str(asked.sizes[-1])
    print(told)
    print(
        json.dumps(
            {
                "sizes": asked.sizes,
                "ratios_largest_to_smallest": {
                    name: round(by_size[most] / by_size[least], 3)
                    for name, by_size in medians.items()
                },
                "median_ms": medians,
                "rebuild_s": {str(log.size): round(log.rebuilt_s, 2) for log in logs},
                "server": told,
            }
        )
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--rounds", type=int, default=300, help="calls of each kind to each log")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
