"""What positions say of a walk, in any order and with all their errors."""

from __future__ import annotations

from itertools import permutations

import pytest

from domain.watching import (
    Fix,
    Route,
    RouteKind,
    in_order,
    look_back,
    lost,
    reached,
    stood,
    strayed,
)
from tests.domain.reports import POLICY, after
from tests.domain.test_watching_route import east
from tests.domain.walks import fix, north

ROUTE = Route(kind=RouteKind.STRAIGHT, points=(north(0), north(1000)), half_width_m=150)
HOME = north(1000)


def beside(seconds: float, metres: float, **more: object) -> Fix:
    return fix(seconds, position=east(metres, north(500)), **more)


def off(*track: Fix, since: float | None = None):
    return strayed(track, ROUTE, after=None if since is None else after(since), policy=POLICY)


def still(*track: Fix, at: float, since: float | None = None):
    begun = None if since is None else after(since)
    return stood(track, at=after(at), after=begun, policy=POLICY)


def there(*track: Fix):
    return reached(track, HOME, after=None, policy=POLICY)


def test_news_is_what_was_taken_after_the_newest_that_is_known() -> None:
    first, second, third = fix(0), fix(5), fix(10)
    assert in_order([third, first, second], None) == ((first, second, third), 0)
    assert in_order([third, first, second], after(5)) == ((third,), 2)


def test_off_the_way_for_a_minute_is_strayed() -> None:
    walk = [beside(second, 200) for second in range(0, 60, 5)]
    short, long = off(*walk), off(*walk, beside(60, 210))
    assert short is not None
    assert not short.enough
    assert long is not None
    assert long.enough
    assert long.since == after(0)
    assert long.metres == pytest.approx(210 - 8 - 150, abs=1)


def test_within_the_corridor_nobody_has_strayed() -> None:
    assert off(beside(0, 140), beside(90, 149)) is None
    assert off() is None


def test_what_its_accuracy_could_explain_is_no_straying() -> None:
    assert off(beside(0, 300, accuracy_m=160), beside(90, 300, accuracy_m=160)) is None
    assert off(beside(0, 300, accuracy_m=None), beside(90, 300, accuracy_m=None)) is None
    assert off(beside(0, 900, accuracy_m=600), beside(90, 900, accuracy_m=600)) is None


def test_back_on_the_way_the_time_begins_anew() -> None:
    sign = off(beside(0, 200), beside(40, 20), beside(50, 200), beside(90, 200))
    assert sign is not None
    assert sign.since == after(50)
    assert not sign.enough
    assert off(beside(0, 200), beside(61, 200), beside(66, 20)) is None


def test_what_was_taken_before_the_watch_does_not_count() -> None:
    sign = off(beside(0, 200), beside(50, 200), beside(70, 200), since=0)
    assert sign is not None
    assert sign.since == after(50)


def test_the_order_in_which_positions_come_changes_nothing() -> None:
    walk = [beside(0, 200), beside(30, 20), beside(60, 200), beside(125, 200)]
    assert {str(off(*one)) for one in permutations(walk)} == {str(off(*walk))}
    rest = [fix(0, metres=400), fix(30), fix(60), fix(90)]
    told = {str(still(*one, at=215)) for one in permutations(rest)}
    assert told == {str(still(*rest, at=215))}


def test_three_minutes_at_one_place_is_a_standstill() -> None:
    rest = [fix(second, metres=second % 7) for second in range(0, 180, 30)]
    short, long = still(*rest, at=179), still(*rest, at=180)
    assert short is not None
    assert not short.enough
    assert long is not None
    assert long.enough
    assert long.since == after(0)


def test_who_walks_does_not_stand() -> None:
    walk = [fix(second, metres=second * 1.3) for second in range(0, 200, 40)]
    assert still(*walk, at=200) is None


def test_one_position_alone_is_no_standing_and_no_moving() -> None:
    sign = still(fix(0), at=110)
    assert sign is not None
    assert not sign.enough
    assert still(at=110) is None
    assert still(fix(0, metres=300), fix(100), at=110) is None


def test_a_last_position_as_old_as_a_lost_signal_says_nothing_of_standing() -> None:
    assert still(fix(0), fix(60), at=179) is not None
    assert still(fix(0), fix(60), at=180) is None


def test_standing_is_as_wide_as_the_positions_are_wrong() -> None:
    assert still(fix(0, metres=100), fix(180), at=200) is None
    wide = still(fix(0, metres=100, accuracy_m=120), fix(180), at=200)
    assert wide is not None
    assert wide.enough


def test_standing_before_the_watch_does_not_count() -> None:
    sign = still(fix(0), fix(100), fix(190), at=200, since=0)
    assert sign is not None
    assert sign.since == after(100)


def test_near_the_place_for_20_s_she_is_there() -> None:
    short = there(fix(0, metres=960), fix(19, metres=990))
    assert short is not None
    assert not short.enough
    long = there(fix(0, metres=960), fix(20, metres=990))
    assert long is not None
    assert long.enough
    assert long.since == after(0)


def test_who_walks_past_is_not_there() -> None:
    assert there(fix(0, metres=980), fix(30, metres=1060)) is None


def test_a_coarse_position_says_nothing_of_arriving() -> None:
    assert there(fix(0, metres=1000, accuracy_m=51), fix(60, metres=1000, accuracy_m=51)) is None


def test_after_two_minutes_of_silence_she_is_lost_sight_of() -> None:
    assert not lost(after(0), at=after(119.9), policy=POLICY)
    assert lost(after(0), at=after(120), policy=POLICY)


def test_a_track_must_be_at_hand_for_twice_what_the_slowest_sign_needs() -> None:
    assert look_back(POLICY).total_seconds() == 360
    slow = POLICY.model_copy(update={"border_after_s": 400.0})
    assert look_back(slow).total_seconds() == 800
