"""The steps of those who answer, and what partners report."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from application import signing
from domain.roles import Role
from tests.living import GANGDONG, GURO, IN_GANGDONG, PASSWORD, Living
from tests.waiting import until


@pytest.fixture
def report(service: Living) -> str:
    """A report of Gangdong-gu that rings."""
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG}
    report_id = phone.post("/v1/emergencies", json=body).json()["aggregate_id"]
    operator = service.as_role(Role.OPERATOR, GANGDONG)

    def rings() -> bool:
        rows = operator.get("/v1/queue").json()["rows"]
        return any(row["report_id"] == report_id and row["ringing"] for row in rows)

    until(rings)
    return str(report_id)


def colleague(service: Living) -> httpx.Client:
    """Another operator of the same district."""
    body = {"login": service.enroll(Role.OPERATOR, GANGDONG), "password": PASSWORD}
    return service.client(httpx.post(f"{service.url}/v1/sessions", json=body).json()["token"])


def partner_says(service: Living, body: dict[str, object], **other: object) -> httpx.Response:
    content = json.dumps(body).encode()
    at = other.get("at") or datetime.now(UTC)
    secret = other.get("secret") or service.house.partner_secret
    message = signing.Message("POST", "/v1/partners/events", content)
    signature = signing.sign(secret, message, at=at)  # type: ignore[arg-type]
    return httpx.post(
        f"{service.url}/v1/partners/events",
        content=content,
        headers={signing.HEADER: signature, "Content-Type": "application/json"},
    )


def test_a_report_goes_its_way(service: Living, report: str) -> None:
    operator, path = service.as_role(Role.OPERATOR, GANGDONG), f"/v1/reports/{report}"
    for step, body in (
        ("claim", {}),
        ("cameras", {"camera_id": "GD-0417"}),
        ("police", {}),
        ("ambulance", {}),
        ("notes", {"note": "신고자와 통화함"}),
        ("release", {"reason": "근무 교대"}),
        ("claim", {}),
        ("resolve", {"outcome": "police_handled", "note": "순찰차가 도착하여 종결함"}),
        ("reopen", {"reason": "같은 장소에서 다시 신고"}),
    ):
        answer = operator.post(f"{path}/{step}", json=body)
        assert answer.status_code == 200, (step, answer.text)
        last = answer.json()["position"]
    history = operator.get(f"{path}/history", params={"after": last}).json()
    assert [fact["topic"].removeprefix("emergency.") for fact in history] == [
        "triggered",
        "accepted",
        "claimed",
        "camera_viewed",
        "police_requested",
        "ambulance_requested",
        "note_added",
        "released",
        "claimed",
        "resolved",
        "reopened",
    ]


def test_a_colleague_is_told_who_has_it_by_a_code(service: Living, report: str) -> None:
    service.as_role(Role.OPERATOR, GANGDONG).post(f"/v1/reports/{report}/claim", json={})
    answer = colleague(service).post(f"/v1/reports/{report}/claim", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "emergency.held_by_another")


def test_another_district_may_not_act(service: Living, report: str) -> None:
    answer = service.as_role(Role.OPERATOR, GURO).post(f"/v1/reports/{report}/claim", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_step_upon_an_old_picture_is_stale(service: Living, report: str) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    seen = operator.get(f"/v1/reports/{report}").json()["last_position"]
    assert operator.post(f"/v1/reports/{report}/claim", json={}).status_code == 200
    body = {
        "outcome": "safe",
        "verified_by": "camera",
        "note": "신고자의 안전을 확인함",
        "expected_position": seen,
    }
    answer = operator.post(f"/v1/reports/{report}/resolve", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")


def test_the_same_key_is_the_same_step(service: Living, report: str) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    operator.post(f"/v1/reports/{report}/claim", json={})
    key = {"Idempotency-Key": str(uuid4())}
    path = f"/v1/reports/{report}/notes"
    first = operator.post(path, json={"note": "한 번만"}, headers=key)
    again = operator.post(path, json={"note": "한 번만"}, headers=key)
    assert first.json() == again.json()


def test_a_partner_reports_an_arrival_once(service: Living, report: str) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    operator.post(f"/v1/reports/{report}/claim", json={})
    last = operator.post(f"/v1/reports/{report}/police", json={}).json()["position"]
    body = {"event": "patrol_arrived", "report_id": report, "reference": "P-1", "more": 1}
    answers = [partner_says(service, body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
    after = answers[0].json()["position"] or last
    detail = operator.get(f"/v1/reports/{report}", params={"after": after}).json()
    assert detail["police"] == "arrived"
    history = operator.get(f"/v1/reports/{report}/history").json()
    assert sum(fact["topic"] == "emergency.patrol_arrived" for fact in history) == 1


@pytest.mark.parametrize(
    "wrong", [{"secret": b"another"}, {"at": datetime.now(UTC) - timedelta(minutes=6)}]
)
def test_a_badly_signed_report_is_not_believed(service: Living, wrong: dict[str, object]) -> None:
    body = {"event": "patrol_arrived", "report_id": str(uuid4()), "reference": "P-1"}
    answer = partner_says(service, body, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")


def test_the_past_can_be_asked_for(service: Living, report: str) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    opened = operator.get(f"/v1/reports/{report}").json()["last_position"]
    claimed = operator.post(f"/v1/reports/{report}/claim", json={}).json()["position"]
    now = operator.get(f"/v1/reports/{report}", params={"after": claimed}).json()
    then = operator.get(f"/v1/reports/{report}", params={"as_of": opened}).json()
    assert (then["stage"], now["stage"]) == ("open", "claimed")
    rows = operator.get("/v1/queue", params={"as_of": opened}).json()["rows"]
    assert any(row["report_id"] == report and row["ringing"] for row in rows)
    moment = operator.get("/v1/queue", params={"as_of": now["claimed_at"]})
    assert moment.status_code == 200


def test_a_position_that_never_comes_is_not_waited_for_long(service: Living) -> None:
    answer = service.as_role(Role.AUDITOR).get("/v1/queue", params={"after": 10**12})
    assert (answer.status_code, answer.json()["code"]) == (503, "fold_behind")
    assert answer.headers["retry-after"] == "1"
