"""Protections over HTTP: by the police's signature, by her phone, by who watches; nobody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application import signing
from domain.roles import Role
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living
from tests.waiting import until

PLACE = "집 앞 골목"
WHY = "당직 중 긴급 확인 요청을 받음"


def body(citizen_id: str, **changes: Any) -> dict[str, Any]:
    every_hour = {"days": list(range(7)), "from_minute": 0, "until_minute": 1440, "every_min": 60}
    return {
        "citizen_id": citizen_id,
        "district": GANGDONG,
        "measure": "emergency",
        "decision_number": "2026초기1234",
        "ends_at": (datetime.now(UTC) + timedelta(days=20)).isoformat(),
        "places": [{"label": PLACE, "cameras": ["GD-0417"], "times": [every_hour]}],
    } | changes


def police(service: Living, path: str, content: dict[str, Any] | None = None) -> httpx.Response:
    told = b"" if content is None else json.dumps(content).encode()
    house = service.house
    message = signing.Message("POST", path, told)
    signature = signing.sign(house.partner_secret, message, at=house.clock.now())
    headers = {
        signing.HEADER: signature,
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
    }
    return service.client().post(path, content=told, headers=headers)


@pytest.fixture
def citizen(service: Living) -> Any:
    return service.register()


def enrolled(service: Living, citizen: Any) -> str:
    answer = police(service, "/v1/partners/protections", body(str(citizen.citizen_id)))
    assert answer.status_code == 201, answer.text
    protection_id: str = answer.json()["protection_id"]
    return protection_id


def test_only_the_police_enrol_by_their_signature(service: Living, citizen: Any) -> None:
    path = "/v1/partners/protections"
    unsigned = service.client().post(path, json=body(str(citizen.citizen_id)))
    assert (unsigned.status_code, unsigned.json()["code"]) == (401, "bad_signature")
    assert enrolled(service, citizen)
    again = police(service, path, body(str(citizen.citizen_id)))
    assert again.json()["code"] == "protection.already_active"


def test_her_phone_enrols_and_asks_for_the_end(service: Living, citizen: Any) -> None:
    phone = service.client(citizen.device_token)
    assert phone.get("/v1/me/protection").json() is None
    told = body("")
    del told["citizen_id"]
    bad = phone.post(
        "/v1/me/protection",
        json=told | {"decision_number": "?"},
        headers={"Accept-Language": "ja"},
    )
    assert (bad.status_code, bad.json()["message"]) == (409, "決定番号をご確認ください。")
    assert phone.post("/v1/me/protection", json=told).status_code == 201
    assert phone.get("/v1/me/protection").json()["verified"] is False
    assert phone.post("/v1/me/protection/end").status_code == 200
    assert phone.get("/v1/me/protection").json()["end_asked"] is True
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    protection_id = phone.get("/v1/me/protection").json()["protection_id"]
    assert supervisor.post(f"/v1/protections/{protection_id}/refute").status_code == 200
    assert phone.get("/v1/me/protection").json() is None


def test_its_district_sees_that_there_is_one_and_no_more(service: Living, citizen: Any) -> None:
    protection_id = enrolled(service, citizen)
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    [line] = until(
        lambda: [
            one
            for one in operator.get("/v1/board", params={"kind": "protection"}).json()
            if one["id"] == protection_id
        ]
    )
    assert (line["detail"], line["holder"]) == ({}, None)
    for client in (operator, supervisor, service.as_role(Role.COORDINATOR)):
        for path in ("", "/history"):
            assert client.get(f"/v1/sessions/{protection_id}{path}").status_code == 403
    assert operator.get(f"/v1/protections/{protection_id}").status_code == 403
    assert operator.get("/v1/protections").json() == []
    assert PLACE not in supervisor.get("/v1/protections").text
    opened = supervisor.get(f"/v1/protections/{protection_id}").json()
    assert opened["places"][0]["label"] == PLACE


def test_a_districts_operators_are_named_to_its_supervisors_and_the_city(service: Living) -> None:
    service.as_role(Role.OPERATOR, GANGDONG)
    path = f"/v1/districts/{GANGDONG}/operators"
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    told = supervisor.get(path).raise_for_status().json()
    assert {"name", "staff_id"} == {key for one in told for key in one}
    assert "김하나" in {one["name"] for one in told}
    assert service.as_role(Role.COORDINATOR).get(path).json() == told
    for role, district in (
        (Role.OPERATOR, GANGDONG),
        (Role.SUPERVISOR, GURO),
        (Role.AUDITOR, None),
    ):
        assert service.as_role(role, district).get(path).status_code == 403
    assert service.client().get(path).status_code == 401


def test_glass_is_broken_with_a_reason_alone(service: Living, citizen: Any) -> None:
    protection_id = enrolled(service, citizen)
    auditor = service.as_role(Role.AUDITOR)
    path = f"/v1/protections/{protection_id}"
    assert auditor.get(path).status_code == 403
    assert auditor.get(path, params={"why": "그냥"}).json()["code"] == "protection.reason_needed"
    assert auditor.get(path, params={"why": WHY}).json()["decision_number"] == "2026초기1234"
    facts = service.house.app.history(UUID(protection_id))
    assert facts[-1].TOPIC == "protection.glass_broken"


def test_it_is_verified_watched_extended_and_ended(service: Living, citizen: Any) -> None:
    protection_id = enrolled(service, citizen)
    path = f"/v1/protections/{protection_id}"
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    me = operator.get("/v1/sessions/current").json()["staff_id"]
    assert supervisor.post(f"{path}/verify").status_code == 200
    assert supervisor.post(f"{path}/operators", json={"operator_id": me}).status_code == 200
    until(lambda: [one["protection_id"] for one in operator.get("/v1/protections").json()])
    place = {"label": "직장 앞", "cameras": [], "times": []}
    place_path = f"{path}/places/{uuid4()}"
    assert operator.put(place_path, json=place).status_code == 200
    assert operator.delete(place_path).status_code == 200
    unknown = operator.post(f"{path}/looks/{uuid4()}", json={"finding": "calm"})
    assert unknown.json()["code"] == "protection.look_unknown"
    longer = {
        "decision_number": "2026초기99",
        "ends_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }
    assert supervisor.post(f"{path}/extend", json=longer).status_code == 200
    later = longer | {"ends_at": (datetime.now(UTC) + timedelta(days=40)).isoformat()}
    assert police(service, f"/v1/partners{path[3:]}/extend", later).status_code == 200
    assert supervisor.delete(f"{path}/operators/{me}").status_code == 200
    assert supervisor.post(f"{path}/end").status_code == 200
    assert police(service, f"/v1/partners{path[3:]}/end").status_code == 200
    assert service.as_role(Role.AUDITOR).get("/v1/statistics/protections").json()


def test_a_protected_persons_report_has_a_card_for_who_claims_it(
    service: Living, citizen: Any
) -> None:
    enrolled(service, citizen)
    phone = service.client(citizen.device_token)
    trigger = {"trigger_id": str(uuid4()), "how": "button", "position": IN_GANGDONG}
    report_id = phone.post("/v1/emergencies", json=trigger).json()["aggregate_id"]
    operator = service.as_role(Role.OPERATOR, GANGDONG)

    def rings() -> Any:
        rows = operator.get("/v1/queue").json()["rows"]
        return [row for row in rows if row["report_id"] == report_id and row["ringing"]]

    [row] = until(rings)
    assert row["urgency"] == "protected"
    assert operator.get(f"/v1/reports/{report_id}/protection").status_code == 403
    assert operator.post(f"/v1/reports/{report_id}/claim", json={}).status_code == 200
    card = operator.get(f"/v1/reports/{report_id}/protection").json()
    assert card["places"][0]["label"] == PLACE
    elsewhere = service.as_role(Role.OPERATOR, GURO)
    assert elsewhere.get(f"/v1/reports/{report_id}/protection").status_code == 403
