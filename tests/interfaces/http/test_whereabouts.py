"""Positions over the wire, and what a control room finds out and hands over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.policy import Policy
from domain.roles import Role
from tests.clusters import Cluster
from tests.living import GANGDONG, IN_GANGDONG, Living, living
from tests.waiting import until

SONGPA = "11710"
IN_SONGPA = {"latitude_deg": 37.5126, "longitude_deg": 127.1025, "accuracy_m": 9.0}


POLICY = Policy(cancel_window_s=0.2, transfer_answer_s=8)


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """Windows and offers are short: their timers are awaited here."""
    folder = tmp_path_factory.mktemp("moving") / "home"
    with cluster.database() as database, living(database, folder, policy=POLICY) as service:
        yield service


class Case:
    """A report in Gangdong, its phone, and its operator."""

    def __init__(self, service: Living) -> None:
        member = service.register()
        self.citizen_id = member.citizen_id
        self.phone = service.client(member.device_token)
        body = {"trigger_id": str(uuid4()), "how": "button", "position": IN_GANGDONG}
        receipt = self.phone.post("/v1/emergencies", json=body).json()
        self.id = receipt["aggregate_id"]
        self.operator = service.as_role(Role.OPERATOR, GANGDONG)
        self.other = service.as_role(Role.SUPERVISOR, SONGPA)
        self._service = service

    def accepted(self) -> Case:
        until(lambda: self.read()["stage"] == "open")
        return self

    def claimed(self) -> Case:
        self.accepted().act("claim")
        return self

    def moves(self, *fixes: Any, **more: Any) -> dict[str, Any]:
        answer = self.phone.post(
            f"/v1/emergencies/{self.id}/positions", json={"fixes": fixes, **more}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, step: str, who: httpx.Client | None = None, **body: Any) -> httpx.Response:
        return (who or self.operator).post(f"/v1/reports/{self.id}/{step}", json=body)

    def read(self, who: httpx.Client | None = None, after: int | None = None) -> dict[str, Any]:
        query = {} if after is None else {"after": after}
        answer = (who or self.operator).get(f"/v1/reports/{self.id}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def in_queue_of(self, who: httpx.Client, after: int) -> dict[str, Any] | None:
        rows = who.get("/v1/queue", params={"after": after}).json()["rows"]
        return next((row for row in rows if row["report_id"] == self.id), None)


@pytest.fixture
def case(service: Living) -> Case:
    return Case(service)


def fix(place: dict[str, float], ago_s: float = 0, **more: Any) -> dict[str, Any]:
    taken_at = datetime.now(UTC) - timedelta(seconds=ago_s)
    return {**place, "source": "gnss", "fixed_at": taken_at.isoformat(), "battery_pct": 41} | more


def walked_over(case: Case) -> dict[str, Any]:
    return case.moves(*[fix(IN_SONGPA, ago_s) for ago_s in (40, 30, 20, 10, 0)])


def test_positions_flow_and_bad_ones_are_counted_back(case: Case) -> None:
    north = IN_GANGDONG | {"latitude_deg": 37.5330}
    answer = case.moves(fix(north), fix(north, ago_s=-900), {"latitude_deg": None}, 7)
    assert (answer["taken"], answer["open"]) == (1, True)
    assert [one["why"] for one in answer["refused"]] == ["future", "malformed", "malformed"]
    report = case.read(after=answer["position"])
    assert report["position"]["latitude_deg"] == 37.5330
    assert (report["battery_pct"], report["fix_source"]) == (41, "gnss")
    assert report["located_at"] is not None


def test_a_body_that_is_no_json_is_answered(case: Case) -> None:
    for body in (b"", b"{", b"NaN", b'{"fixes": [{"latitude_deg": NaN}]}'):
        answer = case.phone.post(f"/v1/emergencies/{case.id}/positions", content=body)
        assert (answer.status_code, answer.json()["taken"]) == (200, 0)


def test_nobody_else_says_where_she_is(case: Case, service: Living) -> None:
    other = service.client(service.register().device_token)
    for who in (other, service.client()):
        answer = who.post(f"/v1/emergencies/{case.id}/positions", json={"fixes": []})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown")


def test_who_follows_her_sees_the_trail_and_leaves_a_record(case: Case, service: Living) -> None:
    case.moves(fix(IN_GANGDONG, 12), fix(IN_GANGDONG, 6), fix(IN_GANGDONG))
    answer = case.operator.get(f"/v1/reports/{case.id}/positions").json()
    ages = [round(one["age_s"] / 6) for one in answer["fixes"]]
    assert ages == [2, 1, 0]
    assert answer["fixes"][-1]["latitude_deg"] == IN_GANGDONG["latitude_deg"]
    assert case.other.get(f"/v1/reports/{case.id}/positions").status_code == 403
    seen = case.phone.get("/v1/me/access").json()
    assert "position" in json.dumps(seen)
    with service.house.database.connection() as connection:
        rows = connection.execute(
            "SELECT what FROM access_records WHERE about = %s ORDER BY id", (case.id,)
        ).fetchall()
    assert rows[-2:] == [("position.read",), ("position.refused",)]


def test_no_position_stands_in_clear_anywhere(case: Case, service: Living) -> None:
    odd = IN_GANGDONG | {"latitude_deg": 37.531337, "longitude_deg": 127.125773}
    case.moves(fix(odd))
    with service.house.database.connection() as connection:
        kept = connection.execute("SELECT live_positions::text FROM live_positions").fetchall()
        stored = connection.execute("SELECT open FROM events").fetchall()
    everything = str(kept) + str(stored)
    assert kept
    assert "531337" not in everything
    assert "125773" not in everything


def test_open_screens_hear_that_she_moves_and_not_where(case: Case) -> None:
    with (
        case.operator.stream("GET", "/v1/queue/stream") as mine,
        case.other.stream("GET", "/v1/queue/stream") as theirs,
    ):
        lines, others = mine.iter_lines(), theirs.iter_lines()
        assert next(lines)
        case.moves(fix(IN_GANGDONG, battery_pct=7))
        for line in lines:
            if line == "event: position":
                data = json.loads(next(lines).removeprefix("data: "))
                if data["report_id"] == case.id:
                    break
        assert (data["battery_pct"], data["fix_source"]) == (7, "gnss")
        assert not {"latitude_deg", "position", "cell"} & set(data)
        heard = 0
        for line in others:
            assert line != "event: position"
            heard += line == "event: heartbeat"
            if heard == 2:
                break


def test_over_the_border_she_is_offered_accepted_and_both_can_read(case: Case) -> None:
    case.claimed()
    answer = walked_over(case)
    offered = case.in_queue_of(case.other, answer["position"])
    assert offered is not None
    assert (offered["district"], offered["offer"]["to_district"]) == (GANGDONG, SONGPA)
    assert case.act("claim", case.other).status_code == 403
    assert case.act("transfer/accept", case.operator).status_code == 403
    receipt = case.act("transfer/accept", case.other).json()
    report = case.read(case.other, after=receipt["position"])
    assert (report["district"], report["offer"], report["stage"]) == (SONGPA, None, "claimed")
    assert case.read()["audience"] == [GANGDONG, SONGPA]


def test_an_offer_lapses_by_its_timer_and_leaves_the_other_queue(case: Case) -> None:
    case.claimed()
    answer = walked_over(case)
    assert case.in_queue_of(case.other, answer["position"])
    until(lambda: case.read()["offer"] is None)
    report = case.read()
    assert (report["district"], report["returned_by"]) == (GANGDONG, [SONGPA])
    assert case.in_queue_of(case.other, report["last_position"]) is None
    assert case.in_queue_of(case.operator, report["last_position"])


def test_by_hand_it_is_offered_and_refused(case: Case) -> None:
    case.claimed()
    offer = case.act("transfer", to_district=SONGPA, reason="Their cameras see her.")
    assert offer.status_code == 200, offer.text
    again = case.act("transfer", to_district="11530", reason="Or theirs.")
    assert (again.status_code, again.json()["code"]) == (409, "emergency.transfer_pending")
    back = case.act("transfer/refuse", case.other, reason="Not with us.")
    assert back.status_code == 200
    none = case.act("transfer/accept", case.operator)
    assert (none.status_code, none.json()["code"]) == (409, "emergency.no_transfer")
    unfit = case.act("transfer", to_district="99999", reason="?")
    assert (unfit.status_code, unfit.json()["code"]) == (409, "emergency.transfer_unfit")
    assert case.act("transfer", to_district=SONGPA).status_code == 422


def test_an_operator_says_what_it_is_where_and_who(case: Case) -> None:
    case.claimed()
    said = case.act("classification", kind="assault", concerns="another", weapon="blade")
    assert said.status_code == 200, said.text
    place = case.act("incident-place", latitude_deg=37.4954, longitude_deg=126.8874)
    assert place.status_code == 200, place.text
    person = case.act("third-persons", role="offender", description="검은 점퍼, 키 큰 남자")
    report = case.read(after=person.json()["position"])
    assert report["classification"] == {
        "kind": "assault",
        "concerns": "another",
        "weapon": "blade",
        "injury": "unclear",
    }
    assert report["urgency"] == "highest"
    assert report["incident"]["position"]["latitude_deg"] == 37.4954
    assert report["incident"]["district"] == "11530"
    assert report["position"]["latitude_deg"] == IN_GANGDONG["latitude_deg"]
    assert report["third_persons"][0]["description"] == "검은 점퍼, 키 큰 남자"
    assert case.act("classification", kind="magic").status_code == 422
    assert case.act("incident-place", latitude_deg=91, longitude_deg=0).status_code == 422
    assert case.act("third-persons", role="offender", description=" ").status_code == 422


def test_the_armed_come_first(service: Living) -> None:
    calm, armed = Case(service).claimed(), Case(service).claimed()
    last = armed.act("classification", weapon="firearm").json()["position"]
    rows = armed.operator.get("/v1/queue", params={"after": last}).json()["rows"]
    order = [row["report_id"] for row in rows]
    assert order.index(armed.id) < order.index(calm.id)


def test_her_card_is_shown_while_she_is_helped_and_leaves_a_record(case: Case) -> None:
    card = {"language": "en", "medical_note": "Asthma", "needs": ["deaf", "deaf"]}
    kept = case.phone.put("/v1/me/card", json=card)
    assert kept.status_code == 200, kept.text
    case.claimed()
    shown = case.read(after=kept.json()["position"])["card"]
    assert (shown["language"], shown["medical_note"], shown["needs"]) == ("en", "Asthma", ["deaf"])
    assert "card" in json.dumps(case.phone.get("/v1/me/access").json())
    end = case.act(
        "resolve", outcome="safe", verified_by="camera", note="Seen home safely on camera."
    ).json()
    assert case.read(after=end["position"])["card"] is None


def test_only_she_and_an_administrator_set_her_card(case: Case, service: Living) -> None:
    path = f"/v1/members/{case.citizen_id}/card"
    admin = service.as_role(Role.ADMINISTRATOR)
    assert admin.put(path, json={"needs": ["wheelchair"]}).status_code == 200
    assert case.operator.put(path, json={}).status_code == 403
    assert admin.put(f"/v1/members/{uuid4()}/card", json={}).status_code == 404
    assert service.client().put("/v1/me/card", json={}).status_code == 401
    assert admin.put(path, json={"needs": ["flying"]}).status_code == 422
