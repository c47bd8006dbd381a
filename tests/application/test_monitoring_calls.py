"""The call to somebody who is watched, and what timers that stand are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.delivery_book import ClaimedDelivery
from application.messages import NothingToSend, RequestWithdrawn
from application.monitoring.calls import SessionCalls
from application.outbox import Channel, TimerKind
from application.paging import page_request
from application.ports import CallRequest
from application.safe_return import Receipt
from application.timers import AskAgain, DueTimer, TimerOutcome
from domain.monitoring import Monitoring
from domain.policy import Policy
from infrastructure.facilities.listed import ListedFacilities
from infrastructure.straight_line import StraightLine
from tests.application.house import CITIZEN, CORRELATION, JIYOUNG, KIM, SYSTEM
from tests.application.monitoring_house import HOME, MonitoringHouse
from tests.domain.monitorings import wish
from tests.domain.test_watching_route import east
from tests.domain.walks import north
from tests.memory import GANGDONG


class Provider:
    """Takes every call."""

    def __init__(self) -> None:
        self.placed: list[CallRequest] = []

    def place(self, request: CallRequest) -> str:
        self.placed.append(request)
        return f"call-{len(self.placed)}"


@pytest.fixture
def house() -> MonitoringHouse:
    return MonitoringHouse()


def calling(house: MonitoringHouse) -> tuple[Any, SessionCalls, Provider, ClaimedDelivery]:
    session_id = house.watched()
    house.watch.call(session_id, KIM)
    [delivery] = [
        one for one in house.log.deliveries.values() if one.channel is Channel.SESSION_CALL
    ]
    provider = Provider()
    calls = SessionCalls(house.app, house.watch, partner=lambda: provider, access_log=house.access)
    claimed = ClaimedDelivery(
        delivery_id=delivery.delivery_id,
        channel=delivery.channel,
        about=delivery.about,
        request_id=None,
        attempt=1,
        correlation_id=CORRELATION,
        causation_id=None,
    )
    return session_id, calls, provider, claimed


def test_the_provider_is_given_her_number_and_nothing_else(house: MonitoringHouse) -> None:
    session_id, calls, provider, claimed = calling(house)
    assert calls.hand_over(claimed, SYSTEM) == "call-1"
    [request] = provider.placed
    assert (request.phone, request.report_id, request.district) == (
        "+821012345678",
        session_id,
        GANGDONG,
    )
    assert house.topics(session_id)[-1] == "call_placed"
    [look] = [one for one in house.access.accesses if one.what == "phone"]
    assert (look.subject, look.about, look.recipient) == (JIYOUNG, session_id, "session_call")


def test_who_is_home_is_not_called_any_more(house: MonitoringHouse) -> None:
    session_id, calls, provider, claimed = calling(house)
    house.watch.arrive(session_id, JIYOUNG, CITIZEN)
    with pytest.raises(RequestWithdrawn):
        calls.hand_over(claimed, SYSTEM)
    assert provider.placed == []


def test_whoever_has_no_number_any_more_is_not_called(house: MonitoringHouse) -> None:
    _, calls, provider, claimed = calling(house)
    at = house.clock.now()
    hers = Monitoring.request(wish(citizen_id=uuid4()), at=at, policy=house.policy)
    house.app.commit([hers], context=CITIZEN, receipt=Receipt(aggregate_id=hers.id))
    with pytest.raises(NothingToSend):
        calls.hand_over(claimed.model_copy(update={"about": hers.id}), SYSTEM)
    assert provider.placed == []


def test_a_call_that_was_given_up_is_told_to_the_session(house: MonitoringHouse) -> None:
    session_id, calls, _, claimed = calling(house)
    calls.gave_up(claimed, "call.unavailable", SYSTEM)
    assert house.topics(session_id)[-1] == "call_failed"
    calls.gave_up(claimed.model_copy(update={"about": uuid4()}), "call.unavailable", SYSTEM)


def test_a_page_about_a_session_says_why_and_names_nobody(house: MonitoringHouse) -> None:
    house.presence.there = {}
    session_id = house.wish().session_id
    house.passes(30)
    escalated = house.log.facts(session_id)[-1]
    request = page_request(
        house.app.history(session_id),
        delivery_id=uuid4(),
        request_id=escalated.page.page_id,
        correlation_id=CORRELATION,
    )
    assert (request.why, request.about_district) == ("monitoring_waiting", GANGDONG)


def due(house: MonitoringHouse, kind: TimerKind) -> DueTimer:
    timer = next(one for one in house.log.timers.values() if one.kind is kind)
    return DueTimer(
        timer_id=timer.timer_id,
        aggregate_id=timer.aggregate_id,
        kind=timer.kind,
        name=timer.name,
        due_at=timer.due_at,
        correlation_id=CORRELATION,
        causation_id=None,
        attempts=0,
        late_s=0,
    )


def test_one_timer_stands_for_the_whole_way(house: MonitoringHouse) -> None:
    session_id = house.watched()
    look = due(house, TimerKind.MONITORING_LOOK)
    assert house.timer_desk.fire(look) is TimerOutcome.EARLY
    house.clock.advance(100)
    house.moves(session_id, house.at(130))
    house.clock.advance(20)
    assert house.timer_desk.fire(look) == AskAgain(house.clock.now() + timedelta(seconds=100))
    house.clock.advance(100)
    assert house.timer_desk.fire(look) == AskAgain(house.clock.now() + timedelta(seconds=30))
    assert house.topics(session_id)[-2:] == ["trouble_noticed", "asked"]
    house.watch.arrive(session_id, JIYOUNG, CITIZEN)
    assert house.timer_desk.fire(look) is TimerOutcome.NOTHING
    looks = [one for one in house.log.timers.values() if one.kind is TimerKind.MONITORING_LOOK]
    assert len(looks) == 1


def test_an_untroubled_way_needs_three_timers(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.walks(session_id, 600, begin=0, pace=1.2)
    timers = [one.kind for one in house.log.timers.values() if one.aggregate_id == session_id]
    assert sorted(timers) == ["monitoring.look", "monitoring.overdue", "monitoring.rise"]


def test_a_straight_way_has_a_wide_corridor() -> None:
    policy = Policy()
    short = StraightLine().way(north(0), north(100), policy)
    assert short.half_width_m == policy.corridor_m
    long = StraightLine().way(north(0), HOME, policy)
    assert long.half_width_m == pytest.approx(250, abs=1)


def test_listed_cameras_are_those_beside_the_stretch() -> None:
    way = StraightLine().way(north(0), HOME, Policy())
    near = ListedFacilities().cameras_along(way, from_m=0, for_m=200, within_m=60)
    assert [one.camera_id for one in near] == ["GD-0101", "GD-0102"]
    assert ListedFacilities().cameras_along(way, from_m=0, for_m=None, within_m=0.1)[0].off_m < 1
    aside = StraightLine().way(east(900), east(900, north(500)), Policy())
    assert ListedFacilities().cameras_along(aside, from_m=0, for_m=None, within_m=60) == []
