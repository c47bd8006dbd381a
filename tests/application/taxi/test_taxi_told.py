"""Who hears of a ride, and what she sees of that: each giving of her place is kept and told."""

from __future__ import annotations

import pytest

from application.accompanied import sessions_stopped
from application.outbox import Channel
from application.safe_return import Receipt
from domain.guardians import RemovedBy
from domain.message import MessageState
from domain.message_routing import MessageRoute
from domain.session_kind import SessionKind
from domain.taxi.facts import PositionProvided
from domain.taxi.refusals import (
    NotBoarded,
)
from domain.taxi.vocabulary import (
    TaxiPurpose,
    TaxiStage,
)
from tests.application.house import CITIZEN, JIYOUNG
from tests.application.taxi.ride_house import AUNT, BROTHER, HERE, MOTHER, RideHouse
from tests.memory import GANGDONG_HILL
from tests.scenario import T0

HILL = GANGDONG_HILL.model_dump()


@pytest.fixture
def house() -> RideHouse:
    house = RideHouse()
    house.board(destination=GANGDONG_HILL)
    return house


def test_who_was_removed_meanwhile_is_not_told_and_who_came_later_neither(
    house: RideHouse,
) -> None:
    house.change_member(lambda member: member.remove_guardian(MOTHER, by=RemovedBy.GUARDIAN, at=T0))
    house.change_member(lambda member: member.confirm_guardian(AUNT, at=T0))
    house.alight()
    assert house.phrases_to(MOTHER) == ["taxi.boarded"]
    assert house.phrases_to(AUNT) == []
    assert house.phrases_to(BROTHER) == ["taxi.boarded", "taxi.alighted"]


def test_who_is_removed_before_the_message_leaves_is_not_messaged(house: RideHouse) -> None:
    house.change_member(lambda member: member.remove_guardian(MOTHER, by=RemovedBy.MEMBER, at=T0))
    house.deliver(Channel.MESSAGE)
    assert house.message("boarded").state is MessageState.WITHHELD
    assert [one.phone for one in house.provider.sent] == ["+8613800138000", "+821012345678"]
    assert [one.guardian_id for one in given(house)] == [BROTHER]


def given(house: RideHouse) -> list[PositionProvided]:
    facts = house.log.facts(house.trip().id)
    return [one for one in facts if isinstance(one, PositionProvided)]


def test_each_giving_of_a_place_is_kept_with_the_message_that_gave_it(house: RideHouse) -> None:
    house.clock.advance(2)
    house.deliver(Channel.MESSAGE)
    house.clock.advance(598)
    house.alight(position=HILL)
    house.clock.advance(1)
    house.deliver(Channel.MESSAGE)
    told = [(one.guardian_id, one.purpose, one.age_s) for one in given(house)]
    assert told == [
        (MOTHER, TaxiPurpose.BOARDING, 2.0),
        (BROTHER, TaxiPurpose.BOARDING, 2.0),
        (MOTHER, TaxiPurpose.ALIGHTING, 1.0),
        (BROTHER, TaxiPurpose.ALIGHTING, 1.0),
    ]
    assert given(house)[0].message_id == house.message("boarded").id


def test_she_sees_who_got_what_and_when(house: RideHouse) -> None:
    waiting = house.taxi.messages("ride-1", CITIZEN)
    assert [(one.guardian, one.occasion, one.state) for one in waiting] == [
        ("엄마", "boarded", "waiting"),
        ("오빠", "boarded", "waiting"),
    ]
    house.clock.advance(2)
    house.deliver(Channel.MESSAGE)
    for occasion, who, told in (
        ("boarded", MOTHER, house.messages.delivered),
        ("boarded", BROTHER, lambda one, context: house.messages.failed(one, "no", context)),
    ):
        told(house.message(occasion, who).id, CITIZEN)
    house.alight()
    mother, brother, *over = house.taxi.messages("ride-1", CITIZEN)
    assert mother.state == "delivered"
    assert mother.sent_at == mother.delivered_at == house.clock.now()
    assert (brother.state, brother.why) == ("failed", "no")
    assert [(one.occasion, one.state) for one in over] == [("over", "waiting")] * 2


def test_what_is_tried_by_another_route_waits_again(house: RideHouse) -> None:
    house.clock.advance(2)
    house.deliver(Channel.MESSAGE)
    message = house.message("boarded", MOTHER)
    ways = [MessageRoute.SMS, MessageRoute.SMPP]
    at = house.clock.now()
    message.failed(route=MessageRoute.SMS, why="no_such_number", at=at, ways=ways)
    house.app.commit([message], context=CITIZEN, receipt=Receipt(aggregate_id=message.id))
    told = {one.guardian: one for one in house.taxi.messages("ride-1", CITIZEN)}
    assert (told["엄마"].state, told["엄마"].sent_at) == ("waiting", None)
    assert told["오빠"].state == "sent"


def test_a_message_that_was_withheld_is_told_so(house: RideHouse) -> None:
    house.change_member(lambda member: member.remove_guardian(MOTHER, by=RemovedBy.MEMBER, at=T0))
    house.deliver(Channel.MESSAGE)
    [mother] = [one for one in house.taxi.messages("ride-1", CITIZEN) if one.guardian_id == MOTHER]
    assert (mother.state, mother.guardian, mother.why) == ("withheld", "", "no_number")


def test_she_sees_to_whom_her_place_was_given_and_what_for(house: RideHouse) -> None:
    assert house.taxi.provisions("ride-1", CITIZEN) == []
    house.deliver(Channel.MESSAGE)
    mother, brother = house.taxi.provisions("ride-1", CITIZEN)
    assert (mother.guardian, mother.purpose, mother.age_s) == ("엄마", TaxiPurpose.BOARDING, 0.0)
    assert brother.guardian == "오빠"
    with pytest.raises(NotBoarded):
        house.taxi.provisions("ride-2", CITIZEN)


def test_of_a_place_that_nobody_measured_no_age_is_told() -> None:
    house = RideHouse()
    house.board(position=None)
    house.deliver(Channel.MESSAGE)
    assert [(one.fix, one.age_s) for one in given(house)] == [(None, None)] * 2


def test_with_her_consent_her_ride_ends_and_guardians_are_told_of_no_reason(
    house: RideHouse,
) -> None:
    stop = sessions_stopped(house.app, {SessionKind.TAXI: house.taxi.stop})
    house.send(HERE | {"accuracy_m": 8.0})
    house.save(*stop(JIYOUNG, house.clock.now()))
    assert house.trip().stage is TaxiStage.ENDED
    assert house.phrases_to(MOTHER) == ["taxi.boarded", "taxi.ended"]
    assert house.phrases_to(JIYOUNG) == ["taxi.provided_boarded"]
    assert house.tracks.kept == {}
    house.board("ride-2")
