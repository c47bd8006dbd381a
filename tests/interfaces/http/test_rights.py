"""Who may do what, asked over the wire."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from domain.roles import Role
from tests.faults.scenarios import scenario
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living

DISTRICT_ROLES = (Role.OPERATOR, Role.SUPERVISOR)
POSTS = [
    (Role.OPERATOR, GANGDONG),
    (Role.SUPERVISOR, GANGDONG),
    (Role.OPERATOR, GURO),
    (Role.COORDINATOR, None),
    (Role.AUDITOR, None),
    (Role.STATISTICIAN, None),
    (Role.ADMINISTRATOR, None),
]
QUEUE = {Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.AUDITOR}


@pytest.fixture(scope="module")
def report(service: Living) -> str:
    """An open report in Gangdong-gu."""
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG}
    receipt = phone.post("/v1/emergencies", json=body).json()
    service.house.fold_watch.wait("report_detail", receipt["position"], 5)
    service.house.fold_watch.wait("incident_history", receipt["position"], 5)
    return str(receipt["aggregate_id"])


@pytest.mark.parametrize(("role", "district"), POSTS)
def test_the_queue_is_for_control_rooms(service, role, district) -> None:
    answer = service.as_role(role, district).get("/v1/queue")
    assert answer.status_code == (200 if role in QUEUE else 403)
    stream = service.as_role(role, district).get("/v1/queue", params={"district": GURO})
    allowed = role in QUEUE and district in {None, GURO}
    assert stream.status_code == (200 if allowed else 403)


@pytest.mark.parametrize(("role", "district"), POSTS)
def test_a_report_is_for_its_district_and_the_city(service, report, role, district) -> None:
    client = service.as_role(role, district)
    allowed = role in QUEUE and district in {None, GANGDONG}
    for path in (f"/v1/reports/{report}", f"/v1/reports/{report}/history"):
        answer = client.get(path)
        assert answer.status_code == (200 if allowed else 403), answer.text


@pytest.mark.parametrize(("role", "district"), POSTS)
def test_figures_are_for_all_staff(service, role, district) -> None:
    client = service.as_role(role, district)
    assert client.get("/v1/statistics/downloads").status_code == 200
    assert client.get("/v1/statistics/usage").status_code == 200


@pytest.mark.parametrize(("role", "district"), POSTS)
def test_only_the_administrator_takes_people_in(service, role, district) -> None:
    client = service.as_role(role, district)
    member = client.post("/v1/members", json={"name": "박세나", "phone": "+821099990000"})
    person = client.post(
        "/v1/staff",
        json={
            "login": f"new-{uuid4().hex[:8]}",
            "password": "a long enough word",
            "name": "최네오",
            "role": "auditor",
        },
    )
    expected = 201 if role is Role.ADMINISTRATOR else 403
    assert (member.status_code, person.status_code) == (expected, expected)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/queue",
        "/v1/queue/stream",
        f"/v1/reports/{UUID(int=7)}",
        "/v1/statistics/usage",
        "/v1/sessions/current",
    ],
)
def test_nobody_reads_without_a_session(service, path) -> None:
    answer = service.client("no such token").get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "unauthenticated"


@scenario(15)
def test_reading_and_being_refused_leave_access_records(service, report) -> None:
    service.as_role(Role.OPERATOR, GANGDONG).get(f"/v1/reports/{report}", params={"why": "test"})
    service.as_role(Role.OPERATOR, GURO).get(f"/v1/reports/{report}")
    with service.house.database.connection() as connection:
        kept = connection.execute(
            "SELECT what, district, why FROM access_records"
            " WHERE subject = (SELECT (open::jsonb ->> 'citizen_id')::uuid FROM events"
            " WHERE aggregate_id = %s AND version = 1) ORDER BY id DESC LIMIT 2",
            (report,),
        ).fetchall()
    assert kept == [
        ("report.refused", GURO, f"report:{report}"),
        ("report.read", GANGDONG, "test"),
    ]


def test_a_report_is_opened_for_whoever_may_read_it(service, report) -> None:
    client = service.as_role(Role.OPERATOR, GANGDONG)
    detail = client.get(f"/v1/reports/{report}").json()
    assert detail["position"]["latitude_deg"] == IN_GANGDONG["latitude_deg"]
    history = client.get(f"/v1/reports/{report}/history").json()
    assert history[0]["topic"] == "emergency.triggered"
    assert history[0]["personal"]["position"]["longitude_deg"] == IN_GANGDONG["longitude_deg"]


def test_the_queue_holds_no_position(service, report) -> None:
    text = service.as_role(Role.OPERATOR, GANGDONG).get("/v1/queue").text
    assert report in text
    assert str(IN_GANGDONG["latitude_deg"]) not in text


def test_a_foreign_page_cannot_act_with_the_cookie(service, report) -> None:
    body = {"login": service.enroll(Role.OPERATOR, GANGDONG), "password": "a long enough word"}
    client = service.client()
    assert client.post("/v1/sessions", json=body).status_code == 201
    refused = client.post(
        f"/v1/reports/{report}/claim", json={}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status_code == 403
