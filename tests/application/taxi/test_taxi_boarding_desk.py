"""She gets in: whoever may be told is told once, and nothing that is missing leaves her alone."""

from __future__ import annotations

import pytest

from application.errors import Forbidden
from application.outbox import Channel, TimerKind
from application.taxi.commands import BoardTaxi, GiveTaxiPlate, ReadPlate
from domain.consents import ConsentMissing
from domain.guardians import RemovedBy
from domain.language import Language
from domain.session_guard import SessionAlreadyOpen, SessionGuard
from domain.session_kind import SessionKind
from domain.taxi import PlateMalformed
from domain.taxi.refusals import MomentUnfit, PlatesUsedUp
from domain.taxi.vocabulary import TaxiAttention, TaxiFlag, TaxiStage, TaxiVehicle
from tests.application.house import CITIZEN, JIYOUNG, KIM
from tests.application.taxi.ride_house import (
    AUNT,
    BROTHER,
    HERE,
    MOTHER,
    PLATE,
    RideHouse,
)
from tests.memory import GANGDONG, GANGDONG_HILL
from tests.scenario import T0


@pytest.fixture
def house() -> RideHouse:
    return RideHouse()


def test_who_boards_is_followed_and_her_confirmed_guardians_are_told(house: RideHouse) -> None:
    receipt = house.board(destination=GANGDONG_HILL)
    assert (receipt.stage, receipt.vehicle, receipt.warning) == (
        TaxiStage.RIDING,
        TaxiVehicle.PRIVATE,
        None,
    )
    assert (receipt.guardians, receipt.flags) == (2, ())
    assert house.topics() == ["taxi.boarded"]
    trip = house.trip()
    assert (trip.plate, trip.district, trip.to_go_m) == (PLATE, GANGDONG, 2920)
    assert house.phrases_to(MOTHER) == house.phrases_to(BROTHER) == ["taxi.boarded"]
    assert house.phrases_to(AUNT) == []
    assert house.phrases_to(JIYOUNG) == ["taxi.provided_boarded"]


def test_the_message_names_her_the_plate_the_time_and_the_place(house: RideHouse) -> None:
    house.board()
    house.deliver(Channel.MESSAGE)
    bodies = {one.phone: one.body for one in house.provider.sent}
    assert bodies["+821011112222"] == "[안심택시] 김지영님 서울32바1234 승차 23:41 강동구청 앞"
    assert "乘坐出租车 서울32바1234" in bodies["+8613800138000"]
    assert "+821033334444" not in bodies
    assert bodies["+821012345678"].startswith("[안심택시] 안전 확인을 위해 보호자 2명에게")


def test_without_words_for_the_place_the_district_is_named_in_each_language(
    house: RideHouse,
) -> None:
    house.board(place="  ")
    places = {one.recipient_id: dict(one.words)["place"] for one in house.composed(MOTHER)}
    assert places[MOTHER] == "강동구"
    [chinese] = house.composed(BROTHER)
    assert chinese.words["place"] == "江东区"  # type: ignore[index]


def test_the_same_ride_again_is_the_first_one(house: RideHouse) -> None:
    first = house.board()
    again = house.board(plate="33사9999", place="elsewhere")
    assert again.aggregate_id == first.aggregate_id
    assert house.topics() == ["taxi.boarded"]
    assert len(house.registry.asked) == 1
    assert house.phrases_to(MOTHER) == ["taxi.boarded"]


def test_a_second_ride_is_refused_while_the_first_goes_on(house: RideHouse) -> None:
    house.board()
    with pytest.raises(SessionAlreadyOpen):
        house.board("ride-2")
    house.alight()
    house.board("ride-2")
    guard = house.app.load(SessionGuard, SessionGuard.create_id(JIYOUNG))
    assert guard.session(SessionKind.TAXI) == house.trip("ride-2").id


def test_being_watched_home_within_a_ride_is_another_session(house: RideHouse) -> None:
    house.board()
    guard = house.app.load(SessionGuard, SessionGuard.create_id(JIYOUNG))
    guard.open(kind=SessionKind.MONITORING, session_id=AUNT, at=T0)
    house.save(guard)
    house.alight()
    guard = house.app.load(SessionGuard, SessionGuard.create_id(JIYOUNG))
    assert guard.sessions == ((SessionKind.MONITORING, AUNT),)


