"""Timers and the reports that they ask, on real servers with two schedulers."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

from tests.faults.scenarios import scenario
from tests.waiting import until

CASES = 40


@scenario(1)
def test_a_cancel_at_the_end_of_the_window_has_exactly_one_outcome(plant, house, people) -> None:
    citizens = [people.citizen() for _ in range(8)]
    dice = random.Random(112)
    offsets_s = [dice.uniform(-0.05, 0.05) for _ in range(CASES)]

    def race(case: int) -> tuple:
        citizen = citizens[case % len(citizens)] if case < len(citizens) else None
        receipt = people.raises(citizen)
        when = receipt.cancel_until + timedelta(seconds=offsets_s[case])
        Event().wait((when - house.clock.now()).total_seconds())
        if case == CASES - 1:  # on a slow machine all the others may be in time
            until(lambda: "accepted" in plant.facts(receipt.report_id))
        return receipt.report_id, people.cancels(receipt, citizen)

    with plant.running("schedule", "schedule"), ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(race, range(CASES)))
        until(lambda: not plant.count("timers WHERE fired_at IS NULL AND kind LIKE '%%window'"))
    for report_id, acknowledged in outcomes:
        facts = plant.facts(report_id)
        if acknowledged:
            assert facts == ["triggered", "cancelled"]
            assert plant.ask("SELECT 1 FROM deliveries WHERE about = %s", report_id) == []
        else:
            assert sorted(facts) == ["accepted", "cancel_refused", "triggered"]
    assert {acknowledged for _, acknowledged in outcomes} == {True, False}


def test_every_timer_fires_once_and_never_early(plant, people) -> None:
    with plant.running("schedule", "schedule"):
        reports = [people.raises().report_id for _ in range(100)]
        until(lambda: plant.count("timers WHERE fired_at IS NOT NULL") == len(reports))
    assert all(plant.facts(report_id) == ["triggered", "accepted"] for report_id in reports)
    lateness = plant.ask(
        "SELECT extract(epoch FROM fired_at - due_at)::float8, attempts, outcome FROM timers"
        " WHERE fired_at IS NOT NULL"
    )
    assert {(attempts, outcome) for _, attempts, outcome in lateness} == {(1, "changed")}
    assert min(late_s for late_s, _, _ in lateness) >= 0
    [(early,)] = plant.ask(
        "SELECT count(*) FROM events WHERE topic = 'emergency.accepted'"
        " AND recorded_at < (SELECT due_at FROM timers WHERE aggregate_id = events.aggregate_id"
        " AND kind = 'emergency.cancel_window')"
    )
    assert early == 0


def test_the_facts_of_a_timer_say_what_caused_it(plant, people) -> None:
    with plant.running("schedule"):
        report_id = people.raises().report_id
        until(lambda: len(plant.facts(report_id)) == 2)
    [triggered, accepted] = plant.ask(
        "SELECT event_id, correlation_id, causation_id, actor FROM events"
        " WHERE aggregate_id = %s ORDER BY version",
        report_id,
    )
    assert accepted[1:] == (triggered[1], triggered[0], "system:schedule")


def test_a_timer_that_fails_keeps_no_other_waiting(plant, people) -> None:
    [(service,)] = plant.ask(
        "INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id, position)"
        " VALUES (gen_random_uuid(), gen_random_uuid(), 'emergency.cancel_window', '',"
        " clock_timestamp() - interval '1 minute', gen_random_uuid(), 1) RETURNING timer_id"
    )
    with plant.running("schedule"):
        report_id = people.raises().report_id
        until(lambda: len(plant.facts(report_id)) == 2)
    [(fired_at, attempts, error)] = plant.ask(
        "SELECT fired_at, attempts, last_error FROM timers WHERE timer_id = %s", service
    )
    assert fired_at is None
    assert attempts >= 1
    assert error == "unknown"


def test_an_unanswered_report_rises_by_itself(plant, house, people) -> None:
    house.policy = house.policy.model_copy(
        update={"escalate_supervisor_s": 0.2, "escalate_neighbour_s": 0.4, "escalate_city_s": 0.6}
    )
    receipt = people.raises()
    people.lets_elapse(receipt)
    with plant.running("schedule"):
        until(lambda: plant.facts(receipt.report_id).count("escalated") == 3)
    levels = plant.ask(
        "SELECT open::jsonb->>'level' FROM events WHERE topic = 'emergency.escalated'"
        " ORDER BY position"
    )
    assert [level for (level,) in levels] == ["supervisor", "neighbour", "city"]
