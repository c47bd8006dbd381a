"""What is written to who raised a report, as a text message, by whichever way takes it."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.emergency.commands import SendMessage, SilenceReport
from application.outbox import Channel, text_of
from application.report_texts import REPORT_TEXT, text_id
from application.text_routes import Fate, mark_of
from domain.emergency.conversing import MessageDelivered, MessageSent, Template, Transport
from domain.emergency.facts import PartnerUnreachable
from domain.message import Composed, Message
from domain.message_routing import MessageState
from domain.sms import Alphabet, TextKind
from tests.application.house import JIYOUNG, KIM
from tests.application.message_house import MessageHouse

FIRST = UUID(int=1)
PHONE = "+821012345678"


@pytest.fixture
def house() -> MessageHouse:
    return MessageHouse()


def write(house: MessageHouse, body: str = "어디 계세요?", message_id: UUID = FIRST, **how) -> UUID:
    """Kim, who has her report, writes; returns the report."""
    before = opened(house)
    report_id = before[0] if before else house.house.claimed(**how).report_id
    command = SendMessage(report_id=report_id, message_id=message_id, body=body)
    house.house.desk.send_message(command, KIM)
    return report_id


def opened(house: MessageHouse) -> list[UUID]:
    facts = (one for one in house.house.log.facts() if isinstance(one, MessageSent))
    return list(dict.fromkeys(one.originator_id for one in facts))


def text(house: MessageHouse, report_id: UUID) -> Message:
    [written] = [one for one in house.house.log.facts(report_id) if isinstance(one, MessageSent)]
    return house.message(text_id(written))


def told(house: MessageHouse, report_id: UUID) -> list[MessageDelivered | PartnerUnreachable]:
    facts = house.house.log.facts(report_id)
    return [one for one in facts if isinstance(one, MessageDelivered | PartnerUnreachable)]


def silence(house: MessageHouse, report_id: UUID) -> None:
    command = SilenceReport(report_id=report_id, reason="곁에 있음")
    house.house.desk.silence(command, KIM)


def test_it_goes_as_a_message_of_its_own_and_its_end_is_told_to_the_report(house) -> None:
    report_id = write(house)
    house.go_on(1)
    [outgoing] = house.sms.journal
    assert (outgoing.phone, outgoing.body, outgoing.language) == (PHONE, "어디 계세요?", "ko")
    assert outgoing.text.kind is TextKind.SMS
    message = text(house, report_id)
    assert (message.phrase, message.words, message.about) == (REPORT_TEXT, {}, report_id)
    for _ in range(2):
        house.tell(house.sms, "sms-1")
    [delivered] = told(house, report_id)
    assert (delivered.message_id, delivered.by) == (FIRST, Transport.TEXT)
    assert house.rows.of("pending") == []


def test_who_learns_her_number_is_kept_as_before(house) -> None:
    write(house)
    house.go_on(1)
    [access] = house.access.accesses
    assert (access.subject, access.what, access.recipient) == (JIYOUNG, "phone", Channel.TEXT)
    assert access.why == "delivery:text"


@pytest.mark.parametrize(
    ("body", "kind", "alphabet"),
    [
        ("가" * 45, TextKind.SMS, Alphabet.EUC_KR),
        ("가" * 46, TextKind.LMS, Alphabet.EUC_KR),
        ("您安全吗", TextKind.SMS, Alphabet.UCS2),
        ("您安全吗" * 30, TextKind.JOINED, Alphabet.UCS2),
    ],
)
def test_it_is_as_long_as_all_messages_are(house, body, kind, alphabet) -> None:
    write(house, body)
    house.go_on(1)
    [outgoing] = house.sms.journal
    assert (outgoing.text.kind, outgoing.text.alphabet, outgoing.body) == (kind, alphabet, body)


def test_a_ready_message_is_in_her_language(house) -> None:
    report_id = house.house.claimed(language="zh").report_id
    command = SendMessage(report_id=report_id, message_id=FIRST, template=Template.ARE_YOU_SAFE)
    house.house.desk.send_message(command, KIM)
    house.go_on(1)
    [outgoing] = house.sms.journal
    assert outgoing.language == "zh"
    assert outgoing.body.startswith("您现在安全吗")


def test_what_one_provider_refuses_goes_over_smpp_once(house) -> None:
    house.sms.next = ["refuse"]
    house.smpp.next = ["lost_after"]
    report_id = write(house)
    house.go_on(20)
    message = text(house, report_id)
    assert message.attempted_at is not None, "in doubt, and not sent again"
    house.tell(house.smpp, "smpp-1", mark=mark_of(message.id))
    house.go_on(60)
    assert (len(house.sms.journal), len(house.smpp.journal)) == (0, 1)
    assert [one.by for one in told(house, report_id)] == [Transport.TEXT]
    assert house.topics(message.id) == [
        "composed",
        "fell_back",
        "attempted",
        "handed_over",
        "delivered",
    ]


def test_what_nobody_brings_is_told_once_and_late_good_news_all_the_same(house) -> None:
    report_id = write(house)
    house.go_on(1)
    house.order = [house.sms]
    for _ in range(2):
        house.tell(house.sms, "sms-1", Fate.UNDELIVERABLE)
    [lost] = told(house, report_id)
    assert lost.delivery_id == text_of(report_id, FIRST).delivery_id
    assert (lost.channel, lost.code) == ("text", Fate.UNDELIVERABLE)
    house.tell(house.sms, "sms-1")
    assert isinstance(told(house, report_id)[-1], MessageDelivered)


def test_what_nobody_takes_is_a_dead_letter_and_may_be_sent_anew(house) -> None:
    house.order = [house.sms]
    house.sms.next = ["refuse"]
    report_id = write(house)
    house.go_on(1)
    [lost] = told(house, report_id)
    assert lost.code == "partner_refused"
    [dead] = house.rows.of("dead")
    house.deliveries.replay(dead, KIM)
    house.go_on(1)
    assert len(house.sms.journal) == 1


@pytest.mark.parametrize("composed", [False, True])
def test_what_fell_silent_before_it_left_does_not_leave(house, composed) -> None:
    house.sms.next = ["unavailable"]
    report_id = write(house)
    if composed:
        house.turn()
    silence(house, report_id)
    house.go_on(60)
    assert house.sms.journal == house.smpp.journal == []
    assert told(house, report_id) == []
    found = [one for one in house.house.log.facts() if isinstance(one, Composed)]
    assert len(found) == composed
    if composed:
        assert text(house, report_id).state is MessageState.WITHHELD


def test_a_text_that_is_wanted_in_spite_of_silence_goes(house) -> None:
    report_id = house.house.claimed().report_id
    silence(house, report_id)
    command = SendMessage(report_id=report_id, message_id=FIRST, body="갑니다", by_text=True)
    house.house.desk.send_message(command, KIM)
    house.go_on(1)
    assert len(house.sms.journal) == 1


def test_many_at_once_wait_for_nothing(house) -> None:
    for number in range(1, 16):
        write(house, message_id=UUID(int=number))
    house.turn()
    house.turn()
    assert len(house.sms.journal) == 15


def test_a_crash_between_its_composing_and_the_note_of_it_composes_nothing_twice(house) -> None:
    report_id = write(house)
    [delivery] = house.rows.due()
    house.deliveries.attempt(delivery)
    house.rows._set(delivery, state="pending")
    house.deliveries.attempt(delivery)
    house.go_on(1)
    assert len(house.sms.journal) == 1
    assert house.topics(text(house, report_id).id)[0] == "composed"
