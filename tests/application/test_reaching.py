"""The desks of both sides of a conversation, over twins."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from application.conversation_desk import ConversationDesk
from application.emergency.commands import (
    NoteInterpreter,
    NoteSaidFine,
    RequestCall,
    SendMessage,
    SilenceReport,
)
from application.emergency.writing import ConfirmMessages, SayFine, WriteMessage
from application.errors import Forbidden, Unknown
from application.outbox import Channel, TimerKind
from application.timers import TimerDesk, TimerOutcome
from domain.emergency.conversing import MessageSent, Template
from domain.emergency.vocabulary import CallEnd
from domain.language import Language
from tests.application.house import (
    CHOI_OF_GURO,
    CITIZEN,
    JIYOUNG,
    KIM,
    PARTNER,
    SUJIN,
    SYSTEM,
    DeskHouse,
    phone,
)
from tests.application.test_timer_desk import due

FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def deliveries(house: DeskHouse) -> list[Channel]:
    return [one.channel for one in house.log.deliveries.values()]


def done(house: DeskHouse, report_id: UUID) -> list[str]:
    return [topic.removeprefix("emergency.") for topic in house.log.topics(report_id)]


def written(house: DeskHouse, report_id: UUID) -> list[MessageSent]:
    return [one for one in house.log.facts(report_id) if isinstance(one, MessageSent)]


def heard(house: DeskHouse, report_id: UUID, *, after: int = 0, who: UUID = JIYOUNG):
    desk = ConversationDesk(house.app, house.access)
    return desk.heard(report_id, phone(who), CITIZEN, after=after)


def send(report_id: UUID, message_id: UUID = FIRST, **what) -> SendMessage:
    return SendMessage(report_id=report_id, message_id=message_id, **what)


def test_a_silent_report_is_neither_announced_nor_called_but_answered_in_the_app(
    house: DeskHouse,
) -> None:
    receipt = house.accepted(alert="silent", language="zh")
    assert receipt.announcement == ()
    assert deliveries(house) == []
    told = heard(house, receipt.report_id)
    assert (told.silent, told.open) == (True, True)
    [message] = told.messages
    assert (message.template, message.language) == (Template.SILENT_RECEIVED, Language.ZH)
    assert "不会发出声音" in message.body


def test_a_loud_report_is_announced_and_called_and_not_written_to(house: DeskHouse) -> None:
    receipt = house.accepted(language="ja")
    assert [one.language for one in receipt.announcement] == [Language.KO, Language.JA]
    assert deliveries(house) == [Channel.CALL]
    assert heard(house, receipt.report_id).messages == ()


def test_a_ready_message_is_in_her_language(house: DeskHouse) -> None:
    report_id = house.claimed(language="ja").report_id
    house.desk.send_message(send(report_id, template=Template.ARE_YOU_SAFE), KIM)
    house.desk.send_message(send(report_id, SECOND, body="곧 갑니다"), KIM)
    ready, own = written(house, report_id)
    assert (ready.template, ready.language) == (Template.ARE_YOU_SAFE, Language.JA)
    assert "安全" in str(ready.body)
    assert (own.template, own.body) == (None, "곧 갑니다")
    assert deliveries(house) == [Channel.CALL, Channel.TEXT, Channel.TEXT]


def test_a_command_says_either_a_body_or_a_template() -> None:
    for what in ({}, {"body": "hello", "template": Template.ARE_YOU_SAFE}):
        with pytest.raises(ValueError, match="either a body or a template"):
            send(FIRST, **what)


def test_another_district_neither_writes_nor_silences(house: DeskHouse) -> None:
    report_id = house.accepted().report_id
    steps = (
        lambda: house.desk.send_message(send(report_id, body="hello"), CHOI_OF_GURO),
        lambda: house.desk.silence(SilenceReport(report_id=report_id, reason="x"), CHOI_OF_GURO),
        lambda: house.desk.request_call(RequestCall(report_id=report_id), CHOI_OF_GURO),
    )
    for step in steps:
        with pytest.raises(Forbidden):
            step()


def test_she_writes_and_reads_and_her_phone_says_so(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    write = WriteMessage(
        report_id=report_id, identity=phone(), message_id=FIRST, body="계단 밑이에요"
    )
    for _ in range(2):
        house.desk.write(write, CITIZEN)
    house.desk.send_message(send(report_id, body="보고 있습니다"), KIM)
    told = heard(house, report_id)
    assert [(one.mine, one.body) for one in told.messages] == [
        (True, "계단 밑이에요"),
        (False, "보고 있습니다"),
    ]
    confirm = ConfirmMessages(report_id=report_id, identity=phone(), read=(FIRST,))
    for _ in range(2):
        house.desk.confirm(confirm, CITIZEN)
    assert done(house, report_id)[-4:] == [
        "message_received",
        "message_sent",
        "message_delivered",
        "message_read",
    ]
    assert heard(house, report_id, after=told.position).messages == ()


def test_reading_leaves_a_record_when_there_was_something_to_read(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    heard(house, report_id)
    assert house.access.records == []
    house.desk.send_message(send(report_id, body="보고 있습니다"), KIM)
    heard(house, report_id)
    assert house.access.records == [(JIYOUNG, "messages.read", f"report:{report_id}")]


@pytest.mark.parametrize("who", [phone(SUJIN), phone(revoked=True)], ids=["another", "revoked"])
def test_nobody_else_speaks_for_her(house: DeskHouse, who) -> None:
    report_id = house.claimed().report_id
    commands = (
        lambda: house.desk.write(
            WriteMessage(report_id=report_id, identity=who, message_id=FIRST, body="x"), CITIZEN
        ),
        lambda: house.desk.say_fine(SayFine(report_id=report_id, identity=who), CITIZEN),
        lambda: house.desk.confirm(ConfirmMessages(report_id=report_id, identity=who), CITIZEN),
        lambda: ConversationDesk(house.app, house.access).heard(report_id, who, CITIZEN),
        lambda: ConversationDesk(house.app, house.access).heard(uuid4(), who, CITIZEN),
    )
    for command in commands:
        with pytest.raises(Unknown):
            command()
    assert done(house, report_id)[-1] == "claimed"


def test_her_word_sets_a_timer_that_rings_again(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.desk.say_fine(SayFine(report_id=report_id, identity=phone()), CITIZEN)
    house.desk.note_said_fine(NoteSaidFine(report_id=report_id), KIM)
    timer = due(house, TimerKind.RECHECK)
    desk = TimerDesk(house.desk)
    assert desk.fire(timer) is TimerOutcome.EARLY
    house.clock.advance(600)
    assert desk.fire(timer) is TimerOutcome.CHANGED
    assert desk.fire(timer) is TimerOutcome.NOTHING
    assert house.report(report_id).ringing


def test_a_call_in_vain_is_retried_and_then_she_is_written_to(house: DeskHouse) -> None:
    report_id = house.accepted(language="en").report_id

    def rings_out(call_id: str) -> None:
        house.desk.call_placed(report_id, call_id, SYSTEM)
        for _ in range(2):
            house.desk.call_ended(report_id, call_id, CallEnd.UNANSWERED, 0.0, PARTNER)

    rings_out("c-1")
    house.clock.advance(10)
    assert TimerDesk(house.desk).fire(due(house, TimerKind.CALL_RETRY)) is TimerOutcome.CHANGED
    rings_out("c-2")
    assert done(house, report_id)[2:] == [
        "call_placed",
        "call_unanswered",
        "call_requested",
        "call_placed",
        "call_unanswered",
        "message_sent",
    ]
    assert deliveries(house) == [Channel.CALL, Channel.CALL, Channel.TEXT]
    [text] = written(house, report_id)
    assert "Are you safe?" in str(text.body)


def test_silence_takes_back_what_rings(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.desk.call_placed(report_id, "c-1", SYSTEM)
    house.desk.silence(SilenceReport(report_id=report_id, reason="곁에 있음"), KIM)
    assert deliveries(house) == [Channel.CALL, Channel.HANG_UP]
    assert heard(house, report_id).silent


def test_a_text_message_that_was_delivered_or_given_up_is_told_once(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.desk.send_message(send(report_id, body="어디 계세요?"), KIM)
    for _ in range(2):
        house.desk.text_delivered(report_id, FIRST, PARTNER)
        house.desk.text_failed(report_id, FIRST, "undelivered", PARTNER)
    assert done(house, report_id)[-2:] == ["message_delivered", "partner_unreachable"]


def test_an_interpreter_and_a_call_by_hand_are_kept(house: DeskHouse) -> None:
    report_id = house.claimed().report_id
    house.desk.note_interpreter(
        NoteInterpreter(report_id=report_id, language=Language.ZH, interpreter="다산콜"), KIM
    )
    house.desk.call_placed(report_id, "c-1", SYSTEM)
    house.desk.call_ended(report_id, "c-1", CallEnd.HUNG_UP, 12.0, PARTNER)
    house.desk.request_call(RequestCall(report_id=report_id), KIM)
    assert done(house, report_id)[-1] == "call_requested"
