"""A citizen is watched home through Gangdong-gu: on the cameras, by a call, until she is there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from domain.base import Fact
from interfaces.demo.case import Citizen
from interfaces.demo.people import People, Person
from interfaces.demo.stage import DemoFailed, wait_for

if TYPE_CHECKING:
    from interfaces.demo.player import Running

GANGDONG: Final = "11740"
ORIGIN: Final = {"latitude_deg": 37.5301, "longitude_deg": 127.1238}
HOME: Final = {"latitude_deg": 37.5391, "longitude_deg": 127.1238}
STEP_DEG: Final = 0.0012
"""Some 133 m: each position is a move that the log keeps."""
WITHIN_S: Final = 30.0


def live(running: Running, people: People) -> UUID:
    """From the wish to her word that she is there."""
    operator = people.staff("operator", GANGDONG)
    citizen = people.citizen(Citizen(name="이서연", phone="+821045671234"))
    now = running.house.clock.now
    asked = citizen.post(
        "/v1/monitorings",
        {
            "request_id": str(uuid4()),
            "origin": ORIGIN,
            "destination": HOME,
            "expected_at": (now() + timedelta(minutes=20)).isoformat(),
        },
    )
    session_id = UUID(asked["aggregate_id"])
    _watched(citizen, session_id)
    for step in range(3):
        fix = {
            "latitude_deg": ORIGIN["latitude_deg"] + step * STEP_DEG,
            "longitude_deg": ORIGIN["longitude_deg"],
            "accuracy_m": 9.0,
            "source": "gnss",
            "fixed_at": now().isoformat(),
            "battery_pct": 41,
        }
        citizen.post(f"/v1/monitorings/{session_id}/positions", {"fixes": [fix]})
    ahead = operator.get(f"/v1/watched/{session_id}/cameras")
    operator.post(f"/v1/watched/{session_id}/camera-views", {"camera_id": ahead[0]["camera_id"]})
    _talk(running, operator, session_id)
    later = (now() + timedelta(minutes=30)).isoformat()
    citizen.post(f"/v1/monitorings/{session_id}/extend", {"expected_at": later})
    citizen.post(f"/v1/monitorings/{session_id}/arrive", {})
    return session_id


def _watched(citizen: Person, session_id: UUID) -> None:
    """Her phone says so."""
    wait_for(
        lambda: citizen.get(f"/v1/me/monitorings/{session_id}")["watched"],
        what="somebody who watches",
        within_s=WITHIN_S,
    )


def _talk(running: Running, operator: Person, session_id: UUID) -> None:
    """The operator has her called; the provider tells the course, and she says that all is well."""
    operator.post(f"/v1/watched/{session_id}/call", {})
    wait_for(
        lambda: "monitoring.call_ended" in _topics(running, session_id),
        what="the fact monitoring.call_ended",
        within_s=WITHIN_S,
    )
    operator.post(f"/v1/watched/{session_id}/clear?by=call", {"note": "통화함. 이상 없음."})
    told: Any = operator.get(f"/v1/sessions/{session_id}")
    if told["stage"] != "watched":
        raise DemoFailed(f"the board has the session as {told['stage']}")


def _topics(running: Running, session_id: UUID) -> set[str]:
    stream = running.house.reader.stream(session_id)
    return {fact.TOPIC for fact in stream if isinstance(fact, Fact)}
