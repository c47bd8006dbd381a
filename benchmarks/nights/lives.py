"""What people do in a night, each as their phones and consoles send it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from benchmarks.nights.load import POSITION_EVERY_S, WALK_S
from interfaces.demo.places import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from benchmarks.nights.people import Citizen, Town
    from benchmarks.nights.wire import Wire
    from domain.geography import DistrictCode

    Course = Coroutine[Any, Any, None]

WAY_DEG: Final = 0.009
"""Of latitude: a kilometre northwards, or less where the district is small."""
WINDOW_S: Final = 6.0
"""Until a report's cancel window is surely over."""
ASSESSED_S: Final = 20.0
NOTE: Final = "현장 확인, 신고자 안전함."


def now() -> datetime:
    return datetime.now(UTC)


def place(code: DistrictCode, share: float = 0.0) -> dict[str, float]:
    """A point on the way through a district: its middle at first, the end of the way at 1."""
    middle = PLACES[code]
    return {
        "latitude_deg": round(middle.latitude_deg + WAY_DEG * (share - 0.5) * 0.5, 6),
        "longitude_deg": middle.longitude_deg,
    }


def fix(code: DistrictCode, share: float) -> dict[str, Any]:
    return {
        **place(code, share),
        "accuracy_m": 9.0,
        "source": "gnss",
        "fixed_at": now().isoformat(),
        "battery_pct": 71,
    }


async def walk(
    wire: Wire, path: str, code: DistrictCode, over: asyncio.Event, *, token: str
) -> None:
    """Say where one is every few seconds, until it is over."""
    begun = asyncio.get_running_loop().time()
    while not over.is_set():
        share = min(0.9, (asyncio.get_running_loop().time() - begun) / WALK_S)
        await wire.tell("position", path, {"fixes": [fix(code, share)]}, token=token)
        try:
            await asyncio.wait_for(over.wait(), POSITION_EVERY_S)
        except TimeoutError:
            continue


class Session:
    """One that lasts: begun, on its way, and over when somebody says so."""

    def __init__(self, town: Town, wire: Wire, citizen: Citizen) -> None:
        self.town, self.wire, self.citizen = town, wire, citizen
        self.over = asyncio.Event()
        self.id: str | None = None

    async def monitoring(self) -> None:
        code, token = self.citizen.district, self.citizen.token
        wish = {
            "request_id": uuid4().hex,
            "origin": place(code),
            "destination": place(code, 1.0),
            "expected_at": (now() + timedelta(seconds=WALK_S)).isoformat(),
        }
        told = await self.wire.tell("monitoring.request", "/v1/monitorings", wish, token=token)
        self.id = told.get("aggregate_id")
        path = f"/v1/monitorings/{self.id}"
        await walk(self.wire, f"{path}/positions", code, self.over, token=token)
        await self.wire.tell("monitoring.arrive", f"{path}/arrive", token=token)

    async def taxi(self) -> None:
        code, token = self.citizen.district, self.citizen.token
        boarding = {
            "trip_ref": uuid4().hex,
            "plate": {"payload": "서울 32바 1234", "source": "typed"},
            "position": fix(code, 0.0),
            "destination": place(code, 1.0),
            "arrive_at": (now() + timedelta(seconds=WALK_S)).isoformat(),
        }
        told = await self.wire.tell("taxi.board", "/v1/taxi-trips", boarding, token=token)
        self.id = told.get("aggregate_id")
        path = f"/v1/taxi-trips/{self.id}"
        await walk(self.wire, f"{path}/positions", code, self.over, token=token)
        getting_out = {"position": fix(code, 0.95)}
        await self.wire.tell("taxi.alight", f"{path}/alight", getting_out, token=token)

    async def escort(self) -> None:
        """Booked for tonight's first free start, and met before it."""
        code, token, tell = self.citizen.district, self.citizen.token, self.wire.tell
        meeting = {"meeting": place(code)}
        offered = await tell("escort.starts", "/v1/escorts/starts", meeting, token=token)
        free = [one["starts_at"] for one in offered.get("starts", ()) if one["teams_free"]]
        wish = {
            **meeting,
            "request_id": uuid4().hex,
            "starts_at": free[0] if free else now().isoformat(),
            "destination": place(code, 1.0),
        }
        told = await tell("escort.book", "/v1/escorts", wish, token=token)
        self.id = told.get("aggregate_id")
        path = f"/v1/escorts/{self.id}"
        shown = await tell("escort.show", path, token=token, method="GET")
        scouts = self.town.scouts.get(shown.get("team_id", ""), ())
        for scout in scouts[:1]:
            said = {"code": told.get("code") or "0000"}
            await tell("escort.met", f"{path}/met", said, token=scout)
        phones = (token, *scouts)
        walks = (walk(self.wire, f"{path}/positions", code, self.over, token=one) for one in phones)
        await asyncio.gather(*walks)
        await tell("escort.arrived", f"{path}/arrived", {}, token=token)


async def emergency(town: Town, wire: Wire, citizen: Citizen) -> None:
    """She raises, the window elapses, an operator claims, looks, and resolves."""
    code = citizen.district
    body = {
        "trigger_id": uuid4().hex,
        "how": "button",
        "position": fix(code, 0.5),
        "device": {"platform": "android", "app_version": "4.2.1"},
        "language": "ko",
        "alert": "siren",
    }
    told = await wire.tell("emergency.trigger", "/v1/emergencies", body, token=citizen.token)
    await asyncio.sleep(WINDOW_S)
    await answered(town, wire, code, told.get("aggregate_id"))


async def bell(town: Town, wire: Wire, citizen: Citizen) -> None:
    """Somebody presses the district's bell; its operator assesses."""
    code = citizen.district
    bell_no = next(town.bells[code])
    press = {"press_id": uuid4().hex, "pressed_at": now().isoformat()}
    told = await wire.tell("bell.press", f"/v1/bells/{bell_no}/presses", press, token=None)
    await answered(town, wire, code, told.get("aggregate_id"))


async def answered(town: Town, wire: Wire, code: DistrictCode, report_id: Any) -> None:
    token = next(town.operators[code])
    path = f"/v1/reports/{report_id}"
    await wire.tell("report.claim", f"{path}/claim", {}, token=token)
    await wire.tell("report.camera", f"{path}/cameras", {"camera_id": "GD-0417"}, token=token)
    await wire.tell("report.police", f"{path}/police", {}, token=token)
    await asyncio.sleep(ASSESSED_S)
    ending = {"outcome": "police_handled", "note": NOTE}
    await wire.tell("report.resolve", f"{path}/resolve", ending, token=token)


LASTING: Final[Mapping[str, Callable[[Session], Course]]] = {
    "monitoring": Session.monitoring,
    "taxi": Session.taxi,
    "escort": Session.escort,
}
SHORT: Final[Mapping[str, Callable[[Town, Wire, Citizen], Course]]] = {
    "emergency": emergency,
    "bell": bell,
}
