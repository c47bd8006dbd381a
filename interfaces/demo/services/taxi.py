"""A ride home in a taxi: its tag is read at the door, and two guardians hear of both ends."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import httpx

from domain.base import Fact
from domain.language import Language
from interfaces.demo.case import Citizen
from interfaces.demo.people import People, Person
from interfaces.demo.stage import DemoFailed, wait_for

if TYPE_CHECKING:
    from interfaces.demo.player import Running

GANGDONG: Final = "11740"
WITHIN_S: Final = 30.0
JOURNAL_S: Final = 10.0
PLATE: Final = "서울 34바 2580"
OFFICE: Final = {"latitude_deg": 37.5301, "longitude_deg": 127.1238, "accuracy_m": 9.0}
HOME: Final = {"latitude_deg": 37.5487, "longitude_deg": 127.1472}
STEPS: Final = 5
EVERY_S: Final = 60.0
BEGUN_S: Final = STEPS * EVERY_S
"""So long ago she got in: her phone found no network until now."""
GUARDIANS: Final = (
    ("어머니", "+821077778888", Language.KO),
    ("姐姐", "+8613912345678", Language.ZH),
)
CODE: Final = re.compile(r"(?<!\d)\d{6}(?!\d)")
PROVIDED: Final = "taxi.position_provided"


def live(running: Running, people: People) -> UUID:
    """From the tag on the door to the message that she is home."""
    passenger = people.citizen(Citizen(name="한지우", phone="+821066667777"))
    for name, phone, language in GUARDIANS:
        _confirmed(running, passenger, name, phone, language)
    trip_ref = str(uuid4())
    begun = passenger.post(
        "/v1/taxi-trips",
        {
            "trip_ref": trip_ref,
            "plate": {"payload": tag(PLATE), "source": "nfc"},
            "position": OFFICE,
            "place": "강동구청 앞",
            "destination": HOME,
            "occurred_at": (running.house.clock.now() - timedelta(seconds=BEGUN_S)).isoformat(),
        },
    )
    trip_id = UUID(begun["aggregate_id"])
    _wait_for(running, trip_id, PROVIDED, len(GUARDIANS))
    operator = people.staff("operator", GANGDONG)
    operator.post(f"/v1/taxi-trips/{trip_id}/claim", {})
    passenger.post(f"/v1/taxi-trips/{trip_ref}/positions", _way(running))
    operator.post(f"/v1/taxi-trips/{trip_id}/questions", {})
    question = passenger.get(f"/v1/me/taxi/{trip_ref}")["question_id"]
    said = {"answer": "riding", "question_id": question}
    passenger.post(f"/v1/taxi-trips/{trip_ref}/answers", said)
    there = {"position": {**HOME, "accuracy_m": 8.0}, "place": "고덕동 집 앞"}
    passenger.post(f"/v1/taxi-trips/{trip_ref}/alight", there)
    _wait_for(running, trip_id, PROVIDED, 2 * len(GUARDIANS))
    return trip_id


def tag(plate: str) -> str:
    """What stands on the tag: an NDEF text record, as a phone hands it on."""
    words = b"\x02ko" + plate.encode()
    return base64.b64encode(bytes([0xD1, 1, len(words)]) + b"T" + words).decode()


def _way(running: Running) -> dict[str, Any]:
    """The taxi's way so far, as a phone sends it that was out of the network for a while."""
    now = running.house.clock.now()
    fixes = [
        {
            "latitude_deg": OFFICE["latitude_deg"]
            + (HOME["latitude_deg"] - OFFICE["latitude_deg"]) * step / STEPS,
            "longitude_deg": OFFICE["longitude_deg"]
            + (HOME["longitude_deg"] - OFFICE["longitude_deg"]) * step / STEPS,
            "accuracy_m": 7.0,
            "source": "gnss",
            "fixed_at": (now - timedelta(seconds=EVERY_S * (STEPS - step))).isoformat(),
        }
        for step in range(1, STEPS + 1)
    ]
    return {"fixes": fixes, "sent_at": now.isoformat()}


def _confirmed(
    running: Running, passenger: Person, name: str, phone: str, language: Language
) -> None:
    """Name a guardian, who tells her the code that came by text message."""
    named = passenger.post("/v1/me/guardians", {"name": name, "phone": phone, "language": language})
    code = wait_for(
        lambda: _code_to(running, phone), what=f"the code for {language}", within_s=WITHIN_S
    )
    passenger.post(f"/v1/me/guardians/{named['guardian_id']}/confirm", {"code": code})


def _code_to(running: Running, phone: str) -> str | None:
    """As it stands in the provider's own journal."""
    try:
        entries = httpx.get(f"{running.partners_url}/journal", timeout=JOURNAL_S).json()
    except httpx.HTTPError as error:
        raise DemoFailed(f"the partners' journal cannot be read: {error}") from error
    texts = (str(one["body"].get("body", "")) for one in entries if _is_to(one, phone))
    return next((found[0] for text in texts if (found := CODE.search(text))), None)


def _is_to(entry: Mapping[str, Any], phone: str) -> bool:
    return bool(entry["channel"] == "message" and entry["body"].get("phone") == phone)


def _wait_for(running: Running, trip_id: UUID, topic: str, times: int) -> None:
    def look() -> bool:
        stream = running.house.reader.stream(trip_id)
        return [fact.TOPIC for fact in stream if isinstance(fact, Fact)].count(topic) >= times

    wait_for(look, what=f"{times} times the fact {topic}", within_s=WITHIN_S)
