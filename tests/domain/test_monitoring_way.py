"""On the way: over borders, by lit streets, longer than thought, to the door."""

from __future__ import annotations

import pytest

from domain.base import ERASED
from domain.geography import CITY
from domain.monitoring import Monitoring, facts
from domain.monitoring.handing_over import HandedOver, HandOverDropped, HandOverWanted
from domain.monitoring.lighting import LightsAsked, LightsReleased
from domain.monitoring.refusals import (
    HandOverUnfit,
    NotWatcher,
    Over,
    ReasonNeeded,
)
from domain.monitoring.vocabulary import (
    MonitoringStage,
    WatchHandOver,
)
from domain.watching import Crossing, Fix
from tests.domain.monitorings import (
    GANGDONG,
    KIM,
    LEE,
    PARK,
    POLICY,
    REPORT,
    SONGPA,
    after,
    arrived,
    fix,
    handed_over,
    in_danger,
    lights,
    north,
    requested,
    seen,
    started,
    unwatched,
    wanted,
)
from tests.memory import GURO


def hears(*fresh: Fix, track: tuple[Fix, ...] = ()):
    def step(one: Monitoring) -> None:
        moment = fresh[-1].received_at
        one.follow_positions((*track, *fresh), fresh, at=moment, policy=POLICY)

    return step


def over_there(seconds: float, **more) -> Fix:
    return fix(seconds, metres=400 + seconds / 10, district=SONGPA, depth_m=100, **more)


def goes(district: str = SONGPA):
    crossing = Crossing(district=district, since=after(360))
    return lambda one: one.cross(crossing, at=after(400), policy=POLICY)


def wants(district: str = SONGPA, reason: str = "She goes that way.", operator_id=KIM):
    return lambda one: one.want_hand_over(
        to_district=district,
        operator_id=operator_id,
        supervisor=False,
        reason=reason,
        at=after(400),
        policy=POLICY,
    )


def hands(district: str = SONGPA, seconds: float = 410):
    return lambda one: one.hand_over(
        to_district=district, operator_id=PARK, at=after(seconds), policy=POLICY
    )


def test_before_anybody_watches_positions_are_no_facts() -> None:
    requested().when(hears(fix(5))).then()


def test_positions_that_are_kept_light_the_next_stretch_past_half_of_the_last() -> None:
    seen(started(), 30, metres=0).when(hears(fix(60, metres=90))).then(facts.PositionSeen)
    outcome = seen(started(), 30, metres=0).when(hears(fix(60, metres=110)))
    outcome.then(
        facts.PositionSeen,
        (LightsReleased, {"request_id": lights(1)}),
        (LightsAsked, {"request_id": lights(2), "from_m": 110.0, "district": GANGDONG}),
    )
    assert outcome.happened[2].stretch[0].latitude_deg == pytest.approx(
        north(110).latitude_deg, abs=1e-6
    )


def test_lights_whose_time_is_over_are_asked_for_anew() -> None:
    seen(started(), 580).when(hears(fix(602, metres=10), fix(620, metres=20))).then(
        facts.PositionSeen, LightsReleased, LightsAsked
    )


def test_where_no_way_can_be_read_nothing_is_lit() -> None:
    def walks(one: Monitoring) -> None:
        assert one.along_m() is None
        one.assign(operator_id=KIM, because="fewest", at=after(2), policy=POLICY)

    requested(route=ERASED).when(walks).then(facts.Assigned, facts.Started)
    dark = POLICY.model_copy(update={"lights_ahead_m": 0})
    requested().when(
        lambda one: one.assign(operator_id=KIM, because="fewest", at=after(2), policy=dark)
    ).then(facts.Assigned, facts.Started)


def test_during_her_emergency_the_report_says_what_shines() -> None:
    seen(in_danger(), 260).when(hears(fix(291, metres=110))).then(facts.PositionSeen)
    requested().when(lambda one: one.emergency_raised(report_id=REPORT, at=after(9))).then(
        facts.EmergencyRaised
    )


def test_she_is_somewhere_on_her_way() -> None:
    def along(one: Monitoring) -> None:
        assert one.along_m() == pytest.approx(300, abs=1)

    seen(started(), 30, metres=300).when(along).then()
    started().when(lambda one: one.along_m() == 0.0).then()


def test_more_than_30_s_in_another_district_and_its_centre_is_to_watch() -> None:
    session = seen(started(), 399, metres=440, district=SONGPA, depth_m=100.0)
    track = (over_there(360),)
    session.when(hears(over_there(395), track=track)).then(
        (
            HandOverWanted,
            {
                "to_district": SONGPA,
                "because": WatchHandOver.MOVED,
                "since": after(360),
                "operator_id": None,
            },
        )
    )


def test_a_centre_that_is_asked_already_or_watches_is_not_asked_again() -> None:
    wanted().when(goes()).then()
    handed_over().when(goes()).then()
    requested().when(goes()).then()
    arrived().when(goes()).then()
    wanted().when(goes(GURO)).then((HandOverWanted, {"to_district": GURO}))


def test_outside_the_city_the_citys_own_centre_is_to_watch() -> None:
    started().when(goes(CITY)).then((HandOverWanted, {"because": WatchHandOver.LEFT_CITY}))


def test_until_the_other_centre_has_her_the_last_one_watches() -> None:
    def still(one: Monitoring) -> None:
        assert (one.watcher, one.district, one.stage) == (KIM, GANGDONG, MonitoringStage.WATCHED)

    def now(one: Monitoring) -> None:
        assert (one.watcher, one.district) == (PARK, SONGPA)
        assert one.audience == (SONGPA,)
        assert one.wanted_by is None
        assert one.rises == ()

    wanted().when(still).then()
    wanted().when(hands()).then((HandedOver, {"from_operator_id": KIM, "operator_id": PARK}))
    handed_over().when(now).then()


def test_another_centre_may_take_her_for_whom_nobody_had_room() -> None:
    outcome = requested().when(hands(seconds=70))
    outcome.then((HandedOver, {"from_operator_id": None}), facts.Started, LightsAsked)
    assert outcome.happened[1].district == SONGPA
    unwatched().when(hands()).then(HandedOver)


def test_a_session_is_not_handed_to_where_it_is_or_when_it_is_over() -> None:
    started().when(hands(GANGDONG)).then_refused(HandOverUnfit)
    arrived().when(hands()).then_refused(Over)


def test_back_in_her_district_before_the_other_centre_had_her() -> None:
    session = seen(wanted(), 405, metres=60, district=SONGPA, depth_m=100.0)
    session.when(hears(fix(440, metres=50))).then(facts.PositionSeen, HandOverDropped)
    seen(started(), 430, metres=60).when(hears(fix(465, metres=70))).then(facts.PositionSeen)
    by_hand = wanted(since=None, because=WatchHandOver.BY_HAND, operator_id=KIM)
    seen(by_hand, 430, metres=60).when(hears(fix(465, metres=70))).then(facts.PositionSeen)


def test_by_hand_with_a_reason() -> None:
    started().when(wants()).then(
        (
            HandOverWanted,
            {"because": WatchHandOver.BY_HAND, "operator_id": KIM, "note": "She goes that way."},
        )
    )
    wanted().when(wants()).then()
    started().when(wants(reason=" ")).then_refused(ReasonNeeded)
    started().when(wants(GANGDONG)).then_refused(HandOverUnfit)
    started().when(wants(operator_id=LEE)).then_refused(NotWatcher)
