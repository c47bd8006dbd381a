"""A message gets there by one way or the next: never twice by one, never lost in silence."""

from __future__ import annotations

import pytest

from application.attempts import AttemptOutcome
from application.text_routes import mark_of
from domain.message_routing import MessageRoute, MessageState
from domain.policy import Policy
from domain.sms import Alphabet
from tests.application.house import JIYOUNG, KIM
from tests.application.message_house import PHRASE, MessageHouse
from tests.application.text_provider import Killed


@pytest.fixture
def house() -> MessageHouse:
    return MessageHouse()


@pytest.fixture
def over_smpp() -> MessageHouse:
    """The provider who knows no repeats comes first."""
    house = MessageHouse()
    house.order.reverse()
    return house


def test_it_is_taken_once_in_its_recipients_words_and_that_is_recorded(house) -> None:
    hers, his = house.write(), house.write(to="brother")
    assert [one.outcome for one in house.turn()] == [AttemptOutcome.DONE] * 2
    mother, brother = house.sms.journal
    assert (mother.phone, mother.text.alphabet) == ("+821022223333", Alphabet.EUC_KR)
    assert (brother.phone, brother.body) == ("+8613800138000", "不能将本人号码登记为监护人。")
    assert house.access.records == [(JIYOUNG, PHRASE, "delivery:message")] * 2
    assert {house.state(hers), house.state(his)} == {MessageState.SENT}
    assert house.turn() == []


def test_a_provider_who_is_down_is_left_for_the_next(house) -> None:
    house.sms.next = ["unavailable"] * 3
    message_id = house.write()
    house.go_on(20)
    assert house.topics(message_id) == ["composed", "fell_back", "attempted", "handed_over"]
    assert (len(house.sms.journal), len(house.smpp.journal)) == (0, 1)


def test_a_hiccup_is_outlived_without_a_word(house) -> None:
    house.sms.next = ["unavailable"] * 2
    message_id = house.write()
    house.go_on(20)
    assert house.topics(message_id) == ["composed", "handed_over"]


def test_a_refusal_is_no_reason_to_ask_again(house) -> None:
    house.sms.next = ["refuse"]
    message_id = house.write()
    house.turn()
    assert house.topics(message_id) == ["composed", "fell_back"]
    house.turn()
    assert house.message(message_id).route is MessageRoute.SMPP


def test_where_nobody_takes_it_there_is_a_dead_letter_that_can_be_sent_anew(house) -> None:
    house.sms.next, house.smpp.next = ["refuse"], ["refuse"]
    message_id = house.write()
    house.go_on(20)
    assert house.topics(message_id)[-2:] == ["turned_away", "failed"]
    [dead] = house.rows.of("dead")
    house.deliveries.replay(dead, KIM)
    house.go_on(20)
    assert house.state(message_id) is MessageState.SENT
    assert len(house.smpp.journal) == 1
    assert house.rows.of("dead") == []


def test_the_last_way_is_tried_longer(house) -> None:
    house.order = [house.sms]
    house.sms.next = ["unavailable"] * 6
    message_id = house.write()
    house.go_on(60)
    assert house.state(message_id) is MessageState.SENT


@pytest.mark.parametrize("said", ["killed_after", "lost_after"])
def test_what_may_have_been_taken_is_not_sent_again_by_the_same_way(over_smpp, said) -> None:
    house = over_smpp
    house.smpp.next = [said]
    message_id = house.write()
    run_until_killed(house)
    [reference] = house.smpp.references
    house.go_on(5)
    house.tell(house.smpp, reference, mark=mark_of(message_id))
    house.go_on(120)
    assert house.state(message_id) is MessageState.DELIVERED
    assert (len(house.smpp.journal), len(house.sms.journal)) == (1, 0)
    assert house.message(message_id).reference == reference


def test_a_late_answer_ends_the_doubt_too(over_smpp) -> None:
    house = over_smpp
    house.smpp.next = ["lost_after"]
    message_id = house.write()
    house.turn()
    [reference] = house.smpp.references
    house.desk.answered_late(MessageRoute.SMPP, reference, mark_of(message_id))
    house.go_on(10)
    assert house.state(message_id) is MessageState.SENT
    assert len(house.smpp.journal) == 1


