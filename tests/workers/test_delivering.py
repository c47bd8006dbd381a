"""Relay, worker and partners together: what facts call for is delivered, or somebody is told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import redis

from application.context import Context, Principal, system
from application.delivery_book import Patience
from application.errors import Forbidden, LogUnavailable, Unknown
from application.outbox import Channel
from domain.roles import Role
from tests.faults.scenarios import scenario
from tests.waiting import until

ON_DUTY = system("test", correlation_id=uuid4())


@pytest.fixture
def accepted(people) -> UUID:
    receipt = people.raises(people.citizen())
    people.lets_elapse(receipt)
    return receipt.report_id


def settled(plant) -> bool:
    return not plant.count("deliveries WHERE state IN ('pending', 'leased')")


def test_an_accepted_report_is_called_and_the_police_come(plant, people, accepted) -> None:
    with plant.running("relay", "work"):
        until(lambda: "call_placed" in plant.facts(accepted))
        people.asks_for_police(accepted)
        until(lambda: settled(plant))
    assert plant.facts(accepted) == [
        "triggered",
        "accepted",
        "call_placed",
        "claimed",
        "police_requested",
        "position_provided",
        "police_acknowledged",
    ]
    call, police = plant.journal()
    assert call["body"]["phone"] == "+821000000000"
    assert police["body"]["position"] == {"latitude_deg": 37.4954, "longitude_deg": 126.8874}
    assert police["body"]["accuracy_m"] == 12
    assert police["body"]["district"] == "11530"
    assert not police["body"]["unassessed"]
    [(reference, attempts)] = plant.ask(
        "SELECT provider_ref, attempts FROM deliveries WHERE channel = 'police'"
    )
    assert reference == police["answer"]["reference"]
    assert attempts == 1


def test_what_leaves_the_house_is_recorded_as_read(plant, people, accepted) -> None:
    with plant.running("relay", "work"):
        people.asks_for_police(accepted)
        until(lambda: settled(plant))
    read = plant.ask(
        "SELECT actor, kind, what, why, recipient, about FROM access_records ORDER BY what, why"
    )
    justice = ("delivery:wearer_watch", "ministry_of_justice", accepted)
    assert read == [
        ("system:work", "provision", "phone", "delivery:call", "call", accepted),
        ("system:work", "provision", "position", "delivery:police", "police", accepted),
        ("system:work", "provision", "position", *justice),
    ]


def test_the_outcome_says_what_caused_it(plant, accepted) -> None:
    with plant.running("relay", "work"):
        until(lambda: "call_placed" in plant.facts(accepted))
    rows = plant.ask(
        "SELECT event_id, correlation_id, causation_id, actor FROM events"
        " WHERE aggregate_id = %s ORDER BY version",
        accepted,
    )
    _, cause, outcome = rows
    assert outcome[1:] == (cause[1], cause[0], "system:work")


@scenario(14)
def test_a_drill_and_a_silent_report_call_nobody(plant, people) -> None:
    for sent in ({"drill": True}, {"alert": "silent"}):
        citizen = people.citizen()
        people.practises(citizen)
        people.lets_elapse(people.raises(citizen, **sent))
    told = plant.ask("SELECT DISTINCT channel FROM deliveries ORDER BY channel")
    assert told == [("lights",), ("wearer_watch",)], "of the silent one, and none of the drill"


@pytest.mark.usefixtures("accepted")
def test_a_partner_in_trouble_is_tried_again(plant) -> None:
    plant.control(channel="call", fail_next=2)
    with plant.running("relay", "work"):
        until(lambda: settled(plant))
    [(state, attempts)] = plant.ask("SELECT state, attempts FROM deliveries WHERE channel = 'call'")
    assert (state, attempts) == ("done", 3)
    assert len(plant.journal()) == 1


@scenario(11)
def test_a_refusal_is_a_dead_letter_that_the_operator_sees_and_replays(
    plant, house, accepted
) -> None:
    plant.control(channel="call", refuse_next=1)
    with plant.running("relay", "work"):
        until(lambda: settled(plant))
        assert plant.facts(accepted)[2:4] == ["partner_unreachable", "message_sent"]
        [letter] = house.delivery_desk.dead_letters(ON_DUTY)
        assert (letter.channel, letter.about, letter.last_error) == (
            Channel.CALL,
            accepted,
            "partner_refused",
        )
        house.delivery_desk.replay(letter.delivery_id, ON_DUTY)
        until(lambda: settled(plant))
    assert plant.facts(accepted)[-1] == "call_placed"
    assert house.delivery_desk.dead_letters(ON_DUTY) == []


@scenario(11)
def test_a_partner_that_stays_away_is_a_dead_letter_after_its_last_attempt(
    plant, house, accepted
) -> None:
    plant.control(channel="call", fail_next=1_000)
    with plant.running("relay", "work"):
        until(lambda: plant.count("deliveries WHERE state = 'dead'"), within_s=40)
        assert "partner_unreachable" in plant.facts(accepted)
        plant.control(channel="call", fail_next=0)
        [letter] = house.delivery_desk.dead_letters(ON_DUTY)
        assert letter.attempts == 7
        house.delivery_desk.replay(letter.delivery_id, ON_DUTY)
        until(lambda: settled(plant))
    assert plant.facts(accepted)[-1] == "call_placed"
    assert [entry["channel"] for entry in plant.journal()] == ["message", "call"]


def test_only_people_on_duty_replay_what_is_dead(house) -> None:
    stranger = Context(
        principal=Principal(id=str(uuid4()), role=Role.CITIZEN), correlation_id=uuid4()
    )
    with pytest.raises(Forbidden):
        house.delivery_desk.dead_letters(stranger)
    with pytest.raises(Forbidden):
        house.delivery_desk.replay(uuid4(), stranger)
    with pytest.raises(Unknown):
        house.delivery_desk.replay(uuid4(), ON_DUTY)


def test_an_erased_number_cannot_be_called_and_the_operator_is_told(plant, house, people) -> None:
    citizen = people.citizen()
    receipt = people.raises(citizen)
    people.lets_elapse(receipt)
    house.key_ring.destroy(citizen.citizen_id)
    with plant.running("relay", "work"):
        until(lambda: settled(plant))
    assert plant.facts(receipt.report_id)[-1] == "partner_unreachable"
    told = plant.ask(
        "SELECT channel, state, last_error FROM deliveries WHERE state = 'dead' ORDER BY channel"
    )
    assert told == [("call", "dead", "nothing_to_send"), ("text", "dead", "nothing_to_send")]


def test_trouble_of_our_own_house_is_never_the_last_attempt(
    plant, house, accepted, monkeypatch
) -> None:
    [delivery_id] = house.delivery_book.hand_out(in_flight_max=1)
    plant.ask("UPDATE deliveries SET attempts = 100 RETURNING 1")
    told = house.emergency_desk.call_placed

    def away(*_: object) -> None:
        raise LogUnavailable("away")

    monkeypatch.setattr(house.emergency_desk, "call_placed", away)
    made = house.delivery_desk.attempt(delivery_id)
    assert (made.outcome, made.code) == ("again", "log_unavailable")
    monkeypatch.setattr(house.emergency_desk, "call_placed", told)
    with plant.running("relay", "work"):
        until(lambda: settled(plant))
    [entry] = plant.journal()
    assert entry["repeats"] == 1
    assert plant.facts(accepted)[-1] == "call_placed"


def test_what_is_missing_is_put_right(plant, house, people, accepted) -> None:
    people.asks_for_police(accepted)
    house.reconciler.compare()
    people.raises()
    reached = plant.ask("SELECT position FROM reconciled")
    assert not house.reconciler.compare()
    assert plant.ask("SELECT position FROM reconciled") > reached


def test_rows_that_vanished_are_written_again(plant, database, house, people, accepted) -> None:
    import psycopg

    query = (
        "SELECT delivery_id, key, channel, about, request_id, correlation_id, causation_id,"
        " position FROM deliveries ORDER BY key"
    )
    timers = "SELECT timer_id, kind, name, due_at, correlation_id FROM timers ORDER BY due_at"
    people.asks_for_police(accepted)
    before = plant.ask(query), plant.ask(timers)
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("DELETE FROM deliveries")
        owner.execute("DELETE FROM timers")
    restored = house.reconciler.compare()
    assert len(restored.deliveries) == 4, "the call, the police, lights and Ministry"
    assert (plant.ask(query), plant.ask(timers)) == before


def test_the_wait_between_attempts_doubles_and_is_spread() -> None:
    patience = Patience()
    waits = [patience.wait(attempt, chance=1.0).total_seconds() for attempt in range(1, 8)]
    assert waits == [0.5, 1, 2, 4, 8, 8, 8]
    assert patience.wait(3, chance=0.0) == timedelta(seconds=1)


@pytest.mark.usefixtures("accepted")
def test_roles_that_stop_hang_up_at_the_job_queue(plant) -> None:
    with redis.Redis.from_url(plant.redis_url) as queue:
        before = {line["id"] for line in queue.client_list()}
        with plant.running("relay", "work"):
            until(lambda: settled(plant))
            assert {line["id"] for line in queue.client_list()} > before
        assert {line["id"] for line in queue.client_list()} == before
