"""What positions say of a citizen and her scouts: together, apart, off the way, silent, home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from domain.escort import Escort, facts
from domain.escort.vocabulary import ToldBy
from domain.escort.watched import apart_m, leading
from domain.geography import FixQuality, FixSource, Position
from domain.watching import Fix, RouteKind, Trouble
from tests.domain.escorts import (
    GANGDONG,
    HOME,
    JIYOUNG,
    POLICY,
    STATION,
    after,
    arrived,
    booked,
    home,
    walking,
)
from tests.scenario import Scenario

DEGREE_M = 111_195.0


def seen(minutes: float, *, north_m: float = 0, accuracy_m: float = 5) -> Fix:
    """So far north of the station."""
    position = Position(
        latitude_deg=STATION.latitude_deg + north_m / DEGREE_M,
        longitude_deg=STATION.longitude_deg,
    )
    return at_place(minutes, position, accuracy_m=accuracy_m)


def at_place(minutes: float, position: Position, *, accuracy_m: float = 5) -> Fix:
    return Fix(
        position=position,
        quality=FixQuality(source=FixSource.GNSS, accuracy_m=accuracy_m, age_s=0),
        moment=after(minutes),
        received_at=after(minutes),
        district=GANGDONG,
        cell="2109_5478",
    )


def walk(citizen: Sequence[Fix], scouts: Sequence[Fix], minutes: float) -> Callable[[Escort], None]:
    return lambda one: one.walk_with(citizen, scouts, at=after(minutes), policy=POLICY)


def noticed(given: Scenario[Escort], trouble: Trouble, minutes: float) -> Scenario[Escort]:
    return given.given(
        facts.TroubleNoticed,
        timestamp=after(minutes),
        trouble=trouble,
        since=after(minutes),
        metres=None,
    )


def parted() -> Scenario[Escort]:
    return walking().given(facts.Parted, timestamp=after(10), since=after(9), metres=140)


def test_the_way_is_a_straight_line_with_a_wide_corridor() -> None:
    done = booked().when(lambda one: one.meet("4711", scout_id=JIYOUNG, at=after(2), policy=POLICY))
    route = done.happened[1].route  # type: ignore[attr-defined]
    assert (route.kind, route.points) == (RouteKind.STRAIGHT, (STATION, HOME))
    assert route.half_width_m == 263.25


def test_positions_are_kept_of_those_who_walk_only() -> None:
    on_the_way = [seen(5, north_m=200)]
    walking().when(walk(on_the_way, [], 5)).then(facts.PositionSeen)
    booked().when(walk(on_the_way, [], 5)).then()
    home().when(walk(on_the_way, [], 26)).then()


def test_her_positions_lead_and_the_scouts_stand_in_when_her_phone_is_silent() -> None:
    hers, theirs = [seen(5)], [seen(5.2)]
    assert leading(hers, theirs, at=after(5.9), policy=POLICY) == hers
    assert leading(hers, theirs, at=after(6), policy=POLICY) == [*hers, *theirs]
    assert leading([], theirs, at=after(6), policy=POLICY) == theirs
    worse = [seen(5.9, accuracy_m=600)]
    assert leading(worse, theirs, at=after(6), policy=POLICY) == [*worse, *theirs]


def test_they_are_apart_when_every_position_of_the_last_minute_says_so() -> None:
    def apart(hers: Any, theirs: Any) -> int | None:
        return apart_m(hers, theirs, at=after(10), policy=POLICY)

    assert apart([seen(9.5)], [seen(9.6, north_m=200)]) == 190
    assert apart([seen(9.5)], [seen(9.6, north_m=200), seen(9.7, north_m=50)]) == 40
    assert apart([seen(9.5)], [seen(9.6, north_m=5)]) == 0
    assert apart([seen(8.9)], [seen(9.6, north_m=200)]) is None
    assert apart([], [seen(9.6)]) is None


def test_a_citizen_and_scouts_who_part_are_noted_once_until_they_meet_again() -> None:
    hers = [seen(9.9)]
    far = [seen(9.9, north_m=151)]
    parts = walking().when(walk(hers, far, 10))
    parts.then(facts.PositionSeen, (facts.Parted, {"metres": 141, "since": after(9)}))
    near = [seen(10.9, north_m=10)]

    def apart_still(one: Escort) -> None:
        one.walk_with([seen(10.9)], [seen(10.9, north_m=151)], at=after(11), policy=POLICY)
        assert one.parted_at == after(10)

    parted().when(apart_still).then(facts.PositionSeen)
    parted().when(walk([seen(10.9)], near, 11)).then(
        facts.PositionSeen, (facts.Rejoined, {"lasted_s": 60})
    )
    walking().when(walk([seen(10.9)], near, 11)).then(facts.PositionSeen)


def test_at_the_door_they_have_parted_rightly() -> None:
    far = [seen(25.9, north_m=300)]
    done = arrived().when(walk([seen(25.9)], far, 26))
    assert facts.Parted not in [type(one) for one in done.happened]


def test_a_group_of_which_nothing_is_heard_is_lost_sight_of() -> None:
    walking().when(walk([], [], 3.9)).then()
    walking().when(walk([], [], 4)).then(
        (facts.TroubleNoticed, {"trouble": Trouble.SIGNAL_LOST, "since": after(2)})
    )
    lost = noticed(walking(), Trouble.SIGNAL_LOST, 4)
    lost.when(walk([], [seen(5)], 5)).then(
        facts.PositionSeen, (facts.TroublePassed, {"trouble": Trouble.SIGNAL_LOST})
    )


def test_where_they_wanted_to_go_they_are_there_until_she_says_no() -> None:
    door = [at_place(20 + second / 60, HOME) for second in (0, 10, 20)]
    walking().when(walk(door, [], 20.5)).then(
        facts.PositionSeen,
        (facts.Arrived, {"told_by": ToldBy.PLACE, "scout_id": None, "confirm_by": after(25.5)}),
    )
    walking().when(walk(door[:2], [], 20.2)).then(facts.PositionSeen)
    denied = (
        walking()
        .given(
            facts.Arrived, timestamp=after(19), told_by="place", scout_id=None, confirm_by=after(24)
        )
        .given(facts.ArrivalDenied, timestamp=after(19.5))
    )
    denied.when(walk(door, [], 20.5)).then(facts.PositionSeen)


def test_time_alone_tells_nothing_of_who_is_home() -> None:
    far_ahead = after(600) + timedelta(hours=1)
    home().when(lambda one: one.walk_with([], [], at=far_ahead, policy=POLICY)).then()
