"""Signed requests on the wire: a replayed trigger is a repeat, everything else is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from application.emergency.commands import ReopenReport
from domain.roles import Role
from tests.faults.scenarios import scenario
from tests.living import IN_GANGDONG, Living
from tests.signing_phone import SigningPhone

TRIGGER = "/v1/emergencies"


class Phone:
    """Signs what it sends; keeps it, to send it once more."""

    def __init__(self, service: Living) -> None:
        receipt = service.register()
        self._key = SigningPhone(receipt.device_id)
        self.client = service.client()
        key = {"public_key": self._key.public_key, "proof": self._key.proof}
        bearer = service.client(receipt.device_token)
        bearer.put("/v1/me/device/key", json=key).raise_for_status()
        self.bearer = bearer

    def sends(self, path: str, body: Any, *, off: timedelta = timedelta()) -> httpx.Request:
        content = json.dumps(body).encode()
        nonce = uuid4().hex
        headers = self._key.headers(path, content, at=datetime.now(UTC) + off, nonce=nonce)
        return self.client.build_request("POST", path, content=content, headers=headers)

    def does(self, request: httpx.Request) -> httpx.Response:
        return self.client.send(request)


@pytest.fixture
def phone(service: Living) -> Phone:
    return Phone(service)


def facts(service: Living, report: str) -> list[str]:
    with service.house.database.connection() as connection:
        rows = connection.execute(
            "SELECT topic FROM events WHERE aggregate_id = %s ORDER BY version", (report,)
        ).fetchall()
    return [topic for (topic,) in rows]


@scenario(14)
@pytest.mark.parametrize("body", [{"trigger_id": "t-1", "position": IN_GANGDONG}, {}, None])
def test_a_replayed_trigger_is_a_repeat(service: Living, phone: Phone, body: Any) -> None:
    request = phone.sends(TRIGGER, body)
    first = phone.does(request)
    assert first.status_code == 202, first.text
    assert not {"device_unknown", "signature_bad"} & set(first.json()["flags"])
    again = phone.does(request)
    assert (again.status_code, again.json()) == (202, first.json())
    assert facts(service, first.json()["aggregate_id"]) == ["emergency.triggered"]


@scenario(14)
def test_a_replayed_cancel_acts_on_nothing(service: Living, phone: Phone) -> None:
    report = phone.does(phone.sends(TRIGGER, {"position": IN_GANGDONG})).json()["aggregate_id"]
    cancel = phone.sends(f"{TRIGGER}/{report}/cancel", {})
    assert phone.does(cancel).json()["cancelled"]
    coordinator = service.as_role(Role.COORDINATOR)
    reason = ReopenReport(report_id=report, reason="A scream was heard.").reason
    coordinator.post(f"/v1/reports/{report}/reopen", json={"reason": reason}).raise_for_status()
    before = facts(service, report)
    replayed = phone.does(cancel)
    assert (replayed.status_code, replayed.json()["code"]) == (409, "replayed")
    assert facts(service, report) == before


def test_a_signature_for_one_thing_is_none_for_another(phone: Phone) -> None:
    report = phone.does(phone.sends(TRIGGER, {})).json()["aggregate_id"]
    other = phone.sends(TRIGGER, {})
    stolen = phone.client.build_request(
        "POST", f"{TRIGGER}/{report}/cancel", content=other.content, headers=other.headers
    )
    answer = phone.does(stolen)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")


def test_a_bad_signature_is_only_a_flag_on_a_trigger(phone: Phone) -> None:
    request = phone.sends(TRIGGER, {"trigger_id": uuid4().hex})
    request.headers["signature"] = "sig1=:AAAA:"
    answer = phone.does(request)
    assert answer.status_code == 202
    assert {"signature_bad", "device_unknown"} <= set(answer.json()["flags"])


def test_a_phone_whose_clock_is_off_raises_and_signs_anew_by_ours(phone: Phone) -> None:
    hours = timedelta(hours=9)
    receipt = phone.does(phone.sends(TRIGGER, {}, off=hours)).json()
    assert receipt["flags"] == ["id_missing", "position_missing", "how_unknown", "signature_old"]
    path = f"{TRIGGER}/{receipt['aggregate_id']}/cancel"
    late = phone.does(phone.sends(path, {}, off=hours))
    assert (late.status_code, late.json()["code"]) == (401, "signature_old")
    assert phone.does(phone.sends(path, {})).json()["cancelled"]


def test_a_token_alone_raises_and_does_nothing_else(phone: Phone) -> None:
    receipt = phone.bearer.post(TRIGGER, json={"trigger_id": "t-9"})
    assert receipt.status_code == 202
    assert "signature_missing" in receipt.json()["flags"]
    cancel = phone.bearer.post(f"{TRIGGER}/{receipt.json()['aggregate_id']}/cancel")
    assert (cancel.status_code, cancel.json()["code"]) == (401, "signature_needed")
    assert phone.bearer.get("/v1/me/pin").json()["code"] == "signature_needed"


def test_an_unfit_key_is_refused(service: Living) -> None:
    receipt = service.register()
    client, key = service.client(receipt.device_token), SigningPhone(receipt.device_id)
    unfit = client.put("/v1/me/device/key", json={"public_key": "00", "proof": key.proof})
    assert unfit.status_code == 422
    other = SigningPhone(receipt.device_id, seed=b"another")
    lie = {"public_key": other.public_key, "proof": key.proof}
    refused = client.put("/v1/me/device/key", json=lie)
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_signature")
