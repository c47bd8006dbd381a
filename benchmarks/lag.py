"""Lag: from a fact's commit until the queue's fold shows it to another process.

Three processes beside the server: one writes at a steady rate, one is the role ``project`` with
every fold that production has, and this one watches. A fact counts as committed when its writer's
save returns, and as visible when this process has read the position that was committed together
with the fold's rows. Both rates in turn, several rounds; figures over all facts of a rate.

``after``, at rest: what a read over HTTP takes that waits for the position of a write before it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Self

from benchmarks.after import reads_ms, web
from benchmarks.cluster import fresh_database, own_server, told_by
from benchmarks.houses import environment, house_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.bootstrap import House
    from infrastructure.database import Database
    from infrastructure.embedded.postgres import PostgresServer

FOLD = "operator_queue"
CHANNEL = "ansim_folds"
RATES = (20, 500)
LEVEL_S = 60.0
REACHED_MIN = 0.95
"""Of the rate asked for; below it the benchmark says that the rate was not reached."""


class Watcher:
    """When each position of the fold became visible here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = Event()
        self._thread = Thread(target=self._run, name="watcher")
        self.seen: list[tuple[int, float]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with self._database.dedicated() as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            reached = 0
            while not self._stop.is_set():
                notes = list(connection.notifies(timeout=0.25, stop_after=1))
                if not any(note.payload.startswith(FOLD) for note in notes):
                    continue
                row = connection.execute(
                    "SELECT position FROM read.tracking WHERE fold = %s", (FOLD,), prepare=True
                ).fetchone()
                if row is not None and row[0] > reached:
                    reached = row[0]
                    self.seen.append((reached, time.monotonic()))

    def lags_ms(self, committed: dict[int, float]) -> list[float]:
        """Of each fact; 0 when it was visible before its writer knew."""
        found = []
        seen = iter(self.seen)
        reached, at_s = 0, 0.0
        for position in sorted(committed):
            while reached < position:
                reached, at_s = next(seen)
            found.append(max(at_s - committed[position], 0.0) * 1000)
        return found


@contextmanager
def projector(server: PostgresServer, name: str) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "workers", "project"], env=environment(server, name)
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def measured(server: PostgresServer, house: House, rate: int, seconds: float) -> dict[str, Any]:
    """One round: write at the rate, watch, wait until all is visible."""
    with Watcher(house.database) as watcher:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "benchmarks.writers", str(rate), str(seconds)],
            env=environment(server, "lag"),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = json.loads(done.stdout.splitlines()[-1])
        committed = {int(position): at_s for position, at_s in told["committed"].items()}
        _until_level(house, max(committed))
    moments = sorted(committed.values())
    return {
        "lags_ms": watcher.lags_ms(committed),
        "reached_per_s": (len(moments) - 1) / (moments[-1] - moments[0]),
    }


def _until_level(house: House, position: int) -> None:
    deadline = time.monotonic() + LEVEL_S
    while house.engine.position(FOLD) < position:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{FOLD} has not come to {position}")
        time.sleep(0.05)
    time.sleep(0.5)  # what is visible by then has been announced and noted


def quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(int(len(ordered) * part), len(ordered) - 1)], 2)


def main() -> None:
    asked = _asked()
    rounds: dict[int, list[dict[str, Any]]] = {rate: [] for rate in RATES}
    with own_server() as server:
        fresh_database(server, "lag", migrated=True)
        with house_on(server, "lag") as house, projector(server, "lag"):
            for number in range(asked.rounds):
                for rate in RATES:
                    one = measured(server, house, rate, asked.seconds)
                    rounds[rate].append(one)
                    p99 = quantile(one["lags_ms"], 0.99)
                    reached = round(one["reached_per_s"], 1)
                    print(number + 1, rate, {"reached": reached, "p99_ms": p99}, flush=True)
            with web(server, "lag") as url:
                after_ms = reads_ms(url, house, asked.reads)
        told = told_by(server)
    print(told)
    found: dict[str, Any] = {}
    for rate, ones in rounds.items():
        lags = [lag for one in ones for lag in one["lags_ms"]]
        reached = min(one["reached_per_s"] for one in ones)
        found[str(rate)] = {
            "p50_ms": quantile(lags, 0.5),
            "p99_ms": quantile(lags, 0.99),
            "max_ms": quantile(lags, 1.0),
            "facts": len(lags),
            "reached_per_s": round(reached, 1),
            "reached": reached >= rate * REACHED_MIN,
        }
    after = {
        "p50_ms": quantile(after_ms, 0.5),
        "p99_ms": quantile(after_ms, 0.99),
        "max_ms": quantile(after_ms, 1.0),
        "first_ms": round(after_ms[0], 2),
        "reads": len(after_ms),
    }
    print(json.dumps(found | {"after": after, "server": told}))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks.lag",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10.0, help="of writing, each time")
    parser.add_argument("--reads", type=int, default=200, help="with ?after=, over HTTP")
    return parser.parse_args()


if __name__ == "__main__":
    main()