def test_what_is_no_plate_is_refused_and_without_one_she_boards(house: RideHouse) -> None:
    with pytest.raises(PlateMalformed):
        house.board(plate="택시")
    assert house.app.find(SessionGuard, SessionGuard.create_id(JIYOUNG)) is None
    receipt = house.board(plate=None)
    assert (receipt.warning, receipt.vehicle) == ("plate_missing", None)
    assert receipt.message is not None
    assert "번호판이 보이면 입력해 주세요" in receipt.message
    assert house.phrases_to(MOTHER) == ["taxi.boarded_no_plate"]
    assert house.registry.asked == []


def test_the_plate_comes_later_and_is_told_once(house: RideHouse) -> None:
    house.board(plate=None)
    command = GiveTaxiPlate(trip_ref="ride-1", plate=ReadPlate(payload="서울 32바 1234"))
    for _ in range(2):
        receipt = house.taxi.give_plate(command, CITIZEN)
    assert (receipt.warning, receipt.vehicle) == (None, TaxiVehicle.PRIVATE)
    assert house.phrases_to(MOTHER) == ["taxi.boarded_no_plate", "taxi.plate"]
    assert house.topics() == ["taxi.boarded", "taxi.plate_given"]
    with pytest.raises(PlateMalformed):
        house.taxi.give_plate(
            GiveTaxiPlate(trip_ref="ride-1", plate=ReadPlate(payload="?")), CITIZEN
        )


def test_a_plate_is_mended_only_so_often(house: RideHouse) -> None:
    house.board()
    for number in range(house.policy.taxi_plates_max - 1):
        read = ReadPlate(payload=f"서울33사000{number}")
        house.taxi.give_plate(GiveTaxiPlate(trip_ref="ride-1", plate=read), CITIZEN)
    with pytest.raises(PlatesUsedUp):
        house.taxi.give_plate(
            GiveTaxiPlate(trip_ref="ride-1", plate=ReadPlate(payload="서울33사9999")), CITIZEN
        )


def test_an_unknown_plate_is_warned_of_kept_and_allowed(house: RideHouse) -> None:
    house.registry.unknown.add(PLATE)
    receipt = house.board(language=Language.EN)
    assert receipt.warning == "plate_unknown"
    assert receipt.message is not None
    assert "not a registered taxi" in receipt.message
    assert house.trip().plate == PLATE
    assert house.trip().attention == {TaxiAttention.PLATE_UNKNOWN}
    assert house.phrases_to(MOTHER) == ["taxi.boarded"]


def test_a_registry_that_is_down_hinders_nobody_and_is_asked_later(house: RideHouse) -> None:
    house.registry.down = True
    receipt = house.board()
    assert receipt.warning == "plate_unchecked"
    assert house.phrases_to(MOTHER) == ["taxi.boarded"]
    assert house.trip().attention == frozenset()
    house.registry.down = False
    house.deliver(Channel.TAXI_CHECK)
    assert house.topics() == ["taxi.boarded", "taxi.vehicle_checked"]
    assert house.trip().vehicle is TaxiVehicle.PRIVATE
    assert "taxi.plate_unknown" not in house.phrases_to(JIYOUNG)


def test_who_learns_later_that_it_is_no_taxi_is_told(house: RideHouse) -> None:
    house.registry.down = True
    house.board()
    house.registry.down = False
    house.registry.unknown.add(PLATE)
    house.deliver(Channel.TAXI_CHECK)
    assert house.phrases_to(JIYOUNG)[-1] == "taxi.plate_unknown"
    assert house.trip().attention == {TaxiAttention.PLATE_UNKNOWN}


def test_a_registry_that_stays_away_is_told_and_asked_again(house: RideHouse) -> None:
    house.registry.down = True
    house.board()
    assert house.deliver(Channel.TAXI_CHECK) == ["dead"]
    assert house.trip().attention == {TaxiAttention.UNCHECKED}
    assert house.phrases_to(JIYOUNG)[-1] == "taxi.plate_unchecked"
    house.registry.down = False
    house.advance_to_timer(TimerKind.TAXI_CHECK)
    assert house.topics()[-1] == "taxi.check_resumed"
    assert house.deliver(Channel.TAXI_CHECK) == ["done"]
    assert house.trip().attention == frozenset()


