"""A point well inside each of Seoul's districts, for cases and citizens that name a district.

Representative points of the boundaries that ``infrastructure.districts`` uses, rounded to 10 m.
"""

from __future__ import annotations

from typing import NamedTuple

from domain.geography import DistrictCode


class Place(NamedTuple):
    name: str
    latitude_deg: float
    longitude_deg: float


PLACES: dict[DistrictCode, Place] = {
    "11110": Place("종로구", 37.599, 126.9667),
    "11140": Place("중구", 37.5584, 126.9924),
    "11170": Place("용산구", 37.5304, 126.9805),
    "11200": Place("성동구", 37.5505, 127.0413),
    "11215": Place("광진구", 37.5487, 127.0896),
    "11230": Place("동대문구", 37.5838, 127.0519),
    "11260": Place("중랑구", 37.5954, 127.0931),
    "11290": Place("성북구", 37.6061, 127.0265),
    "11305": Place("강북구", 37.6473, 127.0045),
    "11320": Place("도봉구", 37.6649, 127.0331),
    "11350": Place("노원구", 37.6573, 127.0725),
    "11380": Place("은평구", 37.6172, 126.9265),
    "11410": Place("서대문구", 37.582, 126.9328),
    "11440": Place("마포구", 37.561, 126.899),
    "11470": Place("양천구", 37.5269, 126.8621),
    "11500": Place("강서구", 37.5653, 126.8194),
    "11530": Place("구로구", 37.4958, 126.8538),
    "11545": Place("금천구", 37.4605, 126.9007),
    "11560": Place("영등포구", 37.5228, 126.9145),
    "11590": Place("동작구", 37.4966, 126.9485),
    "11620": Place("관악구", 37.4647, 126.9506),
    "11650": Place("서초구", 37.4764, 127.0142),
    "11680": Place("강남구", 37.4947, 127.0642),
    "11710": Place("송파구", 37.5051, 127.1057),
    "11740": Place("강동구", 37.5487, 127.1472),
}
