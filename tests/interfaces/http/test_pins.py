"""A PIN on the wire: what a cancel asks for, and what nobody who reads can tell apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.roles import Role
from tests.clusters import Cluster
from tests.living import GANGDONG, IN_GANGDONG, Living, living

PIN, DURESS = "1234", "987654"


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """With the window as it is: much is done within it."""
    home = tmp_path_factory.mktemp("living") / "home"
    with cluster.database() as database, living(database, home) as service:
        yield service


@pytest.fixture
def phone(service: Living) -> httpx.Client:
    client = service.client(service.register().device_token)
    answer = client.put("/v1/me/pin", json={"pin": PIN, "duress_pin": DURESS})
    assert answer.json()["is_set"], answer.text
    return client


def raised(phone: httpx.Client) -> str:
    body = {"trigger_id": str(uuid4()), "how": "button", "position": IN_GANGDONG}
    return phone.post("/v1/emergencies", json=body).json()["aggregate_id"]


def cancel(phone: httpx.Client, report: str, **body: Any) -> httpx.Response:
    headers = {"Idempotency-Key": "always the same"}
    return phone.post(f"/v1/emergencies/{report}/cancel", json=body, headers=headers)


def test_a_cancel_says_why_it_took_nothing_back(phone: httpx.Client) -> None:
    report = raised(phone)
    for body, reason in (
        ({}, "pin_missing"),
        ({"pin": "0000"}, "pin_wrong"),
        ({"pin": 7}, "pin_wrong"),
    ):
        answer = cancel(phone, report, **body)
        assert answer.status_code == 200
        assert (answer.json()["cancelled"], answer.json()["reason"]) == (False, reason)
    assert cancel(phone, report, pin=PIN).json()["cancelled"]


def test_the_duress_pin_answers_like_the_right_one(phone: httpx.Client) -> None:
    right, forced = (cancel(phone, raised(phone), pin=pin) for pin in (PIN, DURESS))
    assert right.status_code == forced.status_code
    assert right.headers.keys() == forced.headers.keys()
    told, said = right.json(), forced.json()
    assert list(told) == list(said)
    assert len(right.content) == len(forced.content)
    for name in ("aggregate_id", "cancel_until", "server_time"):
        del told[name], said[name]
    assert told == said == {"position": None, "cancelled": True, "reason": None}


def test_operators_see_it_first_and_silent(service: Living, phone: httpx.Client) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    raised(phone)
    report = raised(phone)
    cancel(phone, report, pin=DURESS)
    with service.house.database.connection() as connection:
        [head] = connection.execute("SELECT position FROM log_head").fetchone() or [0]
    rows = operator.get("/v1/queue", params={"after": head}).json()["rows"]
    [row] = [row for row in rows if row["report_id"] == report]
    assert (row["duress"], row["alert"], row["stage"] != "cancelled") == (True, "silent", True)
    order = [one["duress"] for one in rows if one["lane"] == "real" and one["stage"] != "cancelled"]
    assert order == sorted(order, reverse=True), "duress before all else"
    detail = operator.get(f"/v1/reports/{report}").json()
    assert detail["duress_at"] is not None


def test_the_phones_own_receipt_keeps_the_secret(service: Living, phone: httpx.Client) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    told = {}
    for pin in (PIN, DURESS):
        report = raised(phone)
        cancel(phone, report, pin=pin)
        with service.house.database.connection() as connection:
            [head] = connection.execute("SELECT position FROM log_head").fetchone() or [0]
        operator.get(f"/v1/reports/{report}", params={"after": head}).raise_for_status()
        entries = phone.get("/v1/me/access").json()["entries"]
        told[pin] = [one["what"] for one in entries if one["report_id"] == report]
    assert told == {PIN: ["report"], DURESS: []}


def test_no_pin_stands_anywhere_in_the_open(service: Living, phone: httpx.Client) -> None:
    report = raised(phone)
    cancel(phone, report, pin="4711")
    cancel(phone, report, pin=PIN)
    with service.house.database.connection() as connection:
        rows = connection.execute(
            "SELECT open FROM events WHERE topic LIKE 'member.%%' OR aggregate_id = %s", (report,)
        ).fetchall()
        keys = connection.execute(
            "SELECT count(*) FROM idempotency WHERE route LIKE %s", (f"%{report}%",)
        ).fetchone()
    for (text,) in rows:
        assert "hash" not in json.loads(text)
        assert "4711" not in text
        assert "argon2" not in text
    assert keys == (0,)


def test_a_pin_is_changed_with_the_one_that_stands(phone: httpx.Client) -> None:
    wrong = phone.put("/v1/me/pin", json={"pin": "5555", "old_pin": "0000"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "member.pin_wrong")
    alike = phone.put("/v1/me/pin", json={"pin": "5555", "duress_pin": "5555", "old_pin": PIN})
    assert (alike.status_code, alike.json()["code"]) == (409, "member.pins_alike")
    unfit = phone.put("/v1/me/pin", json={"pin": "55a5", "old_pin": PIN})
    assert (unfit.status_code, unfit.json()["code"]) == (422, "malformed")
    assert "55a5" not in unfit.text
    assert not phone.post("/v1/me/pin/clear", json={"old_pin": PIN}).json()["is_set"]
    assert not phone.get("/v1/me/pin").json()["is_set"]
    assert cancel(phone, raised(phone)).json()["cancelled"]


def test_strangers_have_no_pin(service: Living) -> None:
    assert service.client("nonsense").get("/v1/me/pin").status_code == 401


def test_withdrawn_consent_is_accepted_and_flagged(phone: httpx.Client) -> None:
    assert phone.post("/v1/me/consent/withdraw").status_code == 200
    answer = phone.post("/v1/emergencies", json={"how": "button", "position": IN_GANGDONG})
    assert answer.status_code == 202
    assert "consent_withdrawn" in answer.json()["flags"]
