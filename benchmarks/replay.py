"""Replay: one report of 10, 100 and 1,000 facts, loaded from PostgreSQL and folded.

Ours: the application's ``load``, as every command begins; personal fields are opened. Library: its
repository over its default recorder, the same facts (in clear) and the same aggregate. Each load
is of another report, nothing is cached on either side, and both come to equal states. The sides
take turns, load by load; the ratio is taken within each round, and its median over the rounds.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from application.context import system
from application.safe_return import Receipt
from benchmarks.cluster import fresh_database, own_server, told_by
from benchmarks.life import Decided, a_report
from benchmarks.peers.library import application_on
from benchmarks.peers.ours import house_on
from domain.emergency import Emergency
from infrastructure.collecting import collect_rarely

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from application.safe_return import SafeReturn
    from benchmarks.peers.library import Stock

SIZES = (10, 100, 1_000)
REPORTS = {10: 64, 100: 16, 1_000: 4}
"""So many of each size are stored, and loaded in turn."""
SPAN_S = 0.4
"""How long both sides together load in each round."""
SAVED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Sides:
    """Both applications, with the same reports in them."""

    ours: SafeReturn
    library: Stock

    def store(self, size: int) -> list[UUID]:
        return [self._store_one(size) for _ in range(REPORTS[size])]

    def _store_one(self, size: int) -> UUID:
        facts = a_report(size)
        report_id = facts[0].originator_id
        receipt = Receipt(aggregate_id=report_id)
        context = system("benchmark", correlation_id=uuid4())
        for start in range(0, size, SAVED_AT_ONCE):
            part: Any = Decided(report_id, facts[start : start + SAVED_AT_ONCE])
            self.ours.commit([part], context=context, receipt=receipt)
            self.library.save(Decided(report_id, facts[start : start + SAVED_AT_ONCE]))
        return report_id

    def loads(self) -> dict[str, Callable[[UUID], Any]]:
        def ours(report_id: UUID) -> Emergency:
            return self.ours.load(Emergency, report_id)

        def library(report_id: UUID) -> Any:
            return self.library.repository.get(report_id)

        return {"ours": ours, "library": library}

    def equal(self, reports: Sequence[UUID]) -> bool:
        ours, library = self.loads().values()
        return all(
            state_of(ours(one)) == state_of(library(one)) and len(state_of(ours(one))) > 1
            for one in reports
        )


def state_of(report: Any) -> dict[str, Any]:
    """All but the position in our log, of which the library knows nothing."""
    return {name: value for name, value in vars(report).items() if name != "turned_at"}


def milliseconds(
    loads: Sequence[tuple[str, Callable[[UUID], Any]]], reports: Sequence[UUID]
) -> dict[str, float]:
    """Of one load of each side, on the average over a span; the sides take turns, load by load."""
    collect_rarely()  # as every role does
    took = dict.fromkeys((name for name, _ in loads), 0.0)
    done = 0
    while sum(took.values()) < SPAN_S:
        report_id = reports[done % len(reports)]
        for name, load in loads:
            began = time.perf_counter()
            load(report_id)
            took[name] += time.perf_counter() - began
        done += 1
    return {name: took_s / done * 1000 for name, took_s in took.items()}


def measured(sides: Sides, stored: dict[int, list[UUID]], rounds: int) -> dict[str, Any]:
    found: dict[int, list[dict[str, float]]] = {size: [] for size in stored}
    loads = sides.loads()
    for number in range(rounds):
        for size, reports in stored.items():
            turned = list(loads.items())[:: -1 if number % 2 else 1]
            took = milliseconds(turned, reports)
            found[size].append(took)
            shown = {name: round(took_ms, 3) for name, took_ms in took.items()}
            print(number + 1, size, shown, flush=True)
    return {
        str(size): {
            "ours_ms": round(median(one["ours"] for one in rows), 3),
            "library_ms": round(median(one["library"] for one in rows), 3),
            "ratio": round(median(one["library"] / one["ours"] for one in rows), 2),
            "equal": sides.equal(stored[size]),
        }
        for size, rows in found.items()
    }


def main() -> None:
    asked = _asked()
    with own_server() as server:
        for side in ("ours", "library"):
            fresh_database(server, side, migrated=side == "ours")
        library = application_on(server.url("owner", "library"), make_tables=True)
        with house_on(server.url("service", "ours")) as house:
            sides = Sides(house.app, library)
            stored = {size: sides.store(size) for size in asked.sizes}
            for side in ("ours", "library"):
                _settle(server.url("superuser", side))
            found = measured(sides, stored, asked.rounds)
        library.close()
        told = told_by(server)
    print(told)
    print(json.dumps({"facts": found, "server": told}))


def _settle(url: str) -> None:
    """So that no side is measured while the server still tidies up behind the writing."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.replay",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), choices=SIZES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
