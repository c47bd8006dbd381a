"""Somebody who is stalked is watched over; a look is recorded, she raises, and it ends."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from application import signing
from domain.base import Fact
from domain.policy import SEOUL
from interfaces.demo.people import People, Person, must
from interfaces.demo.stage import wait_for

if TYPE_CHECKING:
    from interfaces.demo.player import Running

GANGDONG: Final = "11740"
HER: Final = {"name": "박서연", "phone": "+821077778888"}
DUE_S: Final = 90.0
WITHIN_S: Final = 30.0
STREET: Final = {"latitude_deg": 37.5301, "longitude_deg": 127.1238, "accuracy_m": 9.0}


def live(running: Running, people: People) -> UUID:
    """Enrolled by the police, looked at once, answered by a colleague who is not assigned."""
    receipt = people.administrator.post("/v1/members", HER)
    phone = Person(str(people.administrator.http.base_url), receipt["device_token"])
    asked = _enrolment(running, receipt["citizen_id"])
    enrolled = _police(running, people, "/v1/partners/protections", asked)
    protection_id = UUID(enrolled["protection_id"])
    supervisor = people.staff("supervisor", GANGDONG)
    operator = people.staff("operator", GANGDONG)
    me = operator.get("/v1/sessions/current")["staff_id"]
    supervisor.post(f"/v1/protections/{protection_id}/operators", {"operator_id": me})
    _await(running, protection_id, "protection.look_due", within_s=DUE_S)
    [look, *_] = operator.get(f"/v1/protections/{protection_id}")["looks"]
    operator.post(f"/v1/protections/{protection_id}/looks/{look['look_id']}", {"finding": "calm"})
    raised = phone.post(
        "/v1/emergencies", {"trigger_id": str(uuid4()), "how": "button", "position": STREET}
    )
    report_id = raised["aggregate_id"]
    _await(running, protection_id, "protection.emergency_raised", within_s=WITHIN_S)
    colleague = people.staff("colleague", GANGDONG)
    colleague.post(f"/v1/reports/{report_id}/claim", {})
    colleague.get(f"/v1/reports/{report_id}/protection")
    told = {"outcome": "police_handled", "note": "경찰이 도착하여 인계했습니다."}
    colleague.post(f"/v1/reports/{report_id}/resolve", told)
    _police(running, people, f"/v1/partners/protections/{protection_id}/end", None)
    return protection_id


def _enrolment(running: Running, citizen_id: str) -> dict[str, Any]:
    """With a place whose first look is due at the next full minute."""
    now = running.house.clock.now()
    local = now.astimezone(SEOUL)
    begins = (local.hour * 60 + local.minute + 1) % 1440
    times = {
        "days": list(range(7)),
        "from_minute": begins,
        "until_minute": begins + 120,
        "every_min": 60,
    }
    return {
        "citizen_id": citizen_id,
        "district": GANGDONG,
        "measure": "emergency",
        "decision_number": "2026초기1234",
        "ends_at": (now + timedelta(days=30)).isoformat(),
        "places": [{"label": "집 앞 골목", "cameras": ["GD-0417"], "times": [times]}],
    }


def _police(running: Running, people: People, path: str, body: dict[str, Any] | None) -> Any:
    """One request that the police have signed."""
    content = b"" if body is None else json.dumps(body).encode()
    house = running.house
    message = signing.Message("POST", path, content)
    headers = {
        signing.HEADER: signing.sign(house.partner_secret, message, at=house.clock.now()),
        "Content-Type": "application/json",
    }
    return must(people.citizen(None).ask("POST", path, content=content, headers=headers))


def _await(running: Running, protection_id: UUID, topic: str, *, within_s: float) -> None:
    def told() -> bool:
        stream = running.house.reader.stream(protection_id)
        return any(isinstance(fact, Fact) and topic == fact.TOPIC for fact in stream)

    wait_for(told, what=f"the fact {topic}", within_s=within_s)
