"""Protections as tests begin with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.policy import Policy
from domain.protection import Protection, facts
from domain.protection.vocabulary import Enroller, Measure, WatchPlace, WatchTime
from tests.memory import GANGDONG, GANGDONG_OFFICE
from tests.scenario import T0, Scenario

PROTECTION, CITIZEN, OPERATOR, OTHER, SUPERVISOR, PLACE, REPORT = (
    uuid5(NAMESPACE_URL, f"/protection/{name}")
    for name in ("one", "citizen", "operator", "other", "supervisor", "place", "report")
)
POLICY = Policy()
NUMBER = "2026초기1234"
DAY_S = 86_400
EVENINGS = WatchTime(days=(3,), from_minute=1380, until_minute=1560, every_min=60)
"""Thursdays from 23:00 to 02:00, by the hour; ``T0`` is a Thursday, 23:41 in Seoul."""
HOME = WatchPlace(label="집", position=GANGDONG_OFFICE, cameras=("GD-0417",), times=(EVENINGS,))
ENDS_AT = T0 + timedelta(days=31)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


MIDNIGHT = after(19 * 60)
"""The first look after ``T0``."""


def enrolled(enroller: Enroller = Enroller.POLICE) -> Scenario[Protection]:
    return Scenario[Protection](PROTECTION).given(
        facts.Enrolled,
        originator_topic="protection",
        timestamp=T0,
        citizen_id=CITIZEN,
        district=GANGDONG,
        enroller=enroller,
        measure=Measure.EMERGENCY,
        ends_at=ENDS_AT,
        verified=enroller is Enroller.POLICE,
        decision_number=NUMBER,
    )


def look_id(number: int = 1) -> UUID:
    return uuid5(PROTECTION, f"looks/{number}")


def planned() -> Scenario[Protection]:
    return (
        enrolled()
        .given(facts.PlaceNamed, timestamp=T0, citizen_id=CITIZEN, place_id=PLACE, place=HOME)
        .given(facts.LookPlanned, timestamp=T0, look_id=look_id(), place_id=PLACE, due_at=MIDNIGHT)
    )


def due() -> Scenario[Protection]:
    """The first look is due, and the second is planned for one o'clock."""
    return (
        planned()
        .given(
            facts.LookDue,
            timestamp=MIDNIGHT,
            look_id=look_id(),
            place_id=PLACE,
            missed_at=MIDNIGHT + timedelta(seconds=600),
        )
        .given(
            facts.LookPlanned,
            timestamp=MIDNIGHT,
            look_id=look_id(2),
            place_id=PLACE,
            due_at=MIDNIGHT + timedelta(hours=1),
        )
    )


def missed() -> Scenario[Protection]:
    return due().given(
        facts.LookMissed,
        timestamp=MIDNIGHT + timedelta(seconds=600),
        look_id=look_id(),
        level="supervisor",
        again=False,
        district=GANGDONG,
        next_at=MIDNIGHT + timedelta(seconds=1200),
        page=None,
    )
