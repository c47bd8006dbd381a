"""The register of bells: lists taken in, bad lines named, what is broken repaired."""

from __future__ import annotations

import pytest

from application.bells.lists import BellsUnreadable, ListedBell, read_bells
from application.bells.registry import Imported
from application.errors import Forbidden
from domain.bell.refusals import BellRetired, BellUnknown, NothingToRepair
from tests.application.bell_house import LINE, PARK, PARK_PLACE, BellHouse
from tests.application.house import CHO_OF_SONGPA, COORDINATOR, KIM, SYSTEM
from tests.memory import GANGDONG, GURO, FixedDistricts

HEAD = "bell_no,latitude_deg,longitude_deg,address,line\n"
GOOD = "GD-1,37.5301,127.1238,성내로 25,8001\n"
MOVED = PARK_PLACE.model_copy(update={"address": "서울특별시 강동구 천호대로 1"})


@pytest.fixture
def house() -> BellHouse:
    return BellHouse()


def read(text: str, **more: str):
    return read_bells(text.encode(), FixedDistricts(), **more)


def listed(*numbers: str) -> list[ListedBell]:
    return [ListedBell(bell_no=one, place=PARK_PLACE, line=None) for one in numbers]


def test_a_list_is_read_with_the_district_of_each_place() -> None:
    [bell] = read(HEAD + GOOD).bells
    assert (bell.bell_no, bell.place.district, bell.line) == ("GD-1", GANGDONG, "8001")
    assert bell.place.address == "성내로 25"


def test_the_columns_of_the_public_standard_are_understood_in_its_encoding() -> None:
    text = (
        "번호,안전비상벨관리번호,설치위치,소재지도로명주소,소재지지번주소,WGS84위도,WGS84경도\n"
        "1,A2041,공원,,구로동 1,37.4954,126.8874\n"
    )
    [bell] = read_bells(text.encode("cp949"), FixedDistricts()).bells
    assert (bell.bell_no, bell.place.district, bell.place.address) == ("A2041", GURO, "구로동 1")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",37.5301,127.1238,,\n", "number"),
        ("GD/1,37.5301,127.1238,,\n", "number"),
        ("GD-1,north,127.1238,,\n", "position"),
        ("GD-1,137.5,127.1238,,\n", "position"),
        ("GD-1,37.4563,126.7052,,\n", "outside"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_taken(line: str, reason: str) -> None:
    found = read(HEAD + line + GOOD.replace("GD-1", "GD-2"))
    assert [one.bell_no for one in found.bells] == ["GD-2"]
    [refused] = found.refused
    assert (refused.line, refused.reason) == (2, reason)


def test_a_number_that_comes_twice_is_named_the_second_time() -> None:
    found = read(HEAD + GOOD + GOOD)
    assert [(one.line, one.bell_no, one.reason) for one in found.refused] == [(3, "GD-1", "twice")]


def test_a_prefix_tells_districts_with_the_same_numbers_apart() -> None:
    assert read(HEAD + GOOD, prefix="B-").bells[0].bell_no == "B-GD-1"


@pytest.mark.parametrize("content", [b"\xff\xff\xff", b"", b"name,place\n1,2\n"])
def test_a_file_that_is_no_list_is_refused_whole(content: bytes) -> None:
    with pytest.raises(BellsUnreadable):
        read_bells(content, FixedDistricts())


def test_a_list_that_is_taken_in_twice_changes_nothing(house: BellHouse) -> None:
    bells = listed("GD-1", "GD-2")
    assert house.registry.take_in(bells, SYSTEM) == Imported(installed=2)
    assert house.registry.take_in(bells, SYSTEM) == Imported(unchanged=2)
    assert house.facts_of("GD-1") == ["bell.installed"]


def test_a_list_is_taken_in_though_the_fold_has_seen_nothing_of_it(house: BellHouse) -> None:
    house.registry.take_in(listed("GD-1", "GD-2"), SYSTEM)
    house.register.blind = True
    assert house.registry.take_in(listed("GD-1", "GD-3"), SYSTEM) == Imported(
        installed=1, unchanged=1
    )


def test_what_differs_is_changed(house: BellHouse) -> None:
    moved = ListedBell(bell_no=PARK, place=MOVED, line="9")
    assert house.registry.take_in([moved], SYSTEM) == Imported(changed=1)
    assert house.facts_of() == ["bell.installed", "bell.moved", "bell.line_changed"]
    assert (house.bell().place, house.bell().line) == (MOVED, "9")


def test_bells_that_a_whole_list_leaves_out_were_taken_down(house: BellHouse) -> None:
    told: list[tuple[int, int]] = []
    result = house.registry.take_in(
        listed("GD-1"), SYSTEM, retire_others=True, advance=lambda *step: told.append(step)
    )
    assert (result, told[-1]) == (Imported(installed=1, retired=1), (1, 1))
    assert house.bell().retired
    house.registry.take_in([ListedBell(bell_no=PARK, place=PARK_PLACE, line=LINE)], SYSTEM)
    assert house.facts_of()[-1] == "bell.reinstated"
    assert not house.bell().retired


def test_only_administrators_take_lists_in(house: BellHouse) -> None:
    with pytest.raises(Forbidden):
        house.registry.take_in([], KIM)


def test_a_silent_bell_is_repaired_by_its_district(house: BellHouse) -> None:
    house.clock.advance(house.policy.bell_silent_after_s + 1)
    house.hearing.look(SYSTEM)
    with pytest.raises(Forbidden):
        house.registry.repair(PARK, CHO_OF_SONGPA)
    house.registry.repair(PARK, KIM)
    assert not house.bell().silent
    with pytest.raises(NothingToRepair):
        house.registry.repair(PARK, COORDINATOR)


def test_a_battery_is_changed_once(house: BellHouse) -> None:
    house.beat(battery_pct=19)
    house.registry.repair(PARK, COORDINATOR)
    with pytest.raises(NothingToRepair):
        house.registry.repair(PARK, KIM)
    house.clock.advance(60)
    house.beat(battery_pct=12)
    house.registry.repair(PARK, KIM)


@pytest.mark.parametrize("charge", [20, 80, None])
def test_a_good_battery_is_nothing_to_repair(house: BellHouse, charge) -> None:
    house.beat(**({} if charge is None else {"battery_pct": charge}))
    with pytest.raises(NothingToRepair):
        house.registry.repair(PARK, KIM)


def test_an_unknown_bell_is_not_repaired(house: BellHouse) -> None:
    with pytest.raises(BellUnknown):
        house.registry.repair("XX-1", KIM)


def test_nor_is_one_that_was_taken_down(house: BellHouse) -> None:
    house.registry.take_in([], SYSTEM, retire_others=True)
    with pytest.raises(BellRetired):
        house.registry.repair(PARK, KIM)
