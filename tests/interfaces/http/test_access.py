"""Who saw whose data: kept for every read; shown to auditors, supervisors, the person herself."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.access import AccessKind, Task
from application.context import system
from domain.roles import Role
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living

NAME, PHONE = "이두리", "+821012345678"
PERSONAL = (NAME, PHONE, str(IN_GANGDONG["latitude_deg"]), str(IN_GANGDONG["longitude_deg"]))
READERS = [
    (Role.OPERATOR, GANGDONG),
    (Role.OPERATOR, GURO),
    (Role.SUPERVISOR, GANGDONG),
    (Role.COORDINATOR, None),
    (Role.AUDITOR, None),
    (Role.STATISTICIAN, None),
    (Role.ADMINISTRATOR, None),
]
GIVEN = {
    "month": "2026-10",
    "position": "1",
    "district": GANGDONG,
    "logEventId": "1",
    "bell_no": "GD-1",
}
NEVER_ENDS = {"/v1/queue/stream"}


class Case:
    """A citizen with an open report in Gangdong-gu."""

    def __init__(self, service: Living) -> None:
        member = service.register()
        self.citizen_id = member.citizen_id
        self.phone = service.client(member.device_token)
        body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG}
        receipt = self.phone.post("/v1/emergencies", json=body).json()
        self.report_id = receipt["aggregate_id"]
        for fold in ("report_detail", "incident_history"):
            service.house.fold_watch.wait(fold, receipt["position"], 5)


@pytest.fixture(scope="module")
def case(service: Living) -> Case:
    return Case(service)


def kept(service: Living, correlation_id: UUID) -> list[tuple[str, UUID]]:
    with service.house.database.connection() as connection:
        return connection.execute(
            "SELECT kind, subject FROM access_records WHERE correlation_id = %s ORDER BY id",
            (correlation_id,),
        ).fetchall()


def read(client: httpx.Client, path: str, **asked: Any) -> tuple[httpx.Response, UUID]:
    correlation_id = uuid4()
    headers = {"X-Correlation-Id": str(correlation_id)}
    return client.get(path, headers=headers, params=asked), correlation_id


def questions(service: Living, case: Case) -> list[str]:
    """Every address that can be read, with what stands between braces filled in."""
    document = service.client().get("/v1/openapi.json").json()
    given_ids = GIVEN | {"report_id": case.report_id, "citizen_id": str(case.citizen_id)}
    filled = [
        re.sub(r"{(\w+)}", lambda found: given_ids.get(found[1], case.report_id), path)
        for path, operations in document["paths"].items()
        if "get" in operations and path not in NEVER_ENDS
    ]
    return [*filled, f"/v1/audit/access?subject={case.citizen_id}"]


def test_no_personal_value_leaves_without_a_record(service: Living, case: Case) -> None:
    @settings(
        max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(reader=st.sampled_from(READERS), path=st.sampled_from(questions(service, case)))
    def every_read_is_kept(reader: tuple[Role, str | None], path: str) -> None:
        answer, correlation_id = read(service.as_role(*reader), path)
        records = kept(service, correlation_id)
        told = any(value in answer.text for value in PERSONAL)
        assert not told or ("read", case.citizen_id) in records, path
        about_a_person = str(case.report_id) in path or str(case.citizen_id) in path
        if answer.status_code == 403 and about_a_person:
            assert [kind for kind, _ in records] == ["refusal"], path

    every_read_is_kept()


def test_an_auditor_sees_who_read_and_that_is_kept_too(service: Living) -> None:
    case = Case(service)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    _, first = read(operator, f"/v1/reports/{case.report_id}", why="handover")
    read(service.as_role(Role.OPERATOR, GURO), f"/v1/reports/{case.report_id}")
    auditor = service.as_role(Role.AUDITOR)
    answer, _ = read(auditor, "/v1/audit/access", subject=case.citizen_id)
    own, refused, seen = answer.json()["entries"]
    assert (own["what"], own["task"], own["actor"][:8]) == ("access.read", "oversight", "auditor:")
    assert (refused["kind"], refused["district"]) == ("refusal", GURO)
    assert (seen["what"], seen["why"], seen["about"]) == ("report.read", "handover", case.report_id)
    assert (seen["district"], seen["correlation_id"]) == (GANGDONG, str(first))
    assert seen["address"] == "127.0.0.1"
    by_report, _ = read(auditor, "/v1/audit/access", subject=case.report_id, limit=1)
    assert by_report.json()["entries"][0]["subject"] == case.report_id
    older, _ = read(
        auditor, "/v1/audit/access", subject=case.report_id, before=by_report.json()["before"]
    )
    assert {one["what"] for one in older.json()["entries"]} == {"report.read", "report.refused"}
    refusal, correlation_id = read(operator, "/v1/audit/access", subject=case.citizen_id)
    assert refusal.status_code == 403
    assert kept(service, correlation_id) == [("refusal", case.citizen_id)]


def test_a_citizen_reads_by_which_office_she_was_seen(service: Living) -> None:
    case = Case(service)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    read(operator, f"/v1/reports/{case.report_id}", why="her name is 이두리")
    read(service.as_role(Role.OPERATOR, GURO), f"/v1/reports/{case.report_id}")
    operator.post(f"/v1/reports/{case.report_id}/cameras", json={"camera_id": "GD-1"})
    sent = system("work", correlation_id=uuid4())
    for _ in range(2):  # sent again after a crash
        service.house.access_log.record(
            sent,
            subject=case.citizen_id,
            what="position",
            why="delivery:police",
            kind=AccessKind.PROVISION,
            about=UUID(case.report_id),
            task=Task.RESPONSE,
            recipient="police",
        )
    answer, _ = read(case.phone, "/v1/me/access", language="en")
    provided, *_, seen = answer.json()["entries"]
    assert (provided["kind"], provided["recipient_text"], provided["purpose"]) == (
        "provision",
        "Police (112)",
        "rescue",
    )
    assert (seen["by_text"], seen["what_text"]) == ("강동구 · Operator", "the report")
    assert (seen["why_text"], seen["report_id"]) == ("answering the report", case.report_id)
    assert NAME not in answer.text
    assert operator.get("/v1/sessions/current").json()["staff_id"] not in answer.text
    assert "refusal" not in answer.text
    kinds = [one["kind"] for one in answer.json()["entries"]]
    assert kinds.count("provision") == 1
    assert read(case.phone, "/v1/me/access")[0].json()["language"] == "ko"
    for language in ("zh", "ja"):
        assert read(case.phone, "/v1/me/access", language=language)[0].status_code == 200


def test_a_receipt_is_read_page_by_page(service: Living) -> None:
    case = Case(service)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    for _ in range(3):
        read(operator, f"/v1/reports/{case.report_id}")
    first = read(case.phone, "/v1/me/access", limit=2)[0].json()
    second = read(case.phone, "/v1/me/access", limit=2, before=first["before"])[0].json()
    ids = [one["id"] for one in [*first["entries"], *second["entries"]]]
    assert len(ids) == 3
    assert ids == sorted(ids, reverse=True)
    assert second["before"] is None


def test_a_receipt_is_for_its_citizen_alone(service: Living) -> None:
    for client in (service.client(), service.as_role(Role.AUDITOR)):
        assert read(client, "/v1/me/access")[0].status_code == 401


def test_a_revoked_phone_reads_no_receipt(service: Living) -> None:
    member = service.register()
    service.as_role(Role.ADMINISTRATOR).delete(f"/v1/devices/{member.device_id}")
    assert read(service.client(member.device_token), "/v1/me/access")[0].status_code == 401
