"""The call, its retry, the text message and silence, with the providers at the end of a socket."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.context import Context, Principal
from application.emergency.commands import (
    NoteSaidFine,
    ScheduleFollowUp,
    SendMessage,
    SilenceReport,
)
from domain.emergency.vocabulary import CallEnd
from domain.roles import Role
from tests.waiting import until

PARTNER = Context(principal=Principal(id="call", role=Role.PARTNER), correlation_id=uuid4())
COORDINATOR = Context(
    principal=Principal(id=str(uuid4()), role=Role.COORDINATOR), correlation_id=uuid4()
)


@pytest.fixture
def accepted(people) -> UUID:
    receipt = people.raises(people.citizen(), language="zh")
    people.lets_elapse(receipt)
    return receipt.report_id


def settled(plant) -> bool:
    return not plant.count("deliveries WHERE state IN ('pending', 'leased')")


def silence(house, report_id: UUID) -> None:
    command = SilenceReport(report_id=report_id, reason="남성이 곁에 있음")
    house.emergency_desk.silence(command, COORDINATOR)


def call_ids(plant) -> list[str]:
    return [one["answer"]["call_id"] for one in plant.journal() if one["channel"] == "call"]


def test_a_call_in_vain_is_retried_once_and_then_she_is_written_to(plant, house, people) -> None:
    house.policy = house.policy.model_copy(update={"call_retry_after_s": 0.2})
    receipt = people.raises(people.citizen(), language="zh")
    people.lets_elapse(receipt)
    accepted = receipt.report_id
    with plant.running("schedule", "relay", "work"):
        for number in (1, 2):
            until(lambda number=number: plant.facts(accepted).count("call_placed") == number)
            call_id = call_ids(plant)[-1]
            for _ in range(2):  # providers tell twice
                house.emergency_desk.call_ended(accepted, call_id, CallEnd.UNANSWERED, 0.0, PARTNER)
        until(lambda: "message_sent" in plant.facts(accepted) and settled(plant))
    assert plant.facts(accepted)[2:] == [
        "call_placed",
        "call_unanswered",
        "call_requested",
        "call_placed",
        "call_unanswered",
        "message_sent",
    ]
    [text] = [one for one in plant.journal() if one["channel"] == "message"]
    assert text["body"]["language"] == "zh"
    assert "您安全吗" in text["body"]["body"]


def test_the_text_message_is_sealed_in_the_log_and_absent_from_journals(
    plant, house, accepted, tmp_path
) -> None:
    message = "계단 밑에 숨어 있으세요"
    command = SendMessage(report_id=accepted, message_id=uuid4(), body=message)
    house.emergency_desk.send_message(command, COORDINATOR)
    with plant.running("relay", "work"):
        until(lambda: settled(plant))
    [text] = [one for one in plant.journal() if one["channel"] == "message"]
    assert (text["body"]["body"], text["body"]["phone"]) == (message, "+821000000000")
    assert message not in (tmp_path / "journal.jsonl").read_text()
    [(stored,)] = plant.ask("SELECT open FROM events WHERE topic = 'emergency.message_sent'")
    assert message not in stored
    assert "by_text" in json.loads(stored)
    read = plant.ask(
        "SELECT what, recipient FROM access_records WHERE what = 'phone' ORDER BY recipient"
    )
    assert read == [("phone", "call"), ("phone", "text")]


def test_a_report_that_falls_silent_before_its_call_is_not_called(plant, house, accepted) -> None:
    command = SendMessage(report_id=accepted, message_id=uuid4(), body="어디 계세요?")
    house.emergency_desk.send_message(command, COORDINATOR)
    silence(house, accepted)
    with plant.running("relay", "work"):
        until(lambda: settled(plant))
    assert plant.journal() == []
    assert plant.ask(
        "SELECT DISTINCT state, provider_ref FROM deliveries WHERE channel IN ('call', 'text')"
    ) == [("done", "withheld")]
    assert plant.count("access_records WHERE what = 'phone'") == 0


def test_a_text_that_somebody_asks_for_in_spite_of_silence_is_sent(plant, house, accepted) -> None:
    silence(house, accepted)
    command = SendMessage(
        report_id=accepted, message_id=uuid4(), body="경찰이 갑니다", by_text=True
    )
    house.emergency_desk.send_message(command, COORDINATOR)
    with plant.running("relay", "work"):
        until(lambda: settled(plant))
    assert [one["channel"] for one in plant.journal()] == ["message"]


def test_a_call_that_rings_when_the_report_falls_silent_is_taken_back(
    plant, house, accepted
) -> None:
    with plant.running("relay", "work"):
        until(lambda: "call_placed" in plant.facts(accepted))
        silence(house, accepted)
        until(lambda: settled(plant))
    call, hang_up = plant.journal()
    assert hang_up["channel"] == "hang_up"
    assert hang_up["body"]["call_id"] == call["answer"]["call_id"]
    assert plant.facts(accepted)[-2:] == ["silenced", "call_withdrawn"]


def test_a_second_look_rings_at_its_moment(plant, house, people) -> None:
    house.policy = house.policy.model_copy(update={"recheck_after_s": 0.3})
    receipt = people.raises(people.citizen())
    people.lets_elapse(receipt)
    house.emergency_desk.note_said_fine(NoteSaidFine(report_id=receipt.report_id), COORDINATOR)
    with plant.running("schedule"):
        until(lambda: "recheck_due" in plant.facts(receipt.report_id))
    assert "resolved" not in plant.facts(receipt.report_id)


def test_a_follow_up_falls_due_and_not_after_she_is_forgotten(plant, house, people) -> None:
    receipts = [people.raises(people.citizen()) for _ in range(2)]
    for receipt in receipts:
        people.lets_elapse(receipt)
        command = ScheduleFollowUp(
            report_id=receipt.report_id,
            due_at=datetime.now(UTC) + timedelta(seconds=1.5),
            note="안부 확인",
        )
        house.emergency_desk.schedule_follow_up(command, COORDINATOR)
    kept, forgotten = (receipt.report_id for receipt in receipts)
    report = house.emergency_desk._load(forgotten)
    report.drop_follow_ups(at=house.clock.now())
    house.app.commit([report], context=COORDINATOR, receipt=receipts[1])
    with plant.running("schedule"):
        until(lambda: "follow_up_due" in plant.facts(kept))
        until(lambda: not plant.count("timers WHERE fired_at IS NULL AND kind LIKE '%%follow_up'"))
    assert plant.facts(forgotten)[-1] == "follow_up_dropped"
