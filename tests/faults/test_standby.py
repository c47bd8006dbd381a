"""The primary dies, or its stand-by freezes: what was acknowledged is there afterwards.

Without waiting for the stand-by, acknowledged alarms are lost: so the first test could fail.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
import pytest

from application.errors import ApplicationError
from infrastructure.bootstrap import House
from tests.faults.scenarios import scenario
from tests.plant import People, Plant
from tests.standby import Standby, standby_of
from tests.waiting import until

pytestmark = pytest.mark.long

WRITERS = 4
ENOUGH = 200
"""Acknowledged alarms before the primary is killed."""
FAILED_OVER_S = 30.0
BOUNDED_S = 8.0
"""1.9 s for an answer, and what a busy machine adds; unbounded it would be for ever."""
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


class Alarms:
    """Threads that raise alarms, and remember which were acknowledged."""

    def __init__(self, house: House) -> None:
        self._people = People(house)
        self._stop = Event()
        self.acknowledged: list[UUID] = []

    def raise_one(self) -> bool:
        try:
            receipt = self._people.raises()
        except ApplicationError:
            return False
        self.acknowledged.append(receipt.report_id)
        return True

    @contextmanager
    def under_load(self) -> Iterator[None]:
        def run() -> None:
            while not self._stop.is_set():
                self.raise_one()

        with ThreadPoolExecutor(WRITERS) as pool:
            threads = [pool.submit(run) for _ in range(WRITERS)]
            try:
                yield
            finally:
                self._stop.set()
                for thread in threads:
                    thread.result()


@contextmanager
def alarms_on(url: str) -> Iterator[Alarms]:
    with Plant(url, "redis://127.0.0.1:9", "http://127.0.0.1:9").house() as house:
        yield Alarms(house)


def missing(standby: Standby, alarms: Alarms) -> set[UUID]:
    query = "SELECT aggregate_id FROM events WHERE topic = 'emergency.triggered'"
    with psycopg.connect(standby.url(), autocommit=True) as connection:
        return set(alarms.acknowledged) - {row[0] for row in connection.execute(query)}


@scenario(6)
def test_what_was_acknowledged_is_on_the_promoted_stand_by(own_cluster, tmp_path) -> None:
    with (
        standby_of(own_cluster, tmp_path, synchronous=True) as standby,
        alarms_on(standby.either_url()) as alarms,
    ):
        with alarms.under_load():
            until(lambda: len(alarms.acknowledged) > ENOUGH, within_s=FAILED_OVER_S)
            own_cluster.kill()
            before = len(alarms.acknowledged)
            standby.promote()
            until(lambda: len(alarms.acknowledged) > before + ENOUGH, within_s=FAILED_OVER_S)
        assert missing(standby, alarms) == set()


@scenario(6)
def test_without_waiting_for_the_stand_by_acknowledged_alarms_are_lost(
    own_cluster, tmp_path
) -> None:
    with (
        standby_of(own_cluster, tmp_path, synchronous=False) as standby,
        alarms_on(own_cluster.service_url) as alarms,
    ):
        assert alarms.raise_one()
        standby.starve()
        with alarms.under_load():
            until(lambda: len(alarms.acknowledged) > ENOUGH, within_s=FAILED_OVER_S)
        own_cluster.kill()
        standby.promote()
        assert len(missing(standby, alarms)) >= ENOUGH


@scenario(7)
def test_a_frozen_stand_by_is_said_within_bounds_and_never_taken_for_success(
    own_cluster, tmp_path
) -> None:
    with (
        standby_of(own_cluster, tmp_path, synchronous=True) as standby,
        alarms_on(own_cluster.service_url) as alarms,
    ):
        assert alarms.raise_one()
        standby.freeze()
        began = time.monotonic()
        with ThreadPoolExecutor(WRITERS) as pool:
            answers = list(pool.map(lambda _: alarms.raise_one(), range(WRITERS)))
        assert answers == [False] * WRITERS
        assert time.monotonic() - began < BOUNDED_S
        standby.thaw()
        until(alarms.raise_one, within_s=FAILED_OVER_S)
        own_cluster.kill()
        standby.promote()
        assert missing(standby, alarms) == set()


@scenario(7)
def test_a_wait_for_the_stand_by_that_is_cancelled_is_no_success(own_cluster, tmp_path) -> None:
    with (
        standby_of(own_cluster, tmp_path, synchronous=True) as standby,
        alarms_on(own_cluster.service_url) as alarms,
        psycopg.connect(own_cluster.superuser_url, autocommit=True) as superuser,
    ):
        assert alarms.raise_one()
        standby.freeze()
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(alarms.raise_one)
            until(lambda: _cancelled(superuser))
            assert answer.result() is False
        standby.thaw()
        until(alarms.raise_one, within_s=FAILED_OVER_S)


def _cancelled(superuser: psycopg.Connection[Any]) -> bool:
    return any(
        superuser.execute("SELECT pg_cancel_backend(%s)", row).fetchone()
        for row in superuser.execute(WAITING).fetchall()
    )
