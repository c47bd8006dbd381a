"""What becomes of a message that has left: told early, late, twice, badly, or never."""

from __future__ import annotations

from uuid import uuid4

import pytest

from application.errors import Unknown
from application.text_routes import Fate, mark_of
from domain.message_routing import MessageState
from tests.application.house import KIM, SYSTEM
from tests.application.message_house import MessageHouse


@pytest.fixture
def house() -> MessageHouse:
    return MessageHouse()


@pytest.fixture
def over_smpp() -> MessageHouse:
    """The provider who knows no repeats comes first."""
    house = MessageHouse()
    house.order.reverse()
    return house


def test_a_receipt_may_come_before_the_answer(over_smpp) -> None:
    house = over_smpp
    message_id = house.write()
    house.tell(house.smpp, "smpp-1", mark=mark_of(message_id))
    house.turn()
    assert house.topics(message_id)[-2:] == ["handed_over", "delivered"]
    house.tell(house.smpp, "smpp-1")
    assert house.topics(message_id)[-1] == "delivered"


def test_what_was_not_brought_goes_by_the_next_way(house) -> None:
    message_id = house.write()
    house.turn()
    house.desk.failed(message_id, Fate.UNDELIVERABLE, SYSTEM)
    house.go_on(5)
    house.tell(house.smpp, "smpp-1", Fate.EXPIRED)
    assert house.topics(message_id) == [
        "composed",
        "handed_over",
        "fell_back",
        "attempted",
        "handed_over",
        "failed",
    ]
    house.desk.delivered(message_id, SYSTEM)
    assert house.state(message_id) is MessageState.DELIVERED


def test_what_is_there_is_not_sent_by_the_next_way_any_more(house) -> None:
    house.sms.next = ["refuse"]
    message_id = house.write()
    house.turn()
    house.desk.delivered(message_id, SYSTEM)
    house.go_on(10)
    assert house.smpp.journal == []


def test_a_missed_receipt_is_asked_for(house) -> None:
    message_id = house.write()
    house.turn()
    house.sms.fates["sms-1"] = Fate.DELIVERED
    house.go_on(590)
    assert house.state(message_id) is MessageState.SENT
    house.sms.next = ["deaf"]
    house.go_on(30)
    assert house.topics(message_id)[-2:] == ["receipt_missed", "delivered"]


def test_what_nobody_ever_tells_of_has_failed_after_its_time(house) -> None:
    message_id = house.write()
    house.go_on(14_000)
    assert house.state(message_id) is MessageState.SENT
    house.go_on(2_000)
    failed = house.house.log.facts(message_id)[-1]
    assert (failed.TOPIC, failed.why) == ("message.failed", "no_receipt")
    assert house.rows.of("dead") == []


def test_the_fate_of_a_way_that_is_gone_is_nobodys_to_ask(house) -> None:
    message_id = house.write()
    house.turn()
    house.order = [house.smpp]
    house.go_on(16_000)
    assert house.state(message_id) is MessageState.FAILED


def test_a_provider_who_cannot_be_asked_leaves_it_as_it_is(house) -> None:
    message_id = house.write()
    house.turn()
    house.sms.next = ["deaf"] * 9
    house.go_on(700)
    assert house.state(message_id) is MessageState.SENT
    [dead] = house.rows.of("dead")
    house.deliveries.replay(dead, KIM)
    house.sms.fates["sms-1"] = Fate.DELIVERED
    house.go_on(5)
    assert house.topics(message_id)[-2:] == ["receipt_missed", "delivered"]


def test_what_was_taken_and_lost_is_not_sent_again_by_a_worker_who_died(over_smpp) -> None:
    """Its row was left open: only a person may have it sent anew."""
    house = over_smpp
    house.order = [house.smpp]
    message_id = house.write()
    [row] = house.rows.due()
    house.turn()
    house.tell(house.smpp, "smpp-1", Fate.EXPIRED)
    house.rows.replay(row)  # as a lease that has run out
    house.go_on(5)
    assert house.state(message_id) is MessageState.FAILED
    assert len(house.smpp.journal) == 1


def test_what_is_told_while_one_would_ask_is_not_asked(house) -> None:
    message_id = house.write()
    house.turn()
    house.house.clock.advance(601)
    house.fire()
    house.desk.delivered(message_id, SYSTEM)
    house.go_on(10)
    assert house.topics(message_id)[-1] == "delivered"


def test_a_message_that_is_none_is_told(house) -> None:
    with pytest.raises(Unknown):
        house.desk.delivered(uuid4(), SYSTEM)
