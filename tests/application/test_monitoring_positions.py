"""Positions of a walk: in any order and state, cheap when they say nothing, and hers alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from application.positions import FixTrouble
from application.remembered_walks import REMEMBERED, WALKS_MAX, RememberedWalks, Walk
from domain.monitoring import Monitoring
from domain.monitoring.vocabulary import MonitoringStage
from tests.application.house import CITIZEN, JIYOUNG, KIM, SUJIN
from tests.application.monitoring_house import MonitoringHouse
from tests.domain.walks import fix
from tests.scenario import T0


@pytest.fixture
def house() -> MonitoringHouse:
    return MonitoringHouse()


@pytest.fixture
def counted(house: MonitoringHouse, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often an aggregate is replayed."""
    loads: list[str] = []
    replay = house.app.find

    def find(kind: type, aggregate_id: Any) -> Any:
        loads.append(kind.TOPIC)
        return replay(kind, aggregate_id)

    monkeypatch.setattr(house.app, "find", find)
    return loads


def test_of_a_walk_the_log_keeps_two_positions_a_minute(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.walks(session_id, 120, begin=0, pace=1.2)
    assert len(house.tracks.recent(session_id, JIYOUNG, T0 - timedelta(days=1))) == 24
    assert house.topics(session_id).count("position_seen") == 4


def test_a_batch_may_be_in_any_order_and_have_anything_in_it(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.clock.advance(120)
    house.moves(session_id, house.at(50, ago_s=30))
    odd: list[Any] = [
        house.at(60, ago_s=5),
        house.at(20, ago_s=60),
        house.at(60, ago_s=5),
        house.at(90, ago_s=-3600),
        house.at(90, ago_s=3601),
        {"latitude_deg": 91.0, "longitude_deg": 127.1},
        None,
    ]
    receipt = house.moves(session_id, *odd)
    assert (receipt.taken, receipt.thinned, receipt.late, receipt.open) == (2, 1, 1, True)
    assert [(one.index, one.why) for one in receipt.refused] == [
        (3, FixTrouble.FUTURE),
        (4, FixTrouble.TOO_OLD),
        (5, FixTrouble.MALFORMED),
        (6, FixTrouble.MALFORMED),
    ]


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"fixes": None}, {"fixes": {"a": 1}}])
def test_any_body_is_answered(house: MonitoringHouse, body: object) -> None:
    session_id = house.watched()
    receipt = house.positions.take(session_id, body, JIYOUNG, CITIZEN)
    assert (receipt.taken, receipt.position, receipt.watched) == (0, None, True)


def test_while_nobody_watches_positions_are_kept_and_make_no_fact(house: MonitoringHouse) -> None:
    house.presence.there = {}
    session_id = house.wish().session_id
    receipt = house.moves(session_id, house.at(10))
    assert (receipt.taken, receipt.position, receipt.watched) == (1, None, False)
    assert receipt.stage is MonitoringStage.WAITING


def test_a_batch_that_says_nothing_replays_nothing(
    house: MonitoringHouse, counted: list[str]
) -> None:
    session_id = house.watched()
    house.moves(session_id, house.at(0))
    counted.clear()
    for second in range(1, 3):
        house.clock.advance(5)
        assert house.moves(session_id, house.at(2 * second)).position is None
    assert counted == []


def test_after_a_moment_the_session_is_read_anew(
    house: MonitoringHouse, counted: list[str]
) -> None:
    session_id = house.watched()
    house.moves(session_id, house.at(0))
    counted.clear()
    house.clock.advance(REMEMBERED.total_seconds())
    house.moves(session_id, house.at(5))
    assert counted == ["monitoring"]


def test_what_another_process_decided_meanwhile_is_found_out(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.moves(session_id, house.at(0))
    house.watch.call(session_id, KIM)
    house.clock.advance(5)
    receipt = house.moves(session_id, house.at(120))
    assert receipt.position is not None, "a move is a fact, and is saved upon the newer state"
    house.watch.arrive(session_id, JIYOUNG, CITIZEN)
    house.clock.advance(REMEMBERED.total_seconds())
    over = house.moves(session_id, house.at(150))
    assert (over.open, over.taken) == (False, 0)
    assert house.tracks.slots == {}


def test_at_the_door_the_phone_is_told_that_it_is_over(house: MonitoringHouse) -> None:
    session_id = house.watched()
    house.clock.advance(5)
    house.moves(session_id, house.at(960))
    house.clock.advance(20)
    receipt = house.moves(session_id, house.at(990))
    assert (receipt.stage, receipt.open) == (MonitoringStage.ARRIVED, False)
    assert house.tracks.slots == {}
    assert house.roster().watched == {}
    assert not house.moves(session_id, house.at(1000)).open


def test_off_her_way_for_a_minute_the_receipt_names_the_question(house: MonitoringHouse) -> None:
    session_id = house.watched(destination={"latitude_deg": 37.5391, "longitude_deg": 127.1238})
    house.moves(session_id, house.at(100))
    receipt = None
    for second in range(0, 75, 15):
        house.clock.advance(15)
        receipt = house.moves(session_id, house.at(200 + second, longitude_deg=127.1338))
    assert receipt is not None
    assert receipt.question_id == house.session(session_id).question
    assert house.topics(session_id)[-2:] == ["trouble_noticed", "asked"]


def test_one_walks_track_is_not_anothers(house: MonitoringHouse) -> None:
    mine, hers = house.watched(), house.watched(SUJIN)
    house.moves(mine, house.at(10))
    house.moves(hers, house.at(700), citizen_id=SUJIN)
    assert len(house.tracks.slots[mine, JIYOUNG]) == 1
    house.watch.arrive(mine, JIYOUNG, CITIZEN)
    assert list(house.tracks.slots) == [(hers, SUJIN)]


def test_whoever_takes_a_walk_has_it_alone_and_old_ones_make_room() -> None:
    walks: RememberedWalks[Monitoring] = RememberedWalks()
    walk = Walk(Monitoring.__new__(Monitoring), [fix(0)], T0)
    key = uuid4()
    walks.put(key, JIYOUNG, walk)
    assert walks.take(key, JIYOUNG, at=T0) is walk
    assert walks.take(key, JIYOUNG, at=T0) is None
    for _ in range(WALKS_MAX):
        walks.put(uuid4(), JIYOUNG, walk)
    walks.put(key, JIYOUNG, walk)
    assert walks.take(key, SUJIN, at=T0) is None
    assert walks.take(key, JIYOUNG, at=T0 + REMEMBERED) is None, "read too long ago"


def test_a_walk_remembers_the_end_of_its_track() -> None:
    walk = Walk(Monitoring.__new__(Monitoring), [fix(0), fix(10)], T0)
    walk.hear([fix(20), fix(10), fix(5)], since=fix(0).moment)
    assert [one.moment for one in walk.track] == [fix(5).moment, fix(10).moment, fix(20).moment]
    assert walk.newest_at == fix(20).moment
    assert Walk(walk.session, [], T0).newest_at is None
