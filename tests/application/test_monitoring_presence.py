"""Who watches a way home while operators come to their consoles and go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from application.errors import Forbidden
from domain.roles import Role
from tests.application.house import CITIZEN, JIYOUNG, KIM, LEE, SUJIN, SYSTEM, asked_by, id_of
from tests.application.monitoring_house import MonitoringHouse, line
from tests.memory import GANGDONG


def test_when_her_watcher_is_gone_a_colleague_watches_or_it_says_so() -> None:
    house = MonitoringHouse()
    session_id = house.watched()
    house.presence.there = {GANGDONG: (id_of(LEE),)}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.session(session_id).watcher == id_of(LEE)
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 0
    house.presence.there = {}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.topics(session_id)[-2:] == ["assigned", "unwatched"]
    house.presence.there = {GANGDONG: (id_of(KIM),)}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.session(session_id).watcher == id_of(KIM)
    with pytest.raises(Forbidden):
        house.watch.attend([], KIM)


def test_the_watch_of_a_supervisor_who_stepped_in_stands() -> None:
    house = MonitoringHouse()
    park = asked_by(Role.SUPERVISOR, "park of gangdong", GANGDONG)
    session_id = house.watched()
    house.presence.supervisors = {GANGDONG: id_of(park)}
    house.watch.take(session_id, park)
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 0
    assert house.session(session_id).watcher == id_of(park)


def test_a_line_of_the_board_that_is_behind_does_no_harm() -> None:
    house = MonitoringHouse()
    session_id = house.watched()
    behind = replace(line(house, session_id), holder=None)
    house.watch.arrive(session_id, JIYOUNG, CITIZEN)
    assert house.watch.attend([behind], SYSTEM) == 0


def test_a_second_supervisor_who_stepped_in_watches_on() -> None:
    house = MonitoringHouse()
    park, seo = (asked_by(Role.SUPERVISOR, one, GANGDONG) for one in ("park of gangdong", "seo"))
    session_id = house.watched()
    house.presence.supervisors = {GANGDONG: id_of(park)}
    house.presence.beside = {GANGDONG: {id_of(seo)}}
    house.watch.take(session_id, seo)
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 0
    assert house.session(session_id).watcher == id_of(seo)
    house.presence.beside = {}
    assert house.watch.attend([line(house, session_id)], SYSTEM) == 1
    assert house.session(session_id).watcher == id_of(KIM)


def test_who_supervises_is_asked_only_where_no_operator_watches() -> None:
    house = MonitoringHouse()
    watched, before = house.watched(), house.presence.asked_who_supervises
    assert house.watch.attend([line(house, watched)], SYSTEM) == 0
    house.presence.there = {}
    waits = house.wish(SUJIN).session_id
    assert house.watch.attend([line(house, waits)], SYSTEM) == 0
    assert house.presence.asked_who_supervises == before
    assert house.watch.attend([line(house, watched)], SYSTEM) == 1
    assert house.presence.asked_who_supervises > before
