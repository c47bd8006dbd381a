"""A scout's own button over the wire: it is never refused, and the operator sees her move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from tests.clusters import Cluster
from tests.interfaces.http.scouts_night import OFFICE, Night, fix, line_of, serving
from tests.living import IN_GANGDONG, Living
from tests.waiting import until

FURTHER = OFFICE | {"latitude_deg": 37.5330}
"""Some 300 m north."""
NOTE = "She fell over a root, and can walk."


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with serving(cluster, tmp_path_factory) as service:
        yield service


@pytest.fixture
def night(service: Living) -> Iterator[Night]:
    made = Night(service)
    yield made
    made.stands_down()


class Raised(NamedTuple):
    """A report that the first scout of a walk raised on it."""

    night: Night
    escort: str
    report_id: str

    @property
    def report(self) -> dict[str, Any]:
        return self.night.operator.get(f"/v1/reports/{self.report_id}").raise_for_status().json()

    def sends(self, phone: httpx.Client, *fixes: Any) -> dict[str, Any]:
        answer = phone.post(f"{self.escort}/positions", json={"fixes": list(fixes)})
        return answer.raise_for_status().json()

    def says(self, phone: httpx.Client, *fixes: Any) -> httpx.Response:
        return phone.post(
            f"/v1/emergencies/{self.report_id}/positions", json={"fixes": list(fixes)}
        )

    def trail(self) -> list[float]:
        told = self.night.operator.get(f"/v1/reports/{self.report_id}/positions")
        return [one["latitude_deg"] for one in told.raise_for_status().json()["fixes"]]

    def is_over(self) -> None:
        operator, path = self.night.operator, f"/v1/reports/{self.report_id}"
        operator.post(f"{path}/claim", json={}).raise_for_status()
        body = {"outcome": "false_alarm", "note": NOTE}
        operator.post(f"{path}/resolve", json=body).raise_for_status()


@pytest.fixture
def raised(night: Night) -> Iterator[Raised]:
    booked = night.booked()
    path = f"/v1/escorts/{booked['aggregate_id']}"
    night.scouts[0].post(f"{path}/met", json={"code": booked["code"]}).raise_for_status()
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG}
    told = night.scouts[0].post("/v1/scout/emergencies", json=body).raise_for_status().json()
    until(lambda: line_of(night.operator, booked["aggregate_id"]).get("attention") == "emergency")
    yield Raised(night, path, told["aggregate_id"])
    night.citizen.post(f"{path}/arrived")


def test_a_scouts_alarm_is_never_refused_and_names_the_escort(night: Night) -> None:
    booked = night.booked()
    escort_id, path = booked["aggregate_id"], f"/v1/escorts/{booked['aggregate_id']}"
    night.scouts[0].post(f"{path}/met", json={"code": booked["code"]}).raise_for_status()
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG}
    told = night.scouts[0].post("/v1/scout/emergencies", json=body)
    assert (told.status_code, told.json()["escort_id"]) == (202, escort_id)
    report_id = told.json()["aggregate_id"]

    def rings() -> bool:
        rows = night.operator.get("/v1/queue").json()["rows"]
        return any((one["report_id"], one["how"]) == (report_id, "scout") for one in rows)

    until(rings)
    until(lambda: line_of(night.operator, escort_id).get("attention") == "emergency")
    unknown = night.service.client("nobody's").post("/v1/scout/emergencies", content=b"{{{")
    assert unknown.status_code == 202
    assert "device_unknown" in unknown.json()["flags"]
    broken = night.scouts[1].post("/v1/scout/emergencies", content=b"{{{")
    assert (broken.status_code, "field_malformed" in broken.json()["flags"]) == (202, True)
    night.citizen.post(f"{path}/arrived").raise_for_status()


def test_what_her_phone_sends_of_the_walk_moves_her_open_report(raised: Raised) -> None:
    scout = raised.night.scouts[0]
    told = raised.sends(scout, fix(OFFICE, ago_s=5), {"latitude_deg": None})
    assert (told["taken"], told["open"], [one["why"] for one in told["refused"]]) == (
        1,
        True,
        ["malformed"],
    )
    assert raised.trail() == [OFFICE["latitude_deg"]]
    raised.sends(scout, fix(FURTHER))
    until(lambda: raised.report["position"]["latitude_deg"] == FURTHER["latitude_deg"])
    assert raised.trail() == [OFFICE["latitude_deg"], FURTHER["latitude_deg"]]
    history = raised.night.operator.get(f"/v1/reports/{raised.report_id}/history").json()
    assert "emergency.position_updated" in [one["topic"] for one in history]


def test_of_others_on_the_walk_nothing_reaches_her_report(raised: Raised) -> None:
    for phone in (raised.night.citizen, raised.night.scouts[1]):
        assert raised.sends(phone, fix(FURTHER))["taken"] == 1
        assert raised.says(phone, fix(FURTHER)).status_code == 404
    assert raised.trail() == []


def test_she_names_her_report_where_she_is_out_with_nobody(raised: Raised) -> None:
    scout = raised.night.scouts[0]
    raised.night.citizen.post(f"{raised.escort}/arrived").raise_for_status()
    told = raised.says(scout, fix(OFFICE, ago_s=5)).raise_for_status().json()
    assert (told["taken"], told["open"]) == (1, True)
    assert raised.sends(scout, fix(FURTHER))["open"] is True, "her report wants it"
    assert raised.trail() == [OFFICE["latitude_deg"], FURTHER["latitude_deg"]]


def test_once_it_is_over_no_more_reaches_it(raised: Raised) -> None:
    raised.is_over()
    scout = raised.night.scouts[0]
    assert raised.says(scout, fix(FURTHER)).json()["open"] is False
    assert raised.sends(scout, fix(FURTHER))["open"] is True, "the walk wants it"
    until(lambda: raised.report["stage"] == "resolved")
    assert raised.trail() == []
