"""What the log keeps of a walk: a position now and then, and what is amiss; planted facts."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import NAMESPACE_URL, uuid5

import pytest
from eventsourcing.utils import register_topic

from domain.base import ERASED, FACTS, FirstFact, applies
from domain.watching import (
    Fix,
    PositionSeen,
    Route,
    RouteKind,
    Trouble,
    TroubleNoticed,
    TroublePassed,
    Walked,
    WalkFacts,
)
from tests.domain.reports import POLICY, after
from tests.domain.test_watching_route import east
from tests.domain.walks import fix, north
from tests.memory import GANGDONG, SONGPA
from tests.scenario import T0, Scenario

WALK = uuid5(NAMESPACE_URL, "/walks/planted")
ROUTE = Route(kind=RouteKind.STRAIGHT, points=(north(0), north(1000)), half_width_m=150)


class Begun(FirstFact):
    TOPIC: ClassVar[str] = "planted_walk.begun"

    route: Route


class Seen(PositionSeen):
    TOPIC: ClassVar[str] = "planted_walk.position_seen"


class Noticed(TroubleNoticed):
    TOPIC: ClassVar[str] = "planted_walk.trouble_noticed"


class Passed(TroublePassed):
    TOPIC: ClassVar[str] = "planted_walk.trouble_passed"


class Walk(Walked):
    TOPIC = "planted_walk"
    WALK_FACTS = WalkFacts(seen=Seen, noticed=Noticed, passed=Passed)

    @applies(Begun)
    def _begun(self, fact: Begun) -> None:
        self.route = fact.route
        self.listening_since = fact.timestamp


for planted in (Begun, Seen, Noticed, Passed):
    del FACTS[planted.TOPIC]  # other tests ask for every fact of the house
register_topic(Walk.TOPIC, Walk)


def walk() -> Scenario[Walk]:
    return Scenario[Walk](WALK).given(
        Begun, originator_topic="planted_walk", timestamp=T0, route=ROUTE
    )


def seen(given: Scenario[Walk], seconds: float, **more: Any) -> Scenario[Walk]:
    one = fix(seconds, **more)
    return given.given(
        Seen,
        timestamp=one.received_at,
        district=one.district,
        cell=one.cell,
        outside=one.outside,
        fix=one.quality,
        battery_pct=one.battery_pct,
        position=one.position,
    )


def noticed(given: Scenario[Walk], trouble: Trouble, seconds: float) -> Scenario[Walk]:
    return given.given(
        Noticed, timestamp=after(seconds), trouble=trouble, since=after(seconds - 60), metres=None
    )


def passed(given: Scenario[Walk], trouble: Trouble, seconds: float) -> Scenario[Walk]:
    return given.given(Passed, timestamp=after(seconds), trouble=trouble, lasted_s=60)


def hears(*fresh: Fix, track: tuple[Fix, ...] = (), at: float | None = None):
    moment = fresh[-1].received_at if at is None else after(at)

    def step(one: Walk) -> None:
        one.walk_on((*track, *fresh), fresh, at=moment, policy=POLICY)

    return step


def looks(*track: Fix, at: float):
    return lambda one: one.walk_on(track, (), at=after(at), policy=POLICY)


def off_the_way(seconds: float) -> Fix:
    return fix(seconds, position=east(300, north(500)))


def test_the_first_position_is_kept_whatever_it_is_worth() -> None:
    walk().when(hears(fix(1, accuracy_m=900))).then((Seen, {"district": GANGDONG}))


def test_of_positions_every_five_seconds_two_a_minute_are_kept() -> None:
    flow = [fix(second, metres=second, late_s=60 - second) for second in range(0, 61, 5)]
    walk().when(hears(*flow)).then(Seen, Seen, Seen)


def test_what_is_older_than_what_is_known_or_useless_is_not_kept() -> None:
    seen(walk(), 40).when(hears(fix(5), fix(39), at=41)).then()
    seen(walk(), 0).when(hears(fix(60, accuracy_m=501))).then()


def test_a_move_or_another_district_is_kept_at_once() -> None:
    seen(walk(), 0).when(hears(fix(5, metres=101))).then(Seen)
    seen(walk(), 0).when(hears(fix(5, metres=99))).then()
    seen(walk(), 0).when(hears(fix(5, district=SONGPA))).then(Seen)
    seen(walk(), 0).when(hears(fix(5, metres=101, accuracy_m=300))).then()


def test_a_track_whose_key_is_gone_tells_no_move() -> None:
    seen(walk(), 0, position=north(0)).when(hears(fix(5, metres=99))).then()
    gone = walk().given(
        Seen,
        timestamp=T0,
        district=GANGDONG,
        cell=None,
        outside=False,
        fix=fix(0).quality,
        battery_pct=None,
        position=ERASED,
    )
    gone.when(hears(fix(5, metres=500))).then()


def test_a_minute_off_the_way_is_a_deviation() -> None:
    begun = seen(walk(), 0)
    track = tuple(off_the_way(second) for second in (10, 40))
    begun.when(hears(off_the_way(60), track=track)).then(Seen)
    outcome = begun.when(hears(off_the_way(70), track=track))
    outcome.then(Seen, (Noticed, {"trouble": Trouble.DEVIATION, "since": after(10)}))
    assert outcome.happened[1].metres == pytest.approx(300 - 8 - 150, abs=1)


def test_what_is_noticed_is_not_noticed_again() -> None:
    strays = noticed(seen(walk(), 75), Trouble.DEVIATION, 70)
    strays.when(looks(off_the_way(10), off_the_way(75), at=80)).then()


def test_back_on_the_way_the_deviation_has_passed() -> None:
    strays = noticed(seen(walk(), 75), Trouble.DEVIATION, 70)
    strays.when(looks(off_the_way(75), fix(80, metres=500), at=80)).then(
        (Passed, {"trouble": Trouble.DEVIATION, "lasted_s": 10.0})
    )


def test_without_a_telling_position_nothing_passes() -> None:
    strays = noticed(seen(walk(), 75), Trouble.DEVIATION, 70)
    strays.when(looks(at=80)).then()
    strays.when(looks(fix(79, accuracy_m=None), at=80)).then()


def test_what_has_passed_is_asked_about_anew_after_five_minutes_only() -> None:
    strays = passed(noticed(seen(walk(), 75), Trouble.DEVIATION, 70), Trouble.DEVIATION, 100)
    track = (off_the_way(300), off_the_way(390))
    strays.when(looks(*track, at=399)).then()
    strays.when(looks(*track, at=400)).then((Noticed, {"trouble": Trouble.DEVIATION}))


def test_three_minutes_at_one_place_are_noticed_by_a_timer_too() -> None:
    rest = (fix(2), fix(60), fix(120))
    seen(walk(), 120).when(looks(*rest, at=181)).then()
    seen(walk(), 120).when(looks(*rest, at=182)).then(
        (Noticed, {"trouble": Trouble.STANDSTILL, "metres": None})
    )


def test_moving_on_ends_a_standstill() -> None:
    stands = noticed(seen(walk(), 175), Trouble.STANDSTILL, 180)
    stands.when(looks(fix(175), fix(195, metres=60), at=195)).then(
        (Passed, {"trouble": Trouble.STANDSTILL})
    )


def test_two_minutes_of_silence_are_a_lost_signal() -> None:
    begun = seen(walk(), 10)
    begun.when(looks(fix(30), at=149)).then()
    begun.when(looks(fix(30), at=150)).then(
        (Noticed, {"trouble": Trouble.SIGNAL_LOST, "since": after(30)})
    )


def test_from_the_beginning_on_silence_counts() -> None:
    walk().when(looks(at=119)).then()
    walk().when(looks(at=120)).then((Noticed, {"trouble": Trouble.SIGNAL_LOST, "since": T0}))


def test_a_usable_position_brings_the_signal_back_and_it_may_be_lost_again_soon() -> None:
    silent = noticed(seen(walk(), 10), Trouble.SIGNAL_LOST, 130)
    silent.when(hears(fix(140))).then(
        Seen, (Passed, {"trouble": Trouble.SIGNAL_LOST, "lasted_s": 10.0})
    )
    again = seen(passed(silent, Trouble.SIGNAL_LOST, 140), 140)
    again.when(looks(at=260)).then((Noticed, {"trouble": Trouble.SIGNAL_LOST}))


def test_a_useless_position_brings_no_signal_back() -> None:
    silent = noticed(seen(walk(), 10), Trouble.SIGNAL_LOST, 130)
    silent.when(hears(fix(140, accuracy_m=501))).then()


def test_who_is_not_on_the_way_is_not_followed() -> None:
    def arrived(one: Walk) -> None:
        one.listening_since = None
        one.walk_on((fix(0),), (fix(0),), at=after(500), policy=POLICY)
        assert one.look_again_at((fix(0),), at=after(500), policy=POLICY) is None
        assert one.heard_at((fix(0),), POLICY) is None
        one.listening_since = T0

    walk().when(arrived).then()


def test_the_timer_looks_again_when_the_signal_could_be_lost() -> None:
    def again(one: Walk) -> None:
        assert one.look_again_at((fix(100),), at=after(120), policy=POLICY) == after(220)
        assert one.look_again_at((), at=after(500), policy=POLICY) == after(530)

    walk().when(again).then()


def test_a_position_erased_or_a_way_unknown_decides_nothing() -> None:
    def unknown(one: Walk) -> None:
        one.route = None
        one.walk_on((off_the_way(10), off_the_way(75)), (), at=after(80), policy=POLICY)
        one.route = ROUTE

    seen(walk(), 75).when(unknown).then()
