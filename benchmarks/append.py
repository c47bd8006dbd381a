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
                    print(writers, {s: round(r[-1].per_s) if isinstance(r[-1], Span) else round(r[-1]) for s, r in row.items() if r}, flush=True)
    print(told)
    print(json.dumps({"writers": {str(w): _figures(row) for w, row in found.items()}}))


def _figures(row):
    out = {side: round(median(s.per_s for s in row[side])) for side in SIDES if row[side]}
    out["pgbench"] = round(median(row["pgbench"]))
    out["ratio_to_raw"] = round(median(o.per_s / r.per_s for o, r in zip(row["ours"], row["raw"])), 3)
    if row["library"]:
        out["ratio_to_library"] = round(median(o.per_s / max(r.per_s, 1e-9) for o, r in zip(row["ours"], row["library"])), 2)
    lat = sorted(x for s in row["ours"] for x in s.latencies_ms)
    out["p50_ms"] = round(lat[len(lat) // 2], 2)
    out["p99_ms"] = round(lat[int(len(lat) * 0.99)], 2)
    return out


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.append", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--writers", type=int, nargs="+", default=list(SHAPES), choices=SHAPES)
    parser.add_argument("--sides", nargs="+", default=list(SIDES), choices=SIDES)
    return parser.parse_args()


if __name__ == "__main__":
    main()
