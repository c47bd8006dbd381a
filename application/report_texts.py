"""What a control room writes to the citizen of a report, as a text message by the ways of messages.

The report's facts call for one delivery. Carrying it composes a message, which then goes as all
messages do: docs/decisions/0059. Its words stay in the report; its end is told to the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.desk import Desk
from application.messages import NothingToSend, to_be_texted
from application.outbox import text_of
from application.safe_return import Receipt, SafeReturn
from application.told_reports import ToldReports
from application.ways import WHOLE, WITHHELD, Numbers, Words
from domain.base import Aggregate, DomainError, Erased
from domain.emergency import Emergency
from domain.emergency.conversing import MessageSent, Transport
from domain.emergency.vocabulary import PartnerChannel
from domain.member import Member
from domain.message import Message, Recipient, RecipientKind
from domain.message_routing import Delivered, Failed, MessageRoute

REPORT_TEXT: Final = "report.text"
"""Stands where others have the name of a phrase: a person wrote it, or chose it for her."""


class ReportTexts(Desk):
    """See ``application.carriers``."""

    def __init__(self, *desk: Any, reports: ToldReports) -> None:
        super().__init__(*desk)
        self._reports = reports

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        """Compose it, once; that it leaves is the matter of the message's own delivery."""

        def attempt() -> Receipt:
            history = self._app.history(claimed.about)
            written = to_be_texted(history, claimed.request_id)
            if written is None:
                return Receipt(aggregate_id=claimed.about)
            citizen_id = written.citizen_id
            if citizen_id is None or _number(self._app, citizen_id) is None:
                raise NothingToSend("no number to write to")
            message = _composed(written, citizen_id, at=self._clock.now())
            receipt = Receipt(aggregate_id=message.id)
            if self._app.find(Message, message.id) is not None:
                return receipt
            return self._app.commit([message], context=context, receipt=receipt)

        made = self._decide(context, Receipt, attempt)
        return WITHHELD if made.aggregate_id == claimed.about else str(made.aggregate_id)

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        self._reports.partner_unreachable(
            claimed.about, PartnerChannel.TEXT, claimed.delivery_id, code, context
        )


def numbers_of_reports(app: SafeReturn) -> Numbers:
    """Where who raised a report can be written to; nowhere once silence has come over it."""

    def reporter(message: Message) -> str | None:
        try:
            written = _written(app, message)
        except NothingToSend:
            return None
        return None if written is None else _number(app, message.recipient.recipient_id)

    return {RecipientKind.REPORTER: reporter}


def words_of_reports(app: SafeReturn) -> Words:
    """What was written, read in the report when it is sent."""

    def written(message: Message) -> dict[str, str]:
        found = _written(app, message)
        if found is None or isinstance(found.body, Erased):
            raise NothingToSend("it is not to be sent any more")
        return {WHOLE: found.body}

    return {RecipientKind.REPORTER: written}


def told_to_report(app: SafeReturn, message: Message, at: datetime) -> Sequence[Aggregate]:
    """The report, with what has become of a text of its own in this step; nothing for others."""
    ends = [one for one in message.pending_events if isinstance(one, Delivered | Failed)]
    if message.recipient.kind is not RecipientKind.REPORTER or not ends:
        return ()
    report = app.find(Emergency, message.about)
    message_id = _message_id(report.texted, message) if report else None
    if report is None or message_id is None:
        return ()
    with suppress(DomainError):  # a report that will not hear of it hinders no message
        _tell(report, message_id, ends[-1], at)
    return (report,)


def _tell(report: Emergency, message_id: UUID, end: Delivered | Failed, at: datetime) -> None:
    if isinstance(end, Failed):
        report.partner_unreachable(
            channel=PartnerChannel.TEXT,
            delivery_id=text_of(report.id, message_id).delivery_id,
            code=end.why,
            at=at,
        )
    elif end.route is not MessageRoute.PUSH:
        report.message_delivered(message_id=message_id, by=Transport.TEXT, at=at)


def _composed(written: MessageSent, citizen_id: UUID, *, at: datetime) -> Message:
    return Message.compose(
        about=written.originator_id,
        occasion=_occasion(written.message_id),
        citizen_id=citizen_id,
        recipient=Recipient(
            kind=RecipientKind.REPORTER, recipient_id=citizen_id, language=written.language
        ),
        phrase=REPORT_TEXT,
        words={},
        at=at,
    )


def _written(app: SafeReturn, message: Message) -> MessageSent | None:
    """What it says; None when it is not to be sent any more."""
    history = app.history(message.about)
    sent = [one.message_id for one in history if isinstance(one, MessageSent)]
    return to_be_texted(history, _message_id(sent, message))


def text_id(written: MessageSent) -> UUID:
    """The id of the message that carries it; nobody else can name one so."""
    assert written.citizen_id is not None  # noqa: S101 (nobody else is written to)
    return Message.create_id(
        written.originator_id, _occasion(written.message_id), written.citizen_id
    )


def _message_id(candidates: Sequence[UUID] | frozenset[UUID], message: Message) -> UUID | None:
    """Which of a report's own messages it carries: its id is made of that one's."""
    to = message.recipient.recipient_id
    return next(
        (
            one
            for one in candidates
            if Message.create_id(message.about, _occasion(one), to) == message.id
        ),
        None,
    )


def _occasion(message_id: UUID) -> str:
    return f"text/{message_id}"


def _number(app: SafeReturn, citizen_id: UUID) -> str | None:
    member = app.find(Member, citizen_id)
    return None if member is None or isinstance(member.phone, Erased) else member.phone
