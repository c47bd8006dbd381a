"""The citizens' door: whatever comes is an alarm."""

from __future__ import annotations

from uuid import UUID, uuid4

import httpx
import pytest

from domain.roles import Role
from tests.living import GANGDONG, IN_GANGDONG, Living
from tests.waiting import until

ANYTHING = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe\x00",
    b'"help"',
    b"NaN",
    b"[" * 60_000,
    b"1" * 5_000,
    b'{"position": {"latitude_deg": 1e999}}',
    b'{"trigger_id": "\\ud800"}',
    b"x" * 200_000,
]


@pytest.mark.parametrize("body", ANYTHING, ids=range(len(ANYTHING)))
@pytest.mark.parametrize("kind", [None, "application/json", "text/plain", "garbage"])
def test_any_body_raises_a_report(service: Living, body: bytes, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    answer = httpx.post(f"{service.url}/v1/emergencies", content=body, headers=headers)
    assert answer.status_code == 202, answer.text
    receipt = answer.json()
    assert UUID(receipt["aggregate_id"])
    assert "device_unknown" in receipt["flags"]
    assert receipt["position"] > 0


@pytest.mark.parametrize("token", ["", "nonsense", f"{UUID(int=7).hex}.secret", "." * 300])
def test_a_bad_token_is_only_a_flag(service: Living, token: str) -> None:
    answer = service.client(token).post("/v1/emergencies", json={"how": "button"})
    assert answer.status_code == 202
    assert "device_unknown" in answer.json()["flags"]


def test_a_registered_phone_raises_a_report_without_flags(service: Living) -> None:
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "how": "button", "position": IN_GANGDONG}
    receipt = phone.post("/v1/emergencies", json=body).json()
    assert receipt["flags"] == []
    assert [said["language"] for said in receipt["announcement"]] == ["ko"]
    assert receipt["alert"] == "siren"
    assert not receipt["joined"]


def test_a_repeat_is_answered_like_the_first(service: Living) -> None:
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "how": "shake", "presses": 4}
    first = phone.post("/v1/emergencies", json=body).json()
    again = phone.post("/v1/emergencies", json=body).json()
    assert again == first


def test_one_key_for_ever_silences_nobody(service: Living) -> None:
    url = f"{service.url}/v1/emergencies"
    key = {"Idempotency-Key": "1"}
    first = httpx.post(url, json={}, headers=key).json()
    other = httpx.post(url, json={}, headers=key).json()
    assert first["aggregate_id"] != other["aggregate_id"]


def test_a_cancel_in_the_window_takes_it_back(service: Living) -> None:
    phone = service.client(service.register().device_token)
    report = phone.post("/v1/emergencies", json={"how": "button"}).json()["aggregate_id"]
    answer = phone.post(f"/v1/emergencies/{report}/cancel", content=b"not json")
    assert answer.status_code == 200
    assert answer.json()["cancelled"]


def test_nobody_else_can_cancel(service: Living) -> None:
    phone = service.client(service.register().device_token)
    other = service.client(service.register().device_token)
    report = phone.post("/v1/emergencies", json={"how": "button"}).json()["aggregate_id"]
    answer = other.post(f"/v1/emergencies/{report}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown")


def test_the_report_reaches_the_queue_of_its_district(service: Living) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    phone = service.client(service.register().device_token)
    receipt = phone.post("/v1/emergencies", json={"position": IN_GANGDONG}).json()
    queue = operator.get("/v1/queue", params={"after": receipt["position"]}).json()
    [row] = [row for row in queue["rows"] if row["report_id"] == receipt["aggregate_id"]]
    assert (row["district"], row["stage"] in {"window", "open"}) == (GANGDONG, True)
    assert row["ringing"] == (row["stage"] == "open")


def test_the_correlation_id_travels_to_the_log(service: Living) -> None:
    mine = str(uuid4())
    answer = httpx.post(
        f"{service.url}/v1/emergencies", json={}, headers={"X-Correlation-Id": mine}
    )
    assert answer.headers["x-correlation-id"] == mine
    with service.house.database.connection() as connection:
        row = connection.execute(
            "SELECT correlation_id FROM events WHERE position = %s", (answer.json()["position"],)
        ).fetchone()
    assert row == (UUID(mine),)


def test_after_the_window_it_rings(service: Living) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    phone = service.client(service.register().device_token)
    report = phone.post("/v1/emergencies", json={"position": IN_GANGDONG}).json()["aggregate_id"]

    def rings() -> bool:
        rows = operator.get("/v1/queue").json()["rows"]
        return any(row["report_id"] == report and row["ringing"] for row in rows)

    until(rings)
