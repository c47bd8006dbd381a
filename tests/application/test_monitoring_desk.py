"""A night of return monitoring: who watches whom, and until when."""

from __future__ import annotations

from uuid import uuid4

import pytest

from application.errors import Forbidden, Unknown
from application.monitoring.commands import (
    EndMonitoring,
    GiveMonitoring,
    HandMonitoringOver,
    RaiseFromMonitoring,
)
from domain.consents import ConsentMissing
from domain.monitoring.refusals import (
    ExpectedUnfit,
    HandOverUnfit,
    NotWatcher,
)
from domain.monitoring.vocabulary import MonitoringStage
from domain.policy import Policy
from domain.session_guard import SessionAlreadyOpen
from domain.watch_roster import RosterFull
from tests.application.house import (
    CHO_OF_SONGPA,
    CHOI_OF_GURO,
    CITIZEN,
    JIYOUNG,
    KIM,
    LEE,
    PARK_OF_SONGPA,
    SUJIN,
    SYSTEM,
    id_of,
)
from tests.application.monitoring_house import MonitoringHouse, line
from tests.memory import GANGDONG, SONGPA


@pytest.fixture
def house() -> MonitoringHouse:
    return MonitoringHouse()


def test_whoever_watches_the_fewest_watches_from_the_first_moment(house: MonitoringHouse) -> None:
    first, second = house.watched(), house.watched(SUJIN)
    assert house.session(first).watcher == id_of(KIM)
    assert house.session(second).watcher == id_of(LEE)
    assert house.topics(first) == ["requested", "assigned", "started", "lights_asked"]


def test_the_same_wish_is_one_session_and_another_has_to_wait(house: MonitoringHouse) -> None:
    first = house.wish()
    again = house.wish()
    assert again.session_id == first.session_id
    assert again.position is None
    with pytest.raises(SessionAlreadyOpen):
        house.wish(request_id="w-2")
    house.watch.arrive(first.session_id, JIYOUNG, CITIZEN)
    assert house.wish(request_id="w-2").session_id != first.session_id
    assert house.wish().stage is MonitoringStage.ARRIVED


def test_who_is_no_member_or_is_not_to_be_located_is_not_watched(house: MonitoringHouse) -> None:
    with pytest.raises(Unknown):
        house.wish(uuid4())
    unlocated = uuid4()
    house.joins(unlocated, consents=False)
    with pytest.raises(ConsentMissing):
        house.wish(unlocated)
    with pytest.raises(ExpectedUnfit):
        house.wish(expected_at=house.clock.now())


def test_until_somebody_watches_her_phone_says_so(house: MonitoringHouse) -> None:
    house.presence.there = {}
    receipt = house.wish()
    assert (receipt.stage, receipt.watched) == (MonitoringStage.WAITING, False)
    told = house.watch.told(receipt.session_id, JIYOUNG)
    assert not told.watched
    assert told.text.startswith("아직 지켜보는 사람이 없습니다")
    house.presence.there = {GANGDONG: (id_of(KIM),)}
    house.passes(30)
    told = house.watch.told(receipt.session_id, JIYOUNG)
    assert told.watched
    assert told.text == "강동구 관제센터가 귀가를 지켜보고 있습니다."


def test_another_citizen_sees_and_does_nothing_with_it(house: MonitoringHouse) -> None:
    session_id = house.watched()
    for act in (
        lambda: house.watch.told(session_id, SUJIN),
        lambda: house.watch.arrive(session_id, SUJIN, CITIZEN),
        lambda: house.watch.end(session_id, SUJIN, CITIZEN),
        lambda: house.moves(session_id, house.at(), citizen_id=SUJIN),
    ):
        with pytest.raises(Unknown):
            act()
    assert house.session(session_id).watcher is not None


def test_waiting_calls_the_supervisor_then_is_shown_around_then_calls_the_city(
    house: MonitoringHouse,
) -> None:
    house.presence.there = {}
    house.presence.supervisors = {GANGDONG: id_of(LEE)}
    session_id = house.wish().session_id
    house.passes(119)
    session = house.session(session_id)
    assert session.audience == (GANGDONG, SONGPA)
    assert house.topics(session_id) == ["requested", "escalated", "escalated"]
    house.passes(1)
    assert house.topics(session_id)[3:] == ["escalated"]
    pages = [one for one in house.log.deliveries.values() if one.channel == "page"]
    assert len(pages) == 2, "neighbours see it on their boards"


def test_a_neighbouring_centre_may_take_it_once_it_is_shown_there(house: MonitoringHouse) -> None:
    house.presence.there = {}
    session_id = house.wish().session_id
    with pytest.raises(Forbidden):
        house.watch.take(session_id, CHO_OF_SONGPA)
    house.passes(60)
    assert house.watch.take(session_id, CHO_OF_SONGPA).watched
    session = house.session(session_id)
    assert (session.district, session.watcher) == (SONGPA, id_of(CHO_OF_SONGPA))
    assert house.roster(GANGDONG).waiting == ()
    assert session_id in house.roster(SONGPA).watched


def test_who_has_room_again_gets_the_one_who_waits_the_longest() -> None:
    house = MonitoringHouse(Policy(watched_max=1))
    house.presence.there = {GANGDONG: (id_of(KIM),)}
    first = house.watched()
    waits = house.wish(SUJIN).session_id
    assert house.roster().waiting == (waits,)
    house.watch.arrive(first, JIYOUNG, CITIZEN)
    assert house.session(waits).watcher == id_of(KIM)
    assert house.roster().waiting == ()


