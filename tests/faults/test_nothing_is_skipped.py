"""Eight processes write, conflict, fail and lose their connections; nobody who reads misses a fact.

The same test on a recorder that takes its positions from a sequence finds what readers skip: so
it would find it here.
"""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from infrastructure.database import Database
from infrastructure.log.verify import verify
from tests import clusters
from tests.faults.scenarios import scenario
from tests.faults.tailing import Seen, Tail, faults, tails
from tests.faults.writing import Task
from tests.waiting import until

ROOT = Path(__file__).parents[2]
WRITERS = 8
FACTS = 20_000
FACTS_OF_THE_FAULTY = 2_000
KILL_EVERY = 200
"""Facts; then one connection dies."""
WRITTEN_WITHIN_S = 120.0

VICTIMS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'ansim-' || %s
      AND (state = 'active' OR application_name = 'ansim-tailing')
"""


@dataclass
class Run:
    """What came of writing and reading at the same time."""

    log: list[Seen]
    seen: list[list[Seen]]
    outcomes: Counter[str] = field(default_factory=Counter)
    acknowledged: list[list[Any]] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        return [fault for one in self.seen for fault in faults(one, self.log)]


class Killer:
    """Ends connections of writers in the middle of an append, and any of the readers."""

    def __init__(self, superuser: psycopg.Connection) -> None:
        self._superuser = superuser
        self._chance = random.Random(3)
        self._next = KILL_EVERY
        self.killed: Counter[str] = Counter()

    def look(self) -> None:
        """Kill when the log has grown enough since the last time: a writer, a reader, in turn."""
        [(reached,)] = self._superuser.execute("SELECT position FROM log_head").fetchall()
        if reached < self._next:
            return
        role = min(("writing", "tailing"), key=lambda one: self.killed[one])
        pids = self._superuser.execute(VICTIMS, (role,)).fetchall()
        if pids:
            self._superuser.execute("SELECT pg_terminate_backend(%s)", self._chance.choice(pids))
            self.killed[role] += 1
            self._next = reached + KILL_EVERY


@contextmanager
def killing(killer: Killer) -> Iterator[None]:
    done = Event()

    def run() -> None:
        while not done.wait(0.005):
            killer.look()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def writers(database: clusters.Database, facts: int, **how: bool) -> Iterator[list[Any]]:
    """Processes that write ``facts`` in all."""
    urls = (database.service_url, database.superuser_url)
    share = facts // WRITERS + 1
    started = [
        subprocess.Popen(Task(*urls, seed, share, **how).argv(), cwd=ROOT, stdout=subprocess.PIPE)
        for seed in range(WRITERS)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def told(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What a writer says at its end."""
    output, _ = process.communicate(timeout=WRITTEN_WITHIN_S)
    assert process.returncode == 0
    return json.loads(output)


def all_facts(superuser: psycopg.Connection) -> list[Seen]:
    query = "SELECT position, aggregate_id::text, version FROM events ORDER BY position"
    return [Seen(*row) for row in superuser.execute(query)]


def result(following: list[Tail], reports: list[dict[str, Any]], log: list[Seen]) -> Run:
    """Wait until every reader has been at the end of the log."""
    until(lambda: all(tail.reached >= log[-1].position for tail in following), within_s=30)
    run = Run(log=log, seen=[list(tail.seen) for tail in following])
    for report in reports:
        run.outcomes.update(report["outcomes"])
        run.acknowledged += report["acknowledged"]
    return run


@pytest.fixture
def superuser(database: clusters.Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def run(database: clusters.Database, superuser: psycopg.Connection) -> Run:
    killer = Killer(superuser)
    with tails(database.service_url) as following:
        with writers(database, FACTS) as started, killing(killer):
            reports = [told(process) for process in started]
        found = result(following, reports, all_facts(superuser))
    found.killed = killer.killed
    return found


@scenario(8)
def test_every_reader_sees_every_position_once_and_in_order(run: Run, database) -> None:
    assert [one.position for one in run.log] == list(range(1, len(run.log) + 1))
    assert len(run.log) >= FACTS
    assert len(run.seen) == 4
    assert run.faults == []
    stands = {one.position: one.aggregate_id for one in run.log}
    assert [pair for pair in run.acknowledged if stands.get(pair[0]) != pair[1]] == []
    trouble = {"conflicts", "repeats", "failures", "abandoned"}
    assert trouble <= run.outcomes.keys()
    assert run.killed.keys() == {"writing", "tailing"}
    service = Database(database.service_url, application_name="test")
    assert verify(service).ok
    service.close()


def test_positions_from_a_sequence_are_skipped_and_that_is_found(database, superuser) -> None:
    superuser.execute("CREATE SEQUENCE faulty_positions")
    with tails(database.service_url) as following:
        with writers(database, FACTS_OF_THE_FAULTY, faulty=True) as started:
            reports = [told(process) for process in started]
        found = result(following, reports, all_facts(superuser))
    assert len(found.log) >= FACTS_OF_THE_FAULTY
    assert [fault for fault in found.faults if fault.endswith("skipped")]


def test_each_kind_of_fault_has_its_words() -> None:
    log = [Seen(place, str(uuid4()), 1) for place in (1, 2, 3)]
    one, two, three = log
    assert faults(log, log) == []
    assert faults([one, three], log) == ["2 skipped"]
    assert faults([one, two, two, three], log) == ["2 after 2"]
    assert faults([two, one, three], log) == ["1 after 2"]
    assert faults([one, two, three._replace(version=2)], log)[0].endswith("is none of the log")
