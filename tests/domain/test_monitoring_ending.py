"""She needs longer, is there, or is watched no more: and what is over stays so."""

from __future__ import annotations

from domain.base import ERASED
from domain.monitoring import Monitoring, facts
from domain.monitoring.lighting import CameraViewed, LightsReleased
from domain.monitoring.refusals import (
    ExpectedUnfit,
    NotWatcher,
    Over,
    ReasonNeeded,
)
from domain.monitoring.vocabulary import (
    MonitoringArrival,
    MonitoringEnd,
    MonitoringExtendedBy,
)
from domain.watching import Fix, Trouble
from tests.domain.monitorings import (
    JIYOUNG,
    KIM,
    LEE,
    POLICY,
    after,
    arrived,
    asked,
    fix,
    in_danger,
    lights,
    requested,
    seen,
    started,
    troubled,
    wanted,
)


def hears(*fresh: Fix, track: tuple[Fix, ...] = ()):
    def step(one: Monitoring) -> None:
        moment = fresh[-1].received_at
        one.follow_positions((*track, *fresh), fresh, at=moment, policy=POLICY)

    return step


def ends(because: MonitoringEnd = MonitoringEnd.CITIZEN):
    return lambda one: one.end(because=because, at=after(600))


def ends_by_hand(operator_id=KIM, reason: str = "Met by the police."):
    return lambda one: one.end_by_hand(
        operator_id=operator_id, supervisor=False, reason=reason, at=after(600)
    )


def extends(seconds: float, at: float = 700):
    return lambda one: one.extend(
        expected_at=after(seconds), by=MonitoringExtendedBy.CITIZEN, at=after(at), policy=POLICY
    )


def test_at_the_door_for_20_s_she_has_arrived() -> None:
    session = seen(started(), 800, metres=960)
    outcome = session.when(hears(fix(825, metres=990), track=(fix(804, metres=970),)))
    outcome.then(
        (LightsReleased, {"request_id": lights()}),
        (facts.Arrived, {"by": MonitoringArrival.PLACE, "watched_s": 823.0}),
    )
    session.when(hears(fix(823, metres=990), track=(fix(804, metres=970),))).then()


def test_during_her_emergency_being_at_the_door_ends_nothing() -> None:
    session = seen(in_danger(), 800, metres=960)
    session.when(hears(fix(825, metres=990), track=(fix(804, metres=970),))).then()


def test_where_her_home_is_erased_her_word_alone_counts() -> None:
    session = seen(started(requested(destination=ERASED)), 800, metres=960)
    session.when(hears(fix(825, metres=990), track=(fix(804, metres=970),))).then()
    session.when(lambda one: one.arrive(at=after(900))).then(
        LightsReleased, (facts.Arrived, {"by": MonitoringArrival.WORD})
    )


def test_what_is_over_ends_once_and_hears_nothing_more() -> None:
    arrived().when(lambda one: one.arrive(at=after(901))).then()
    arrived().when(ends()).then()
    arrived().when(hears(fix(950))).then()
    requested().when(lambda one: one.arrive(at=after(9))).then((facts.Arrived, {"watched_s": 0.0}))


def test_she_or_an_operator_with_a_reason_ends_it() -> None:
    started().when(ends()).then(
        LightsReleased, (facts.Ended, {"because": MonitoringEnd.CITIZEN, "citizen_id": JIYOUNG})
    )
    started().when(ends_by_hand()).then(
        LightsReleased, (facts.Ended, {"operator_id": KIM, "note": "Met by the police."})
    )
    started().when(ends_by_hand(reason=" ")).then_refused(ReasonNeeded)
    started().when(ends_by_hand(LEE)).then_refused(NotWatcher)
    arrived().when(ends_by_hand()).then_refused(Over)
    requested().when(ends(MonitoringEnd.CONSENT_WITHDRAWN)).then(facts.Ended)


def test_after_the_end_nothing_is_open() -> None:
    def closed(one: Monitoring) -> None:
        ends()(one)
        assert one.over
        assert (one.watcher, one.question, one.wanted_by, one.rises) == (None, None, None, ())
        assert not one.listens

    wanted(asked()).when(closed).then(LightsReleased, facts.Ended)


def test_she_needs_longer() -> None:
    started().when(extends(1800)).then(
        (facts.Extended, {"expected_at": after(1800), "overdue_at": after(2100), "by": "citizen"})
    )
    started().when(extends(1200)).then()
    started().when(extends(700)).then_refused(ExpectedUnfit)
    started().when(extends(700 + 6 * 3600 + 1)).then_refused(ExpectedUnfit)
    arrived().when(extends(1800, 950)).then_refused(Over)


def test_who_is_expected_later_is_overdue_no_more() -> None:
    late = troubled(started(), Trouble.OVERDUE, 1500)
    late.when(extends(2400, 1510)).then(
        facts.Extended, (facts.TroublePassed, {"trouble": Trouble.OVERDUE, "lasted_s": 10.0})
    )


def test_cameras_along_the_way_leave_a_fact() -> None:
    def views(one: Monitoring) -> None:
        one.view_camera(operator_id=KIM, camera_id="GD-17", at=after(60))

    started().when(views).then((CameraViewed, {"camera_id": "GD-17", "operator_id": KIM}))
    arrived().when(views).then_refused(Over)
