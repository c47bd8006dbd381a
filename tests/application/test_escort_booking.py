"""Booking scouts: once, for tonight, by the team that is free; and taking it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from application.context import Idempotency
from application.errors import Forbidden, Unknown
from application.escort.booking import ConsentNeeded
from application.escort.roster_commands import CloseDistrict
from application.safe_return import Receipt
from domain.base import ERASED, DomainError
from domain.escort import facts
from domain.escort.refusals import (
    ClockWrong,
    NotToday,
    OutsideCity,
    OutsideHours,
    StartPast,
    StartUnknown,
    TooFar,
)
from domain.escort.vocabulary import EscortStage
from domain.member import Member
from domain.message import Message, RecipientKind
from domain.scout_roster import ClosureReason
from domain.scout_roster.refusals import DistrictClosed, NoTeamFree
from domain.session_guard import SessionAlreadyOpen, SessionGuard, SessionKind
from tests.application.escort_house import (
    CITIZEN,
    HOME,
    KIM,
    SUPERVISOR,
    EscortHouse,
    citizen,
)
from tests.application.house import CHOI_OF_GURO, COORDINATOR, JIYOUNG, NOBODY
from tests.domain.escorts import NIGHT, STARTS_AT, after
from tests.memory import GANGDONG_HILL, GANGDONG_OFFICE, GURO_OFFICE, INCHEON

SUJIN = citizen("sujin")


def test_a_citizen_is_promised_a_team_and_told_a_code_that_only_she_knows() -> None:
    house = EscortHouse()
    booked = house.book()
    assert (booked.stage, booked.team_found, booked.starts_at) == (
        EscortStage.BOOKED,
        True,
        STARTS_AT,
    )
    assert len(booked.code) == 4
    assert booked.code.isdigit()
    escort = house.escort(booked.aggregate_id)
    assert (escort.team_id, escort.code) == (house.team_ids[0], booked.code)
    assert house.told(escort.id) == [
        ("escort.booked", RecipientKind.CITIZEN),
        ("escort.new", RecipientKind.SCOUT),
        ("escort.new", RecipientKind.SCOUT),
    ]


def test_the_code_stands_in_no_stored_answer_and_in_no_scouts_message() -> None:
    house = EscortHouse()
    keyed = CITIZEN.model_copy(
        update={"idempotency": Idempotency(route="test", key="k", body_sha256=b"1")}
    )
    booked = house.book(keyed)
    stored = house.log.find(keyed.principal.id, keyed.idempotency)
    assert stored is not None
    assert booked.code not in stored.receipt
    assert house.book(keyed) == booked
    for fact in house.log.facts():
        if type(fact).TOPIC == "message.composed" and fact.recipient_kind is RecipientKind.SCOUT:
            assert "code" not in fact.words


def test_the_same_wish_again_is_the_same_booking() -> None:
    house = EscortHouse()
    first, again = house.book(), house.book()
    assert (again.aggregate_id, again.code, again.position) == (
        first.aggregate_id,
        first.code,
        None,
    )
    assert len(house.roster().kept) == 1


def test_a_second_active_booking_is_refused_until_the_first_is_over() -> None:
    house = EscortHouse(teams=2)
    first = house.book()
    with pytest.raises(SessionAlreadyOpen):
        house.book(request="request-2")
    house.escorts.cancel(first.aggregate_id, CITIZEN)
    second = house.book(request="request-2")
    guard = house.app.load(SessionGuard, SessionGuard.create_id(JIYOUNG))
    assert guard.session(SessionKind.ESCORT) == second.aggregate_id


def test_the_last_team_is_promised_once_and_given_back_by_a_cancel() -> None:
    house = EscortHouse()
    house.join(UUID(SUJIN.principal.id))
    first = house.book()
    with pytest.raises(NoTeamFree):
        house.book(SUJIN)
    house.escorts.cancel(first.aggregate_id, CITIZEN)
    assert house.book(SUJIN).team_found


def test_a_district_that_has_no_roster_has_no_scouts() -> None:
    house = EscortHouse()
    nearby = GURO_OFFICE.model_copy(update={"latitude_deg": 37.4960})
    with pytest.raises(NoTeamFree):
        house.book(meeting=GURO_OFFICE, destination=nearby)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"starts_at": STARTS_AT + timedelta(days=1)}, NotToday),
        ({"starts_at": STARTS_AT - timedelta(hours=3)}, OutsideHours),
        ({"starts_at": STARTS_AT - timedelta(days=1)}, StartPast),
        ({"starts_at": STARTS_AT + timedelta(minutes=7)}, StartUnknown),
        (
            {
                "starts_at": STARTS_AT + timedelta(days=1),
                "sent_at": STARTS_AT + timedelta(hours=22),
            },
            ClockWrong,
        ),
        ({"meeting": INCHEON, "destination": INCHEON}, OutsideCity),
        ({"destination": GANGDONG_HILL}, TooFar),
    ],
)
def test_what_cannot_be_booked_is_refused_and_nothing_is_stored(
    changes: dict[str, Any], refusal: type[DomainError]
) -> None:
    house = EscortHouse()
    before = len(house.log.facts())
    with pytest.raises(refusal):
        house.book(**changes)
    assert len(house.log.facts()) == before


def test_how_far_the_phones_clock_is_off_is_kept() -> None:
    house = EscortHouse()
    booked = house.book(sent_at=house.clock.now() - timedelta(days=1))
    (first, *_) = house.log.facts(booked.aggregate_id)
    assert isinstance(first, facts.Booked)
    assert first.skew_s == -86_400


def test_who_has_withdrawn_her_consent_or_is_erased_is_sent_no_scouts() -> None:
    house = EscortHouse()
    member = house.app.load(Member, JIYOUNG)
    member.withdraw_consent(at=house.clock.now())
    house.app.commit([member], context=CITIZEN, receipt=Receipt(aggregate_id=JIYOUNG))
    with pytest.raises(ConsentNeeded):
        house.book()


def test_only_a_citizen_books_and_nobody_sees_anothers_booking() -> None:
    house = EscortHouse()
    booked = house.book()
    with pytest.raises(Forbidden):
        house.book(KIM)
    for step in (house.escorts.cancel, house.escorts.arrive, house.escorts.show):
        with pytest.raises(Unknown):
            step(booked.aggregate_id, SUJIN)
    with pytest.raises(Forbidden):
        house.escorts.show(booked.aggregate_id, CHOI_OF_GURO)
    with pytest.raises(Forbidden):
        house.escorts.show(booked.aggregate_id, NOBODY)


def test_a_citizen_sees_her_code_and_her_centre_does_not() -> None:
    house = EscortHouse()
    booked = house.book()
    own = house.escorts.show(booked.aggregate_id, CITIZEN)
    assert (own.code, own.meeting, own.destination) == (booked.code, GANGDONG_OFFICE, HOME)
    assert house.access.accesses == []
    theirs = house.escorts.show(booked.aggregate_id, KIM)
    assert (theirs.code, theirs.meeting) == (None, GANGDONG_OFFICE)
    assert house.escorts.show(booked.aggregate_id, COORDINATOR).code is None
    assert [one.what for one in house.access.accesses] == ["escort.places"] * 2


def test_what_is_erased_is_shown_as_nothing() -> None:
    house = EscortHouse()
    booked = house.book()
    escort = house.escort(booked.aggregate_id)
    escort.meeting = escort.destination = escort.code = ERASED
    shown = house.escorts._shown(escort, CITIZEN)
    assert (shown.meeting, shown.destination, shown.code) == (None, None, None)


def test_the_starts_that_can_be_booked_are_told_with_their_free_teams() -> None:
    house = EscortHouse(teams=2)
    house.book()
    offered = house.escorts.starts(GANGDONG_OFFICE, CITIZEN)
    assert [one.teams_free for one in offered.starts] == [1, 1, 1, 2, 2, 2, 2]
    assert offered.closed is None
    nobody = house.escorts.starts(GURO_OFFICE, CITIZEN)
    assert {one.teams_free for one in nobody.starts} == {0}
    with pytest.raises(OutsideCity):
        house.escorts.starts(INCHEON, CITIZEN)
    with pytest.raises(Forbidden):
        house.escorts.starts(GANGDONG_OFFICE, KIM)


def test_after_midnight_both_nights_are_offered() -> None:
    house = EscortHouse()
    house.at(100)
    offered = [one.starts_at for one in house.escorts.starts(GANGDONG_OFFICE, CITIZEN).starts]
    assert offered[:2] == [after(120), after(150)]
    assert len(offered) == 2 + 7


def test_a_cancel_frees_everything_and_tells_the_scouts_alone() -> None:
    house = EscortHouse()
    booked = house.book()
    told = house.escorts.cancel(booked.aggregate_id, CITIZEN)
    assert told.stage is EscortStage.CANCELLED
    assert house.escorts.cancel(booked.aggregate_id, CITIZEN).position is None
    assert house.roster().kept == {}
    assert house.told(booked.aggregate_id)[3:] == [("escort.cancelled", RecipientKind.SCOUT)] * 2


def test_the_centre_cancels_for_her_and_she_is_told() -> None:
    house = EscortHouse()
    booked = house.book()
    house.escorts.cancel(booked.aggregate_id, KIM)
    (cancelled,) = [
        one for one in house.log.facts(booked.aggregate_id) if isinstance(one, facts.Cancelled)
    ]
    assert (cancelled.by, str(cancelled.operator_id)) == ("centre", KIM.principal.id)
    assert "escort.cancelled_by_centre" in house.phrases(booked.aggregate_id)


def test_a_citizen_is_written_to_in_her_language_with_the_hour_in_seoul() -> None:
    house = EscortHouse()
    booked = house.book()
    (first,) = [
        house.app.load(Message, fact.originator_id)
        for fact in house.log.facts()
        if type(fact).TOPIC == "message.composed" and fact.phrase == "escort.booked"
    ]
    assert first.words == {"time": "22:30", "code": booked.code}
    assert first.recipient.language == "ko"


def test_a_closed_district_is_told_beside_its_starts() -> None:
    house = EscortHouse()
    command = CloseDistrict(district="11740", night=NIGHT, reason=ClosureReason.WEATHER)
    house.scouts.close(command, SUPERVISOR)
    offered = house.escorts.starts(GANGDONG_OFFICE, CITIZEN)
    assert offered.closed == "weather"
    assert {one.teams_free for one in offered.starts} == {0}
    with pytest.raises(DistrictClosed):
        house.book()
