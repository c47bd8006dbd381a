"""Checks and loans over HTTP: from the form to the end, by anybody, by a member, by staff."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from application.context import system
from application.inspection.commands import AddPiece
from application.phrases import phrase
from application.tries import Tries
from domain.language import Language
from domain.roles import Role
from infrastructure.form_tries import PostgresTries
from tests.application.forms_house import MemoryTries
from tests.living import GANGDONG, Living

SEOCHO = "11650"


def soon(first_h: float, last_h: float) -> dict[str, str]:
    now = datetime.now(UTC)
    ends = (now + timedelta(hours=hours) for hours in (first_h, last_h))
    return dict(zip(("begins_at", "ends_at"), (one.isoformat() for one in ends), strict=True))


def check(**changes: Any) -> dict[str, Any]:
    return {
        "district": GANGDONG,
        "building": "open_toilet",
        "place": "성내로 25, 2층 화장실",
        "wished": [soon(24, 30)],
        "name": "김미나",
        "phone": "+821055556666",
    } | changes


def loan(**changes: Any) -> dict[str, Any]:
    return {
        "district": GANGDONG,
        "building": "home",
        "days": 3,
        "name": "김미나",
        "phone": "+821055556666",
    } | changes


def ask(client: httpx.Client, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
    answer = client.post(path, json=body, headers={"Idempotency-Key": key or str(uuid4())})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_anybody_asks_and_looks_it_up_with_the_code_alone(service: Living) -> None:
    anybody = service.client()
    told = ask(anybody, "/v1/inspections", check(), key="form-1")
    again = ask(anybody, "/v1/inspections", check(wished=[]) | check(), key="form-2")
    assert told["reference"] != again["reference"]
    door = {"reference": told["reference"], "code": told["code"]}
    state = anybody.post("/v1/forms/look-up", json=door).json()
    assert (state["stage"], state["building"]) == ("requested", "open_toilet")
    wrong = anybody.post("/v1/forms/look-up", json=door | {"code": "WRONG"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "unknown")


def test_a_refusal_is_told_in_the_callers_language(service: Living) -> None:
    answer = service.client().post(
        "/v1/detector-loans", json=loan(days=9), headers={"Accept-Language": "zh-CN,ko;q=0.5"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "detector_loan.too_long")
    assert answer.json()["message"] == phrase("refused.detector_loan.too_long", Language.ZH)


def test_a_member_needs_no_name_and_a_strange_token_is_nobodys(service: Living) -> None:
    member = service.register()
    told = ask(service.client(member.device_token), "/v1/detector-loans", loan(name=None))
    assert told["reference"].startswith("DL-")
    stranger = service.client("nobody.knows")
    assert stranger.post("/v1/detector-loans", json=loan()).status_code == 401


def test_a_check_from_the_form_to_the_visit(service: Living) -> None:
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    told = ask(service.client(), "/v1/inspections", check())
    form_id = told["aggregate_id"]
    team_id = ask(supervisor, "/v1/inspection-teams", {"district": GANGDONG, "number": 1})[
        "aggregate_id"
    ]
    assert operator.post(f"/v1/inspections/{form_id}/approve").status_code == 200
    visit = {"team_id": team_id, "visit": soon(25, 26)}
    position = operator.post(f"/v1/inspections/{form_id}/visits", json=visit).json()["position"]
    rows = operator.get("/v1/forms", params={"after": position}).json()
    [row] = [one for one in rows if one["form_id"] == form_id]
    assert (row["stage"], "name" in row, "form" in row) == ("scheduled", False, False)
    board = operator.get("/v1/board", params={"kind": "inspection", "after": position}).json()
    assert form_id in {one["id"] for one in board}
    opened = operator.get(f"/v1/forms/{form_id}").json()
    assert opened["place"] == "성내로 25, 2층 화장실"
    early = operator.post(f"/v1/inspections/{form_id}/result", json={"finding": "nothing"})
    assert early.json()["code"] == "inspection.visit_not_begun"
    [team] = operator.get("/v1/inspection-teams").json()
    assert list(team["visits"]) == [form_id]
    figures = supervisor.get("/v1/statistics/inspections").json()
    assert sum(one["approved"] for one in figures if one["kind"] == "inspection") >= 1
    door = {"reference": told["reference"], "code": told["code"]}
    assert service.client().post("/v1/forms/withdraw", json=door).status_code == 200
    assert supervisor.delete(f"/v1/inspection-teams/{team_id}").status_code == 200
    assert operator.post(f"/v1/inspections/{form_id}/close").status_code == 409
    no = operator.post(f"/v1/inspections/{form_id}/decline", json={"why": "other"})
    assert no.json()["code"] == "inspection.over"


def test_of_many_at_once_who_want_the_last_detector_one_gets_it(service: Living) -> None:
    piece = AddPiece(district=SEOCHO, mark="SC-1")
    service.house.detector_desk.add_piece(piece, system("test", correlation_id=uuid4()))
    city = service.as_role(Role.COORDINATOR)
    forms = [
        ask(service.client(), "/v1/detector-loans", loan(district=SEOCHO))["aggregate_id"]
        for _ in range(2)
    ]
    with ThreadPoolExecutor(2) as threads:
        answers = threads.map(lambda one: city.post(f"/v1/detector-loans/{one}/approve"), forms)
        assert sorted(one.status_code for one in answers) == [200, 409]
    pieces = city.get(f"/v1/detectors/{SEOCHO}").json()
    assert (pieces["free"], list(pieces["reserved"])) == ([], ["SC-1"])


def test_a_loan_from_the_form_to_the_return(service: Living) -> None:
    supervisor = service.as_role(Role.SUPERVISOR, GANGDONG)
    for mark in ("GD-1", "GD-2"):
        ask(supervisor, "/v1/detectors", {"district": GANGDONG, "mark": mark})
    lent, lost, declined = (
        ask(service.client(), "/v1/detector-loans", loan())["aggregate_id"] for _ in range(3)
    )
    for form_id in (lent, lost):
        for step in ("approve", "hand-over"):
            assert supervisor.post(f"/v1/detector-loans/{form_id}/{step}").status_code == 200
    steps = {
        f"/v1/detector-loans/{lent}/return": {"condition": "damaged", "note": "렌즈 깨짐"},
        f"/v1/detector-loans/{lost}/lost": {},
        f"/v1/detector-loans/{declined}/decline": {"why": "no_capacity"},
        "/v1/detectors/repaired": {"district": GANGDONG, "mark": "GD-1"},
        "/v1/detectors/damaged": {"district": GANGDONG, "mark": "GD-1"},
        "/v1/detectors/retired": {"district": GANGDONG, "mark": "GD-1"},
    }
    for path, body in steps.items():
        assert supervisor.post(path, json=body).status_code == 200, path
    assert supervisor.get(f"/v1/detectors/{GANGDONG}").json() == {
        "district": GANGDONG,
        "free": [],
        "reserved": {},
        "broken": [],
    }


@pytest.fixture(params=["memory", "postgres"])
def tries(request: pytest.FixtureRequest, service: Living) -> Tries:
    return MemoryTries() if request.param == "memory" else PostgresTries(service.house.database)


def test_tries_are_counted_by_door_and_by_whom(tries: Tries) -> None:
    now = datetime.now(UTC)
    who, other = uuid4().hex, uuid4().hex
    for seconds in (1, 2, 3):
        tries.keep("door", who, now + timedelta(seconds=seconds))
    tries.keep("other", who, now)
    tries.keep("door", other, now)
    assert list(tries.since("door", who, now + timedelta(seconds=1))) == [
        now + timedelta(seconds=2),
        now + timedelta(seconds=3),
    ]
