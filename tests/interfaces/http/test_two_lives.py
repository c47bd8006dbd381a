"""Two phones side by side: one report was taken back, one only seems to be, and no answer tells.

Whoever forces her holds the phone, and may ask it anything, at any time: every route that a phone
has is asked, at once, while a control room goes on with the report, and after its end.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

import httpx
import pytest

from domain.policy import Policy
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.http.app import create_app
from tests.clusters import Cluster
from tests.filmed import OFFSETS, TUS
from tests.living import GANGDONG, IN_GANGDONG, Living, living
from tests.waiting import until

PIN, DURESS = "1234", "987654"
NAMES = UUID(int=5)
ITS_OWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+[\d:]+)")
"""Ids and moments: no two reports share them, whatever became of them."""
REPORT, CLIP = "/v1/emergencies/{report_id}", "/v1/emergencies/{report_id}/clips/{clip_id}"


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """A city where a report that was taken back takes no new clip from the first second on."""
    policy = Policy(cancel_window_s=3.0, clip_after_cancel_s=0.0)
    folder = tmp_path_factory.mktemp("living") / "home"
    with cluster.database() as database, living(database, folder, policy=policy) as service:
        yield service


def shape(told: Any, name: str = "") -> Any:
    """An answer without what tells two reports apart anyway."""
    if isinstance(told, dict):
        return {key: shape(value, key) for key, value in told.items()}
    if isinstance(told, list):
        return [shape(one) for one in told]
    if isinstance(told, str):
        return "…" if name == "device_token" else ITS_OWN.sub("…", told)
    return "somewhere" if name == "position" and told is not None else told


class Named(dict[str, str]):
    """What stands in paths; whatever has no name here is unknown to the house."""

    def __missing__(self, _name: str) -> str:
        return str(NAMES)


def phone_routes() -> set[str]:
    """Every route that takes a phone's word."""
    document = create_app(House(role="test")).openapi()["paths"]
    return {
        f"{method.upper()} {path}"
        for path, routes in document.items()
        for method, route in routes.items()
        if any("DeviceToken" in one for one in route.get("security", ()))
    }


ROUTES = phone_routes()


