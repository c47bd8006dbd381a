"""A scout of a district: her phone, her nights, the end of her service."""

from __future__ import annotations

from datetime import timedelta

from domain.language import Language
from domain.scout import (
    Assigned,
    Discharged,
    Enlisted,
    PhoneEnrolled,
    PhoneRevoked,
    Scout,
    ScoutLeft,
    Unassigned,
)
from tests.domain.escorts import BOOKED_AT, FIRST, KIM, MINA, NIGHT, SECOND
from tests.scenario import Scenario


def mina() -> Scenario[Scout]:
    return Scenario[Scout](MINA).given(
        Enlisted,
        originator_topic="scout",
        timestamp=BOOKED_AT,
        scout_id=MINA,
        district="11740",
        language=Language.KO,
        name="김미나",
        phone="+821055550001",
    )


def left() -> Scenario[Scout]:
    return mina().given(Discharged, timestamp=BOOKED_AT, discharged_by=KIM)


def test_a_scout_is_enlisted_with_a_name_and_a_number() -> None:
    scout = Scout.enlist(
        scout_id=MINA,
        district="11740",
        language=Language.KO,
        name="김미나",
        phone="+821055550001",
        at=BOOKED_AT,
    )
    assert (scout.name, scout.phone, scout.teams) == ("김미나", "+821055550001", {})


def test_one_phone_at_a_time_speaks_for_her() -> None:
    def enroll(scout: Scout) -> None:
        scout.enroll_phone("first", enrolled_by=KIM, at=BOOKED_AT)
        scout.enroll_phone("second", enrolled_by=KIM, at=BOOKED_AT)
        assert scout.knows("second")
        assert not scout.knows("first")

    mina().when(enroll).then(PhoneEnrolled, PhoneEnrolled)
    mina().when(lambda one: one.knows("")).then()
    left().when(lambda one: one.enroll_phone("x", enrolled_by=KIM, at=BOOKED_AT)).then_refused(
        ScoutLeft
    )


def test_a_phone_that_was_taken_away_speaks_for_nobody() -> None:
    def revoke(scout: Scout) -> None:
        scout.enroll_phone("first", enrolled_by=KIM, at=BOOKED_AT)
        scout.revoke_phone(revoked_by=KIM, at=BOOKED_AT)
        assert not scout.knows("first")

    mina().when(revoke).then(PhoneEnrolled, PhoneRevoked)
    mina().when(lambda one: one.revoke_phone(revoked_by=KIM, at=BOOKED_AT)).then()


def test_she_is_in_one_team_a_night() -> None:
    def assign(scout: Scout) -> None:
        scout.assign(night=NIGHT, team_id=FIRST, at=BOOKED_AT)
        scout.assign(night=NIGHT, team_id=FIRST, at=BOOKED_AT)
        scout.assign(night=NIGHT + timedelta(days=1), team_id=SECOND, at=BOOKED_AT)
        scout.unassign(night=NIGHT, at=BOOKED_AT)
        scout.unassign(night=NIGHT, at=BOOKED_AT)
        assert scout.teams == {NIGHT + timedelta(days=1): SECOND}

    mina().when(assign).then(Assigned, Assigned, Unassigned)
    left().when(lambda one: one.assign(night=NIGHT, team_id=FIRST, at=BOOKED_AT)).then_refused(
        ScoutLeft
    )


def test_who_left_has_no_phone_and_leaves_once() -> None:
    def leave(scout: Scout) -> None:
        scout.enroll_phone("first", enrolled_by=KIM, at=BOOKED_AT)
        scout.discharge(discharged_by=KIM, at=BOOKED_AT)
        scout.discharge(discharged_by=KIM, at=BOOKED_AT)
        assert not scout.knows("first")

    mina().when(leave).then(PhoneEnrolled, Discharged)
