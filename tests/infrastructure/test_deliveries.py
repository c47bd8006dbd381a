"""Deliveries as rows: one holder at a time, leases that run out, late hands that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from application.outbox import Channel
from infrastructure.database import Database
from infrastructure.deliveries.book import PostgresDeliveryBook
from tests.waiting import until


@pytest.fixture
def book(database) -> Iterator[PostgresDeliveryBook]:
    opened = Database(database.service_url, application_name="test")
    yield PostgresDeliveryBook(opened, attempt_lease_s=30)
    opened.close()


@pytest.fixture
def owner(database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        yield connection


def call_for(
    owner: psycopg.Connection, *, in_s: float = -1, channel: Channel = Channel.POLICE
) -> UUID:
    delivery_id = uuid4()
    owner.execute(
        "INSERT INTO deliveries (delivery_id, key, channel, about, correlation_id, position,"
        " next_attempt_at) VALUES (%s, %s, %s, %s, %s, 1, clock_timestamp() + %s)",
        (
            delivery_id,
            f"{channel}:{delivery_id}",
            channel.value,
            uuid4(),
            uuid4(),
            timedelta(seconds=in_s),
        ),
    )
    return delivery_id


def state(owner: psycopg.Connection, delivery_id: UUID) -> tuple[str, int, str | None]:
    return owner.execute(
        "SELECT state, attempts, last_error FROM deliveries WHERE delivery_id = %s",
        (delivery_id,),
    ).fetchone()


def let_leases_run_out(owner: psycopg.Connection) -> None:
    owner.execute("UPDATE deliveries SET lease_until = now() - interval '1 second'")


def test_what_is_due_is_handed_out_once(book, owner) -> None:
    due = call_for(owner)
    call_for(owner, in_s=60)
    assert book.hand_out(in_flight_max=10) == [due]
    assert book.hand_out(in_flight_max=10) == []


def test_help_goes_before_calls_that_have_waited_longer(book, owner) -> None:
    call, page = (
        call_for(owner, channel=one, in_s=-wait)
        for one, wait in ((Channel.CALL, 60), (Channel.PAGE, 30))
    )
    ambulance = call_for(owner, channel=Channel.AMBULANCE)
    police = call_for(owner)
    due = [book.hand_out(in_flight_max=room) for room in (2, 3, 4)]
    assert [set(one) for one in due] == [{ambulance, police}, {call}, {page}]


def test_no_more_is_in_flight_than_there_is_room_for(book, owner) -> None:
    for _ in range(5):
        call_for(owner)
    first = book.hand_out(in_flight_max=3)
    assert len(first) == 3
    assert book.hand_out(in_flight_max=3) == []
    claimed = book.claim(first[0])
    book.done(claimed, reference="112-1")
    assert len(book.hand_out(in_flight_max=3)) == 1


def test_of_many_claims_one_succeeds(book, owner) -> None:
    delivery_id = call_for(owner)
    book.hand_out(in_flight_max=1)
    with ThreadPoolExecutor(8) as pool:
        claims = [claim for claim in pool.map(book.claim, [delivery_id] * 8) if claim]
    [claimed] = claims
    assert (claimed.delivery_id, claimed.channel, claimed.attempt) == (
        delivery_id,
        Channel.POLICE,
        1,
    )


def test_what_was_not_handed_out_cannot_be_claimed(book, owner) -> None:
    assert book.claim(call_for(owner)) is None
    assert book.claim(uuid4()) is None


def test_done_is_done(book, owner) -> None:
    delivery_id = call_for(owner)
    book.hand_out(in_flight_max=1)
    assert book.done(book.claim(delivery_id), reference="112-1")
    assert state(owner, delivery_id) == ("done", 1, None)
    assert book.claim(delivery_id) is None
    let_leases_run_out(owner)
    assert book.expire() == []


def test_a_failed_attempt_waits_for_the_next(book, owner) -> None:
    delivery_id = call_for(owner)
    book.hand_out(in_flight_max=1)
    claimed = book.claim(delivery_id)
    assert book.again(claimed, error="partner_unavailable", wait=timedelta(seconds=0.2))
    assert state(owner, delivery_id) == ("pending", 1, "partner_unavailable")
    assert book.hand_out(in_flight_max=1) == []
    until(lambda: book.hand_out(in_flight_max=1) == [delivery_id])
    assert book.claim(delivery_id).attempt == 2


def test_one_that_only_waited_was_not_tried(book, owner) -> None:
    delivery_id = call_for(owner)
    for _ in range(2):
        until(lambda: book.hand_out(in_flight_max=1) == [delivery_id])
        claimed = book.claim(delivery_id)
        assert claimed.attempt == 1
        assert book.later(claimed, error="message.throttled", wait=timedelta(seconds=0.05))
        assert state(owner, delivery_id) == ("pending", 0, "message.throttled")
    assert not book.later(claimed, error="x", wait=timedelta(0))


def test_what_the_queue_lost_is_handed_out_again(book, owner) -> None:
    delivery_id = call_for(owner)
    book.hand_out(in_flight_max=1)
    assert book.expire() == []
    let_leases_run_out(owner)
    assert book.expire() == [delivery_id]
    assert book.hand_out(in_flight_max=1) == [delivery_id]


def test_a_worker_that_lost_its_lease_changes_nothing(book, owner) -> None:
    delivery_id = call_for(owner)
    book.hand_out(in_flight_max=1)
    late = book.claim(delivery_id)
    let_leases_run_out(owner)
    book.expire()
    for settled in (
        book.done(late, reference="112-1"),
        book.again(late, error="x", wait=timedelta(0)),
        book.dead(late, error="x"),
    ):
        assert not settled
    book.hand_out(in_flight_max=1)
    assert not book.done(late, reference="112-1")
    newer = book.claim(delivery_id)
    assert not book.done(late, reference="112-1")
    assert book.done(newer, reference="112-2")


def test_a_hand_out_that_missed_the_queue_is_taken_back(book, owner) -> None:
    held, missed = call_for(owner), call_for(owner)
    book.hand_out(in_flight_max=2)
    book.claim(held)
    book.take_back([held, missed])
    assert state(owner, held)[0] == "leased"
    assert state(owner, missed)[0] == "pending"


def test_a_dead_letter_is_listed_and_replayed(book, owner) -> None:
    delivery_id = call_for(owner)
    assert not book.replay(delivery_id)
    book.hand_out(in_flight_max=1)
    assert book.dead(book.claim(delivery_id), error="partner_refused")
    [letter] = book.dead_letters()
    assert (letter.delivery_id, letter.attempts, letter.last_error) == (
        delivery_id,
        1,
        "partner_refused",
    )
    assert book.hand_out(in_flight_max=1) == []
    assert book.replay(delivery_id)
    assert not book.replay(delivery_id)
    assert book.dead_letters() == []
    assert book.hand_out(in_flight_max=1) == [delivery_id]
    assert book.claim(delivery_id).attempt == 1


def test_linked_services_have_a_lane_and_room_of_their_own(book, owner) -> None:
    lights = [call_for(owner, channel=Channel.LIGHTS, in_s=-60) for _ in range(3)]
    police = call_for(owner)
    assert book.hand_out(in_flight_max=1) == [police]
    assert set(book.hand_out(in_flight_max=2, linked=True)) < set(lights)
    assert len(book.hand_out(in_flight_max=3, linked=True)) == 1
    assert book.hand_out(in_flight_max=9) == []
