"""Two-way text: in her language, sealed, each message once, quiet where it must be."""

from __future__ import annotations

from uuid import UUID, uuid5

import pytest

from domain.emergency import Emergency, facts, refusals
from domain.emergency.conversing import (
    InterpreterJoined,
    MessageDelivered,
    MessageRead,
    MessageReceived,
    MessageSent,
    Template,
    Transport,
)
from domain.emergency.following_up import FollowUpDue, FollowUpScheduled
from domain.emergency.silence import Silenced
from domain.emergency.vocabulary import Alert
from domain.language import Language
from tests.domain.reports import (
    JIYOUNG,
    KIM,
    POLICY,
    REPORT,
    accept,
    accepted,
    after,
    cancelled,
    claimed,
    drill,
    resolved,
    signal,
    triggered,
)

FIRST = uuid5(REPORT, "message/1")
SECOND = uuid5(REPORT, "message/2")


def writes(message_id: UUID = FIRST, body: str = " Where are you? ", **how):
    return lambda report: report.send_message(
        message_id=message_id, operator_id=KIM, body=body, at=after(20), policy=POLICY, **how
    )


def answers(message_id: UUID = FIRST, body: str = "In the stairwell"):
    return lambda report: report.receive_message(
        message_id=message_id, body=body, at=after(700), policy=POLICY, occurred_at=after(699)
    )


def quietly(report: Emergency) -> None:
    report.answer_quietly(body="Nothing will sound.", at=after(6), policy=POLICY)


def written(report=None):
    return (report or claimed()).given(
        MessageSent,
        timestamp=after(20),
        message_id=FIRST,
        operator_id=KIM,
        citizen_id=JIYOUNG,
        language=Language.KO,
        template=None,
        by_text=True,
        body="Where are you?",
    )


def silent():
    return accept(triggered(alert=Alert.SILENT))


def twice(step):
    def act(report: Emergency) -> None:
        step(report)
        step(report)

    return act


def test_an_operator_writes_in_her_language_and_each_message_once() -> None:
    accept(triggered(language=Language.ZH)).when(twice(writes(body=" 您在哪里? "))).then(
        (
            MessageSent,
            {
                "message_id": FIRST,
                "operator_id": KIM,
                "citizen_id": JIYOUNG,
                "language": Language.ZH,
                "template": None,
                "by_text": True,
                "body": "您在哪里?",
            },
        )
    )


def test_a_silent_reports_messages_wait_in_the_app_unless_somebody_says_otherwise() -> None:
    silent().when(writes()).then((MessageSent, {"by_text": False}))
    silent().when(writes(by_text=True)).then((MessageSent, {"by_text": True}))
    accepted().when(writes(by_text=False)).then((MessageSent, {"by_text": False}))


def test_a_drills_messages_never_leave_the_house() -> None:
    drill().when(writes(by_text=True)).then((MessageSent, {"by_text": False}))


@pytest.mark.parametrize("body", [" ", "x" * 1001])
def test_a_message_says_something_and_not_too_much(body: str) -> None:
    accepted().when(writes(body=body)).then_refused(refusals.MessageLength)
    accepted().when(answers(body=body)).then_refused(refusals.MessageLength)
    accepted().when(writes(body="x" * 1000)).then(MessageSent)


def test_who_is_not_known_or_no_more_there_is_not_written_to() -> None:
    accept(triggered(citizen_id=None)).when(writes()).then_refused(refusals.NobodyToWriteTo)
    triggered().when(writes()).then_refused(refusals.InWindow)
    cancelled().when(writes()).then_refused(refusals.NotOpen)
    resolved().when(writes()).then_refused(refusals.AlreadyResolved)


def test_a_message_that_was_sent_is_no_error_to_send_again_after_the_end() -> None:
    resolved(written()).when(writes()).then()