class Life:
    """One citizen's phone, from the alarm on."""

    def __init__(self, service: Living, pin: str) -> None:
        self.service = service
        self.phone = service.client(service.register().device_token)
        self.phone.put("/v1/me/pin", json={"pin": PIN, "duress_pin": DURESS}).raise_for_status()
        self.first = {"trigger_id": "the first", "how": "button", "position": IN_GANGDONG}
        self.report = self.phone.post("/v1/emergencies", json=self.first).json()["aggregate_id"]
        self.clip = self._begins("before").headers["Location"].rpartition("/")[2]
        self.seen: list[tuple[str, str, int, Any]] = []
        self.asked: set[str] = set()
        self.ask("cancelled", "POST", f"{REPORT}/cancel", json={"pin": pin})

    def ask(self, when: str, method: str, route: str, **what: Any) -> None:
        path = route.format_map(Named(report_id=self.report, clip_id=self.clip))
        answer = self.phone.request(method, path, **what)
        body = shape(answer.json()) if answer.content else None
        if route == "/v1/me/access":
            body = [*body]  # its entries may name the report again once it is resolved: ADR 27
        headers = sorted(name for name in answer.headers if name != "content-length")
        self.asked.add(f"{method} {route}")
        self.seen.append((f"{when}: {method} {route}", answer.status_code, headers, body))

    def asks_everything(self, when: str) -> None:
        for pin in (PIN, "0000", None):
            body = {} if pin is None else {"pin": pin}
            self.ask(when, "POST", f"{REPORT}/cancel", json=body)
        self.ask(when, "POST", f"{REPORT}/positions", json={"positions": [IN_GANGDONG]})
        self._writes(when)
        self._films(when)
        for method in ("PUT", "GET", "DELETE"):
            self.ask(when, method, "/v1/me/drill-mode")
        self.ask(when, "GET", "/v1/me/pin")
        self.ask(when, "PUT", "/v1/me/pin", json={"pin": "4711", "old_pin": "0001"})
        self.ask(when, "POST", "/v1/me/pin/clear", json={"old_pin": "0002"})
        self.ask(when, "PUT", "/v1/me/card", json={"language": "zh", "needs": []})
        self.ask(
            when, "PUT", "/v1/me/device/key", json={"public_key": "0" * 64, "proof": "22" * 64}
        )
        self.ask(when, "GET", "/v1/me/access")
        for method in ("POST", "GET"):
            self.ask(when, method, "/v1/me/leave")
        self._looks_after_herself(when)
        self.ask(when, "POST", "/v1/me/consent/withdraw")
        for trigger in (self.first, self.first | {"trigger_id": when}):
            self.ask(when, "POST", "/v1/emergencies", json=trigger)

        for other in sorted(ROUTES - self.asked):  # of the other services: as somebody who tries
            method, route = other.split()
            self.ask(when, method, route, json={})

    def _looks_after_herself(self, when: str) -> None:
        """Her membership; no answer of it knows of any report."""
        version = {"version": Policy().location_version}
        place = {"name": "집", "position": {"latitude_deg": 37.5, "longitude_deg": 127.0}}
        aunt = {"name": "이모", "phone": "+12025550123"}
        told = {"platform": "android", "app_version": "3.2.0"}
        for method, route, body in (
            ("DELETE", "/v1/me/consents/location", None),
            ("PUT", "/v1/me/consents/location", version),
            ("GET", "/v1/me/consents", None),
            ("PUT", "/v1/me/settings", {"guardians_told": "always"}),
            ("PUT", "/v1/me/language", {"language": "ja"}),
            ("PUT", "/v1/me/destination", place),
            ("GET", "/v1/me", None),
            ("DELETE", "/v1/me/destination", None),
            ("PUT", "/v1/me/device", told),
            ("POST", "/v1/me/devices", {}),
            ("GET", "/v1/me/devices", None),
            ("DELETE", "/v1/me/devices/{device_id}", None),
            ("POST", "/v1/me/guardians", aunt),
            ("GET", "/v1/me/guardians", None),
            ("POST", "/v1/me/guardians/{guardian_id}/code", None),
            ("POST", "/v1/me/guardians/{guardian_id}/confirm", {"code": "000000"}),
            ("DELETE", "/v1/me/guardians/{guardian_id}", None),
        ):
            self.ask(when, method, route, **({} if body is None else {"json": body}))

    def _writes(self, when: str) -> None:
        message = {"message_id": str(uuid5(NAMES, when)), "body": "여기 있어요"}
        for _ in range(2):
            self.ask(when, "POST", f"{REPORT}/messages", json=message)
        self.ask(when, "GET", f"{REPORT}/messages")
        unknown = {"delivered": [str(uuid5(NAMES, "never sent"))]}
        self.ask(when, "POST", f"{REPORT}/messages/reached", json=unknown)
        self.ask(when, "POST", f"{REPORT}/fine", json={})

    def _films(self, when: str) -> None:
        self.ask(when, "OPTIONS", f"{REPORT}/clips")
        self.ask(when, "HEAD", CLIP, headers=TUS)
        headers = TUS | {"Upload-Offset": "7", "Content-Type": OFFSETS}
        self.ask(when, "PATCH", CLIP, headers=headers, content=b"1")
        for name in ("before", when):
            headers = TUS | self._named(name)
            self.ask(when, "POST", f"{REPORT}/clips", headers=headers)

    def _begins(self, name: str) -> httpx.Response:
        path = f"/v1/emergencies/{self.report}/clips"
        return self.phone.post(path, headers=TUS | self._named(name)).raise_for_status()

    @staticmethod
    def _named(name: str) -> dict[str, str]:
        told = b64encode(name.encode()).decode()
        return {"Upload-Length": "1000", "Upload-Metadata": f"clip_id {told}"}

    def goes_on(self, *steps: tuple[str, dict[str, Any]]) -> list[int]:
        """What a control room does, or is refused."""
        operator = self.service.as_role(Role.OPERATOR, GANGDONG)
        path = f"/v1/reports/{self.report}"
        return [operator.post(f"{path}/{step}", json=body).status_code for step, body in steps]

    def is_accepted(self) -> bool:
        query = "SELECT 1 FROM events WHERE aggregate_id = %s AND topic = 'emergency.accepted'"
        with self.service.house.database.connection() as connection:
            return connection.execute(query, (self.report,)).fetchone() is not None


def test_no_answer_of_any_route_tells_which_report_was_taken_back(service: Living) -> None:
    right, forced = Life(service, PIN), Life(service, DURESS)
    lives = (right, forced)
    for life in lives:
        life.asks_everything("at once")
    until(forced.is_accepted)
    message = {"message_id": str(uuid5(NAMES, "ours")), "body": "경찰이 갑니다"}
    helping = (
        ("claim", {}),
        ("notes", {"note": "보고 있음"}),
        ("messages", message),
        ("police", {}),
    )
    assert right.goes_on(*helping) == [409, 200, 409, 409]
    assert forced.goes_on(*helping) == [200, 200, 200, 200]
    for life in lives:
        life.asks_everything("while it goes on")
    ending = {"outcome": "police_handled", "note": "순찰차 도착, 안전 확인함."}
    assert forced.goes_on(("resolve", ending)) == [200]
    for life in lives:
        life.asks_everything("after its end")
    for told, said in zip(right.seen, forced.seen, strict=True):
        assert told == said
    assert not right.is_accepted()


def test_every_route_of_a_phone_is_asked(service: Living) -> None:
    life = Life(service, PIN)
    life.asks_everything("once")
    assert life.asked >= ROUTES
