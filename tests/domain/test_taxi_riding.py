"""Under way: what the log keeps of positions, and what is seen in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from domain.taxi import TaxiTrip, facts, way
from domain.taxi.vocabulary import TaxiAskReason, TaxiAttention
from domain.watching import Fix
from tests.domain.rides import (
    POLICY,
    after,
    alighted,
    board,
    fix,
    north,
    resting,
    riding,
)
from tests.memory import GANGDONG, GANGDONG_HILL, SONGPA

HILL_M = 2920


def taken(*fixes: Fix, track: Sequence[Fix] = ()) -> Callable[[TaxiTrip], None]:
    """All that was sent, received when the last of it was seen."""
    at = max(one.received_at for one in fixes)
    return lambda trip: trip.take_positions(fixes, (*track, *fixes), at=at, policy=POLICY)


def drive(trip: TaxiTrip, *fixes: Fix) -> None:
    """One after the other, each sent at once."""
    for number, one in enumerate(fixes, 1):
        trip.take_positions([one], fixes[:number], at=one.received_at, policy=POLICY)


def topics(trip: TaxiTrip) -> list[str]:
    return [type(fact).TOPIC for fact in trip.pending_events]


def test_a_position_now_and_then_is_kept_and_says_when_she_is_lost_sight_of() -> None:
    riding().when(taken(fix(north(100), 60))).then(
        (
            way.PositionKept,
            {"signal_due_at": after(240), "district": GANGDONG, "position": north(100)},
        )
    )


@pytest.mark.parametrize(
    "one",
    [
        fix(north(100), 59),
        fix(north(100), 29, cell="2109_5484"),
        fix(north(100), 30, cell="2109_5482"),
        fix(north(100), 30, cell=None),
        fix(north(100), 90, accuracy_m=501.0),
        fix(north(100), 0),
        fix(north(100), -30, received_at=after(60)),
    ],
)
def test_what_tells_little_or_is_old_is_not_kept(one: Fix) -> None:
    riding().when(taken(one)).then()


@pytest.mark.parametrize(
    "one",
    [fix(north(600), 30, cell="2109_5483"), fix(north(9), 60), fix(north(9), 60, accuracy_m=None)],
)
def test_a_minute_or_a_way_later_it_is(one: Fix) -> None:
    riding().when(taken(one)).then(way.PositionKept)


def test_the_first_position_of_a_ride_that_began_without_is_kept() -> None:
    riding(fix=None, cell=None, position=None, to_go_m=None).when(taken(fix(north(1), 1))).then(
        way.PositionKept
    )


def test_positions_out_of_order_and_repeats_are_kept_once_in_order() -> None:
    first = fix(north(100), 60, received_at=after(120))
    second = fix(north(200), 120)
    (
        riding()
        .when(taken(second, first, second))
        .then(
            (way.PositionKept, {"position": north(100)}),
            (way.PositionKept, {"position": north(200)}),
        )
    )


def test_after_the_end_nothing_is_kept() -> None:
    alighted().when(taken(fix(north(100), 1900))).then()


def test_she_is_lost_sight_of_once_and_seen_again() -> None:
    trip = board()
    trip.signal_due(due_at=after(180), at=after(179), policy=POLICY)
    trip.signal_due(due_at=after(170), at=after(180), policy=POLICY)
    for _ in range(2):
        trip.signal_due(due_at=after(180), at=after(180), policy=POLICY)
    assert trip.attention == {TaxiAttention.SIGNAL_LOST}
    trip.take_positions([fix(north(9), 200)], [], at=after(200), policy=POLICY)
    assert topics(trip)[1:] == [
        "taxi.signal_lost",
        "taxi.signal_regained",
        "taxi.position_kept",
    ]
    assert trip.pending_events[2].lost_for_s == 20.0  # type: ignore[attr-defined]
    assert trip.attention == frozenset()
    assert trip.signal_due_at == after(380)


def test_a_position_makes_the_earlier_timer_void() -> None:
    trip = board()
    drive(trip, fix(north(100), 60))
    trip.signal_due(due_at=after(180), at=after(180), policy=POLICY)
    assert trip.signal_lost_at is None
    trip.signal_due(due_at=after(240), at=after(240), policy=POLICY)
    assert trip.signal_lost_at == after(240)


def test_nobody_is_lost_sight_of_after_the_end() -> None:
    alighted().when(
        lambda trip: trip.signal_due(due_at=after(180), at=after(1900), policy=POLICY)
    ).then()


def test_the_next_districts_board_has_it_once_she_is_well_inside() -> None:
    inside = [fix(north(10 * n), 10.0 * n, district=SONGPA) for n in range(1, 6)]
    trip = board()
    drive(trip, *inside[:4])
    assert trip.district == GANGDONG
    drive(trip, *inside)
    assert trip.district == SONGPA
    assert topics(trip)[-1] == "taxi.border_crossed"


def northwards() -> TaxiTrip:
    """Boarded for a place straight north."""
    return board(destination=north(HILL_M))


def away(metres: float, seconds: float) -> Fix:
    """So many metres farther from there than the office is."""
    return fix(north(-metres), seconds)


def test_who_drives_away_from_the_destination_is_asked() -> None:
    trip = northwards()
    drive(trip, away(1700, 10), away(1710, 20), away(1750, 40))
    assert topics(trip)[1:] == ["taxi.went_away", "taxi.asked"]
    went, asked = trip.pending_events[1:]
    assert isinstance(went, way.WentAway)
    assert isinstance(asked, facts.Asked)
    assert (went.nearest_m, went.away_m) == (HILL_M, POLICY.taxi_away_m)
    assert asked.reason is TaxiAskReason.AWAY
    assert trip.attention == {TaxiAttention.AWAY}


@pytest.mark.parametrize(
    "fixes",
    [
        [away(1300, 10), away(1300, 40)],
        [away(1800, 10), away(1800, 39)],
        [away(1800, 40)],
        [away(1800, 10), away(0, 20), away(1800, 41)],
        [fix(north(-1800), 10, accuracy_m=501.0), fix(north(-1800), 45, accuracy_m=501.0)],
    ],
    ids=["a detour", "too short", "one position", "with a break", "bad positions"],
)
def test_what_is_no_driving_away_asks_nothing(fixes: list[Fix]) -> None:
    trip = northwards()
    drive(trip, *fixes)
    assert "taxi.went_away" not in topics(trip)


def test_without_a_destination_nobody_drives_away_from_it() -> None:
    trip = board(destination=None)
    drive(trip, away(9000, 10), away(9000, 45))
    assert "taxi.went_away" not in topics(trip)


def test_as_much_farther_again_is_noticed_again_and_coming_back_ends_it() -> None:
    trip = northwards()
    drive(trip, away(1800, 10), away(1800, 40), away(1900, 50))
    assert topics(trip).count("taxi.went_away") == 1
    drive(trip, away(3600, 110), away(3600, 140))
    assert topics(trip).count("taxi.went_away") == 2
    drive(trip, away(2200, 200))
    assert trip.attention == {TaxiAttention.AWAY}
    drive(trip, away(1900, 210))
    assert topics(trip)[-1] == "taxi.came_back"
    assert trip.attention == frozenset()
    assert trip.away_m is None


def still(place, *seconds: float) -> list[Fix]:
    return [fix(place, one) for one in seconds]


def test_who_stands_still_for_two_minutes_is_at_rest_and_asked_after_ten() -> None:
    trip = board()
    drive(trip, *still(GANGDONG_HILL, 600, 660, 719))
    assert trip.rest is None
    drive(trip, *still(GANGDONG_HILL, 600, 660, 719, 720))
    assert trip.rest is not None
    fact = trip.pending_events[-1]
    assert isinstance(fact, way.CameToRest)
    assert (fact.since, fact.arrived, fact.ask_at) == (after(600), True, after(1200))


def test_rest_elsewhere_is_not_arrival() -> None:
    trip = board()
    drive(trip, *still(north(1000), 600, 720))
    assert trip.rest is not None
    assert not trip.rest.arrived
    near = board()
    drive(near, *still(north(-190, GANGDONG_HILL), 600, 720))
    assert near.rest is not None
    assert near.rest.arrived


@pytest.mark.parametrize(
    "fixes",
    [
        [fix(north(1000), 600), fix(north(1070), 660), fix(north(1000), 720)],
        [fix(north(1000), 600, accuracy_m=80.0), fix(north(1000), 720, accuracy_m=80.0)],
    ],
    ids=["moves", "not sharp"],
)
def test_who_moves_or_cannot_be_seen_sharply_is_not_at_rest(fixes: list[Fix]) -> None:
    trip = board()
    drive(trip, *fixes)
    assert trip.rest is None


def test_waiting_for_the_taxi_is_no_rest_in_it() -> None:
    waiting = still(north(0), -300, -200, -100)
    trip = board()
    trip.take_positions(
        still(north(0), 5), [*waiting, *still(north(0), 5)], at=after(5), policy=POLICY
    )
    assert trip.rest is None


def test_who_moves_on_is_no_longer_at_rest() -> None:
    jitter = fix(north(55, GANGDONG_HILL), 800)
    gone = fix(north(70, GANGDONG_HILL), 860)
    resting().when(taken(jitter)).then(way.PositionKept)
    resting().when(taken(gone)).then(way.PositionKept, (way.MovedOn, {"rested_s": 260.0}))
    resting().when(taken(fix(north(1000), 860, accuracy_m=80.0))).then(way.PositionKept)


def test_nothing_usable_at_all_changes_nothing() -> None:
    riding().when(taken(fix(north(9), 70, accuracy_m=501.0))).then()
    riding().when(lambda trip: trip.take_positions([], [], at=after(70), policy=POLICY)).then()
