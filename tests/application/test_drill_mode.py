"""Drill mode, as a citizen's phone switches it."""

from __future__ import annotations

import pytest

from application.drill_mode_desk import DrillModeDesk
from application.errors import Forbidden, Unknown
from domain.member import DrillDuringReport
from domain.roles import Role
from tests.application.house import CITIZEN, KIM, DeskHouse, asked_by


@pytest.fixture
def house() -> DeskHouse:
    house = DeskHouse()
    house.practise()
    house.clock.advance(600)
    return house


@pytest.fixture
def desk(house: DeskHouse) -> DrillModeDesk:
    return DrillModeDesk(house.app, house.clock, house.log, policies=house.policy)


def test_it_is_on_for_ten_minutes_and_off_when_asked(house: DeskHouse, desk: DrillModeDesk) -> None:
    on = desk.on(CITIZEN)
    assert on.until is not None
    assert (on.until - on.server_time).total_seconds() == 600
    house.clock.advance(60)
    assert desk.state(CITIZEN).until == on.until
    off = desk.off(CITIZEN)
    assert off.until is None
    assert desk.off(CITIZEN).position is None


def test_not_while_a_report_is_open(house: DeskHouse, desk: DrillModeDesk) -> None:
    house.accepted()
    with pytest.raises(DrillDuringReport):
        desk.on(CITIZEN)
    assert desk.off(CITIZEN).until is None


def test_a_drill_that_is_open_is_no_hindrance(house: DeskHouse, desk: DrillModeDesk) -> None:
    house.accepted(drill=True)
    assert desk.on(CITIZEN).until is not None


def test_only_a_member_switches_it(desk: DrillModeDesk) -> None:
    with pytest.raises(Forbidden):
        desk.on(KIM)
    with pytest.raises(Unknown):
        desk.on(asked_by(Role.CITIZEN, "nobody known"))
