"""What happens in a demo city: made-up people, everyday reports."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from domain.geography import DistrictCode
from interfaces.demo.case import Case
from interfaces.demo.places import PLACES

SURNAMES: Final = "김이박최정강조윤장임한오서신권황안송류홍"
GIVEN: Final = ("서연", "민준", "지우", "하은", "도윤", "서윤", "예준", "수아", "지호", "유진")
ALERTS: Final = ("siren", "vibration", "silent")
HOWS: Final = (("button", None), ("shake", 3), ("volume_key", 3))
SPREAD_DEG: Final = 0.006
"""About 600 m around the middle of a district."""

CLAIM: Final[Sequence[dict[str, Any]]] = (
    {"do": "wait", "fact": "emergency.accepted"},
    {"do": "pause", "seconds": 3},
    {"do": "claim"},
    {"do": "pause", "seconds": 4},
    {"do": "camera", "camera_id": "CCTV-0001"},
)
POLICE: Final[Sequence[dict[str, Any]]] = (
    {"do": "police"},
    {"do": "wait", "fact": "emergency.patrol_arrived", "within_s": 60},
    {"do": "pause", "seconds": 5},
    {"do": "resolve", "outcome": "police_handled", "note": "순찰차가 도착하여 안전을 확인함."},
)
SAFE: Final[Sequence[dict[str, Any]]] = (
    {"do": "note", "note": "주변 화면에서 위험한 상황이 보이지 않음."},
    {"do": "pause", "seconds": 6},
    {
        "do": "resolve",
        "outcome": "safe",
        "verified_by": "camera",
        "note": "카메라와 통화로 안전하게 귀가함을 확인함.",
    },
)
AMBULANCE: Final[Sequence[dict[str, Any]]] = (
    {"do": "ambulance"},
    {"do": "wait", "fact": "emergency.ambulance_arrived", "within_s": 60},
    {"do": "resolve", "outcome": "ambulance_handed", "note": "구급대가 도착하여 환자를 인계함."},
)
DRILL: Final[Sequence[dict[str, Any]]] = (
    {"do": "wait", "fact": "emergency.accepted"},
    {"do": "pause", "seconds": 2},
    {"do": "claim"},
    {"do": "resolve", "outcome": "drill", "note": "시험 신고를 확인하고 종료함."},
)
CANCELLED: Final[Sequence[dict[str, Any]]] = ({"do": "cancel", "after_s": 2.5},)
COURSES: Final = ((*CLAIM, *POLICE), (*CLAIM, *SAFE), (*CLAIM, *AMBULANCE), CANCELLED)
WEIGHTS: Final = (4, 4, 1, 2)
DRILLS: Final = 0.1


def story(chance: Random, number: int, district: DistrictCode, *, answered: bool) -> Case:
    """One report of the city; ``answered`` by a synthetic operator, or left to people."""
    drill = chance.random() < DRILLS
    course = DRILL if drill else chance.choices(COURSES, WEIGHTS)[0]
    how, presses = chance.choice(HOWS)
    return Case.model_validate(
        {
            "case": f"story-{number}",
            "citizen": {
                "name": chance.choice(SURNAMES) + chance.choice(GIVEN),
                "phone": f"+8210{chance.randrange(10**8):08d}",
                "language": chance.choice(("ko", "ko", "ko", "en", "zh", "ja")),
            },
            "trigger": {
                "place": _near(chance, district),
                "how": how,
                "presses": presses,
                "alert": chance.choice(ALERTS),
                "drill": drill,
            },
            "steps": course if answered else (),
        }
    )


def _near(chance: Random, district: DistrictCode) -> dict[str, float]:
    middle = PLACES[district]
    return {
        "latitude_deg": round(middle.latitude_deg + chance.uniform(-1, 1) * SPREAD_DEG, 6),
        "longitude_deg": round(middle.longitude_deg + chance.uniform(-1, 1) * SPREAD_DEG, 6),
        "accuracy_m": round(chance.uniform(5, 40), 1),
    }
