"""The door for staff."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from domain.roles import Role
from tests.living import GANGDONG, PASSWORD, Living


def log_in(service: Living, login: str, password: str = PASSWORD) -> httpx.Response:
    body = {"login": login, "password": password}
    return httpx.post(f"{service.url}/v1/sessions", json=body)


def test_a_session_knows_who_it_is(service: Living) -> None:
    answer = log_in(service, service.enroll(Role.OPERATOR, GANGDONG))
    assert answer.status_code == 201
    opened = answer.json()
    assert (opened["role"], opened["district"]) == ("operator", GANGDONG)
    me = service.client(opened["token"]).get("/v1/sessions/current").json()
    assert me["staff_id"] == opened["staff_id"]


def test_the_cookie_is_out_of_reach_of_scripts(service: Living) -> None:
    answer = log_in(service, service.enroll(Role.AUDITOR))
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("login", ["nobody", "", "x" * 64, "o'brien"])
def test_a_stranger_learns_nothing(service: Living, login: str) -> None:
    known = log_in(service, service.enroll(Role.AUDITOR), "wrong")
    unknown = log_in(service, login, "wrong")
    assert known.status_code == unknown.status_code == 401
    same = {"code", "detail", "title"}
    assert {k: known.json()[k] for k in same} == {k: unknown.json()[k] for k in same}


def test_ten_failures_close_the_door_for_a_while(service: Living) -> None:
    login = service.enroll(Role.AUDITOR)
    for _ in range(10):
        assert log_in(service, login, "wrong").status_code == 401
    closed = log_in(service, login)
    assert closed.status_code == 429
    assert closed.json()["code"] == "too_many_attempts"
    assert 0 < int(closed.headers["retry-after"]) <= 300


def test_a_log_out_ends_the_session(service: Living) -> None:
    client = service.client(log_in(service, service.enroll(Role.AUDITOR)).json()["token"])
    assert client.delete("/v1/sessions/current").status_code == 204
    assert client.get("/v1/sessions/current").status_code == 401


def test_a_person_who_has_left_is_out_at_once(service: Living) -> None:
    login = service.enroll(Role.AUDITOR)
    opened = log_in(service, login).json()
    administrator = service.as_role(Role.ADMINISTRATOR)
    assert administrator.delete(f"/v1/staff/{opened['staff_id']}").status_code == 200
    assert service.client(opened["token"]).get("/v1/queue").status_code == 401
    assert log_in(service, login).status_code == 401


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"role": "operator"}, "staff.district_mismatch"),
        ({"role": "auditor", "district": GANGDONG}, "staff.district_mismatch"),
        ({"role": "citizen"}, "staff.role_unfit"),
    ],
)
def test_a_post_must_fit(service: Living, more: dict[str, str], code: str) -> None:
    body = {"login": f"p-{uuid4().hex[:8]}", "password": PASSWORD, "name": "정다솜", **more}
    answer = service.as_role(Role.ADMINISTRATOR).post("/v1/staff", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_a_login_name_belongs_to_one_person(service: Living) -> None:
    login = service.enroll(Role.AUDITOR)
    body = {"login": login, "password": PASSWORD, "name": "강바다", "role": "auditor"}
    answer = service.as_role(Role.ADMINISTRATOR).post("/v1/staff", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "staff.login_taken")


def test_the_same_key_enrolls_once_and_another_body_is_refused(service: Living) -> None:
    administrator = service.as_role(Role.ADMINISTRATOR)
    key = {"Idempotency-Key": str(uuid4())}
    body = {"login": f"k-{uuid4().hex[:8]}", "password": PASSWORD, "name": "윤", "role": "auditor"}
    first = administrator.post("/v1/staff", json=body, headers=key)
    again = administrator.post("/v1/staff", json=body, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = administrator.post("/v1/staff", json={**body, "name": "다른"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_no_password_lies_in_the_log(service: Living) -> None:
    service.enroll(Role.AUDITOR)
    with service.house.database.connection() as connection:
        texts = connection.execute("SELECT open FROM events WHERE topic LIKE 'staff.%'").fetchall()
    assert texts
    assert all("김하나" not in text and "password" not in text for (text,) in texts)
