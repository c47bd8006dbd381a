"""Both sides of a conversation over HTTP, silence, second looks, endings and follow-ups."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.roles import Role
from tests.interfaces.http.test_reports import partner_says
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living
from tests.waiting import until


@dataclass
class Case:
    """One report of Gangdong-gu that rings, its citizen's phone and an operator."""

    id: str
    phone: httpx.Client
    operator: httpx.Client
    citizen_id: UUID

    def act(self, step: str, **body: Any) -> httpx.Response:
        return self.operator.post(f"/v1/reports/{self.id}/{step}", json=body)

    def say(self, step: str, **body: Any) -> httpx.Response:
        return self.phone.post(f"/v1/emergencies/{self.id}/{step}", json=body)

    def heard(self, **query: Any) -> dict[str, Any]:
        answer = self.phone.get(f"/v1/emergencies/{self.id}/messages", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def detail(self, after: int) -> dict[str, Any]:
        return self.operator.get(f"/v1/reports/{self.id}", params={"after": after}).json()

    def topics(self, after: int | None = None) -> list[str]:
        params = {} if after is None else {"after": after}
        history = self.operator.get(f"/v1/reports/{self.id}/history", params=params).json()
        return [fact["topic"].removeprefix("emergency.") for fact in history]


def raised(service: Living, **sent: Any) -> Case:
    member = service.register()
    phone = service.client(member.device_token)
    body = {"trigger_id": str(uuid4()), "position": IN_GANGDONG, **sent}
    report_id = phone.post("/v1/emergencies", json=body).json()["aggregate_id"]
    operator = service.as_role(Role.OPERATOR, GANGDONG)

    def rings() -> bool:
        rows = operator.get("/v1/queue").json()["rows"]
        return any(row["report_id"] == report_id and row["ringing"] for row in rows)

    until(rings)
    return Case(report_id, phone, operator, member.citizen_id)


@pytest.fixture
def case(service: Living) -> Case:
    return raised(service, language="zh")


def test_they_write_to_each_other_once_and_know_what_arrived(case: Case) -> None:
    ours, hers = str(uuid4()), str(uuid4())
    for _ in range(2):
        sent = case.act("messages", message_id=ours, template="where_are_you")
        written = case.say("messages", message_id=hers, body="我藏在楼梯下面")
        assert (sent.status_code, written.status_code) == (200, 200), sent.text + written.text
    told = case.heard()
    assert [(one["mine"], one["body"]) for one in told["messages"]] == [
        (False, "您在哪里？请告诉我们您看到的建筑或招牌。"),  # noqa: RUF001
        (True, "我藏在楼梯下面"),
    ]
    last = case.say("messages/reached", read=[ours]).json()["position"]
    shown = case.operator.get(f"/v1/reports/{case.id}/messages", params={"after": last}).json()
    first, second = shown
    assert first["body"] == told["messages"][0]["body"]
    assert (first["template"], first["language"], first["by_text"]) == ("where_are_you", "zh", True)
    assert first["delivered_by"] == ["app"]
    assert first["read_at"]
    assert (second["hers"], second["body"]) == (True, "我藏在楼梯下面")


def test_a_phone_that_waits_hears_at_once(case: Case) -> None:
    position = case.heard()["position"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(case.heard, after=position, wait_s=9)
        case.act("messages", message_id=str(uuid4()), body="보고 있습니다")
        told = waiting.result(timeout=8)
    assert [one["body"] for one in told["messages"]] == ["보고 있습니다"]
    assert case.heard(after=told["position"], wait_s=0.1)["messages"] == []


def test_a_text_message_that_arrived_shows(service: Living, case: Case) -> None:
    ours = str(uuid4())
    case.act("messages", message_id=ours, body="어디 계세요?")
    body = {"event": "text_delivered", "report_id": case.id, "message_id": ours}
    answers = [partner_says(service, body) for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    failed = partner_says(service, {**body, "event": "text_failed"})
    detail = case.detail(failed.json()["position"])
    assert detail["text_failed"]
    unknown = partner_says(service, {**body, "message_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "emergency.message_unknown")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "malformed"),
        ({"message_id": str(uuid4())}, 422, "malformed"),
        ({"message_id": str(uuid4()), "body": " "}, 422, "malformed"),
        ({"message_id": str(uuid4()), "body": "x" * 1001}, 422, "malformed"),
        ({"message_id": "1", "body": "x"}, 422, "malformed"),
    ],
)
def test_a_malformed_message_is_told(case: Case, body, status, code) -> None:
    for answer in (case.act("messages", **body), case.say("messages", **body)):
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert "x" * 50 not in answer.text


def test_nobody_else_reads_or_writes(service: Living, case: Case) -> None:
    stranger = service.client(service.register().device_token)
    path = f"/v1/emergencies/{case.id}/messages"
    body = {"message_id": str(uuid4()), "body": "x"}
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, json=body).status_code == 404
    assert service.client().get(path).status_code == 401
    assert service.client("nonsense").post(path, json=body).status_code == 401
    elsewhere = service.as_role(Role.OPERATOR, GURO)
    for read in ("messages", "follow-ups"):
        assert elsewhere.get(f"/v1/reports/{case.id}/{read}").status_code == 403
    assert elsewhere.post(f"/v1/reports/{case.id}/silence", json={"reason": "x"}).status_code == 403


def test_a_silent_report_is_answered_quietly_and_never_called(service: Living) -> None:
    case = raised(service, alert="silent", language="en")
    told = case.heard()
    assert (told["silent"], told["open"]) == (True, True)
    assert told["messages"][0]["body"].startswith("We have your report.")
    answer = case.act("calls")
    assert (answer.status_code, answer.json()["code"]) == (409, "emergency.silent")


def test_an_operator_silences_a_report_and_her_phone_hears_of_it(case: Case) -> None:
    assert not case.heard()["silent"]
    last = case.act("silence", reason="남성이 곁에 있음").json()["position"]
    assert case.heard()["silent"]
    detail = case.detail(last)
    assert (detail["alert"], detail["call"]) == ("silent", "withheld")


def test_her_word_closes_nothing_and_sets_a_second_look(case: Case) -> None:
    said = case.say("fine")
    assert said.status_code == 200, said.text
    last = case.act("fine").json()["position"]
    detail = case.detail(last)
    assert detail["stage"] == "open"
    heard_at = datetime.fromisoformat(detail["said_fine_at"])
    waits = datetime.fromisoformat(detail["recheck_at"]) - heard_at
    assert timedelta(minutes=9) < waits <= timedelta(minutes=10)


def test_an_interpreter_is_noted_and_the_ready_messages_stand_in_every_language(
    case: Case,
) -> None:
    body = {"language": "zh", "interpreter": "다산콜센터 통역"}
    last = case.act("interpreters", **body).json()["position"]
    [text] = case.detail(last)["texts"]
    assert text["part"]["interpreter"] == "다산콜센터 통역"
    ready = case.operator.get("/v1/message-templates").json()
    assert {"ko", "en", "zh", "ja"} == set(ready[0]["words"])
    assert "silent_received" not in {one["template"] for one in ready}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"outcome": "safe"}, "emergency.verification_needed"),
        ({"outcome": "prank", "verified_by": "camera"}, "emergency.verification_unfit"),
        ({"outcome": "duplicate"}, "emergency.original_needed"),
        ({"outcome": "duplicate", "duplicate_of": str(uuid4())}, "emergency.original_unfit"),
    ],
)
def test_an_ending_that_does_not_say_how_one_knows_is_refused(case: Case, body, code) -> None:
    case.act("claim")
    answer = case.act("resolve", note="신고자의 안전을 확인함", **body)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_contact_after_the_end_stands_on_the_board_until_it_is_made(
    service: Living, case: Case
) -> None:
    case.act("claim")
    case.act("resolve", outcome="safe", verified_by="police", note="경찰이 안전을 확인함")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    last = case.act("follow-ups", due_at=tomorrow, note="안부 전화").json()["position"]
    mine = [
        one
        for one in case.operator.get("/v1/follow-ups", params={"after": last}).json()
        if one["report_id"] == case.id
    ]
    assert [(one["due"], "note" in one) for one in mine] == [(False, False)]
    [plan] = case.operator.get(f"/v1/reports/{case.id}/follow-ups").json()
    assert plan["note"] == "안부 전화"
    elsewhere = service.as_role(Role.OPERATOR, GURO).get("/v1/follow-ups").json()
    assert case.id not in {one["report_id"] for one in elsewhere}
    before = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    past = case.act("follow-ups", due_at=before, note="늦음")
    assert (past.status_code, past.json()["code"]) == (409, "emergency.follow_up_unfit")
    done = case.act(f"follow-ups/{plan['follow_up_id']}/done", note="잘 지냄")
    board = case.operator.get("/v1/follow-ups", params={"after": done.json()["position"]}).json()
    assert case.id not in {one["report_id"] for one in board}