def test_an_operator_takes_gives_and_gives_back(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.watch.take(session_id, LEE)
    assert house.session(session_id).watcher == id_of(LEE)
    with pytest.raises(NotWatcher):
        house.watch.give(session_id, GiveMonitoring(), KIM)
    house.watch.give(session_id, GiveMonitoring(operator_id=id_of(KIM)), LEE)
    assert house.session(session_id).watcher == id_of(KIM)
    assert not house.watch.give(session_id, GiveMonitoring(), KIM).watched
    assert house.watch.told(session_id, JIYOUNG).text.startswith("지금은 지켜보는 사람이 없습니다")


def test_nobody_takes_more_than_one_may_watch() -> None:
    house = MonitoringHouse(Policy(watched_max=1))
    house.watched()
    second = house.watched(SUJIN)
    with pytest.raises(RosterFull):
        house.watch.take(second, KIM)


@pytest.mark.parametrize("who", [CHOI_OF_GURO, CITIZEN])
def test_only_who_sees_it_touches_it(house: MonitoringHouse, who) -> None:
    session_id = house.watched()
    for act in (
        lambda: house.watch.take(session_id, who),
        lambda: house.watch.call(session_id, who),
        lambda: house.watch.give(session_id, GiveMonitoring(), who),
        lambda: house.watch.raise_emergency(session_id, RaiseFromMonitoring(), who),
        lambda: house.watch.end_by_hand(session_id, EndMonitoring(reason="x"), who),
        lambda: house.watch.cameras(session_id, who),
    ):
        with pytest.raises(Forbidden):
            act()


def test_over_the_border_the_next_centre_watches_from_the_same_moment(
    house: MonitoringHouse,
) -> None:
    house.presence.there[SONGPA] = (id_of(CHO_OF_SONGPA),)
    session_id = house.watched(destination={"latitude_deg": 37.55, "longitude_deg": 127.1238})
    house.walks(session_id, 60, begin=1300, pace=1.0)
    house.walks(session_id, 120, begin=1560, pace=1.2)
    session = house.session(session_id)
    assert (session.district, session.watcher) == (SONGPA, id_of(CHO_OF_SONGPA))
    topics = house.topics(session_id)
    assert "unwatched" not in topics
    assert topics.index("handed_over") == topics.index("hand_over_wanted") + 1
    assert session_id not in house.roster(GANGDONG).watched


def test_until_the_next_centre_has_room_the_last_one_watches(house: MonitoringHouse) -> None:
    session_id = house.watched(destination={"latitude_deg": 37.55, "longitude_deg": 127.1238})
    house.walks(session_id, 120, begin=1560, pace=1.2)
    session = house.session(session_id)
    assert (session.district, session.watcher, session.wanted_by) == (
        GANGDONG,
        id_of(KIM),
        SONGPA,
    )
    house.presence.there[SONGPA] = (id_of(CHO_OF_SONGPA),)
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.session(session_id).district == SONGPA


def test_a_hand_over_that_waits_calls_the_other_supervisor(house: MonitoringHouse) -> None:
    house.presence.supervisors = {SONGPA: id_of(PARK_OF_SONGPA)}
    session_id = house.watched()
    house.watch.hand_over(
        session_id, HandMonitoringOver(to_district=SONGPA, reason="Her street."), KIM
    )
    house.passes(30)
    escalated = house.log.facts(session_id)[-1]
    assert escalated.page.staff_id == id_of(PARK_OF_SONGPA)
    house.watch.take(session_id, CHO_OF_SONGPA)
    assert house.session(session_id).district == SONGPA
    assert house.roster(GANGDONG).watched == {}


def test_who_waits_for_the_next_centre_comes_in_when_somebody_there_has_room() -> None:
    house = MonitoringHouse(Policy(watched_max=1))
    house.presence.there[SONGPA] = (id_of(CHO_OF_SONGPA),)
    there = house.watched(SUJIN, origin={"latitude_deg": 37.55, "longitude_deg": 127.1238})
    assert house.session(there).district == SONGPA
    waits = house.watched()
    house.watch.hand_over(waits, HandMonitoringOver(to_district=SONGPA, reason="Home."), KIM)
    assert house.session(waits).watcher == id_of(KIM)
    house.watch.arrive(there, SUJIN, CITIZEN)
    assert house.session(waits).watcher == id_of(CHO_OF_SONGPA)
    assert house.roster(GANGDONG).watched == {}


def test_she_walks_back_and_the_other_centre_waits_no_more(house: MonitoringHouse) -> None:
    session_id = house.watched(destination={"latitude_deg": 37.55, "longitude_deg": 127.1238})
    house.walks(session_id, 100, begin=1560, pace=1.2)
    assert house.roster(SONGPA).waiting == (session_id,)
    house.walks(session_id, 60, begin=1400, pace=-1.0)
    assert house.session(session_id).wanted_by is None
    assert house.roster(SONGPA).waiting == ()


def test_there_is_no_such_centre(house: MonitoringHouse) -> None:
    session_id = house.watched()
    with pytest.raises(HandOverUnfit):
        house.watch.hand_over(
            session_id, HandMonitoringOver(to_district="26110", reason="Busan?"), KIM
        )