def test_told_twice_that_the_registry_is_away_she_hears_it_once(house: RideHouse) -> None:
    house.registry.down = True
    house.board()
    house.deliver(Channel.TAXI_CHECK)
    house.advance_to_timer(TimerKind.TAXI_CHECK)
    house.deliver(Channel.TAXI_CHECK)
    assert house.phrases_to(JIYOUNG).count("taxi.plate_unchecked") == 1


def test_a_check_of_an_earlier_plate_is_not_made(house: RideHouse) -> None:
    house.registry.down = True
    house.board()
    house.registry.down = False
    command = GiveTaxiPlate(trip_ref="ride-1", plate=ReadPlate(payload="서울33사5678"))
    house.taxi.give_plate(command, CITIZEN)
    assert house.deliver(Channel.TAXI_CHECK) == ["idle"]
    assert house.topics() == ["taxi.boarded", "taxi.plate_given"]


def test_a_boarding_that_was_long_on_its_way_keeps_the_phones_time(house: RideHouse) -> None:
    at = house.later(-3000)
    receipt = house.board(occurred_at=at, sent_at=house.later(0))
    assert receipt.flags == (TaxiFlag.LATE,)
    [mother] = house.composed(MOTHER)
    assert mother.words["time"] == "22:51"  # type: ignore[index]
    assert house.trip().boarded_at.isoformat() == at


def test_a_clock_that_is_a_day_off_is_put_right_or_refused_by_name(house: RideHouse) -> None:
    day = 86_400
    with pytest.raises(MomentUnfit):
        house.board(occurred_at=house.later(day))
    receipt = house.board(
        occurred_at=house.later(day - 30),
        sent_at=house.later(day),
        arrive_at=house.later(day + 900),
    )
    assert receipt.flags == (TaxiFlag.CLOCK_SKEWED,)
    grace = house.policy.taxi_grace_s
    assert receipt.due_at.isoformat() == house.later(900 + grace)


def test_an_arrival_at_the_edge_of_time_is_left_out(house: RideHouse) -> None:
    receipt = house.board(sent_at=house.later(-86_400), arrive_at="9999-12-31T23:59:59Z")
    assert receipt.due_at.isoformat() == house.later(
        house.policy.taxi_ride_s + house.policy.taxi_grace_s
    )


@pytest.mark.parametrize(
    "position", [None, 7, "here", {}, HERE | {"latitude_deg": 91}, {"latitude_deg": 37.5}]
)
def test_a_position_that_cannot_be_read_is_left_out(house: RideHouse, position) -> None:
    receipt = house.board(position=position)
    assert receipt.flags == (TaxiFlag.NO_POSITION,)
    assert house.trip().district == "11000"


def test_who_took_back_her_consent_is_not_followed(house: RideHouse) -> None:
    house.change_member(lambda member: member.withdraw_consent(at=T0))
    with pytest.raises(ConsentMissing):
        house.board()


def test_a_citizen_whom_nobody_knows_boards_without_guardians() -> None:
    house = RideHouse()
    stranger = CITIZEN.model_copy(
        update={"principal": CITIZEN.principal.model_copy(update={"id": str(AUNT)})}
    )
    receipt = house.taxi.board(BoardTaxi(trip_ref="ride-1"), stranger)
    assert receipt.guardians == 0


def test_who_has_no_guardians_is_not_told_that_any_were(house: RideHouse) -> None:
    for one in (MOTHER, BROTHER):
        house.change_member(
            lambda member, one=one: member.remove_guardian(one, by=RemovedBy.MEMBER, at=T0)
        )
    assert house.board().guardians == 0
    assert house.phrases_to(JIYOUNG) == []


def test_only_a_citizen_boards(house: RideHouse) -> None:
    with pytest.raises(Forbidden):
        house.taxi.board(BoardTaxi(trip_ref="ride-1"), KIM)
