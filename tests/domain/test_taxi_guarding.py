"""The control room watches a ride; the ride ends once, and whoever was told of it is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

import pytest

from domain.taxi import TaxiTrip, facts, refusals
from domain.taxi.vocabulary import (
    TaxiAlighting,
    TaxiAnswer,
    TaxiAttention,
    TaxiEndReason,
    TaxiFlag,
    TaxiProvision,
    TaxiPurpose,
    TaxiStage,
    TaxiVehicle,
)
from tests.domain.rides import (
    BROTHER,
    FIX,
    JIYOUNG,
    KIM,
    LEE,
    MOTHER,
    POLICY,
    TRIP,
    after,
    alighted,
    board,
    given_plate,
    moment,
    riding,
    where,
)
from tests.memory import GANGDONG, SONGPA

HALF_AN_HOUR = after(1800)
CALL = uuid5(TRIP, "call")
REPORT = uuid5(TRIP, "report")


def claim(who: UUID = KIM, *, take_over: bool = False) -> Callable[[TaxiTrip], None]:
    return lambda trip: trip.claim(
        operator_id=who, district=GANGDONG, at=after(60), take_over=take_over
    )


def get_out(
    at: datetime = HALF_AN_HOUR, guardian_ids: tuple[UUID, ...] = (MOTHER, BROTHER)
) -> Callable[[TaxiTrip], None]:
    return lambda trip: trip.alight(
        by=TaxiAlighting.CITIZEN,
        told=moment(at),
        where=where(),
        guardian_ids=guardian_ids,
        at=after(1800),
    )


def end(trip: TaxiTrip) -> None:
    trip.end(
        operator_id=KIM,
        reason=TaxiEndReason.ARRIVED_SAFELY,
        note="통화하여 도착을 확인함",
        guardian_ids=(MOTHER,),
        at=after(1800),
    )


def test_an_operator_watches_a_ride_and_twice_is_once() -> None:
    riding().when(claim()).then((facts.Claimed, {"operator_id": KIM, "from_operator": None}))
    held = riding().given(
        facts.Claimed, timestamp=after(30), operator_id=KIM, district=GANGDONG, from_operator=None
    )
    held.when(claim()).then()
    held.when(claim(LEE)).then_refused(refusals.HeldByAnother)
    held.when(claim(LEE, take_over=True)).then(
        (facts.Claimed, {"operator_id": LEE, "from_operator": KIM})
    )
    alighted().when(claim()).then_refused(refusals.TripOver)


def test_what_was_looked_at_leaves_the_board() -> None:
    def attend(trip: TaxiTrip) -> None:
        trip.attend(operator_id=KIM, note="등록 조회함", at=after(60))

    riding(vehicle=TaxiVehicle.UNKNOWN).when(attend).then(
        (facts.Attended, {"attention": (TaxiAttention.PLATE_UNKNOWN,), "citizen_id": JIYOUNG})
    )
    riding().when(attend).then_refused(refusals.NothingToSee)


def test_she_is_called_and_while_a_call_is_under_way_it_stands() -> None:
    def call(trip: TaxiTrip, call_id: UUID = CALL) -> None:
        trip.request_call(call_id=call_id, operator_id=KIM, district=SONGPA, at=after(60))

    riding().when(call).then((facts.CallRequested, {"call_id": CALL, "district": SONGPA}))
    alighted().when(call).then_refused(refusals.TripOver)
    trip = board()
    call(trip)
    call(trip, REPORT)
    trip.call_placed(call_id=REPORT, reference="call-1", at=after(61))
    trip.call_failed(call_id=REPORT, code="partner_unavailable", at=after(61))
    assert trip.calls == {CALL}
    trip.call_placed(call_id=CALL, reference="call-1", at=after(61))
    call(trip, REPORT)
    trip.call_failed(call_id=REPORT, code="partner_unavailable", at=after(62))
    assert trip.calls == frozenset()


def test_an_emergency_within_belongs_to_the_ride_until_it_is_over() -> None:
    def twice(step: str) -> Callable[[TaxiTrip], None]:
        def act(trip: TaxiTrip) -> None:
            for _ in range(2):
                getattr(trip, step)(report_id=REPORT, at=after(60))

        return act

    riding().when(twice("emergency_raised")).then((facts.EmergencyRaised, {"report_id": REPORT}))
    riding().when(twice("emergency_ended")).then()
    alighted().when(twice("emergency_raised")).then()
    within = riding().given(facts.EmergencyRaised, timestamp=after(60), report_id=REPORT)
    within.when(
        lambda trip: trip.attend(operator_id=KIM, note="보고 있음", at=after(70))
    ).then_refused(refusals.NothingToSee)
    within.when(twice("emergency_ended")).then(facts.EmergencyEnded)
    trip = board()
    trip.emergency_raised(report_id=REPORT, at=after(60))
    trip.emergency_raised(report_id=CALL, at=after(61))
    trip.emergency_ended(report_id=REPORT, at=after(62))
    assert (trip.reports, trip.attention) == ((CALL,), {TaxiAttention.EMERGENCY})
    trip.emergency_ended(report_id=CALL, at=after(62))
    assert trip.attention == frozenset()


def test_she_gets_out_and_whoever_was_told_is_told() -> None:
    riding().when(get_out()).then(
        (
            facts.Alighted,
            {
                "by": TaxiAlighting.CITIZEN,
                "guardian_ids": (MOTHER, BROTHER),
                "ride_s": 1800.0,
                "flags": (),
            },
        )
    )


def test_who_was_removed_meanwhile_or_came_later_is_not_told_of_the_end() -> None:
    trip = board(guardian_ids=(MOTHER,))
    get_out(guardian_ids=(BROTHER,))(trip)
    fact = trip.pending_events[-1]
    assert isinstance(fact, facts.Alighted)
    assert fact.guardian_ids == ()


def test_a_ride_ends_once() -> None:
    alighted().when(get_out()).then_refused(refusals.TripOver)
    alighted().when(end).then_refused(refusals.TripOver)
    trip = board()
    end(trip)
    with pytest.raises(refusals.TripOver):
        get_out()(trip)
    assert trip.stage is TaxiStage.ENDED
    assert trip.ended_at == after(1800)


def test_an_alighting_that_says_to_lie_before_the_boarding_is_kept_and_marked() -> None:
    riding().when(get_out(after(-60))).then(
        (
            facts.Alighted,
            {"happened_at": after(0), "ride_s": 0.0, "flags": (TaxiFlag.BEFORE_BOARDING,)},
        )
    )
    riding().when(get_out(after(0))).then((facts.Alighted, {"flags": ()}))


def test_without_a_position_she_gets_out_all_the_same() -> None:
    riding().when(
        lambda trip: trip.alight(
            by=TaxiAlighting.ANSWER,
            told=moment(after(90)),
            where=where(None),
            guardian_ids=(),
            at=after(90),
        )
    ).then((facts.Alighted, {"flags": (TaxiFlag.NO_POSITION,), "by": TaxiAlighting.ANSWER}))


def test_the_control_room_ends_a_ride_with_a_reason() -> None:
    riding().when(end).then(
        (
            facts.Ended,
            {
                "operator_id": KIM,
                "reason": TaxiEndReason.ARRIVED_SAFELY,
                "guardian_ids": (MOTHER,),
                "note": "통화하여 도착을 확인함",
            },
        )
    )


def test_the_end_leaves_nothing_on_the_board() -> None:
    trip = board(plate=given_plate(vehicle=TaxiVehicle.UNKNOWN))
    trip.answer(TaxiAnswer.HELP, question_id=None, at=after(5), policy=POLICY)
    get_out()(trip)
    assert trip.attention == frozenset()
    assert trip.question is None


def test_a_place_that_was_given_to_a_guardian_is_kept_once_even_after_the_end() -> None:
    given = TaxiProvision(
        guardian_id=MOTHER,
        message_id=uuid5(TRIP, "alighted"),
        purpose=TaxiPurpose.ALIGHTING,
        fix=FIX,
        age_s=2.0,
    )

    def provide(trip: TaxiTrip) -> None:
        for _ in range(2):
            trip.provide_position(given, at=after(1805))

    alighted().when(provide).then(
        (facts.PositionProvided, {"guardian_id": MOTHER, "purpose": TaxiPurpose.ALIGHTING})
    )
    assert facts.PositionProvided.PERSONAL == {}
