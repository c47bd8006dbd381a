"""Raised again, practised, promoted, linked: over the wire."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.roles import Role
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living
from tests.waiting import until

IN_GURO = {"latitude_deg": 37.4954, "longitude_deg": 126.8874, "accuracy_m": 12.0}


class Citizen:
    def __init__(self, service: Living) -> None:
        self.phone = service.client(service.register().device_token)

    def raises(self, **more: Any) -> dict[str, Any]:
        body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG, **more}
        answer: dict[str, Any] = self.phone.post("/v1/emergencies", json=body).json()
        return answer


@pytest.fixture
def citizen(service: Living) -> Citizen:
    return Citizen(service)


@pytest.fixture
def operator(service: Living) -> httpx.Client:
    return service.as_role(Role.OPERATOR, GANGDONG)


def row_of(client: httpx.Client, report_id: str) -> dict[str, Any] | None:
    rows = client.get("/v1/queue").json()["rows"]
    return next((row for row in rows if row["report_id"] == report_id), None)


def rings(client: httpx.Client, report_id: str, **also: Any) -> None:
    def there() -> bool:
        row = row_of(client, report_id)
        return row is not None and row["ringing"] and also.items() <= row.items()

    until(there)


def test_raised_again_it_rings_for_that_until_it_is_claimed_anew(
    citizen: Citizen, operator: httpx.Client
) -> None:
    report_id = citizen.raises()["aggregate_id"]
    path = f"/v1/reports/{report_id}"
    rings(operator, report_id)
    operator.post(f"{path}/claim", json={}).raise_for_status()
    again = citizen.raises()
    assert (again["aggregate_id"], again["joined"]) == (report_id, True)
    rings(operator, report_id, rings_for="joined")
    end = {"outcome": "police_handled", "note": "The police saw her home."}
    refused = operator.post(f"{path}/resolve", json=end)
    assert (refused.status_code, refused.json()["code"]) == (409, "emergency.rings_again")
    operator.post(f"{path}/claim", json={}).raise_for_status()
    operator.post(f"{path}/resolve", json=end).raise_for_status()


def test_too_far_away_it_is_a_report_of_its_own_linked_to_the_first(
    service: Living, citizen: Citizen, operator: httpx.Client
) -> None:
    first = citizen.raises()["aggregate_id"]
    second = citizen.raises(position=IN_GURO)
    assert second["aggregate_id"] != first
    rings(operator, first)
    rings(service.as_role(Role.OPERATOR, GURO), second["aggregate_id"])
    theirs = operator.get(f"/v1/reports/{first}/links").json()
    assert (theirs["rows"], theirs["hidden"]) == ([], True)
    city = service.as_role(Role.COORDINATOR).get(f"/v1/reports/{first}/links").json()
    assert [one["report_id"] for one in city["rows"]] == [second["aggregate_id"]]
    assert not city["hidden"]


class TestLinks:
    @pytest.fixture
    def two(self, service: Living, operator: httpx.Client) -> tuple[str, str]:
        first, second = (Citizen(service).raises()["aggregate_id"] for _ in range(2))
        rings(operator, second)
        return first, second

    def test_an_operator_links_and_unlinks(
        self, operator: httpx.Client, two: tuple[str, str]
    ) -> None:
        first, second = two
        linked = operator.post(f"/v1/reports/{first}/links", json={"other_id": second})
        after = {"after": linked.raise_for_status().json()["position"]}
        for one, other in ((first, second), (second, first)):
            told = operator.get(f"/v1/reports/{one}/links", params=after).json()
            assert [row["report_id"] for row in told["rows"]] == [other]
            assert told["incident_id"] == told["rows"][0]["incident_id"]
        unlinked = operator.post(f"/v1/reports/{second}/unlink").raise_for_status()
        after = {"after": unlinked.json()["position"]}
        for one in two:
            told = operator.get(f"/v1/reports/{one}/links", params=after).json()
            assert (told["incident_id"], told["rows"], told["hidden"]) == (None, [], False)
        refused = operator.post(f"/v1/reports/{second}/unlink")
        assert (refused.status_code, refused.json()["code"]) == (409, "emergency.not_linked")

    def test_what_is_near_in_time_and_place_is_proposed_until_it_is_linked(
        self, service: Living, operator: httpx.Client, two: tuple[str, str]
    ) -> None:
        first, second = two
        far = {**IN_GANGDONG, "latitude_deg": 37.5395}
        elsewhere = Citizen(service).raises(position=far)["aggregate_id"]
        near = {**IN_GANGDONG, "latitude_deg": 37.5328}
        third = Citizen(service).raises(position=near)["aggregate_id"]
        practising = Citizen(service)
        practising.phone.put("/v1/me/drill-mode").raise_for_status()
        drill = practising.raises(drill=True)["aggregate_id"]
        rings(operator, third)
        rings(operator, drill)
        told = operator.get(f"/v1/reports/{first}/links").json()
        proposed = [row["report_id"] for row in told["near"]]
        assert {second, third} <= {*proposed}
        assert not {first, elsewhere, drill} & {*proposed}
        away = told["distances_m"]
        assert (away[second], away[third]) == (0, 300)
        assert [away[one] for one in proposed] == sorted(away[one] for one in proposed)
        assert operator.get(f"/v1/reports/{drill}/links").json()["near"] == []
        linked = operator.post(f"/v1/reports/{first}/links", json={"other_id": third})
        after = {"after": linked.raise_for_status().json()["position"]}
        told = operator.get(f"/v1/reports/{first}/links", params=after).json()
        assert third not in [row["report_id"] for row in told["near"]]
        assert told["distances_m"][third] == 300
        why = {"reason": "Two men, two streets."}
        unlinked = operator.post(f"/v1/reports/{first}/unlink", json=why).raise_for_status()
        after = {"after": unlinked.json()["position"]}
        facts = operator.get(f"/v1/reports/{first}/history", params=after).json()
        assert facts[-1]["personal"] == why

    def test_who_does_not_see_both_does_neither(
        self, service: Living, operator: httpx.Client, two: tuple[str, str]
    ) -> None:
        elsewhere = Citizen(service).raises(position=IN_GURO)["aggregate_id"]
        guro = service.as_role(Role.OPERATOR, GURO)
        for client, one, other in ((operator, two[0], elsewhere), (guro, elsewhere, two[0])):
            answer = client.post(f"/v1/reports/{one}/links", json={"other_id": other})
            assert answer.status_code == 403
        assert guro.get(f"/v1/reports/{two[0]}/links").status_code == 403
        assert guro.post(f"/v1/reports/{two[0]}/unlink").status_code == 403
        assert operator.get(f"/v1/reports/{uuid4()}/links").status_code == 404
        itself = operator.post(f"/v1/reports/{two[0]}/links", json={"other_id": two[0]})
        assert itself.json()["code"] == "emergency.link_unfit"
        assert service.client().post(f"/v1/reports/{two[0]}/unlink").status_code == 401


class TestDrills:
    def test_drill_mode_is_switched_by_the_phone(self, citizen: Citizen) -> None:
        door = "/v1/me/drill-mode"
        assert citizen.phone.get(door).json()["until"] is None
        real = citizen.raises(drill=True, how="button")
        assert (real["drill"], real["flags"]) == (False, ["drill_overruled"])
        refused = citizen.phone.put(door)
        assert (refused.status_code, refused.json()["code"]) == (409, "member.drill_during_report")

    def test_while_it_is_on_a_drill_is_one_and_a_second_trigger_makes_it_real(
        self, citizen: Citizen, operator: httpx.Client
    ) -> None:
        on = citizen.phone.put("/v1/me/drill-mode").raise_for_status().json()
        assert on["until"] > on["server_time"]
        drill = citizen.raises(drill=True)
        assert drill["drill"]
        rings(operator, drill["aggregate_id"], lane="drill")
        real = citizen.raises(drill=True)
        assert (real["aggregate_id"], real["drill"]) == (drill["aggregate_id"], False)
        rings(operator, drill["aggregate_id"], lane="real", call="ordered")

    def test_switched_off_it_is_real(self, citizen: Citizen) -> None:
        citizen.phone.put("/v1/me/drill-mode").raise_for_status()
        assert citizen.phone.delete("/v1/me/drill-mode").json()["until"] is None
        assert not citizen.raises(drill=True)["drill"]

    def test_an_operator_promotes_a_drill(self, citizen: Citizen, operator: httpx.Client) -> None:
        citizen.phone.put("/v1/me/drill-mode").raise_for_status()
        report_id = citizen.raises(drill=True)["aggregate_id"]
        rings(operator, report_id, lane="drill")
        operator.post(f"/v1/reports/{report_id}/promote", json={}).raise_for_status()
        rings(operator, report_id, lane="real", rings_for="promoted")
        again = operator.post(f"/v1/reports/{report_id}/promote", json={})
        assert (again.status_code, again.json()["code"]) == (409, "emergency.not_a_drill")

    def test_nobody_else_switches_it(self, service: Living, operator: httpx.Client) -> None:
        for client in (operator, service.client()):
            assert client.put("/v1/me/drill-mode").status_code == 401