def test_a_message_is_an_act_of_the_holder() -> None:
    def write_and_wait(report: Emergency) -> None:
        writes()(report)
        report.idle_claim(due_at=after(40), at=after(40), policy=POLICY)

    claimed().when(write_and_wait).then(MessageSent)


def test_who_asked_for_silence_is_answered_quietly_and_once() -> None:
    silent().when(twice(quietly)).then(
        (
            MessageSent,
            {"operator_id": None, "template": Template.SILENT_RECEIVED, "by_text": False},
        )
    )
    joined = accepted().given(
        facts.Joined,
        timestamp=after(6),
        **signal(trigger_id="t-2", alert=Alert.SILENT).model_dump(
            exclude={"maker", "language", "drill"}
        ),
    )
    joined.when(quietly).then(MessageSent)


def test_a_silence_that_was_not_her_wish_is_not_told_to_her_phone() -> None:
    def silenced(report: Emergency) -> None:
        report.silence(operator_id=KIM, reason="He is in the room.", at=after(6))
        quietly(report)

    accepted().when(silenced).then(Silenced)


def test_nobody_else_is_answered_quietly() -> None:
    accepted().when(quietly).then()
    accept(triggered(alert=Alert.SILENT, citizen_id=None)).when(quietly).then()
    triggered(alert=Alert.SILENT).when(quietly).then()


def test_what_she_writes_is_kept_at_every_stage_and_once() -> None:
    for stage in (triggered(), accepted(), claimed(), drill()):
        stage.when(twice(answers())).then(
            (
                MessageReceived,
                {
                    "message_id": FIRST,
                    "citizen_id": JIYOUNG,
                    "body": "In the stairwell",
                    "occurred_at": after(699),
                },
            )
        )


@pytest.mark.parametrize("over", [resolved(), cancelled()], ids=["resolved", "cancelled"])
def test_what_she_writes_after_the_end_asks_for_contact_at_once(over) -> None:
    def write_twice(report: Emergency) -> None:
        answers()(report)
        answers(SECOND, "Are you there?")(report)

    over.when(write_twice).then(
        MessageReceived,
        (FollowUpScheduled, {"operator_id": None, "due_at": after(700), "note": None}),
        FollowUpDue,
        MessageReceived,
    )


def test_a_message_is_delivered_once_each_way_and_read_once() -> None:
    def confirm(report: Emergency) -> None:
        for _ in range(2):
            for by in Transport:
                report.message_delivered(message_id=FIRST, by=by, at=after(22))
            report.message_read(message_id=FIRST, at=after(30), occurred_at=after(29))

    written().when(confirm).then(
        (MessageDelivered, {"message_id": FIRST, "by": Transport.APP}),
        (MessageDelivered, {"message_id": FIRST, "by": Transport.TEXT}),
        (MessageRead, {"message_id": FIRST, "occurred_at": after(29)}),
    )


def test_a_receipt_for_a_message_that_was_never_sent_is_refused() -> None:
    written().when(
        lambda report: report.message_delivered(message_id=SECOND, by=Transport.APP, at=after(22))
    ).then_refused(refusals.NotWritten)
    written().when(
        lambda report: report.message_read(message_id=SECOND, at=after(22))
    ).then_refused(refusals.NotWritten)


def test_receipts_are_kept_after_the_end_too() -> None:
    resolved(written()).when(
        lambda report: report.message_read(message_id=FIRST, at=after(800))
    ).then(MessageRead)


def test_an_interpreter_joins() -> None:
    def join(who: str):
        return lambda report: report.interpreter_joined(
            operator_id=KIM, language=Language.JA, interpreter=who, at=after(30)
        )

    claimed().when(join("Dasan call centre, Sato")).then(
        (
            InterpreterJoined,
            {"operator_id": KIM, "language": Language.JA, "interpreter": "Dasan call centre, Sato"},
        )
    )
    claimed().when(join(" ")).then_refused(refusals.NoteLength)
    resolved().when(join("Sato")).then_refused(refusals.AlreadyResolved)
