"""The job queue may lose everything, or be away: PostgreSQL decides."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from infrastructure.embedded.home import Home
from infrastructure.embedded.valkey import ValkeyServer
from tests.faults.scenarios import scenario
from tests.faults.test_killed import ask_for_police, assert_each_asked_once, settled
from tests.plant import People, Plant, simulated_partners
from tests.waiting import until

RECOVERED_S = 30.0


@pytest.fixture
def own_valkey(home: Home) -> Iterator[ValkeyServer]:
    """A Valkey that the test may stop and start again."""
    server = ValkeyServer(home, leashed=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def exposed_plant(database, own_valkey: ValkeyServer, tmp_path: Path) -> Iterator[Plant]:
    with simulated_partners(tmp_path) as partners_url:
        yield Plant(database.service_url, own_valkey.url, partners_url)


@scenario(3)
@pytest.mark.parametrize("burst", [30, pytest.param(300, marks=pytest.mark.long)])
def test_everything_is_delivered_when_the_queue_is_emptied(plant, people, burst) -> None:
    reports = ask_for_police(people, burst)
    plant.control(channel="police", delay_s=0.1)
    with plant.running("relay", "work"), redis.Redis.from_url(plant.redis_url) as queue:
        until(lambda: plant.count("deliveries WHERE state = 'done'") > 5)
        queue.flushall()
        assert not settled(plant)
        until(lambda: settled(plant), within_s=RECOVERED_S)
    assert_each_asked_once(plant, reports)


OVERDUE = "timers WHERE fired_at IS NULL AND due_at < clock_timestamp()"


@scenario(4)
@pytest.mark.parametrize("away_s", [0, pytest.param(20, marks=pytest.mark.long)])
def test_reports_are_taken_and_accepted_while_the_queue_is_away(
    exposed_plant: Plant, own_valkey: ValkeyServer, away_s: float
) -> None:
    with (
        exposed_plant.house() as house,
        exposed_plant.running("schedule", "relay", "work"),
    ):
        people = People(house)
        first = ask_for_police(people, 1)
        until(lambda: settled(exposed_plant), within_s=RECOVERED_S)
        own_valkey.kill()
        back_at = time.monotonic() + away_s
        citizen = people.citizen()
        report_id = people.raises(citizen).report_id
        until(lambda: "accepted" in exposed_plant.facts(report_id))
        later = ask_for_police(people, 3)
        until(lambda: not exposed_plant.count(OVERDUE))
        assert not settled(exposed_plant)
        until(lambda: time.monotonic() >= back_at, within_s=away_s + 1)
        own_valkey.start()
        until(lambda: settled(exposed_plant), within_s=RECOVERED_S)
    called = [entry for entry in exposed_plant.journal() if entry["channel"] == "call"]
    assert [entry["body"]["report_id"] for entry in called] == [str(report_id)]
    for asked in (*first, *later):
        assert exposed_plant.facts(asked).count("police_acknowledged") == 1
