"""Given facts of a ride, then this line on the board."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from domain import call_end
from domain.base import ERASED
from domain.taxi import facts, way
from domain.taxi.calling import CallConnected, CallEnded
from domain.taxi.vocabulary import (
    PlateSource,
    TaxiAlighting,
    TaxiAnswer,
    TaxiAskReason,
    TaxiAttention,
    TaxiEndReason,
    TaxiVehicle,
)
from projections.board import BoardUrgency, ServicesByHour
from projections.board.taxi import RIDES
from tests.memory import GANGDONG, SONGPA
from tests.projections.told_rides import (
    CITIZEN,
    FIX,
    KIM,
    LATER,
    QUESTION,
    REPORT,
    TRIP,
    Ride,
    part,
)
from tests.scenario import T0


def asked() -> Ride:
    return Ride().tell(
        facts.Asked,
        question_id=QUESTION,
        reason=TaxiAskReason.OVERDUE,
        operator_id=None,
        answer_by=LATER,
    )


def answered(ride: Ride, answer: TaxiAnswer, **more: Any) -> Ride:
    fields = {"question_id": None, "due_at": None, "ask_at": None} | more
    return ride.tell(facts.Answered, answer=answer, **fields)


def test_a_ride_stands_calm_with_codes_only_and_a_sealed_label() -> None:
    line = Ride().line
    assert (line.kind, line.stage, line.urgency, line.attention) == (
        "taxi",
        "riding",
        BoardUrgency.CALM,
        None,
    )
    assert line.detail["vehicle"] == "company"
    assert line.detail["read_by"] == "qr"
    assert (line.district, line.audience, line.due_at) == (GANGDONG, (GANGDONG,), LATER)
    assert line.label == part(CITIZEN, "taxi.boarded")
    assert line.hour == T0.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def test_what_begins_no_ride_makes_no_line() -> None:
    early = way.CameBack(originator_id=TRIP, originator_version=1, timestamp=T0, to_go_m=1)
    assert RIDES.begun(early) is None


def test_a_plate_that_nobody_knows_is_looked_at_until_another_is_given() -> None:
    ride = Ride(vehicle=TaxiVehicle.UNKNOWN)
    assert ride.told == (BoardUrgency.ATTENTION, "plate_unknown")
    ride.tell(
        facts.PlateGiven,
        citizen_id=CITIZEN,
        number=2,
        plate_source=PlateSource.TYPED,
        vehicle=TaxiVehicle.PRIVATE,
        check_id=None,
        guardian_ids=(),
        plate=ERASED,
    )
    assert ride.told == (BoardUrgency.CALM, None)
    assert (ride.line.detail["vehicle"], ride.line.detail["read_by"]) == ("private", "typed")
    assert ride.line.label == part(CITIZEN, "taxi.plate_given")


def test_a_registry_that_is_away_waits_and_its_answer_settles_that() -> None:
    ride = Ride(vehicle=None).tell(
        facts.CheckGivenUp, check_id=QUESTION, code="partner_unavailable", again_at=LATER
    )
    assert ride.told == (BoardUrgency.WAITING, "unchecked")
    ride.tell(facts.VehicleChecked, check_id=QUESTION, vehicle=TaxiVehicle.UNKNOWN)
    assert ride.told == (BoardUrgency.ATTENTION, "plate_unknown")


@pytest.mark.parametrize(
    ("rise", "rise_fields", "settle", "settle_fields", "attention"),
    [
        (
            way.SignalLost,
            {"lost_after_s": 180.0, "district": GANGDONG, "cell": None},
            way.SignalRegained,
            {"lost_for_s": 60.0},
            "signal_lost",
        ),
        (
            way.WentAway,
            {"to_go_m": 5000, "nearest_m": 2000, "away_m": 1500.0},
            way.CameBack,
            {"to_go_m": 1900},
            "away",
        ),
        (facts.Overrun, {"due_at": LATER}, facts.Extended, {"due_at": LATER}, "overdue"),
        (
            facts.Overrun,
            {"due_at": LATER},
            facts.Attended,
            {
                "citizen_id": CITIZEN,
                "operator_id": KIM,
                "attention": (TaxiAttention.OVERDUE,),
                "note": ERASED,
            },
            "overdue",
        ),
    ],
)
def test_what_is_amiss_stands_until_it_has_passed(
    rise, rise_fields, settle, settle_fields, attention
) -> None:
    ride = Ride().tell(rise, **rise_fields)
    assert ride.told == (BoardUrgency.ATTENTION, attention)
    ride.tell(settle, **settle_fields)
    assert ride.told == (BoardUrgency.CALM, None)


def test_a_question_waits_and_no_answer_is_louder() -> None:
    ride = asked()
    assert ride.told == (BoardUrgency.ASKED, None)
    ride.tell(facts.Unanswered, question_id=QUESTION)
    assert ride.told == (BoardUrgency.NO_ANSWER, "no_answer")
    answered(ride, TaxiAnswer.RIDING, due_at=LATER + timedelta(hours=1))
    assert ride.told == (BoardUrgency.CALM, None)
    assert ride.line.due_at == LATER + timedelta(hours=1)


def test_a_call_for_help_stands_at_the_head_whatever_she_says_later() -> None:
    ride = answered(asked(), TaxiAnswer.HELP)
    assert ride.told == (BoardUrgency.EMERGENCY, "help")
    answered(ride, TaxiAnswer.RIDING)
    assert ride.told == (BoardUrgency.EMERGENCY, "help")


def test_an_emergency_within_stands_above_all_until_it_is_over() -> None:
    ride = answered(Ride(), TaxiAnswer.HELP).tell(facts.EmergencyRaised, report_id=REPORT)
    assert {"amiss_help", "amiss_emergency"} <= ride.line.detail.keys()
    assert ride.told == (BoardUrgency.EMERGENCY, "emergency")
    ride.tell(facts.EmergencyEnded, report_id=REPORT)
    assert ride.told == (BoardUrgency.EMERGENCY, "help")


def test_the_board_of_the_next_district_has_it_and_that_of_whoever_watches() -> None:
    ride = Ride().tell(facts.Claimed, operator_id=KIM, district=GANGDONG, from_operator=None)
    assert ride.line.holder == KIM
    ride.tell(way.BorderCrossed, from_district=GANGDONG, district=SONGPA)
    assert (ride.line.district, ride.line.audience) == (SONGPA, (SONGPA, GANGDONG))
    unheld = Ride().tell(way.BorderCrossed, from_district=GANGDONG, district=SONGPA)
    assert unheld.line.audience == (SONGPA,)


def test_how_far_it_is_to_go_is_told_where_that_is_known() -> None:
    seen = {
        "citizen_id": CITIZEN,
        "district": GANGDONG,
        "cell": None,
        "outside": False,
        "fix": FIX,
        "battery_pct": None,
        "signal_due_at": LATER,
        "position": ERASED,
    }
    assert Ride().tell(way.PositionKept, to_go_m=900, **seen).line.detail["to_go_m"] == "900"
    assert "to_go_m" not in Ride().tell(way.PositionKept, to_go_m=None, **seen).line.detail


@pytest.mark.parametrize(
    ("kind", "fields", "stage"),
    [
        (
            facts.Alighted,
            {
                "by": TaxiAlighting.CITIZEN,
                "happened_at": T0,
                "skew_s": None,
                "flags": (),
                "district": GANGDONG,
                "cell": None,
                "fix": None,
                "ride_s": 60.0,
                "position": ERASED,
                "place": ERASED,
            },
            "alighted",
        ),
        (
            facts.Ended,
            {"operator_id": KIM, "reason": TaxiEndReason.MISTAKE, "note": ERASED},
            "ended",
        ),
    ],
)
def test_the_end_leaves_nothing_to_look_at_and_counts_one_use(kind, fields, stage) -> None:
    ride = asked().tell(facts.Overrun, due_at=LATER)
    ride.tell(kind, citizen_id=CITIZEN, guardian_ids=(), **fields)
    assert (ride.line.stage, ride.line.ended) == (stage, True)
    assert ride.told == (BoardUrgency.OVER, None)
    counted = ServicesByHour().contribution(ride.line)
    assert counted is not None
    assert (counted.service, counted.uses, counted.ended) == ("taxi", 1, 1)


def test_a_call_shows_how_it_goes_and_how_it_went_until_she_is_called_anew() -> None:
    ordered = {"call_id": REPORT, "operator_id": KIM, "district": GANGDONG}
    ride = Ride().tell(facts.CallRequested, **ordered)
    assert "call" not in ride.line.detail
    ride.tell(facts.CallPlaced, call_id=REPORT, reference="call-1")
    ride.tell(CallConnected, reference="call-1")
    assert ride.line.detail["call"] == "connected"
    ride.tell(CallEnded, reference="call-1", end=call_end.CallEnd.UNANSWERED, talked_s=0.0)
    assert ride.line.detail["call"] == "unanswered"
    assert ride.line.urgency == BoardUrgency.CALM
    ride.tell(facts.CallRequested, **ordered)
    assert "call" not in ride.line.detail
