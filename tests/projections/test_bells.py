"""What the bells' fold shows of each bell."""

from __future__ import annotations

from typing import Any

from application.bells.lists import ListedBell
from domain.base import Fact
from projections.bells import BellRow, BellsFold
from tests.application.bell_house import LINE, PARK, PARK_PLACE, BellHouse
from tests.application.house import KIM, SYSTEM


def row_of(house: BellHouse) -> BellRow:
    fold, row = BellsFold(), None
    for fact in house.log.facts(house.bell().id):
        row = fold.evolve(row, fact)
    assert row is not None
    return row


def test_a_bell_as_it_was_installed() -> None:
    row = row_of(BellHouse())
    assert (row.bell_no, row.district, row.line) == (PARK, PARK_PLACE.district, LINE)
    assert (row.retired, row.silent_since, row.stuck_since, row.repaired_at) == (
        False,
        None,
        None,
        None,
    )


def test_what_befalls_it() -> None:
    house = BellHouse()
    installed_at = house.clock.now()
    house.clock.advance(house.policy.bell_silent_after_s + 1)
    house.hearing.look(SYSTEM)
    assert row_of(house).silent_since == installed_at
    house.beat()
    house.hearing.look(SYSTEM)
    assert row_of(house).silent_since is None
    for number in range(11):
        report_id = house.press(f"p-{number}").aggregate_id
    assert (row_of(house).stuck_since, row_of(house).stuck_report_id) == (
        house.clock.now(),
        report_id,
    )
    house.clock.advance(60)
    house.registry.repair(PARK, KIM)
    row = row_of(house)
    assert (row.stuck_since, row.stuck_report_id, row.repaired_at) == (None, None, row.since)


def test_it_is_moved_taken_down_and_put_up_again() -> None:
    house = BellHouse()
    elsewhere = PARK_PLACE.model_copy(update={"address": "천호대로 1"})
    house.registry.take_in([ListedBell(bell_no=PARK, place=elsewhere, line=None)], SYSTEM)
    house.registry.take_in([], SYSTEM, retire_others=True)
    stood = row_of(house)
    assert (stood.address, stood.line, stood.retired) == ("천호대로 1", None, True)
    house.registry.take_in([ListedBell(bell_no=PARK, place=PARK_PLACE, line=LINE)], SYSTEM)
    stands = row_of(house)
    assert (stands.address, stands.line, stands.retired) == (PARK_PLACE.address, LINE, False)


def test_facts_of_others_begin_nothing() -> None:
    class Strange(Fact):
        pass

    strange: Any = Strange.model_construct()
    assert BellsFold().begun(strange) is None
