"""A way home over the wire: the phone, the control rooms, real timers, and one board."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.policy import Policy
from domain.roles import Role
from domain.session_kind import SessionKind
from tests.application.house import SYSTEM
from tests.clusters import Cluster
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living, living
from tests.waiting import until

POLICY = Policy(
    cancel_window_s=0.2, signal_lost_after_s=2.0, check_in_answer_s=1.0, watch_supervisor_s=1.0
)
HOME = {"latitude_deg": 37.5391, "longitude_deg": 127.1238}


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """A signal is soon lost, and silence soon an answer: their timers are awaited here."""
    folder = tmp_path_factory.mktemp("watched") / "home"
    with cluster.database() as database, living(database, folder, policy=POLICY) as service:
        yield service


class Way:
    """A citizen's session, her phone, and an operator of Gangdong-gu."""

    def __init__(self, service: Living) -> None:
        self._service = service
        member = service.register()
        self.citizen_id = member.citizen_id
        self.phone = service.client(member.device_token)
        self.operator = service.as_role(Role.OPERATOR, GANGDONG)
        expected = service.house.clock.now() + timedelta(minutes=20)
        self.wish = {
            "request_id": str(uuid4()),
            "origin": {name: IN_GANGDONG[name] for name in HOME},
            "destination": HOME,
            "expected_at": expected.isoformat(),
        }
        answer = self.phone.post("/v1/monitorings", json=self.wish)
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["aggregate_id"]

    def say(self, step: str, **body: Any) -> httpx.Response:
        return self.phone.post(f"/v1/monitorings/{self.id}/{step}", json=body)

    def step(self, step: str, who: httpx.Client | None = None, **body: Any) -> httpx.Response:
        return (who or self.operator).post(f"/v1/watched/{self.id}/{step}", json=body)

    def told(self) -> dict[str, Any]:
        return self.phone.get(f"/v1/me/monitorings/{self.id}").json()

    def moves(self, *fixes: Any) -> dict[str, Any]:
        answer = self.say("positions", fixes=list(fixes))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fix(self, latitude_deg: float = 37.5301) -> dict[str, Any]:
        taken_at = self._service.house.clock.now().isoformat()
        return IN_GANGDONG | {"latitude_deg": latitude_deg, "fixed_at": taken_at}

    def line(self) -> dict[str, Any] | None:
        lines = self.operator.get("/v1/board", params={"kind": "monitoring"}).json()
        return next((one for one in lines if one["id"] == self.id), None)

    def topics(self) -> list[str]:
        facts = self._service.house.reader.stream(UUID(self.id))
        return [fact.TOPIC.partition(".")[2] for fact in facts]


def test_a_way_home_from_the_wish_to_the_door(service: Living) -> None:
    way = Way(service)
    again = way.phone.post("/v1/monitorings", json=way.wish)
    assert again.json()["aggregate_id"] == way.id
    assert (way.told()["watched"], way.told()["stage"]) == (False, "waiting")
    until(lambda: (way.line() or {}).get("attention") == "not_watched")
    assert way.step("take").json()["watched"]
    assert way.told()["text"] == "강동구 관제센터가 귀가를 지켜보고 있습니다."
    moved = way.moves(way.fix(), {"latitude_deg": 99}, way.fix(37.5313))
    assert (moved["taken"], moved["thinned"], moved["watched"]) == (1, 1, True)
    assert [one["why"] for one in moved["refused"]] == ["malformed"]
    until(lambda: way.told()["question"] is not None)
    question = way.told()["question"]
    assert question["about"] == "signal_lost"
    until(lambda: (way.line() or {}).get("attention") == "no_answer")
    said = way.say("answers", question_id=question["question_id"], answer="all_right")
    assert said.status_code == 200
    assert way.step("camera-views", camera_id="GD-0101").status_code == 200
    cameras = way.operator.get(f"/v1/watched/{way.id}/cameras").json()
    assert cameras[0]["camera_id"] == "GD-0102", "what lies behind her is not ahead"
    later = (service.house.clock.now() + timedelta(minutes=40)).isoformat()
    assert way.say("extend", expected_at=later).status_code == 200
    assert way.say("arrive").json()["stage"] == "arrived"
    assert not way.moves(way.fix())["open"]
    until(lambda: way.line() is None)
    assert "unanswered" in way.topics()
    with service.house.database.connection() as connection:
        [(looks, kept)] = connection.execute(
            "SELECT (SELECT count(*) FROM timers WHERE aggregate_id = %s"
            " AND kind = 'monitoring.look'),"
            " (SELECT count(*) FROM session_positions WHERE session_id = %s)",
            (way.id, way.id),
        ).fetchall()
    assert (looks, kept) == (1, 0), "one timer stood for the whole way, and no position is left"


