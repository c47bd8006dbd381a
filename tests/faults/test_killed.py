"""kill -9 between any two steps: something is repeated, nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from tests.faults.scenarios import scenario
from tests.plant import People, Plant
from tests.waiting import until

START_S = 90.0
"""What a process may need to import everything on a busy machine."""


def beating(plant: Plant, role: str, number: int = 1) -> bool:
    return plant.count(f"role_heartbeats WHERE role = '{role}'") >= number


def settled(plant: Plant) -> bool:
    return not plant.count("deliveries WHERE state IN ('pending', 'leased')")


def ask_for_police(people: People, reports: int) -> list[UUID]:
    """Reports that the scheduler has accepted, each with a request to the police."""
    citizens = [people.citizen() for _ in range(reports)]
    receipts = [people.raises(citizen, alert="silent") for citizen in citizens]
    people.lets_elapse(receipts[-1])
    for receipt in receipts:
        people.lets_elapse(receipt)
        people.asks_for_police(receipt.report_id)
    return [receipt.report_id for receipt in receipts]


def assert_each_asked_once(plant: Plant, reports: list[UUID]) -> None:
    for report_id in reports:
        assert plant.facts(report_id).count("police_acknowledged") == 1
    asked = [entry["body"]["report_id"] for entry in plant.journal()]
    assert sorted(asked) == sorted(str(report_id) for report_id in reports)


def test_timers_outlive_a_scheduler(plant, people) -> None:
    with plant.processes("schedule") as processes, ThreadPoolExecutor(4) as pool:
        until(lambda: beating(plant, "schedule"), within_s=START_S)
        processes.append(plant.process("schedule"))
        raised = pool.map(lambda _: people.raises().report_id, range(60))
        until(lambda: plant.count("timers WHERE fired_at IS NOT NULL") > 10)
        processes[0].kill()
        reports = list(raised)
        until(
            lambda: plant.count("timers WHERE fired_at IS NOT NULL") == len(reports),
            within_s=START_S,
        )
    told = [plant.facts(report_id) for report_id in reports]
    assert all(facts == ["triggered", "accepted", "escalated"] for facts in told)  # nobody is there
    assert plant.count("timers WHERE fired_at < due_at") == 0


@scenario(5)
def test_a_worker_killed_after_the_partner_took_the_request_asks_no_second_time(
    plant, people
) -> None:
    with plant.processes("relay", "work") as processes:
        until(lambda: beating(plant, "work"), within_s=START_S)
        plant.control(channel="police", hang_next=1_000)  # it never answers this worker
        reports = ask_for_police(people, 1)
        until(plant.journal)
        processes[1].kill()
        assert plant.facts(reports[0])[-1] == "police_requested"
        plant.control(channel="police", hang_next=0)
        processes.append(plant.process("work"))
        until(lambda: settled(plant), within_s=START_S)
    assert_each_asked_once(plant, reports)
    [entry] = plant.journal()
    assert entry["repeats"] >= 1


@scenario(5)
def test_deliveries_outlive_relay_and_worker(plant, people) -> None:
    plant.control(channel="police", delay_s=0.1)
    with plant.processes("relay", "work") as processes:
        until(lambda: beating(plant, "work") and beating(plant, "relay"), within_s=START_S)
        reports = ask_for_police(people, 30)
        until(lambda: plant.count("deliveries WHERE state = 'done'") > 5)
        for process in processes:
            process.kill()
        assert not settled(plant)
        processes += [plant.process("work"), plant.process("relay")]
        until(lambda: settled(plant), within_s=START_S)
    assert_each_asked_once(plant, reports)


def test_a_role_that_is_asked_to_end_takes_its_sign_of_life_away(plant) -> None:
    with plant.processes("schedule", "relay", "work") as processes:
        for role in ("schedule", "relay", "work"):
            until(lambda role=role: beating(plant, role), within_s=START_S)
        for process in processes:
            process.terminate()
        assert [process.wait(10) for process in processes] == [0, 0, 0]
    assert plant.count("role_heartbeats") == 0
