"""Shifts, beats and centres at the door, over a service whose consoles count."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from application.context import system
from domain.roles import Role
from tests.clusters import Cluster
from tests.living import GANGDONG, IN_GANGDONG, Living, living
from tests.waiting import until

SONGPA = "11710"
SYSTEM = system("test", correlation_id=uuid4())


@pytest.fixture
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with (
        cluster.database() as database,
        living(database, tmp_path_factory.mktemp("living") / "home", staffed=False) as service,
    ):
        yield service


def raised(service: Living) -> str:
    body = {"trigger_id": uuid4().hex, "position": IN_GANGDONG, "device": {"device_id": "x" * 20}}
    return httpx.post(f"{service.url}/v1/emergencies", json=body).json()["aggregate_id"]


def history(client: httpx.Client, report: str) -> list[dict]:
    answer = client.get(f"/v1/reports/{report}/history")
    return answer.json() if answer.is_success else []


def risen(client: httpx.Client, report: str) -> dict | None:
    found = [one for one in history(client, report) if one["topic"] == "emergency.escalated"]
    return found[0]["open"] if found else None


def accepted(client: httpx.Client, report: str) -> bool:
    return any(one["topic"] == "emergency.accepted" for one in history(client, report))


def test_a_closed_centre_rings_elsewhere_and_is_briefed_when_it_opens(service: Living) -> None:
    city = service.as_role(Role.COORDINATOR)
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    began = operator.post("/v1/shifts", json={})
    assert (began.status_code, began.json()["district"]) == (201, GANGDONG)
    beaten = operator.post("/v1/shifts/current/beat", json={"input": True})
    assert beaten.json() == {"on_shift": True, "beat_again_in_s": 15}
    assert operator.delete("/v1/shifts/current").status_code == 204
    assert not operator.post("/v1/shifts/current/beat", json={"input": True}).json()["on_shift"]
    until(lambda: [(one["district"], one["open"]) for one in centres(city)] == [(GANGDONG, False)])

    report = raised(service)
    until(lambda: accepted(city, report))
    rise = until(lambda: risen(city, report))
    assert (rise["level"], rise["because"]) == ("neighbour", "centre_closed")
    assert {GANGDONG, SONGPA, "11000"} <= set(rise["districts"])
    neighbour = service.as_role(Role.OPERATOR, SONGPA)
    assert neighbour.post(f"/v1/reports/{report}/claim", json={}).status_code == 200

    operator.post("/v1/shifts", json={})
    told = until(lambda: _briefed(operator))
    assert [(one["report_id"], one["stage"]) for one in told["reports"]] == [(report, "claimed")]


def centres(client: httpx.Client) -> list[dict]:
    return client.get("/v1/centres").json()


def _briefed(operator: httpx.Client) -> dict | None:
    told = operator.get("/v1/shifts/briefing").json()
    claimed = told["reports"] and told["reports"][0]["stage"] == "claimed"
    return told if claimed and told["opened_at"] else None


def test_a_centre_that_closes_while_a_report_rings_lets_it_go_on(service: Living) -> None:
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    operator.post("/v1/shifts", json={})
    report = raised(service)
    until(lambda: accepted(operator, report))
    assert risen(operator, report) is None
    operator.delete("/v1/shifts/current")

    def looked() -> dict | None:
        service.house.shift_desk.look(SYSTEM)
        return risen(operator, report)

    assert until(looked)["because"] == "centre_closed"


def test_who_has_no_console_has_no_shift(service: Living) -> None:
    auditor = service.as_role(Role.AUDITOR)
    assert auditor.post("/v1/shifts", json={}).status_code == 403
    assert auditor.get("/v1/shifts/briefing").status_code == 403
    operator = service.as_role(Role.OPERATOR, GANGDONG)
    assert operator.post("/v1/shifts/current/beat", json={}).status_code == 422
    assert service.client().post("/v1/shifts", json={}).status_code == 401