def test_out_of_her_way_an_operator_raises_and_both_know(service: Living) -> None:
    way = Way(service)
    way.step("take")
    report_id = way.operator.post(f"/v1/watched/{way.id}/raise?silent=true").json()["aggregate_id"]
    until(lambda: report_id in way.told()["reports"])
    until(lambda: (way.line() or {}).get("attention") == "emergency")
    report = way.operator.get(f"/v1/reports/{report_id}/history").json()
    assert "emergency.session_named" in [one["topic"] for one in report]
    page = way.operator.get(f"/v1/reports/{report_id}").json()
    assert page["sessions"] == [{"kind": "monitoring", "session_id": way.id}]
    session = way.operator.get(f"/v1/sessions/{way.id}").json()
    assert session["detail"]["reports"] == report_id
    assert way.step("end", reason="Handed to the police.").json()["stage"] == "ended"


def test_only_who_sees_it_touches_it_and_refusals_speak_her_language(service: Living) -> None:
    way = Way(service)
    stranger = service.as_role(Role.OPERATOR, GURO)
    assert way.step("take", stranger).status_code == 403
    assert way.phone.post(f"/v1/watched/{way.id}/take").status_code == 401
    other = service.client(service.register().device_token)
    assert other.get(f"/v1/me/monitorings/{way.id}").status_code == 404
    assert other.post(f"/v1/monitorings/{way.id}/positions", json={}).status_code == 404
    assert service.client().post(f"/v1/monitorings/{way.id}/positions").status_code == 401
    refused = way.phone.post(
        "/v1/monitorings",
        json=way.wish | {"request_id": "another"},
        headers={"Accept-Language": "ja"},
    )
    assert refused.status_code == 409
    assert refused.json()["code"] == "session.already_open"
    assert refused.json()["message"].startswith("同じサービス")
    early = way.say("extend", expected_at="2020-01-01T00:00:00Z")
    assert early.json()["code"] == "monitoring.expected_unfit"
    assert way.say("end").json()["stage"] == "ended"
    assert way.step("end", reason="x").json()["code"] == "monitoring.over"


def test_a_provider_tells_the_course_of_a_call_to_whose_it_is(service: Living) -> None:
    way = Way(service)
    way.step("take")
    assert way.step("call").status_code == 200
    desk = service.house.monitoring_desk
    desk.call_placed(UUID(way.id), "c-1", SYSTEM)
    assert way.topics()[-1] == "call_placed"
    assert way.operator.post(f"/v1/watched/{way.id}/clear?by=camera", json={}).status_code == 200
    assert way.step("give").json()["watched"] is False
    assert way.step("hand-over", to_district=GURO, reason="x").json()["code"] == (
        "monitoring.not_watcher"
    )


def test_whoever_comes_to_a_console_gets_what_waits(service: Living) -> None:
    way = Way(service)
    house = service.house
    until(lambda: way.line() is not None)
    [open_line] = [
        one
        for one in house.open_sessions.rows(SessionKind.MONITORING)
        if str(one.session_id) == way.id
    ]
    assert (open_line.district, open_line.holder, open_line.wanted_by) == (GANGDONG, None, None)
    operator_id = uuid4()
    house.presence.there = {GANGDONG: (operator_id,)}
    try:
        assert house.monitoring_desk.attend([open_line], SYSTEM) == 1
        assert way.told()["watched"]
        until(lambda: (way.line() or {}).get("holder") == str(operator_id))
    finally:
        house.presence.there = {}
