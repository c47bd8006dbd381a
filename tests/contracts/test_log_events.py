"""The history as NENA i3 LogEvents: the standard's shapes, and nobody's data."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application.log_events import TYPES, log_event_type, report_topics, topics_of
from domain.roles import Role
from infrastructure.migrations import ROOT
from tests.clusters import Cluster
from tests.living import GANGDONG, IN_GANGDONG, Living, living

# From the Logging Service's interface description, 1.2: what each shape must have.
REQUIRED = {"logEventType", "timestamp", "agencyId", "elementId"}
OPTIONAL = {
    "clientAssignedIdentifier",
    "agencyAgentId",
    "agencyPositionId",
    "callId",
    "incidentId",
    "ipAddressPort",
    "extension",
}
OF_TYPE = {
    "CallStartLogEvent": {"direction"},
    "CallEndLogEvent": {"direction"},
    "CallStateChangeLogEvent": {"direction", "state", "legCallId"},
    "AdditionalAgencyLogEvent": {"agencyId"},
}
CALL_OPTIONAL = {"standardPrimaryCallType", "localCallType"}
PATHS = [
    "/Logging/v1/LogEvents",
    "/Logging/v1/LogEvents/1",
    f"/Logging/v1/LogEventIds?incidentId={UUID(int=1)}",
    "/Logging/v1/IncidentIds",
    f"/Logging/v1/AgencyIds?incidentId={UUID(int=2)}",
]


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with (
        cluster.database() as database,
        living(database, tmp_path_factory.mktemp("living") / "home") as service,
    ):
        yield service


@pytest.fixture(scope="module")
def report(service: Living) -> str:
    """Raised, claimed, looked at, and the police asked for."""
    phone = service.client(service.register().device_token)
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG}
    report_id = phone.post("/v1/emergencies", json=body).json()["aggregate_id"]
    house = service.house
    house.fold_watch.wait("operator_queue", 1, 5)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    waited = datetime.now(UTC) + timedelta(seconds=15)
    while operator.post(f"/v1/reports/{report_id}/claim", json={}).status_code != 200:
        assert datetime.now(UTC) < waited
    for step, said in (("cameras", {"camera_id": "GD-1"}), ("police", {}), ("ambulance", {})):
        operator.post(f"/v1/reports/{report_id}/{step}", json=said).raise_for_status()
    return str(report_id)


@pytest.fixture
def auditor(service: Living) -> httpx.Client:
    return service.as_role(Role.AUDITOR)


def opened(jws: dict[str, str]) -> dict[str, Any]:
    assert jws.keys() == {"payload", "protected", "signature"}
    assert json.loads(_decoded(jws["protected"])) == {"alg": "none"}
    return json.loads(_decoded(jws["payload"]))


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def events(auditor: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    answer = auditor.get("/Logging/v1/LogEvents", params=asked).raise_for_status().json()
    assert answer.keys() == {"count", "totalCount", "logEventContainers"}
    assert answer["count"] == len(answer["logEventContainers"])
    return [opened(one["logEvent"]) for one in answer["logEventContainers"]]


def test_every_event_has_the_standards_fields_and_no_others(
    auditor: httpx.Client, report: str
) -> None:
    found = events(auditor, incidentId=report)
    assert [event["logEventType"] for event in found] == [
        "CallStartLogEvent",
        "ansim.AcceptedLogEvent",
        "ansim.ClaimedLogEvent",
        "ansim.CameraViewedLogEvent",
        "AdditionalAgencyLogEvent",
        "AdditionalAgencyLogEvent",
    ]
    for event in found:
        needed = REQUIRED | OF_TYPE.get(event["logEventType"], set())
        assert needed <= event.keys() <= needed | OPTIONAL | CALL_OPTIONAL
        assert datetime.fromisoformat(event["timestamp"]).tzinfo is not None
        assert event["incidentId"].startswith("urn:emergency:uid:incidentid:")
    assert [event["agencyId"] for event in found] == [
        *[f"{GANGDONG}.ansim.example"] * 4,
        "112.ansim.example",
        "119.ansim.example",
    ]
    assert {event["elementId"] for event in found} == {"log.ansim.example"}
    assert [("agencyAgentId" in event) for event in found] == [False, False, True, True, True, True]


def test_no_event_holds_personal_data(auditor: httpx.Client, service: Living, report: str) -> None:
    text = json.dumps(events(auditor, incidentId=report))
    with service.house.database.connection() as connection:
        [(citizen_id,)] = connection.execute(
            "SELECT open::jsonb ->> 'citizen_id' FROM events WHERE aggregate_id = %s"
            " AND version = 1",
            (report,),
        ).fetchall()
    for value in (citizen_id, "이두리", "+8210", str(IN_GANGDONG["latitude_deg"])):
        assert str(value) not in text


def test_each_event_says_where_the_log_proves_it(
    auditor: httpx.Client, service: Living, report: str
) -> None:
    first, *_ = events(auditor, incidentId=report)
    proof = first["extension"]["ansim"]
    with service.house.database.connection() as connection:
        [(position, digest)] = connection.execute(
            "SELECT position, hash FROM events WHERE aggregate_id = %s AND version = 1", (report,)
        ).fetchall()
    assert (proof["position"], proof["hash"]) == (position, digest.hex())
    log_event_id = f"urn:emergency:uid:logid:{position}:ansim.example"
    for named in (log_event_id, str(position)):
        answer = auditor.get(f"/Logging/v1/LogEvents/{named}").raise_for_status()
        assert opened(answer.json()) == first
    for unknown in ("0", "999999", "x", "9" * 30, "urn:emergency:uid:logid:1:elsewhere"):
        assert auditor.get(f"/Logging/v1/LogEvents/{unknown}").status_code == 404


def test_events_are_found_by_type_time_and_page(auditor: httpx.Client, report: str) -> None:
    every = events(auditor, incidentId=report)
    assert events(auditor, incidentId=report, start=2, limit=2) == every[1:3]
    assert events(auditor, incidentId=report, logEventType="CallStartLogEvent") == every[:1]
    assert events(auditor, incidentId=report, logEventType="HookflashLogEvent") == []
    began, claimed = every[0]["timestamp"], every[2]["timestamp"]
    assert events(auditor, startTime=began, endTime=began)[0] == every[0]
    assert events(auditor, incidentId=report, startTime=claimed) == every[2:]
    assert events(auditor, incidentId=report, endTime=claimed) == every[:3]


def test_ids_are_listed(auditor: httpx.Client, report: str) -> None:
    every = events(auditor, incidentId=report)
    incident = every[0]["incidentId"]
    ids = auditor.get("/Logging/v1/LogEventIds", params={"incidentId": incident, "limit": 2})
    assert ids.json()["totalCount"] == len(every)
    assert ids.json()["count"] == len(ids.json()["logEventIds"]) == 2
    asked = {"startTime": every[0]["timestamp"], "endTime": every[0]["timestamp"]}
    found = auditor.get("/Logging/v1/IncidentIds", params=asked).json()
    assert found == {"count": 1, "totalCount": 1, "incidentIds": [incident]}
    agencies = auditor.get("/Logging/v1/AgencyIds", params={"incidentId": incident}).json()
    assert agencies["agencyIds"] == [
        f"{GANGDONG}.ansim.example",
        "112.ansim.example",
        "119.ansim.example",
    ]
    for path in ("AgencyIds", "LogEvents"):
        answer = auditor.get(f"/Logging/v1/{path}", params={"incidentId": "nobody's"})
        assert answer.status_code == 404


def test_times_are_refused_by_the_standards_own_statuses(auditor: httpx.Client) -> None:
    for path in ("LogEvents", "IncidentIds"):
        bad = auditor.get(f"/Logging/v1/{path}", params={"startTime": "yesterday"})
        backwards = {"startTime": "2026-03-02T00:00:00Z", "endTime": "2026-03-01T00:00:00Z"}
        turned = auditor.get(f"/Logging/v1/{path}", params=backwards)
        assert (bad.status_code, turned.status_code) == (465, 466)


def test_versions_are_told_to_everybody(service: Living) -> None:
    told = service.client().get("/Logging/Versions").raise_for_status().json()
    assert told["versions"][0] == {
        "major": 1,
        "minor": 2,
        "serviceInfo": {"requiredAlgorithms": ["none"]},
    }


@pytest.mark.parametrize("path", PATHS)
def test_the_view_is_read_only_and_for_auditors(service: Living, path: str) -> None:
    assert service.client().get(path).status_code == 401
    for role, district in ((Role.OPERATOR, GANGDONG), (Role.STATISTICIAN, None)):
        assert service.as_role(role, district).get(path).status_code == 403
    assert service.as_role(Role.AUDITOR).post(path, json={}).status_code == 405


def test_every_topic_has_a_type_and_the_papers_say_which() -> None:
    page = (ROOT / "docs" / "log-events.md").read_text()
    for topic in report_topics():
        assert f"| `{topic}` | `{log_event_type(topic)}` |" in page, topic
        assert topic in topics_of(log_event_type(topic))
    assert TYPES.keys() <= set(report_topics())
