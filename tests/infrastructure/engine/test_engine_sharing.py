"""Several processes share the log of a rebuild, and end as one process would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr

from benchmarks.houses import KEK
from benchmarks.logs import build as build_log
from infrastructure.bootstrap import House
from infrastructure.database import Connection
from infrastructure.engine import rebuild
from infrastructure.engine.building import Build
from infrastructure.engine.comparison import digest
from infrastructure.engine.crew import Crew
from infrastructure.engine.engine import RebuildFailed
from infrastructure.engine.share import Task, name_of
from infrastructure.engine.tables import READ, SHADOW
from infrastructure.settings import Settings
from projections.fold import Course
from projections.operator_queue import OperatorQueue
from projections.usage_reports import UsageReports
from tests import clusters
from tests.contracts.test_engine import fold_all
from tests.waiting import until

FACTS = 2_000
COURSES: tuple[Course[Any], ...] = (OperatorQueue(), UsageReports())
CREW = """
import sys
from infrastructure.engine.crew import Crew
with Crew(2) as crew:
    print(*crew.pids, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def house(database: clusters.Database) -> Iterator[House]:
    settings = Settings(
        database_url=database.service_url,
        admin_database_url=database.owner_url,
        key_encryption_key=SecretStr(KEK),
    )
    house = House(settings, role="test")
    build_log(house, database.superuser_url, FACTS)
    yield house
    house.close()


@pytest.fixture
def owner(house: House) -> Iterator[Connection]:
    assert house.owner_database is not None
    with house.owner_database.dedicated() as connection:
        yield connection


def task(house: House, fold: Course[Any], *, held_max: int = 1_000) -> Task:
    assert house.owner_database is not None
    return Task(
        log_url=house.database.url,
        owner_url=house.owner_database.url,
        fold=name_of(fold),
        schema=SHADOW,
        goal=house.reader.head(),
        held_max=held_max,
    )


def garble(superuser: psycopg.Connection[Any], *positions: int) -> None:
    with superuser.transaction():
        superuser.execute("ALTER TABLE events DISABLE TRIGGER USER")
        superuser.execute(
            "UPDATE events SET schema_version = 99 WHERE position = ANY(%s)", (list(positions),)
        )


@pytest.mark.parametrize("held_max", [20, 1_000])
@pytest.mark.parametrize("fold", COURSES, ids=lambda fold: fold.name)
def test_three_shares_make_what_one_process_makes(
    house: House, owner: Connection, fold: Course[Any], held_max: int
) -> None:
    told: list[tuple[int, int]] = []
    shared = Build(owner, fold, house.reader)
    with Crew(3) as crew:
        asked = task(house, fold, held_max=held_max)
        shared.begin_shared(crew, asked, lambda *reached: told.append(reached))
    sha256 = digest(owner, shared.store.tables)
    alone = Build(owner, fold, house.reader)
    alone.begin(house.reader.head(), None)
    assert sha256 == digest(owner, alone.store.tables)
    assert shared.position == alone.position == house.reader.head()
    assert told[-1] == (house.reader.head(), house.reader.head())


def test_shared_tables_have_the_keys_and_indexes_of_others(house: House, owner: Connection) -> None:
    built = Build(owner, OperatorQueue(), house.reader)
    with Crew(2) as crew:
        built.begin_shared(crew, task(house, OperatorQueue()), None)
    found = {
        schema: owner.execute(
            "SELECT tablename, indexname, replace(indexdef, schemaname || '.', '')"
            " FROM pg_indexes WHERE schemaname = %s AND tablename LIKE 'operator_queue%%'"
            " ORDER BY 1, 2",
            (schema,),
        ).fetchall()
        for schema in (READ, SHADOW)
    }
    assert found[READ] == found[SHADOW]


@pytest.mark.parametrize("name", [fold.name for fold in COURSES])
def test_a_shared_rebuild_equals_the_live_rows_and_parks_the_same_facts(
    house: House,
    superuser: psycopg.Connection[Any],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    garble(superuser, 1, 400, 401, 1_700)
    fold_all(house.engine, name)
    parked = house.engine.parked(name)
    assert parked
    monkeypatch.setattr(rebuild, "SHARED_POSITIONS_MIN", 1)
    rebuilt = house.engine.rebuild(name)
    assert rebuilt.equal
    assert rebuilt.position == house.reader.head()
    assert house.engine.parked(name) == parked
    assert house.engine.compare(name) == []


def test_a_killed_process_fails_the_rebuild_and_leaves_the_live_rows(
    house: House, owner: Connection
) -> None:
    fold = OperatorQueue()
    fold_all(house.engine, fold.name)
    before = house.engine.sha256(fold.name)
    build = Build(owner, fold, house.reader)

    def kill(_reached: int, _goal: int) -> None:
        os.kill(crew.pids[1], signal.SIGKILL)

    crew = Crew(2)

    def share() -> None:
        with build.gone_on_failure(), crew:
            crew.ready()
            os.kill(crew.pids[1], signal.SIGSTOP)
            build.begin_shared(crew, task(house, fold), kill)

    with pytest.raises(RebuildFailed, match="has ended"):
        share()
    assert house.engine.sha256(fold.name) == before
    left = owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'shadow'")
    assert left.fetchone() == (0,)
    assert house.engine.rebuild(fold.name).equal


def test_nobody_stays_when_the_one_who_started_them_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", CREW], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert len(pids) == 2
    parent.kill()
    parent.communicate()
    until(lambda: not any(map(alive, pids)))


def alive(pid: int) -> bool:
    with suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    return False