def test_what_she_writes_after_the_end_is_due_at_once(case: Case) -> None:
    case.act("claim")
    case.act("resolve", outcome="false_alarm", note="오신고로 확인하여 종결함")
    answer = case.say("messages", message_id=str(uuid4()), body="他又来了")
    assert not case.heard()["open"]
    board = case.operator.get("/v1/follow-ups", params={"after": answer.json()["position"]}).json()
    [due] = [one for one in board if one["report_id"] == case.id]
    assert (due["due"], due["scheduled_by"]) == (True, None)


def test_a_plan_ends_with_the_person_it_is_for(service: Living, case: Case) -> None:
    case.act("claim")
    case.act("resolve", outcome="false_alarm", note="오신고로 확인하여 종결함")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    case.act("follow-ups", due_at=tomorrow, note="안부 전화")
    wish = {"subject": str(case.citizen_id), "reason": "requested", "text": "by letter"}
    request = service.as_role(Role.SUPERVISOR, GANGDONG).post("/v1/erasures", json=wish).json()
    path = f"/v1/erasures/{request['aggregate_id']}/confirm"
    confirmed = service.as_role(Role.ADMINISTRATOR).post(path)
    assert confirmed.status_code == 202, confirmed.text
    until(lambda: case.topics()[-1] == "follow_up_dropped")
    board = case.operator.get("/v1/follow-ups").json()
    assert case.id not in {one["report_id"] for one in board}
