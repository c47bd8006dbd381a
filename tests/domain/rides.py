"""Rides at every stage, as facts that are given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.geography import FixQuality, FixSource, Position
from domain.language import Language
from domain.policy import Policy
from domain.taxi import TaxiTrip, facts, way
from domain.taxi.boarding import Boarding, GivenPlate, check_of
from domain.taxi.plate import Plate
from domain.taxi.vocabulary import (
    PlateSource,
    TaxiAskReason,
    TaxiVehicle,
    Told,
    Whereabouts,
)
from domain.watching import Fix
from tests.memory import GANGDONG, GANGDONG_HILL, GANGDONG_OFFICE
from tests.scenario import T0, Scenario

POLICY = Policy()
JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
MOTHER = uuid5(NAMESPACE_URL, "/guardians/mother")
BROTHER = uuid5(NAMESPACE_URL, "/guardians/brother")
KIM = uuid5(NAMESPACE_URL, "/operators/kim")
LEE = uuid5(NAMESPACE_URL, "/operators/lee")
TRIP = TaxiTrip.create_id(JIYOUNG, "ride-1")
PLATE = Plate("서울32바1234")
FIX = FixQuality(source=FixSource.GNSS, accuracy_m=8.0, fixed_at=T0, age_s=0.0)
QUESTION = uuid5(TRIP, "question:1")
METRE_DEG = 1 / 111_195.0
"""Of latitude."""


def after(seconds: float) -> datetime:
    """So many seconds after the boarding."""
    return T0 + timedelta(seconds=seconds)


def north(metres: float, of: Position = GANGDONG_OFFICE) -> Position:
    """A place so many metres farther north."""
    return Position(
        latitude_deg=of.latitude_deg + metres * METRE_DEG, longitude_deg=of.longitude_deg
    )


def where(position: Position | None = GANGDONG_OFFICE, **changes: Any) -> Whereabouts:
    fields: dict[str, Any] = {
        "district": GANGDONG,
        "cell": "2109_5478",
        "fix": None if position is None else FIX,
        "position": position,
        "place": "강동구청 앞",
    }
    return Whereabouts(**(fields | changes))


def moment(at: datetime = T0, **changes: Any) -> Told:
    return Told(**({"happened_at": at, "occurred_at": at, "skew_s": None} | changes))


def given_plate(
    plate: str = PLATE, vehicle: TaxiVehicle | None = TaxiVehicle.PRIVATE
) -> GivenPlate:
    return GivenPlate(plate=Plate(plate), source=PlateSource.TYPED, vehicle=vehicle)


def boarding(**changes: Any) -> Boarding:
    """Jiyoung boards before the office, towards the hill, which is 2.9 km away."""
    fields: dict[str, Any] = {
        "citizen_id": JIYOUNG,
        "trip_ref": "ride-1",
        "language": Language.KO,
        "plate": given_plate(),
        "told": moment(),
        "where": where(),
        "destination": GANGDONG_HILL,
        "arrive_at": None,
        "guardian_ids": (MOTHER, BROTHER),
    }
    return Boarding(**(fields | changes))


def board(at: datetime = T0, **changes: Any) -> TaxiTrip:
    return TaxiTrip.board(boarding(**changes), at=at, policy=POLICY)


def riding(**changes: Any) -> Scenario[TaxiTrip]:
    """Under way since T0; she is expected within the hour."""
    fields: dict[str, Any] = {
        "originator_topic": "taxi",
        "timestamp": T0,
        "occurred_at": T0,
        "citizen_id": JIYOUNG,
        "trip_ref": "ride-1",
        "language": Language.KO,
        "plate_source": PlateSource.TYPED,
        "vehicle": TaxiVehicle.PRIVATE,
        "check_id": None,
        "happened_at": T0,
        "skew_s": None,
        "flags": (),
        "district": GANGDONG,
        "cell": "2109_5478",
        "fix": FIX,
        "to_go_m": 2920,
        "due_at": after(3600),
        "signal_due_at": after(180),
        "guardian_ids": (MOTHER, BROTHER),
        "plate": PLATE,
        "position": GANGDONG_OFFICE,
        "destination": GANGDONG_HILL,
        "place": "강동구청 앞",
    }
    return Scenario[TaxiTrip](TRIP).given(facts.Boarded, **(fields | changes))


def unchecked() -> Scenario[TaxiTrip]:
    """The registry said nothing at the boarding."""
    return riding(vehicle=None, check_id=check_of(TRIP, 1))


def asked(
    ride: Scenario[TaxiTrip] | None = None, reason: TaxiAskReason = TaxiAskReason.OPERATOR
) -> Scenario[TaxiTrip]:
    """Ten minutes after the boarding, with a minute to answer."""
    return (ride or riding()).given(
        facts.Asked,
        timestamp=after(600),
        question_id=QUESTION,
        reason=reason,
        operator_id=KIM if reason is TaxiAskReason.OPERATOR else None,
        answer_by=after(660),
    )


def unanswered() -> Scenario[TaxiTrip]:
    return asked().given(facts.Unanswered, timestamp=after(660), question_id=QUESTION)


def resting(*, arrived: bool = True) -> Scenario[TaxiTrip]:
    """At rest on the hill since ten minutes after the boarding."""
    return riding().given(
        way.CameToRest,
        timestamp=after(720),
        citizen_id=JIYOUNG,
        since=after(600),
        arrived=arrived,
        ask_at=after(1200),
        cell="2130_5499",
        position=GANGDONG_HILL,
    )


def alighted(ride: Scenario[TaxiTrip] | None = None) -> Scenario[TaxiTrip]:
    return (ride or riding()).given(
        facts.Alighted,
        timestamp=after(1800),
        citizen_id=JIYOUNG,
        by="citizen",
        happened_at=after(1800),
        skew_s=None,
        flags=(),
        district=GANGDONG,
        cell="2130_5499",
        fix=FIX,
        ride_s=1800.0,
        guardian_ids=(MOTHER, BROTHER),
        position=GANGDONG_HILL,
        place="강동구 언덕",
    )


def fix(position: Position, seconds: float, **changes: Any) -> Fix:
    """Seen so many seconds after the boarding, and sent at once."""
    age_s = (changes.get("received_at", after(seconds)) - after(seconds)).total_seconds()
    fields: dict[str, Any] = {
        "position": position,
        "quality": FixQuality(
            source=FixSource.GNSS, accuracy_m=changes.pop("accuracy_m", 8.0), age_s=age_s
        ),
        "moment": after(seconds),
        "received_at": after(seconds),
        "said_at": after(seconds),
        "district": GANGDONG,
        "cell": "2109_5478",
        "depth_m": 500.0,
    }
    return Fix(**(fields | changes))


def operator(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"/operators/{name}")
