"""The past over HTTP: as of, as known on, what stood on the screens, and what is no past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.policy import SEOUL
from domain.roles import Role
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living
from tests.waiting import until


@pytest.fixture(scope="module")
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


def test_the_queue_tells_what_stands_on_the_screens(service: Living, report: str) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    path = f"/v1/reports/{report}"
    first = operator.post(f"{path}/viewing", json={"open": True}).json()
    assert not first["noted"]
    until(lambda: operator.post(f"{path}/viewing", json={"open": True}).json()["noted"], within_s=9)
    camera = operator.post(f"{path}/cameras", json={"camera_id": "GD-0417"}).json()["position"]

    def watching(**asked: object) -> list[dict[str, object]]:
        told = service.as_role(Role.AUDITOR).get("/v1/queue", params=asked).json()
        return [one for one in told["watching"] if one["report_id"] == report]

    until(lambda: bool(watching() and watching()[0]["cameras"]))
    [now] = watching()
    assert len(now["viewers"]) == 1
    assert [one["camera_id"] for one in now["cameras"]] == ["GD-0417"]
    assert watching(as_of=camera) == [now]
    assert operator.get(path, params={"as_of": camera}).json()["watching"] == now
    assert operator.post(f"{path}/viewing", json={"open": False}).status_code == 200
    until(lambda: watching()[0]["viewers"] == [])
    assert watching(as_of=camera) == [now]


def test_another_district_says_nothing_of_it(service: Living, report: str) -> None:
    stranger = service.as_role(Role.OPERATOR, GURO)
    answer = stranger.post(f"/v1/reports/{report}/viewing", json={"open": True})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_supervisor_corrects_and_the_past_stays(service: Living, report: str) -> None:
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    before = supervisor.get(f"/v1/reports/{report}").json()
    body = {"field": "district", "value": GURO, "reason": "경계 너머"}
    path = f"/v1/reports/{report}"
    refused = service.as_role(Role.OPERATOR, GANGDONG).post(f"{path}/corrections", json=body)
    assert refused.status_code == 403
    answer = supervisor.post(f"{path}/corrections", json=body)
    assert answer.status_code == 200, answer.text
    after = answer.json()["position"]
    now = supervisor.get(path, params={"after": after}).json()
    assert (now["district"], now["corrections"][0]["was"]) == (GURO, GANGDONG)
    assert now["corrections"][0]["reason"] == "경계 너머"
    then = supervisor.get(path, params={"as_of": before["last_position"]}).json()
    assert (then["district"], then["corrections"]) == (GANGDONG, [])
    today = datetime.now(UTC).astimezone(SEOUL).date()
    known = supervisor.get(path, params={"known_on": today.isoformat()}).json()
    assert known["district"] == GURO
    yesterday = (today - timedelta(days=1)).isoformat()
    assert supervisor.get(path, params={"known_on": yesterday}).status_code == 404
    figures = supervisor.get("/v1/statistics/usage", params={"known_on": yesterday}).json()
    assert figures["counted"] == 0


def test_what_cannot_be_corrected_is_said_by_a_code(service: Living, report: str) -> None:
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    body = {"field": "outcome", "value": "safe", "reason": "no ending yet"}
    answer = supervisor.post(f"/v1/reports/{report}/corrections", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "emergency.nothing_to_correct")


@pytest.mark.parametrize("path", ["/v1/queue", f"/v1/reports/{UUID(int=1)}"])
@pytest.mark.parametrize(
    ("as_of", "status", "code"),
    [
        ("2099-01-01T00:00:00Z", 409, "in_future"),
        (str(10**12), 409, "in_future"),
        ("2026-01-01T00:00:00", 422, "malformed"),
        ("yesterday", 422, "malformed"),
        ("-1", 422, "malformed"),
        ("1.5", 422, "malformed"),
    ],
)
def test_what_is_no_past_is_refused(
    service: Living, path: str, as_of: str, status: int, code: str
) -> None:
    answer = service.as_role(Role.AUDITOR).get(path, params={"as_of": as_of})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_a_plus_that_was_not_encoded_is_understood(service: Living) -> None:
    auditor = service.as_role(Role.AUDITOR)
    assert auditor.get("/v1/queue?as_of=2023-01-01T00:00:00+09:00").json()["rows"] == []
