"""Signs of life are no facts; that a bell fell silent, and is heard again, is one."""

from __future__ import annotations

import pytest

from application.bells.hearing import FEW, Looked
from application.bells.lists import ListedBell
from application.errors import Forbidden
from tests.application.bell_house import PARK, PARK_PLACE, BellHouse
from tests.application.house import KIM, SYSTEM


@pytest.fixture
def house() -> BellHouse:
    return BellHouse()


def silence(house: BellHouse) -> None:
    house.clock.advance(house.policy.bell_silent_after_s + 1)


def test_a_heartbeat_is_kept_beside_the_log(house: BellHouse) -> None:
    before = house.log.facts()
    house.beat(battery_pct=80)
    house.beat("XX-1")
    assert house.log.facts() == before
    sign = house.signs.of(house.bell().id)
    assert sign is not None
    assert (sign.bell_no, sign.battery_pct, sign.heard_at) == (PARK, 80, house.clock.now())


def test_a_bell_of_which_nothing_is_heard_falls_silent_once(house: BellHouse) -> None:
    house.beat()
    heard_at = house.clock.now()
    silence(house)
    assert house.hearing.look(SYSTEM) == Looked(fell_silent=1)
    assert house.hearing.look(SYSTEM) == Looked()
    [fell] = [one for one in house.log.facts() if one.TOPIC == "bell.fell_silent"]
    assert fell.last_heard_at == heard_at  # type: ignore[attr-defined]


def test_one_that_never_said_a_word_is_silent_since_it_was_installed(house: BellHouse) -> None:
    installed_at = house.clock.now()
    silence(house)
    house.hearing.look(SYSTEM)
    [fell] = [one for one in house.log.facts() if one.TOPIC == "bell.fell_silent"]
    assert fell.last_heard_at == installed_at  # type: ignore[attr-defined]


def test_one_that_is_heard_in_time_is_not_silent(house: BellHouse) -> None:
    house.clock.advance(house.policy.bell_silent_after_s - 1)
    house.beat()
    house.clock.advance(2)
    assert house.hearing.look(SYSTEM) == Looked()


def test_a_silent_bell_is_heard_again(house: BellHouse) -> None:
    silence(house)
    house.hearing.look(SYSTEM)
    house.beat()
    assert house.hearing.look(SYSTEM) == Looked(heard_again=1)
    assert house.facts_of() == ["bell.installed", "bell.fell_silent", "bell.heard_again"]


def test_a_bell_that_was_taken_down_is_not_listened_to(house: BellHouse) -> None:
    house.registry.take_in([], SYSTEM, retire_others=True)
    silence(house)
    assert house.hearing.look(SYSTEM) == Looked()


def test_when_most_bells_fall_silent_at_once_it_is_our_ears(house: BellHouse) -> None:
    others = [
        ListedBell(bell_no=f"GD-{number}", place=PARK_PLACE, line=None)
        for number in range(2 * FEW + 2)
    ]
    house.registry.take_in(others, SYSTEM)
    silence(house)
    for one in others[:FEW]:
        house.beat(one.bell_no)
    assert house.hearing.look(SYSTEM) == Looked(unheard=FEW + 3)
    assert "bell.fell_silent" not in {one.TOPIC for one in house.log.facts()}
    house.beat()
    assert house.hearing.look(SYSTEM) == Looked(fell_silent=FEW + 2)


def test_no_message_is_nothing_to_keep(house: BellHouse) -> None:
    from tests.application.bell_house import GATEWAY

    house.hearing.hear([], GATEWAY)
    assert house.signs.kept == {}


def test_staff_do_not_speak_for_bells(house: BellHouse) -> None:
    with pytest.raises(Forbidden):
        house.hearing.hear([], KIM)
    with pytest.raises(Forbidden):
        house.hearing.look(KIM)
