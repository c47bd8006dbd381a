"""PostgreSQL killed under everything: what was acknowledged stands, and is done afterwards."""

from __future__ import annotations

import pytest

from application.errors import LogUnavailable
from tests.faults.test_killed import settled
from tests.plant import People, Plant, simulated_partners
from tests.waiting import until

pytestmark = pytest.mark.long

RECOVERED_S = 40.0


def test_timers_and_deliveries_go_on_when_postgresql_is_back(
    own_cluster, redis_url, tmp_path
) -> None:
    with simulated_partners(tmp_path) as partners_url:
        plant = Plant(own_cluster.service_url, redis_url, partners_url)
        with plant.house(window_s=1.0) as house, plant.running("schedule", "relay", "work"):
            people = People(house)
            receipts = [people.raises(people.citizen()) for _ in range(20)]
            own_cluster.kill()
            own_cluster.start()
            reports = [receipt.report_id for receipt in receipts]

            def all_called() -> bool:
                return plant.count("events WHERE topic = 'emergency.call_placed'") == len(reports)

            until(all_called, within_s=RECOVERED_S)
            until(lambda: settled(plant), within_s=RECOVERED_S)
        assert all(
            plant.facts(report_id) == ["triggered", "accepted", "call_placed"]
            for report_id in reports
        )
        assert plant.count("timers WHERE fired_at < due_at") == 0
        assert len(plant.journal()) == len(reports)


def test_a_trigger_that_meets_no_database_is_told_so_and_stored_later(
    own_cluster, redis_url
) -> None:
    plant = Plant(own_cluster.service_url, redis_url, "http://127.0.0.1:9")
    with plant.house() as house:
        people = People(house)
        people.raises()
        own_cluster.kill()
        with pytest.raises(LogUnavailable):
            people.raises()
        own_cluster.start()
        until(lambda: _stored(people), within_s=RECOVERED_S)


def _stored(people: People) -> bool:
    try:
        return people.raises().position is not None
    except LogUnavailable:
        return False
