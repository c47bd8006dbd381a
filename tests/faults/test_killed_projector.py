"""A projector is killed or freezes: its stand-by goes on, and nothing is folded twice."""

from __future__ import annotations

import signal
import time

from infrastructure.bootstrap import House
from infrastructure.engine.leadership import LEASE_S
from tests.faults.test_killed import START_S, beating
from tests.plant import People, Plant
from tests.waiting import until

TAKE_OVER_S = 10.0
"""Less than half a second, on a machine that has nothing else to do."""
FROZEN_TAKE_OVER_S = LEASE_S + TAKE_OVER_S


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


def test_a_frozen_leader_is_put_away_and_does_no_harm_when_it_thaws(
    plant: Plant, house: House, people: People
) -> None:
    with plant.processes("project") as projectors:
        until(lambda: beating(plant, "project", 1), within_s=START_S)
        first = people.raises()
        until(lambda: level(plant), within_s=START_S)
        projectors.append(plant.process("project"))
        until(lambda: beating(plant, "project", 2), within_s=START_S)
        projectors[0].send_signal(signal.SIGSTOP)
        frozen_at = time.monotonic()
        second = people.raises()
        until(lambda: level(plant), within_s=START_S)
        assert time.monotonic() - frozen_at < FROZEN_TAKE_OVER_S
        projectors[0].send_signal(signal.SIGCONT)
        third = people.raises()
        until(lambda: level(plant), within_s=START_S)
    rows = house.queue_view.rows()
    assert {row.report_id for row in rows} == {one.report_id for one in (first, second, third)}
    for name in house.engine.names:
        assert house.engine.parked(name) == []
    assert len(house.history_view.of(second.report_id)) == 1
