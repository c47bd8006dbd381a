"""Where beside a way somebody is, and the stretch that lies ahead."""

from __future__ import annotations

import pytest

from domain.geography import Position, metres_between
from domain.watching import Route, RouteKind
from tests.domain.walks import north
from tests.memory import GANGDONG_OFFICE

M_PER_DEG_EAST = 88_175.0
"""Of longitude, at the latitude of the office."""


def east(metres: float, of: Position = GANGDONG_OFFICE) -> Position:
    return of.model_copy(update={"longitude_deg": of.longitude_deg + metres / M_PER_DEG_EAST})


def way(*points: Position) -> Route:
    return Route(kind=RouteKind.STREETS, points=points, half_width_m=50)


STRAIGHT = way(north(0), north(1000))
CORNER = way(north(0), north(400), east(300, north(400)))


def test_beside_a_straight_way_one_is_as_far_along_as_the_foot_lies() -> None:
    along = STRAIGHT.place(east(120, north(250)))
    assert along == pytest.approx((250, 120), abs=0.5)


@pytest.mark.parametrize(("metres", "along_m"), [(-80, 0), (1080, 1000)])
def test_before_the_beginning_and_behind_the_end_the_nearest_end_counts(
    metres: float, along_m: float
) -> None:
    assert STRAIGHT.place(north(metres)) == pytest.approx((along_m, 80), abs=0.5)


def test_behind_a_corner_the_way_goes_on() -> None:
    assert CORNER.place(east(100, north(400))) == pytest.approx((500, 0), abs=0.5)
    assert CORNER.length_m == pytest.approx(700, abs=1)


def test_a_way_of_one_point_is_a_place() -> None:
    assert way(north(0)).place(north(30)) == pytest.approx((0, 30), abs=0.1)
    assert way().place(north(30)) == (0, 0)
    assert way(north(0)).ahead(from_m=0, for_m=200) == (north(0),)


def test_two_points_at_one_place_are_no_stretch() -> None:
    stays = way(north(0), north(0), north(100))
    assert stays.place(north(50)) == pytest.approx((50, 0), abs=0.1)
    assert stays.ahead(from_m=0, for_m=200)[-1] == north(100)


def test_the_stretch_ahead_has_its_corners_and_both_ends() -> None:
    begin, corner, end = CORNER.ahead(from_m=300, for_m=200)
    assert metres_between(begin, north(300)) < 1
    assert metres_between(corner, north(400)) < 1
    assert metres_between(end, east(100, north(400))) < 1


def test_ahead_of_the_end_nothing_is_left_but_the_end() -> None:
    (end,) = STRAIGHT.ahead(from_m=STRAIGHT.length_m, for_m=200)
    assert metres_between(end, north(1000)) < 1
    first, last = STRAIGHT.ahead(from_m=900, for_m=200)
    assert metres_between(first, last) == pytest.approx(100, abs=1)


def test_before_the_beginning_the_stretch_begins_there() -> None:
    first, last = STRAIGHT.ahead(from_m=-50, for_m=100)
    assert metres_between(first, north(0)) < 1
    assert metres_between(last, north(50)) < 1
