"""Forgetting, holding and leaving, asked over the wire."""

from __future__ import annotations

import pytest

from domain.roles import Role
from tests.living import GANGDONG, Living
from workers.forgetting import Forgetting

UNFIT = [
    (Role.OPERATOR, GANGDONG),
    (Role.COORDINATOR, None),
    (Role.AUDITOR, None),
    (Role.STATISTICIAN, None),
]


@pytest.mark.parametrize(("role", "district"), UNFIT)
def test_only_supervisors_and_administrators_decide(
    service: Living, role: Role, district: str | None
) -> None:
    asker = service.as_role(role, district)
    citizen = str(service.register().citizen_id)
    wish = {"subject": citizen, "reason": "requested", "text": "by letter"}
    assert asker.post("/v1/erasures", json=wish).status_code == 403
    assert asker.post("/v1/holds", json={"target": citizen, "reason": "x"}).status_code == 403
    assert asker.post(f"/v1/erasures/{citizen}/confirm").status_code == 403
    declined = asker.post(f"/v1/erasures/{citizen}/decline", json={"reason": "x"})
    assert declined.status_code == 403


def test_a_statistician_sees_neither_holds_nor_erasures(service: Living) -> None:
    asker = service.as_role(Role.STATISTICIAN)
    assert asker.get("/v1/erasures").status_code == 403
    assert asker.get("/v1/holds").status_code == 403


def test_statistics_name_nobody(service: Living) -> None:
    """No id in any figure: what a statistician reads cannot be joined with a person."""
    phone = service.client(service.register().device_token)
    receipt = phone.post("/v1/emergencies", json={}).json()
    asker = service.as_role(Role.STATISTICIAN)
    for path in ("/v1/statistics/usage", "/v1/statistics/downloads"):
        text = asker.get(path).text
        assert receipt["aggregate_id"] not in text
        assert "_id" not in text


def test_a_member_asks_to_leave_and_two_of_the_staff_agree(service: Living) -> None:
    member = service.register()
    phone = service.client(member.device_token)
    asked = phone.post("/v1/me/leave")
    assert asked.status_code == 202
    assert asked.json()["stage"] == "asked"
    assert phone.post("/v1/me/leave").json()["aggregate_id"] == asked.json()["aggregate_id"]
    supervisor, administrator = (
        service.as_role(Role.SUPERVISOR, GANGDONG),
        service.as_role(Role.ADMINISTRATOR),
    )
    listed = {one["subject"]: one for one in supervisor.get("/v1/erasures").json()["erasures"]}
    assert listed[str(member.citizen_id)]["asked_by"] is None
    wish = {"subject": str(member.citizen_id), "reason": "withdrawn", "text": "called back"}
    request = supervisor.post("/v1/erasures", json=wish).json()
    path = f"/v1/erasures/{request['aggregate_id']}/confirm"
    assert supervisor.post(path).json()["code"] == "erasure.same_person"
    assert administrator.post(path).status_code == 202
    assert phone.post("/v1/me/leave").status_code == 401, "the phone has lost its word"
    assert Forgetting(service.house).restore() == 0


def test_a_wish_is_declined_and_the_member_learns_it_and_may_ask_anew(service: Living) -> None:
    member = service.register()
    phone = service.client(member.device_token)
    assert phone.get("/v1/me/leave").json()["code"] == "unknown"
    request = phone.post("/v1/me/leave").json()["aggregate_id"]
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    path, reason = f"/v1/erasures/{request}/decline", {"reason": "전화를 빼앗겼다고 함"}
    assert supervisor.post(path, json={"reason": ""}).status_code == 422
    assert supervisor.post(path, json=reason).json()["stage"] == "declined"
    assert phone.get("/v1/me/leave").json()["stage"] == "declined"
    left = supervisor.get("/v1/erasures", params={"unfinished": True}).json()["erasures"]
    assert request not in {one["erasure_id"] for one in left}
    told = supervisor.get("/v1/erasures")
    [shown] = [one for one in told.json()["erasures"] if one["erasure_id"] == request]
    assert shown["declined_by"] is not None
    assert "전화를" not in told.text
    again = phone.post("/v1/me/leave").json()
    assert (again["aggregate_id"], again["stage"]) == (request, "asked")
    assert phone.get("/v1/me/leave").json()["stage"] == "asked"


def test_what_another_has_confirmed_is_no_more_declined(service: Living) -> None:
    wish = {"subject": str(service.register().citizen_id), "reason": "ordered", "text": "x"}
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    request = supervisor.post("/v1/erasures", json=wish).json()["aggregate_id"]
    path = f"/v1/erasures/{request}"
    reason = {"reason": "asked in error"}
    assert supervisor.post(f"{path}/decline", json=reason).json()["stage"] == "declined"
    administrator = service.as_role(Role.ADMINISTRATOR)
    assert administrator.post(f"{path}/confirm").json()["code"] == "erasure.not_requested"
    assert supervisor.post("/v1/erasures", json=wish).json()["stage"] == "requested"
    assert administrator.post(f"{path}/confirm").status_code == 202
    refused = supervisor.post(f"{path}/decline", json=reason)
    assert (refused.status_code, refused.json()["code"]) == (409, "erasure.too_late")


def test_an_open_case_stands_against_it_by_name(service: Living) -> None:
    member = service.register()
    phone = service.client(member.device_token)
    report = phone.post("/v1/emergencies", json={}).json()["aggregate_id"]
    assert phone.post("/v1/me/leave").json()["holds"] == ["open_case"]
    wish = {"subject": str(member.citizen_id), "reason": "withdrawn", "text": "the phone's holder"}
    request = service.as_role(Role.SUPERVISOR, GANGDONG).post("/v1/erasures", json=wish).json()
    path = f"/v1/erasures/{request['aggregate_id']}/confirm"
    listed = service.as_role(Role.ADMINISTRATOR).get("/v1/erasures").json()["erasures"]
    against = {one["erasure_id"]: one["against"] for one in listed}[request["aggregate_id"]]
    assert against == [{"kind": "open_case", "target": report}]
    answer = service.as_role(Role.ADMINISTRATOR).post(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "erasure.held")
    assert "open_case" in answer.json()["detail"]


def test_a_hold_is_placed_listed_and_lifted(service: Living) -> None:
    member = service.register()
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    body = {"target": str(member.citizen_id), "kind": "protection", "reason": "stalked"}
    hold = supervisor.post("/v1/holds", json=body).json()
    standing = service.as_role(Role.AUDITOR).get("/v1/holds").json()["holds"]
    assert hold["hold_id"] in {one["hold_id"] for one in standing}
    path = f"/v1/holds/{member.citizen_id}/{hold['hold_id']}/lift"
    refused = supervisor.post(path, json={"reason": "safe"})
    assert (refused.status_code, refused.json()["code"]) == (409, "hold.same_person")
    other = service.as_role(Role.ADMINISTRATOR)
    assert other.post(path, json={"reason": "safe"}).status_code == 200
    assert other.post(path, json={"reason": "safe"}).json()["code"] == "hold.unknown"


def test_nobody_leaves_without_a_phone(service: Living) -> None:
    assert service.client().post("/v1/me/leave").status_code == 401
