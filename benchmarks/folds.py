"""Folds: facts folded a second when the operator queue and the usage statistics are rebuilt.

Ours: the shadow build of a rebuild, by as many processes as there are cores, from no table to one
that is indexed, analysed and committed, durable; comparing it with the live table and swapping it
in come on top and are not counted, nor is the start of anybody's processes (ours is ``start_s``).
Raw: reading the same columns of the same facts in pages of the same size, as tuples, binary; no
objects are built. Library: its projection runner over its own recorder, the same folds and tables.
Rounds are interleaved; medians. The first facts, folded by both, must end in equal tables.
"""

from __future__ import annotations

import argparse
import json
import time
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.cluster import fresh_database, own_server, told_by
from benchmarks.houses import house_on
from benchmarks.logs import build
from benchmarks.peers.runner import Library
from infrastructure.engine.building import Build
from infrastructure.engine.comparison import digest
from infrastructure.engine.crew import Crew, cores
from infrastructure.engine.loading import HELD_MAX, PAGE, loader_of
from infrastructure.engine.share import Task, name_of
from infrastructure.engine.storage import FoldStore
from infrastructure.engine.tables import READ, SHADOW, tables_of
from infrastructure.log.scope import Scope
from projections.operator_queue import OperatorQueue
from projections.usage_reports import UsageReports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.embedded.postgres import PostgresServer
    from infrastructure.log.reader import LogReader
    from projections.fold import Fold

FOLDS: tuple[Fold[Any], ...] = (OperatorQueue(), UsageReports())
FACTS = 480_000
"""So many that each fold reads more than 200,000 of them."""
LIBRARY_FACTS = 10_000
COLUMNS = ("ours_per_s", "raw_read_per_s", "whole_rows_per_s", "library_per_s")


class Bench:
    """Our log, folded and read; the library's beside it."""

    def __init__(self, server: PostgresServer, facts: int) -> None:
        for name in ("ours", "library"):
            fresh_database(server, name, migrated=True)
        self.start_s = 0.0
        self.house = house_on(server, "ours")
        self.facts = build(self.house, server.url("superuser", "ours"), facts)
        self.library = Library(server.url("superuser", "library"))
        self._library_url = server.url("superuser", "library")

    @property
    def reader(self) -> LogReader:
        return self.house.reader

    def ours_per_s(self, fold: Fold[Any], facts: int) -> float:
        owner = self.house.owner_database
        if owner is None:
            raise RuntimeError("no owner")
        task = Task(
            log_url=self.house.database.url,
            owner_url=owner.url,
            fold=name_of(fold),
            schema=SHADOW,
            goal=self.facts,
            held_max=HELD_MAX // cores(),
        )
        with owner.dedicated() as connection, self._crew() as crew:
            connection.execute("SET statement_timeout = 0")
            _drop(connection, fold)
            began = time.perf_counter()
            Build(connection, fold, self.reader).begin_shared(crew, task, None)
            took_s = time.perf_counter() - began
            _drop(connection, fold)
        return facts / took_s

    @contextmanager
    def _crew(self) -> Iterator[Crew]:
        began = time.perf_counter()
        with Crew(cores()) as crew:
            crew.ready()
            self.start_s = time.perf_counter() - began
            yield crew

    def read_per_s(self, scope: Scope) -> tuple[int, float]:
        """How many facts the scope covers, and how many a second are read as tuples."""
        found = 0
        with self.house.database.dedicated() as connection:
            cursor = connection.cursor(binary=True)
            began = time.perf_counter()
            for after in range(0, self.facts, PAGE):
                values = (after, min(after + PAGE, self.facts), *scope.values)
                found += len(cursor.execute(scope.page, values, prepare=True).fetchall())
            return found, found / (time.perf_counter() - began)

    def library_positions(self, fold: Fold[Any]) -> int:
        """The position of the last fact that the library is given to fold."""
        after, found = 0, 0
        scope = Scope.of(fold)
        while True:
            facts = self.reader.page(after, after + PAGE, scope)
            if found + len(facts) >= LIBRARY_FACTS:
                fact: Any = facts[LIBRARY_FACTS - found - 1]
                return int(fact.envelope.position)
            found, after = found + len(facts), after + PAGE

    def equal(self, fold: Fold[Any]) -> bool:
        """Whether both sides' tables are equal, to the byte, after the library's facts."""
        import psycopg

        owner = self.house.owner_database
        if owner is None:
            raise RuntimeError("no owner")
        with owner.dedicated() as connection:
            _drop(connection, fold)
            with connection.transaction():
                store = FoldStore(fold, SHADOW)
                loader_of(connection, store).load(self.reader, self.library_positions(fold))
            with connection.transaction():
                ours = digest(connection, store.tables)
            _drop(connection, fold)
        with psycopg.connect(self._library_url) as connection:
            return digest(connection, tables_of(fold, READ)) == ours


def _drop(connection: Any, fold: Fold[Any]) -> None:
    for table in tables_of(fold, SHADOW):
        connection.execute(f"DROP TABLE IF EXISTS {SHADOW}.{table.name}".encode())


def rounds(bench: Bench, count: int) -> Iterator[tuple[str, dict[str, float]]]:
    for number in range(count):
        for fold in FOLDS:
            scope = Scope.of(fold)
            facts, raw = bench.read_per_s(scope)
            _, whole = bench.read_per_s(Scope(scope.topics))
            ours = bench.ours_per_s(fold, facts)
            library = bench.library.facts_per_s(fold.name, LIBRARY_FACTS)
            row = dict(zip(COLUMNS, (ours, raw, whole, library), strict=True))
            row["facts"] = facts
            print(
                number + 1,
                fold.name,
                {name: round(value) for name, value in row.items()},
                flush=True,
            )
            yield fold.name, row


def figures(rows: list[dict[str, float]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: round(median(row[name] for row in rows)) for name in (*COLUMNS, "facts")
    }
    for name, peer in (
        ("ratio_to_library", "library_per_s"),
        ("ratio_to_raw_read", "raw_read_per_s"),
        ("ratio_to_whole_rows", "whole_rows_per_s"),
    ):
        found[name] = round(median(row["ours_per_s"] / row[peer] for row in rows), 3)
    return found


def main() -> None:
    asked = _asked()
    with own_server() as server:
        print(f"building a log of {asked.facts} facts", flush=True)
        bench = Bench(server, asked.facts)
        last = max(bench.library_positions(fold) for fold in FOLDS)
        bench.library.store(bench.reader.page(0, last, Scope(("emergency.",))))
        told = told_by(server)
        rows: dict[str, list[dict[str, float]]] = {fold.name: [] for fold in FOLDS}
        for name, row in rounds(bench, asked.rounds):
            rows[name].append(row)
        found = {}
        for fold in FOLDS:
            found[fold.name] = figures(rows[fold.name]) | {"equal": bench.equal(fold)}
        bench.house.close()
    print(told)
    print(
        json.dumps(
            {
                "folds": found,
                "page": PAGE,
                "processes": cores(),
                "start_s": round(bench.start_s, 3),
                "server": told,
            }
        )
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.folds",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--facts", type=int, default=FACTS, help="in the log")
    return parser.parse_args()


if __name__ == "__main__":
    main()
