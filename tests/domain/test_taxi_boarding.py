"""Getting in: whatever is missing hinders nothing, and what was decided is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.policy import Policy
from domain.taxi import TaxiTrip, facts, refusals
from domain.taxi.boarding import check_of
from domain.taxi.moments import told
from domain.taxi.vocabulary import PlateSource, TaxiAttention, TaxiFlag, TaxiVehicle
from tests.domain.rides import (
    BROTHER,
    JIYOUNG,
    MOTHER,
    POLICY,
    TRIP,
    after,
    alighted,
    board,
    given_plate,
    moment,
    riding,
    unchecked,
    where,
)
from tests.scenario import T0


def boarded(**changes) -> facts.Boarded:
    [fact] = board(**changes).pending_events
    assert isinstance(fact, facts.Boarded)
    return fact


def test_a_ride_begins_with_everything_that_was_known() -> None:
    fact = boarded()
    assert (fact.plate_source, fact.vehicle, fact.check_id) == (
        PlateSource.TYPED,
        TaxiVehicle.PRIVATE,
        None,
    )
    assert (fact.guardian_ids, fact.flags) == ((MOTHER, BROTHER), ())
    assert fact.signal_due_at == after(POLICY.taxi_signal_lost_s)
    assert fact.to_go_m == 2920


def test_the_same_ride_of_another_citizen_is_another_ride() -> None:
    assert TaxiTrip.create_id(JIYOUNG, "ride-1") == TRIP
    assert TaxiTrip.create_id(uuid4(), "ride-1") != TRIP


def test_no_personal_value_stands_in_the_open_part() -> None:
    sealed = {"plate", "position", "destination", "place"}
    assert set(facts.Boarded.PERSONAL) == sealed
    for fact_class in vars(facts).values():
        if isinstance(fact_class, type) and hasattr(fact_class, "model_fields"):
            private = {"plate", "position", "destination", "place", "note"}
            named = private & set(fact_class.model_fields)
            assert named == set(getattr(fact_class, "PERSONAL", {})), fact_class


def test_an_unchecked_plate_is_to_be_checked_and_no_plate_is_not() -> None:
    assert boarded(plate=given_plate(vehicle=None)).check_id == check_of(TRIP, 1)
    none = boarded(plate=None)
    assert (none.plate, none.plate_source, none.vehicle, none.check_id) == (None,) * 4


def test_an_unknown_plate_is_kept_and_an_operator_is_to_look() -> None:
    trip = board(plate=given_plate(vehicle=TaxiVehicle.UNKNOWN))
    assert trip.attention == {TaxiAttention.PLATE_UNKNOWN}
    assert board().attention == frozenset()


def test_without_a_position_it_begins_all_the_same() -> None:
    fact = boarded(where=where(None))
    assert (fact.flags, fact.to_go_m, fact.fix) == ((TaxiFlag.NO_POSITION,), None, None)
    assert fact.due_at == after(POLICY.taxi_ride_s + POLICY.taxi_grace_s)


@pytest.mark.parametrize(
    ("changes", "due_s"),
    [
        ({"arrive_at": after(900)}, 900.0),
        ({"arrive_at": after(POLICY.taxi_extend_max_s)}, POLICY.taxi_extend_max_s),
        ({"arrive_at": after(POLICY.taxi_extend_max_s + 1)}, POLICY.taxi_extend_max_s),
        ({"arrive_at": T0}, 2920 / POLICY.taxi_pace_m_per_s),
        ({}, 2920 / POLICY.taxi_pace_m_per_s),
        ({"destination": None}, POLICY.taxi_ride_s),
    ],
)
def test_when_she_is_due_is_decided_once(changes, due_s: float) -> None:
    expected = after(due_s) + timedelta(seconds=POLICY.taxi_grace_s)
    assert abs(boarded(**changes).due_at - expected) < timedelta(milliseconds=1)


def test_a_destination_at_the_end_of_the_world_is_not_waited_for_for_ever() -> None:
    far = where().position
    assert far is not None
    antipode = far.model_copy(update={"latitude_deg": -far.latitude_deg})
    late = boarded(destination=antipode).due_at
    assert late == after(POLICY.taxi_extend_max_s + POLICY.taxi_grace_s)


def test_a_boarding_that_came_late_counts_from_when_it_happened() -> None:
    trip = board(at=after(3000), told=moment(T0, flags=(TaxiFlag.LATE,)), destination=None)
    assert trip.boarded_at == T0
    assert trip.due_at == after(POLICY.taxi_ride_s + POLICY.taxi_grace_s)
    assert trip.signal_due_at == after(3000 + POLICY.taxi_signal_lost_s)


def test_a_plate_can_be_given_later() -> None:
    riding(plate=None, plate_source=None, vehicle=None).when(
        lambda trip: trip.give_plate(
            given_plate(vehicle=None), guardian_ids=(MOTHER,), at=after(60), policy=POLICY
        )
    ).then(
        (
            facts.PlateGiven,
            {
                "number": 1,
                "plate_source": PlateSource.TYPED,
                "check_id": check_of(TRIP, 1),
                "guardian_ids": (MOTHER,),
            },
        )
    )


def test_the_same_plate_again_changes_nothing() -> None:
    riding().when(
        lambda trip: trip.give_plate(
            given_plate(), guardian_ids=(MOTHER,), at=after(60), policy=POLICY
        )
    ).then()


def test_a_mended_plate_is_checked_anew_and_told_to_those_who_know_of_the_ride() -> None:
    trip = board(guardian_ids=(MOTHER,), plate=given_plate(vehicle=TaxiVehicle.UNKNOWN))
    other = given_plate("서울33사5678", None)
    trip.give_plate(other, guardian_ids=(MOTHER, BROTHER), at=after(60), policy=POLICY)
    fact = trip.pending_events[-1]
    assert isinstance(fact, facts.PlateGiven)
    assert (fact.number, fact.check_id) == (2, check_of(TRIP, 2))
    assert fact.guardian_ids == (MOTHER,)
    assert (trip.attention, trip.plate) == (frozenset(), "서울33사5678")


def test_a_plate_is_mended_only_so_often_and_only_under_way() -> None:
    def mend(trip: TaxiTrip, number: str = "9999") -> None:
        trip.give_plate(
            given_plate(f"서울33사{number}"), guardian_ids=(), at=after(60), policy=once
        )

    once = Policy(taxi_plates_max=2)
    trip = board()
    mend(trip, "0001")
    with pytest.raises(refusals.PlatesUsedUp):
        mend(trip, "0002")
    alighted().when(mend).then_refused(refusals.TripOver)


def test_the_registry_may_answer_later_and_once() -> None:
    def check(trip: TaxiTrip) -> None:
        for _ in range(2):
            trip.vehicle_checked(
                check_id=check_of(TRIP, 1), vehicle=TaxiVehicle.COMPANY, at=after(30)
            )

    unchecked().when(check).then((facts.VehicleChecked, {"vehicle": TaxiVehicle.COMPANY}))
    riding().when(check).then()
    alighted(unchecked()).when(check).then(facts.VehicleChecked)


def test_an_answer_about_an_unknown_taxi_calls_an_operator_until_a_known_plate_is_given() -> None:
    trip = board(plate=given_plate(vehicle=None))
    trip.vehicle_checked(check_id=check_of(TRIP, 1), vehicle=TaxiVehicle.UNKNOWN, at=after(1))
    assert trip.attention == {TaxiAttention.PLATE_UNKNOWN}
    trip.give_plate(given_plate("32바1111"), guardian_ids=(), at=after(2), policy=POLICY)
    assert trip.attention == frozenset()
    assert trip.vehicle is TaxiVehicle.PRIVATE


def test_a_registry_that_cannot_be_reached_is_told_once() -> None:
    def give_up(trip: TaxiTrip) -> None:
        for _ in range(2):
            trip.check_given_up(
                check_id=check_of(TRIP, 1),
                code="partner_unavailable",
                at=after(30),
                policy=POLICY,
            )

    again_at = after(30 + POLICY.taxi_check_again_s)
    unchecked().when(give_up).then(
        (facts.CheckGivenUp, {"code": "partner_unavailable", "again_at": again_at})
    )
    riding().when(give_up).then()
    alighted(unchecked()).when(give_up).then()
    trip = board(plate=given_plate(vehicle=None))
    give_up(trip)
    assert trip.attention == {TaxiAttention.UNCHECKED}
    trip.give_plate(given_plate("32바1111"), guardian_ids=(), at=after(2), policy=POLICY)
    assert trip.attention == frozenset()


@pytest.mark.parametrize(
    ("occurred_s", "sent_s", "happened_s", "flags"),
    [
        (None, None, 0, ()),
        (0, None, 0, ()),
        (-120, None, -120, ()),
        (-121, None, -121, (TaxiFlag.LATE,)),
        (60, None, 0, ()),
        (-10, 0, -10, ()),
        (-10, 60, -10, ()),
        (86_400, 86_400, 0, (TaxiFlag.CLOCK_SKEWED,)),
        (86_100, 86_400, -300, (TaxiFlag.CLOCK_SKEWED, TaxiFlag.LATE)),
        (-86_400, -86_400, 0, (TaxiFlag.CLOCK_SKEWED,)),
        (None, 86_400, 0, (TaxiFlag.CLOCK_SKEWED,)),
        (-21_600, None, -21_600, (TaxiFlag.LATE,)),
    ],
)
def test_a_moment_is_put_right_by_what_the_phone_says_of_its_clock(
    occurred_s, sent_s, happened_s, flags
) -> None:
    said = told(
        None if occurred_s is None else after(occurred_s),
        None if sent_s is None else after(sent_s),
        at=T0,
        policy=POLICY,
    )
    assert (said.happened_at, said.flags) == (after(happened_s), flags)


@pytest.mark.parametrize("occurred_s", [61, 86_400, -21_601, -86_400])
def test_a_clock_that_is_a_day_off_and_says_nothing_of_itself_is_refused_by_name(
    occurred_s: float,
) -> None:
    with pytest.raises(refusals.MomentUnfit) as refused:
        told(after(occurred_s), None, at=T0, policy=POLICY)
    assert refused.value.code == "taxi.moment_unfit"


def test_the_edges_of_time_are_refused_and_break_nothing() -> None:
    first = T0.replace(year=1)
    with pytest.raises(refusals.MomentUnfit):
        told(first, T0.replace(year=9999), at=T0, policy=POLICY)


def test_the_registry_is_asked_again_while_the_ride_goes_on() -> None:
    due_at = after(330)
    given_up = unchecked().given(
        facts.CheckGivenUp,
        timestamp=after(30),
        check_id=check_of(TRIP, 1),
        code="partner_unavailable",
        again_at=due_at,
    )

    def again(seconds: float) -> Callable[[TaxiTrip], None]:
        return lambda trip: trip.check_again(due_at=due_at, at=after(seconds))

    given_up.when(again(330)).then((facts.CheckResumed, {"check_id": check_of(TRIP, 2)}))
    given_up.when(again(329)).then()
    unchecked().when(again(330)).then()
    alighted(given_up).when(again(1900)).then()
    resumed = given_up.given(facts.CheckResumed, timestamp=due_at, check_id=check_of(TRIP, 2))
    resumed.when(again(331)).then()
    resumed.when(
        lambda trip: trip.vehicle_checked(
            check_id=check_of(TRIP, 2), vehicle=TaxiVehicle.COMPANY, at=after(340)
        )
    ).then(facts.VehicleChecked)


def test_an_answer_about_an_earlier_plate_is_not_heard() -> None:
    mended = unchecked().given(
        facts.PlateGiven,
        timestamp=after(20),
        citizen_id=JIYOUNG,
        number=2,
        plate_source=PlateSource.TYPED,
        vehicle=None,
        check_id=check_of(TRIP, 2),
        guardian_ids=(),
        plate="33사5678",
    )

    def told(trip: TaxiTrip) -> None:
        first = check_of(TRIP, 1)
        trip.vehicle_checked(check_id=first, vehicle=TaxiVehicle.UNKNOWN, at=after(30))
        trip.check_given_up(check_id=first, code="partner_refused", at=after(30), policy=POLICY)

    mended.when(told).then()
