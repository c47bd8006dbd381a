"""Append: facts stored a second, one fact a save, by 1 to 64 writers.

Ours: the application with hash chain, sealing, timers, deliveries and idempotency keys. Raw:
psycopg INSERT of equal rows, prepared and binary, one connection a thread. Library: its
application with its default recorder. All on one server of the benchmark's own, in turn.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psycopg

from benchmarks.cluster import fresh_database, own_server, told_by
from benchmarks.crew import Crew, Span

if TYPE_CHECKING:
    from benchmarks.crew import Peer

SHAPES = {1: (1, 1), 4: (2, 2), 16: (4, 4), 64: (4, 16)}
"""Writers → processes, threads in each."""
SIDES = ("ours", "raw", "library")


def build(side: str, *, urls: dict[str, str]) -> Peer:
    """The peer by name; called in the process that writes."""
    if side == "ours":
        from benchmarks.peers.ours import Ours

        return Ours(urls[side])
    if side == "raw":
        from benchmarks.peers.raw import Raw

        return Raw(urls[side])
    from benchmarks.peers.library import Library

    return Library(urls[side])


def main() -> None:
    asked = _asked()
    with own_server() as server, tempfile.TemporaryDirectory() as scripts:
        from benchmarks.peers.raw import TABLE
        from benchmarks.pgbench import Pgbench

        urls = {}
        for side in SIDES:
            fresh_database(server, side, migrated=side == "ours")
            role = "owner" if side == "library" else "service"
            urls[side] = server.url(role, side)
        with psycopg.connect(server.url("owner", "raw")) as connection:
            connection.execute(TABLE)
        from benchmarks.peers.library import application_on

        application_on(urls["library"], make_tables=True).close()
        pgbench = Pgbench(urls["raw"], Path(scripts))
        told = told_by(server)
        most = max(SHAPES[writers][0] for writers in asked.writers)
        found: dict[int, dict[str, list[Any]]] = {}
        with Crew(most, partial(build, urls=urls)) as crew:
            for _round in range(asked.rounds):
                for writers in asked.writers:
                    row = found.setdefault(writers, {side: [] for side in (*SIDES, "pgbench")})
                    for side in SIDES:
                        if side in asked.sides:
                            row[side].append(crew.measure(side, *SHAPES[writers], asked.seconds))
                    row["pgbench"].append(pgbench.per_s(writers, asked.seconds))
                    print(
                        writers,
                        {
                            s: round(r[-1].per_s) if isinstance(r[-1], Span) else round(r[-1])
                            for s, r in row.items()
                            if r
                        },
                        flush=True,
                    )
        duplicates = None
        if asked.duplicates:
            from benchmarks.duplicates import one_in_a_batch

            duplicates = one_in_a_batch(urls["ours"])
    print(told)
    figures: dict[str, Any] = {"writers": {str(w): _figures(row) for w, row in found.items()}}
    if duplicates:
        figures["one_duplicate_in_64"] = duplicates
    print(json.dumps(figures))


def _figures(row: dict[str, list[Any]]) -> dict[str, float]:
    """Medians over the rounds; a ratio is taken within its round."""
    figures: dict[str, float] = {
        side: round(median(span.per_s for span in row[side])) for side in SIDES if row[side]
    }
    figures["pgbench"] = round(median(row["pgbench"]))
    for peer in ("raw", "library"):
        if row[peer]:
            figures[f"ratio_to_{peer}"] = round(_ratio(row["ours"], row[peer]), 3)
    latencies_ms = sorted(one for span in row["ours"] for one in span.latencies_ms)
    figures["p50_ms"] = round(latencies_ms[len(latencies_ms) // 2], 2)
    figures["p99_ms"] = round(latencies_ms[int(len(latencies_ms) * 0.99)], 2)
    return figures


def _ratio(ours: list[Any], theirs: list[Any]) -> float:
    return median(
        our.per_s / max(their.per_s, 1e-9) for our, their in zip(ours, theirs, strict=True)
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.append", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--writers", type=int, nargs="+", default=list(SHAPES), choices=SHAPES)
    parser.add_argument(
        "--duplicates", action="store_true", help="also: what one in a batch of 64 costs"
    )
    parser.add_argument("--sides", nargs="+", default=list(SIDES), choices=SIDES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
