"""What partners answer, what operators take back and share, at the door."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.roles import Role
from tests.interfaces.http.test_reports import partner_says, report
from tests.living import Living
from tests.story import GANGDONG

__all__ = ["report"]


def asked(service: Living, report: str, kind: str = "police") -> tuple[object, str]:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    operator.post(f"/v1/reports/{report}/claim", json={})
    position = operator.post(f"/v1/reports/{report}/{kind}", json={}).json()["position"]
    detail = operator.get(f"/v1/reports/{report}", params={"after": position}).json()
    return operator, detail[f"{kind}_requests"][0]["request_id"]


@pytest.mark.parametrize(
    ("event", "more", "shown"),
    [
        ("police_declined", {"why": "no_unit"}, "declined"),
        ("police_duplicate_of", {"reference": "112-0"}, "duplicate"),
        ("police_already_on_scene", {"reference": "112-0"}, "on_scene"),
    ],
)
def test_an_answer_shows_and_is_kept_once(service, report, event, more, shown) -> None:
    operator, request_id = asked(service, report)
    body = {"event": event, "report_id": report, "request_id": request_id, **more}
    answers = [partner_says(service, body) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202], answers[0].text
    after = answers[0].json()["position"]
    detail = operator.get(f"/v1/reports/{report}", params={"after": after}).json()
    assert (detail["police"], detail["ringing"]) == (shown, shown != "on_scene")
    history = operator.get(f"/v1/reports/{report}/history").json()
    assert sum(fact["topic"] == f"emergency.{event}" for fact in history) == 1


def test_an_answer_to_nothing_is_refused_by_name(service, report) -> None:
    body = {"event": "ambulance_declined", "report_id": report, "request_id": str(uuid4())}
    answer = partner_says(service, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "emergency.not_requested")
    nowhere = partner_says(service, body | {"report_id": str(uuid4())})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "unknown")
    assert partner_says(service, body | {"why": "too tired"}).status_code == 422


@pytest.mark.parametrize("kind", ["police", "ambulance"])
def test_help_is_stood_down(service, report, kind) -> None:
    operator, _ = asked(service, report, kind)
    path = f"/v1/reports/{report}/{kind}/stand-down"
    done = operator.post(path, json={"why": "safe"})
    assert done.status_code == 200, done.text
    after = {"after": done.json()["position"]}
    assert operator.get(f"/v1/reports/{report}", params=after).json()[kind] == "stood_down"
    again = operator.post(path, json={"why": "safe"})
    assert (again.status_code, again.json()["code"]) == (409, "emergency.nothing_to_stand_down")
    assert operator.post(path, json={}).status_code == 422


def test_a_camera_is_shared_with_the_police_and_no_more(service, report) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    path = f"/v1/reports/{report}/camera-shares"
    early = operator.post(path, json={"camera_id": "GD-1"})
    assert (early.status_code, early.json()["code"]) == (409, "emergency.nobody_to_share_with")
    operator, _ = asked(service, report)
    assert operator.post(path, json={"camera_id": "GD-1"}).status_code == 200
    assert operator.post(f"{path}/end", json={"camera_id": "GD-1"}).status_code == 200
    late = operator.post(f"{path}/end", json={"camera_id": "GD-1"})
    assert (late.status_code, late.json()["code"]) == (409, "emergency.not_shared")
