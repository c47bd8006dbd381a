"""One press of an emergency bell, from the button to the end: lights and Ministry linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from application.bells.lists import ListedBell
from application.context import system
from application.linked.ports import Lamp
from application.outbox import Channel
from domain.bell import BellPlace
from domain.geography import Position
from interfaces.demo.journals import journal
from interfaces.demo.stage import wait_for
from interfaces.devices.bell import SimulatedBell
from interfaces.devices.lamps import RESTORED, read_journal

if TYPE_CHECKING:
    from interfaces.demo.people import People
    from interfaces.demo.player import Running

BELL_NO: Final = "DEMO-0417"
PLACE: Final = Position(latitude_deg=37.5301, longitude_deg=127.1238)
STEP_DEG: Final = 0.0003
"""Some 33 m to the north."""
NETWORK: Final = "demo"
PATIENCE_S: Final = 30.0
NOTE: Final = "카메라로 확인하고 경찰이 현장에서 안전하게 마무리함"


def live(running: Running, people: People) -> UUID:
    """Pressed over MQTT, assessed, spoken to, brought to the police, resolved."""
    district = _register(running)
    operator = people.staff("operator", district)
    with SimulatedBell(BELL_NO, mqtt_url=running.house.mqtt_address.url) as bell:
        bell.beat(battery_pct=76)
        answer = bell.answer(bell.press(), wait_s=PATIENCE_S)
    report_id = UUID(answer["aggregate_id"])
    report = f"/v1/reports/{report_id}"
    wait_for(
        lambda: operator.ask("GET", report).is_success,
        what="the press in the queue",
        within_s=PATIENCE_S,
    )
    _wait_lamps(running, "blink")
    operator.post(f"{report}/claim", {})
    operator.post(f"{report}/cameras", {"camera_id": f"cctv-{district}-0417"})
    operator.post(f"{report}/police", {})
    _wait_facts(running, report_id, "emergency.patrol_arrived")
    operator.post(f"{report}/resolve", {"outcome": "police_handled", "note": NOTE})
    _wait_lamps(running, RESTORED)
    _wait_ministry(running, report_id)
    return report_id


def _register(running: Running) -> str:
    """The bell and three lamps around it; returns the district."""
    house = running.house
    located = house.districts.locate(PLACE)
    place = BellPlace(
        latitude_deg=PLACE.latitude_deg,
        longitude_deg=PLACE.longitude_deg,
        district=located.district,
        cell=located.cell,
        address="서울특별시 강동구 성내로 25",
    )
    listed = ListedBell(bell_no=BELL_NO, place=place, line="8417")
    house.bell_registry.take_in([listed], system("demo", correlation_id=uuid4()))
    house.lamps.put([_lamp(number) for number in range(3)])
    return located.district


def _lamp(number: int) -> Lamp:
    position = PLACE.model_copy(update={"latitude_deg": PLACE.latitude_deg + number * STEP_DEG})
    lamp_id = uuid5(NAMESPACE_URL, f"/lamps/demo/{number}")
    return Lamp(lamp_id=lamp_id, network=NETWORK, position=position)


def _wait_lamps(running: Running, told: str) -> None:
    """Until the lamps' own journal has it."""
    path = running.house.home.path / "partners" / "lamps.jsonl"
    wait_for(
        lambda: [one["told"] for one in read_journal(path)][-1:] == [told],
        what=f"lamps that {told}",
        within_s=PATIENCE_S,
    )


def _wait_facts(running: Running, report_id: UUID, topic: str) -> None:
    def told() -> bool:
        facts: Any = running.house.reader.stream(report_id)
        return topic in {fact.TOPIC for fact in facts}

    wait_for(told, what=topic, within_s=PATIENCE_S)


def _wait_ministry(running: Running, report_id: UUID) -> None:
    """Until the Ministry's own journal has the request and its end."""

    def told() -> bool:
        about = [one for one in journal(running) if one["body"].get("report_id") == str(report_id)]
        channels = {one["channel"] for one in about}
        return {Channel.WEARER_WATCH, Channel.WEARER_WATCH_END} <= channels

    wait_for(told, what="the Ministry's acknowledgement and the end", within_s=PATIENCE_S)
