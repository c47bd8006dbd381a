"""The real map: 25 districts, their neighbours, their edges.

The coordinates are public places, read off a street map to four decimals by hand.
"""

from __future__ import annotations

import pytest
from shapely import Point

from domain.geography import CITY, Position
from infrastructure.districts import KrgcDistricts

PLACES = {
    "Cheong Wa Dae": (37.5866, 126.9748, "종로구"),
    "City Hall": (37.5663, 126.9779, "중구"),
    "Seoul Station": (37.5547, 126.9707, "용산구"),
    "Seoul Forest": (37.5444, 127.0374, "성동구"),
    "Konkuk University": (37.5420, 127.0755, "광진구"),
    "University of Seoul": (37.5838, 127.0588, "동대문구"),
    "Mangu Station": (37.5996, 127.0924, "중랑구"),
    "Korea University": (37.5895, 127.0323, "성북구"),
    "Suyu Station": (37.6380, 127.0257, "강북구"),
    "Dobong District Office": (37.6688, 127.0471, "도봉구"),
    "Nowon District Office": (37.6543, 127.0565, "노원구"),
    "Eunpyeong District Office": (37.6027, 126.9291, "은평구"),
    "Yonsei University": (37.5658, 126.9386, "서대문구"),
    "Hongik University": (37.5509, 126.9255, "마포구"),
    "Yangcheon District Office": (37.5169, 126.8666, "양천구"),
    "Gimpo Airport": (37.5587, 126.7945, "강서구"),
    "Guro District Office": (37.4954, 126.8874, "구로구"),
    "Gasan Digital Complex": (37.4816, 126.8827, "금천구"),
    "National Assembly": (37.5319, 126.9141, "영등포구"),
    "Noryangjin Station": (37.5142, 126.9424, "동작구"),
    "Seoul National University": (37.4599, 126.9519, "관악구"),
    "Seoul Arts Center": (37.4783, 127.0118, "서초구"),
    "COEX": (37.5116, 127.0592, "강남구"),
    "Lotte World Tower": (37.5126, 127.1025, "송파구"),
    "Gangdong District Office": (37.5301, 127.1238, "강동구"),
}
OUTSIDE = {
    "Incheon City Hall": (37.4563, 126.7052),
    "Suwon": (37.2636, 127.0286),
    "the sea at 0, 0": (0.0, 0.0),
    "the North Pole": (90.0, 0.0),
    "the antipode": (-37.5, -53.0),
}


@pytest.fixture(scope="module")
def districts() -> KrgcDistricts:
    return KrgcDistricts()


def at(latitude_deg: float, longitude_deg: float) -> Position:
    return Position(latitude_deg=latitude_deg, longitude_deg=longitude_deg)


def test_there_are_25_districts_with_plain_names(districts: KrgcDistricts) -> None:
    names = districts.codes()
    assert len(names) == 25
    assert all(code.startswith("11") for code in names)
    assert sorted(names.values()) == sorted(name for *_, name in PLACES.values())


@pytest.mark.parametrize("place", PLACES)
def test_a_place_lies_in_its_district(districts: KrgcDistricts, place: str) -> None:
    latitude_deg, longitude_deg, name = PLACES[place]
    located = districts.locate(at(latitude_deg, longitude_deg))
    assert (districts.codes()[located.district], located.outside) == (name, False)


@pytest.mark.parametrize("place", OUTSIDE)
def test_a_place_outside_is_the_citys(districts: KrgcDistricts, place: str) -> None:
    located = districts.locate(at(*OUTSIDE[place]))
    assert (located.district, located.outside, located.cell) == (CITY, True, None)


def test_a_cell_is_a_square_of_100_metres(districts: KrgcDistricts) -> None:
    """City Hall: 1.95 km west of 127° E (200 km), 48.1 km south of 38° N (600 km)."""
    assert districts.locate(at(37.5663, 126.9779)).cell == "1980_5518"


def test_a_point_just_over_the_border_belongs_to_the_nearest(districts: KrgcDistricts) -> None:
    """Westward over the edge of Gangseo-gu towards Gimpo, in steps of about 90 m."""
    way = [at(37.5587, 126.80 - 0.001 * step) for step in range(60)]
    beyond_m = [_beyond_m(districts, position) for position in way]
    assert any(0 < one <= 200 for one in beyond_m)
    for position, metres in zip(way, beyond_m, strict=True):
        located = districts.locate(position)
        assert (located.district, located.outside) == (
            (CITY, True) if metres > 200 else ("11500", False)
        )


def test_depth_is_the_way_to_the_nearest_border(districts: KrgcDistricts) -> None:
    """Lotte World Tower stands well inside Songpa-gu; the city hall of Incheon kilometres out."""
    tower = districts.locate(at(37.5126, 127.1025))
    assert 1_000 < tower.depth_m < 2_000
    out = districts.locate(at(37.4563, 126.7052))
    assert out.depth_m == pytest.approx(_beyond_m(districts, at(37.4563, 126.7052)))
    assert out.depth_m > 5_000


def test_beside_the_border_nobody_is_deep_inside(districts: KrgcDistricts) -> None:
    """Northward through Songpa into Gangdong: never deep in both, and nowhere sure in between."""
    way = [districts.locate(at(37.5145 + 0.0005 * step, 127.1200)) for step in range(40)]
    codes = [one.district for one in way]
    over = next(index for index, code in enumerate(codes) if code != codes[0])
    assert way[over].depth_m < 60
    assert way[over - 1].depth_m < 60
    rough = districts.locate(at(37.5587, 126.7940))
    assert (rough.outside, rough.depth_m >= 0) == (False, True)


def _beyond_m(districts: KrgcDistricts, position: Position) -> float:
    point = Point(districts._projected(position))
    return min(polygon.distance(point) for polygon in districts._loaded[0])


def test_neighbours_are_mutual_and_the_longest_border_comes_first(
    districts: KrgcDistricts,
) -> None:
    around = {code: districts.neighbours(code) for code in districts.codes()}
    assert all(one in around[other] for one, others in around.items() for other in others)
    assert all(others for others in around.values())
    assert districts.neighbours("11740")[0] == "11710"
    assert districts.neighbours(CITY) == ()
