"""Which nights and starts can be booked, by Seoul's calendar whatever zone a device lives in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.base import DomainError
from domain.escort.asking import night_to_book
from domain.escort.refusals import NotToday, OutsideHours, StartPast, StartUnknown
from domain.night import first_start, last_start, night_of, nights_to_book, starts
from domain.policy import SEOUL, Policy
from domain.scout_roster import ScoutRoster
from domain.scout_roster.refusals import NightPast, NightTooFar
from tests.domain.escorts import BOOKED_AT, NIGHT, POLICY, seoul

NEXT = NIGHT + timedelta(days=1)


def test_a_night_has_seven_starts_from_ten_to_one() -> None:
    told = [one.astimezone(SEOUL).time() for one in starts(NIGHT, POLICY)]
    assert told == [
        time(22, 0),
        time(22, 30),
        time(23, 0),
        time(23, 30),
        time(0, 0),
        time(0, 30),
        time(1, 0),
    ]


@pytest.mark.parametrize(
    ("at", "nights"),
    [
        (seoul(NEXT, 23, 59), [NEXT]),
        (seoul(NEXT, 0, 0), [NIGHT, NEXT]),
        (seoul(NEXT, 0, 10), [NIGHT, NEXT]),
        (seoul(NEXT, 0, 59), [NIGHT, NEXT]),
        (seoul(NEXT, 1, 0), [NIGHT, NEXT]),
        (seoul(NEXT, 1, 0, 1), [NEXT]),
        (seoul(NEXT, 9, 0), [NEXT]),
    ],
)
def test_after_midnight_the_running_night_and_tonight_can_be_booked(
    at: datetime, nights: list[date]
) -> None:
    assert list(nights_to_book(at, POLICY)) == nights


@pytest.mark.parametrize(
    ("at", "starts_at", "night"),
    [
        (seoul(NIGHT, 0, 0), seoul(NIGHT, 22, 0), NIGHT),
        (seoul(NIGHT, 9, 0), seoul(NEXT, 1, 0), NIGHT),
        (seoul(NIGHT, 23, 59), seoul(NEXT, 0, 0), NIGHT),
        (seoul(NIGHT, 23, 59), seoul(NEXT, 1, 0), NIGHT),
        (seoul(NEXT, 0, 0), seoul(NEXT, 0, 0), NIGHT),
        (seoul(NEXT, 0, 0), seoul(NEXT, 22, 0), NEXT),
        (seoul(NEXT, 0, 10), seoul(NEXT, 0, 30), NIGHT),
        (seoul(NEXT, 0, 10), seoul(NEXT, 22, 30), NEXT),
        (seoul(NEXT, 0, 59), seoul(NEXT, 1, 0), NIGHT),
        (seoul(NEXT, 1, 0), seoul(NEXT, 1, 0), NIGHT),
        (seoul(NEXT, 1, 0, 1), seoul(NEXT, 22, 0), NEXT),
    ],
)
def test_a_start_of_the_same_day_can_be_booked(
    at: datetime, starts_at: datetime, night: date
) -> None:
    assert night_to_book(starts_at, at=at, numbers=POLICY) == night


@pytest.mark.parametrize(
    ("at", "starts_at", "refusal"),
    [
        (seoul(NIGHT, 23, 59), seoul(NEXT, 22, 0), NotToday),
        (seoul(NIGHT, 9, 0), seoul(NEXT, 22, 30), NotToday),
        (seoul(NIGHT, 23, 59), seoul(NEXT + timedelta(days=1), 0, 30), NotToday),
        (seoul(NEXT, 0, 59), seoul(NEXT, 0, 30), StartPast),
        (seoul(NEXT, 1, 0, 1), seoul(NEXT, 1, 0), StartPast),
        (seoul(NEXT, 1, 0), seoul(NEXT, 1, 30), OutsideHours),
        (seoul(NIGHT, 9, 0), seoul(NIGHT, 21, 30), OutsideHours),
        (seoul(NIGHT, 9, 0), seoul(NIGHT, 21, 59, 59), OutsideHours),
        (seoul(NIGHT, 9, 0), seoul(NEXT, 1, 0, 1), OutsideHours),
        (seoul(NIGHT, 9, 0), seoul(NIGHT, 22, 15), StartUnknown),
        (seoul(NIGHT, 9, 0), datetime.max.replace(tzinfo=UTC), NotToday),
        (seoul(NIGHT, 9, 0), datetime.min.replace(tzinfo=UTC), NotToday),
    ],
)
def test_other_starts_are_refused_by_name(
    at: datetime, starts_at: datetime, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        night_to_book(starts_at, at=at, numbers=POLICY)


@pytest.mark.parametrize(
    ("at", "starts_at", "night"),
    [
        (seoul(date(2024, 2, 28), 12), seoul(date(2024, 2, 29), 0, 30), date(2024, 2, 28)),
        (seoul(date(2024, 2, 29), 0, 10), seoul(date(2024, 2, 29), 22), date(2024, 2, 29)),
        (seoul(date(2024, 2, 29), 23, 59), seoul(date(2024, 3, 1), 1), date(2024, 2, 29)),
        (seoul(date(2023, 2, 28), 23, 59), seoul(date(2023, 3, 1), 1), date(2023, 2, 28)),
        (seoul(date(2023, 12, 31), 23, 59), seoul(date(2024, 1, 1), 0), date(2023, 12, 31)),
        (seoul(date(2024, 1, 1), 0, 0), seoul(date(2024, 1, 1), 1), date(2023, 12, 31)),
        (seoul(date(2024, 1, 1), 0, 0), seoul(date(2024, 1, 1), 22), date(2024, 1, 1)),
    ],
)
def test_leap_days_and_ends_of_years_are_days_like_others(
    at: datetime, starts_at: datetime, night: date
) -> None:
    assert night_to_book(starts_at, at=at, numbers=POLICY) == night


def test_hours_within_one_day_end_on_it() -> None:
    evening = Policy(scouts_from=time(20, 0), scouts_until=time(23, 0))
    assert last_start(NIGHT, evening) == seoul(NIGHT, 23)
    assert nights_to_book(seoul(NIGHT, 23, 1), evening) == ()
    assert night_of(seoul(NEXT, 0, 30), evening) is None


def test_hours_round_the_clock_have_a_start_at_any_time() -> None:
    always = Policy(scouts_from=time(0, 0), scouts_until=time(0, 0))
    assert last_start(NIGHT, always) == first_start(NEXT, always)
    assert night_to_book(seoul(NEXT, 0, 0), at=seoul(NIGHT, 23, 59, 59), numbers=always) == NIGHT


@pytest.mark.parametrize(
    ("night", "refusal"),
    [
        (NIGHT - timedelta(days=2), NightPast),
        (date.min, NightPast),
        (NIGHT + timedelta(days=367), NightTooFar),
        (date.max, NightTooFar),
    ],
)
def test_nights_are_planned_a_year_ahead(night: date, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        ScoutRoster.begin_for("11740", night, at=BOOKED_AT)
    for near in (NIGHT - timedelta(days=1), NIGHT + timedelta(days=366)):
        assert ScoutRoster.begin_for("11740", near, at=BOOKED_AT).night == near


MINUTES = st.integers(0, 63 * 1440).map(
    lambda one: seoul(date(2023, 12, 30), 0) + timedelta(minutes=one)
)
ZONES = st.integers(-12 * 60, 14 * 60).map(lambda one: timezone(timedelta(minutes=one)))


@given(at=MINUTES, ahead=st.integers(-6 * 72, 6 * 72), zone=ZONES)
def test_what_can_be_booked_is_what_a_wall_clock_in_seoul_says(
    at: datetime, ahead: int, zone: timezone
) -> None:
    """Told again from the clock on the wall alone, for every ten minutes of six days."""
    half_hour = at.replace(minute=0) + timedelta(minutes=10 * ahead)
    late, early = half_hour.time() >= time(22, 0), half_hour.time() <= time(1, 0)
    whole = half_hour.minute in {0, 30}
    today = half_hour.date() == at.date()
    tomorrow_early = early and half_hour.date() == at.date() + timedelta(days=1)
    expected = half_hour >= at and whole and ((today and (late or early)) or tomorrow_early)
    try:
        night = night_to_book(half_hour.astimezone(zone), at=at.astimezone(UTC), numbers=POLICY)
    except DomainError:
        assert not expected
    else:
        assert expected
        assert night == half_hour.date() - timedelta(days=0 if late else 1)
