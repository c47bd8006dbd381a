"""kill -9 of a projector: its stand-by goes on within two seconds, and nothing is folded twice."""

from __future__ import annotations

import time

from infrastructure.bootstrap import House
from tests.faults.test_killed import START_S, beating
from tests.plant import People, Plant
from tests.waiting import until

TAKE_OVER_S = 2.0


def level(plant: Plant) -> bool:
    return not plant.count("read.tracking t, log_head h WHERE t.position < h.position")


def test_the_stand_by_takes_over(plant: Plant, house: House, people: People) -> None:
    with plant.processes("project", "project") as projectors:
        until(lambda: beating(plant, "project", 2), within_s=START_S)
        first = people.raises()
        until(lambda: level(plant), within_s=START_S)
        projectors[0].kill()
        projectors[0].wait()
        killed_at = time.monotonic()
        second = people.raises()
        until(lambda: level(plant), within_s=START_S)
        assert time.monotonic() - killed_at < TAKE_OVER_S
    rows = house.queue_view.rows()
    assert {row.report_id for row in rows} == {first.report_id, second.report_id}
    for name in house.engine.names:
        assert house.engine.parked(name) == []
    assert len(house.history_view.of(first.report_id)) == 1
