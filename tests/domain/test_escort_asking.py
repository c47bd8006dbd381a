"""What is asked for and granted: tonight, within reach; and what a booking stores."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.base import DomainError
from domain.escort import Escort, facts
from domain.escort.asking import Wish, asked_for
from domain.escort.refusals import ClockWrong, NotToday, OutsideCity, StartUnknown, TooFar
from domain.escort.vocabulary import EscortStage
from domain.geography import CITY, Position
from domain.language import Language
from tests.domain.escorts import (
    BOOKED_AT,
    CODE,
    ESCORT,
    FIRST,
    GANGDONG,
    HANA,
    HOME,
    JIYOUNG,
    MINA,
    NIGHT,
    POLICY,
    STARTS_AT,
    STATION,
    after,
    booked,
    seoul,
)
from tests.scenario import state_of

WISH = Wish(
    starts_at=STARTS_AT,
    meeting=STATION,
    meeting_note="2번 출구 앞",
    destination=HOME,
    district=GANGDONG,
    meeting_cell="2109_5478",
    destination_cell="2114_5487",
    language=Language.KO,
)


def granted(at: datetime = BOOKED_AT) -> Escort:
    return Escort.book(
        WISH,
        escort_id=ESCORT,
        citizen_id=JIYOUNG,
        night=NIGHT,
        team_id=FIRST,
        scouts=(MINA, HANA),
        code=CODE,
        at=at,
        policy=POLICY,
    )


def test_a_booking_stores_every_moment_that_policy_counted() -> None:
    (fact,) = granted().pending_events
    assert isinstance(fact, facts.Booked)
    assert (fact.remind_at, fact.meet_from) == (after(-15), after(-30))
    assert (fact.late_at, fact.no_show_at) == (after(5), after(10))
    assert fact.distance_m == 1053


def test_what_is_booked_a_moment_before_has_no_reminder() -> None:
    assert granted(after(-15)).remind_at is None
    assert granted(after(-15) - timedelta(seconds=1)).remind_at == after(-15)


def test_a_wish_for_tonight_within_reach_is_granted() -> None:
    assert asked_for(WISH, at=BOOKED_AT, policy=POLICY) == NIGHT


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"starts_at": seoul(NIGHT, 22, 20)}, StartUnknown),
        ({"starts_at": STARTS_AT + timedelta(days=1)}, NotToday),
        ({"starts_at": STARTS_AT + timedelta(days=1), "skew_s": 86_400.0}, ClockWrong),
        ({"starts_at": STARTS_AT - timedelta(days=1), "skew_s": -86_400.0}, ClockWrong),
        ({"starts_at": STARTS_AT + timedelta(days=1), "skew_s": -60.0}, NotToday),
        ({"district": CITY}, OutsideCity),
        ({"destination": Position(latitude_deg=37.5487, longitude_deg=127.1472)}, TooFar),
    ],
)
def test_other_wishes_are_refused_by_name(
    changes: dict[str, object], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        asked_for(WISH.model_copy(update=changes), at=BOOKED_AT, policy=POLICY)


def test_a_phone_a_day_off_may_book_a_start_that_is_right_by_our_clock() -> None:
    wish = WISH.model_copy(update={"skew_s": 86_400.0})
    assert asked_for(wish, at=BOOKED_AT, policy=POLICY) == NIGHT


def test_what_is_booked_and_what_is_given_is_the_same() -> None:
    """So that the scenarios above begin where a booking does."""
    expected: list[dict[str, object]] = []
    booked().when(lambda one: expected.append(state_of(one))).then()
    made = state_of(granted())
    differing = {name for name, value in expected[0].items() if made[name] != value}
    assert differing == set()
    assert made["stage"] is EscortStage.BOOKED
