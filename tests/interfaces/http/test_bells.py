"""Bells over HTTP: a press always rings; heartbeats are signed; what is broken is listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from application import signing
from application.bells.lists import read_bells
from application.context import system
from domain.bell import Bell
from domain.roles import Role
from tests.living import GANGDONG, GURO, Living

SONGPA = "11710"
LIST = (
    "bell_no,latitude_deg,longitude_deg,address,line\n"
    "HT-1,37.5301,127.1238,성내로 25,8001\n"
    "HT-2,37.4954,126.8874,구로중앙로 1,\n"
    "HT-3,north,126.8874,,\n"
)


@pytest.fixture(scope="module")
def listed(service: Living) -> dict[str, Any]:
    """Two bells of a list that has a bad line are registered."""
    house = service.house
    read = read_bells(LIST.encode(), house.districts)
    done = house.bell_registry.take_in(read.bells, system("test", correlation_id=uuid4()))
    return {"read": read, "done": done}


@pytest.fixture
def press(service: Living, listed: dict[str, Any]) -> Callable[..., httpx.Response]:
    assert listed["done"].installed == 2

    def send(bell_no: str, *, signed: bool = True, secret: bytes = b"", **sent: Any):
        return say(service, bell_no, "presses", signed=signed, secret=secret, **sent)

    return send


def say(
    service: Living,
    bell_no: str,
    what: str,
    *,
    signed: bool = True,
    secret: bytes = b"",
    **sent: Any,
) -> httpx.Response:
    path = f"/v1/bells/{bell_no}/{what}"
    body = json.dumps(sent).encode()
    headers = {}
    if signed:
        headers[signing.HEADER] = signing.sign(
            secret or service.house.partner_secret,
            signing.Message("POST", path, body),
            at=service.house.clock.now(),
        )
    return service.client().post(path, content=body, headers=headers)


def board(service: Living, answer: dict[str, Any], role: Role, district: str | None) -> Any:
    shown = service.as_role(role, district).get(
        "/v1/board", params={"kind": "bell", "after": answer["position"]}
    )
    lines = shown.raise_for_status().json()
    return next((one for one in lines if one["id"] == answer["aggregate_id"]), None)


def test_a_press_stands_on_its_districts_board(service, press) -> None:
    answer = press("HT-1", press_id="a-1", battery_pct=90).raise_for_status()
    assert answer.status_code == 202
    said = answer.json()
    assert (said["flags"], said["codes"], said["joined"]) == ([], [], False)
    line = board(service, said, Role.OPERATOR, GANGDONG)
    assert (line["kind"], line["district"], line["urgency"]) == ("bell", GANGDONG, 9)
    assert press("HT-1", press_id="a-1", battery_pct=90).json() == said
    assert press("HT-1", press_id="a-2").json()["joined"]


def test_a_registered_bell_has_no_label_but_its_own(service, press) -> None:
    house, context = service.house, system("test", correlation_id=uuid4())
    listed = "bell_no,latitude_deg,longitude_deg,address\nHT-7,37.5145,127.1059,올림픽로 326\n"
    house.bell_registry.take_in(read_bells(listed.encode(), house.districts).bells, context)
    assert house.policy.many_triggers == house.policy.bell_stuck_presses
    for one in range(house.policy.many_triggers):
        said = press("HT-7", press_id=f"s-{one}").raise_for_status().json()
    for fold in ("operator_queue", "bells"):
        house.fold_watch.wait(fold, said["position"], 5)
    assert house.labels.look(context) == 0
    press("HT-7", press_id="once-more").raise_for_status()
    report = service.as_role(Role.OPERATOR, SONGPA).get(
        f"/v1/reports/{said['aggregate_id']}/history"
    )
    facts = report.raise_for_status().json()
    labels = [one["open"]["label"] for one in facts if one["topic"] == "emergency.labelled"]
    assert labels == ["stuck"]


def labels_of(service: Living, report_id: str) -> list[str]:
    report = service.as_role(Role.COORDINATOR, None).get(f"/v1/reports/{report_id}/history")
    facts = report.raise_for_status().json()
    return [one["open"]["label"] for one in facts if one["topic"] == "emergency.labelled"]


def test_a_bell_that_nobody_knows_is_not_stuck_because_it_was_pressed_now_and_then(
    service, press, monkeypatch
) -> None:
    house, context = service.house, system("test", correlation_id=uuid4())
    real, later = house.clock.now, timedelta()
    monkeypatch.setattr(house.clock, "now", lambda: real() + later)
    for one in range(house.policy.many_triggers):
        later = timedelta(seconds=one * 20)
        said = press("WALL-9", press_id=f"s-{one}").raise_for_status().json()
    house.fold_watch.wait("operator_queue", said["position"], 5)
    assert said["joined"]
    assert house.labels.look(context) == 0
    assert labels_of(service, said["aggregate_id"]) == []
    for one in range(house.policy.bell_stuck_presses + 1):
        press("WALL-9", press_id=f"fast-{one}").raise_for_status()
    assert labels_of(service, said["aggregate_id"]) == ["stuck"]


def test_a_phone_that_calls_itself_a_bell_is_counted_as_a_phone(service) -> None:
    house, context = service.house, system("test", correlation_id=uuid4())
    device = {"platform": "bell", "device_id": str(uuid4())}
    for one in range(house.policy.many_triggers):
        said = service.client().post(
            "/v1/emergencies", json={"trigger_id": f"b-{one}", "how": "bell", "device": device}
        )
    receipt = said.raise_for_status().json()
    house.fold_watch.wait("operator_queue", receipt["position"], 5)
    assert house.labels.look(context) >= 1


def test_an_unknown_bell_rings_at_the_city(service, press) -> None:
    said = press("NOBODYS", press_id="a-1").raise_for_status().json()
    assert said["codes"] == ["bell.unknown"]
    assert board(service, said, Role.COORDINATOR, None)["district"] == "11000"


@pytest.mark.parametrize(
    ("more", "flag"),
    [({"signed": False}, "signature_missing"), ({"secret": b"another"}, "signature_bad")],
)
def test_a_press_rings_whoever_signed_it(press, more, flag) -> None:
    answer = press("HT-2", press_id=flag, **more)
    assert (answer.status_code, answer.json()["flags"]) == (202, [flag])


def test_whatever_is_sent_as_a_press_rings(service, listed) -> None:
    assert listed["done"].installed == 2
    for body in (b"", b"\xff\xfe", b"[1]", b"{" * 70_000):
        answer = service.client().post("/v1/bells/HT-2/presses", content=body)
        assert answer.status_code == 202, body[:10]
        assert answer.json()["aggregate_id"]


def test_an_unsigned_heartbeat_is_refused_and_a_signed_one_is_kept(service, listed) -> None:
    assert listed["done"].installed == 2
    assert say(service, "HT-2", "heartbeats", signed=False).status_code == 401
    assert say(service, "HT-2", "heartbeats", battery_pct=11).status_code == 204
    assert say(service, "HT-9", "heartbeats").status_code == 204
    sign = service.house.bell_signs.of(Bell.create_id("HT-2"))
    assert sign is not None
    assert sign.battery_pct == 11


def test_a_low_bell_is_on_its_districts_list_until_it_is_repaired(service, listed) -> None:
    assert listed["done"].installed == 2
    say(service, "HT-2", "heartbeats", battery_pct=11).raise_for_status()
    operator = service.as_role(Role.OPERATOR, GURO)
    wait_for_bells(service)
    [low] = operator.get("/v1/bells/maintenance").raise_for_status().json()["bells"]
    assert (low["bell_no"], low["battery_low"], low["battery_pct"]) == ("HT-2", True, 11)
    assert service.as_role(Role.OPERATOR, GANGDONG).get("/v1/bells/maintenance").json() == {
        "bells": [],
        "unregistered": [],
    }
    city = service.as_role(Role.COORDINATOR).get("/v1/bells/maintenance").json()
    assert "HT-9" in {one["bell_no"] for one in city["unregistered"]}
    repaired = operator.post("/v1/bells/HT-2/repairs").raise_for_status().json()
    service.house.fold_watch.wait("bells", repaired["position"], 5)
    assert operator.get("/v1/bells/maintenance").json()["bells"] == []
    assert operator.get("/v1/bells/HT-2").json()["repaired_at"]


def test_a_bell_that_is_not_registered_is_named_in_the_askers_language(service) -> None:
    operator = service.as_role(Role.OPERATOR, GURO)
    answer = operator.get("/v1/bells/XX-1", headers={"Accept-Language": "ja"})
    assert (answer.status_code, answer.json()["code"]) == (409, "bell.unknown")
    assert "非常ベル" in answer.json()["message"]


def wait_for_bells(service: Living) -> None:
    with service.house.database.connection() as connection:
        (position,) = connection.execute("SELECT position FROM log_head").fetchone() or (0,)
    service.house.fold_watch.wait("bells", position, 5)