@pytest.mark.parametrize("said", ["killed_before", "lost_before", "lost_after"])
def test_a_doubt_that_nobody_clears_goes_by_the_next_way(over_smpp, said) -> None:
    house = over_smpp
    house.smpp.next = [said]
    message_id = house.write()
    run_until_killed(house)
    house.go_on(25)
    assert house.sms.journal == []
    house.go_on(10)
    assert [house.state(message_id), len(house.sms.journal)] == [MessageState.SENT, 1]
    fell = house.house.log.facts(message_id)[-2]
    assert (fell.TOPIC, fell.why) == ("message.fell_back", "answer_lost")


def test_a_doubt_without_another_way_is_a_dead_letter(over_smpp) -> None:
    house = over_smpp
    house.order = [house.smpp]
    house.smpp.next = ["lost_after"]
    message_id = house.write()
    house.go_on(60)
    assert house.state(message_id) is MessageState.FAILED
    assert house.rows.rows[house.rows.of("dead")[0]].error == "answer_lost"
    assert len(house.smpp.journal) == 1


def test_who_knows_repeats_is_simply_asked_again(house) -> None:
    house.sms.next = ["killed_after"]
    message_id = house.write()
    run_until_killed(house)
    house.go_on(10)
    assert house.topics(message_id) == ["composed", "handed_over"]
    assert len(house.sms.journal) == 1


def test_a_throttled_provider_gets_it_later_and_that_is_told(over_smpp) -> None:
    house = over_smpp
    house.smpp.next = ["throttle"] * 5
    message_id = house.write()
    house.go_on(60)
    assert house.topics(message_id).count("put_off") == 1
    assert house.state(message_id) is MessageState.SENT
    assert len(house.smpp.journal) == 1


def test_too_many_to_one_person_wait_and_none_is_dropped(house) -> None:
    for number in range(13):
        house.write(f"occasion-{number}")
    house.write(to="brother")
    house.turn()
    assert len(house.sms.journal) == 11
    house.go_on(100)
    assert len(house.sms.journal) == 14
    last = house.write("occasion-12")
    assert "put_off" in house.topics(last)


def test_too_many_by_one_provider_wait_for_their_turn() -> None:
    house = MessageHouse(Policy(provider_messages_per_s=2, recipient_messages_at_once=100))
    for number in range(6):
        house.write(f"occasion-{number}")
    house.turn()
    assert len(house.sms.journal) == 2
    house.go_on(3)
    assert len(house.sms.journal) == 6


def test_who_may_not_be_told_any_more_is_told_by_no_way(house) -> None:
    house.sms.next = ["refuse"]
    message_id = house.write()
    house.turn()
    house.remove_mother()
    house.go_on(10)
    assert house.state(message_id) is MessageState.WITHHELD
    assert house.smpp.journal == []


def test_a_way_that_was_taken_away_is_left(house) -> None:
    house.order.append(house.other)
    house.sms.next = ["refuse"]
    message_id = house.write()
    house.turn()
    house.order = [house.sms, house.other]
    house.go_on(10)
    assert house.message(message_id).route is MessageRoute.OTHER
    assert len(house.other.journal) == 1


def test_a_way_that_was_taken_away_without_another_is_a_dead_letter(house) -> None:
    house.sms.next = ["refuse"]
    house.write()
    house.turn()
    house.order = [house.sms]
    house.go_on(10)
    assert len(house.rows.of("dead")) == 1


def test_an_old_row_of_a_way_that_was_left_does_nothing(house) -> None:
    house.sms.next = ["refuse"]
    message_id = house.write()
    [first] = house.rows.due()
    house.turn()
    house.rows.replay(first)
    house.deliveries.attempt(first)
    assert house.rows.rows[first].reference == "elsewhere"
    assert house.message(message_id).to_be_sent


def run_until_killed(house: MessageHouse) -> None:
    """One turn, which may be the last of its process."""
    try:
        house.turn()
    except Killed:
        house.restart()
