"""What is known of the bells, however far the fold has come: one read, and the log's last word."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from application.bells.lists import ListedBell
from application.bells.registry import Imported
from application.context import system
from domain.bell import Bell
from infrastructure.bootstrap import House
from tests.application.bell_house import PARK_PLACE
from tests.plant import Plant, simulated_partners

SYSTEM = system("test", correlation_id=uuid4())
MOVED = PARK_PLACE.model_copy(update={"address": "서울특별시 강동구 천호대로 1"})


def listed(*numbers: str, line: str | None = None) -> list[ListedBell]:
    return [ListedBell(bell_no=one, place=PARK_PLACE, line=line) for one in numbers]


@pytest.fixture
def house(database, redis_url, tmp_path) -> Iterator[House]:
    with (
        simulated_partners(tmp_path) as url,
        Plant(database.service_url, redis_url, url).house() as house,
    ):
        yield house


def known(house: House) -> dict[str, tuple[str | None, str, bool]]:
    return {
        one.bell_no: (one.line, one.place.address, one.retired)
        for one in house.bell_register.known().values()
    }


def fold(house: House) -> None:
    while house.engine.step("bells"):
        pass


@pytest.mark.parametrize("folded", [(), (1,), (1, 2), (2,), (1, 2, 3)])
def test_it_is_as_the_log_has_it_wherever_the_fold_stands(house: House, folded) -> None:
    """``folded`` says after which steps the fold was brought up to date."""
    registry, here = house.bell_registry, PARK_PLACE.address
    registry.take_in(listed("A", "B"), SYSTEM)
    if 1 in folded:
        fold(house)
    registry.take_in([ListedBell(bell_no="A", place=MOVED, line="9")], SYSTEM)
    if 2 in folded:
        fold(house)
    registry.take_in(listed("C"), SYSTEM, retire_others=True)
    if 3 in folded:
        fold(house)
    assert known(house) == {
        "A": ("9", MOVED.address, True),
        "B": (None, here, True),
        "C": (None, here, False),
    }
    assert set(house.bell_register.known()) == {Bell.create_id(one) for one in "ABC"}


@pytest.mark.parametrize("is_folded", [False, True])
def test_a_list_that_is_taken_in_twice_appends_nothing(house: House, is_folded) -> None:
    bells = listed(*(f"N-{number}" for number in range(600)))
    told: list[tuple[int, int]] = []
    done = house.bell_registry.take_in(bells, SYSTEM, advance=lambda *step: told.append(step))
    assert (done, told[-1]) == (Imported(installed=600), (600, 600))
    if is_folded:
        fold(house)
    head = house.reader.head()
    assert house.bell_registry.take_in(bells, SYSTEM) == Imported(unchanged=600)
    assert house.reader.head() == head
