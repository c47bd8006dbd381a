"""The citizen's side of an open report: she writes, has read, or says that she is fine.

Only her own device speaks for her here, by its credential.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from application.context import Context
from application.emergency.base import ReportDesk
from application.emergency.commands import Message
from application.errors import Unknown
from application.identity import DeviceIdentity
from application.safe_return import Receipt
from domain.base import Value
from domain.emergency import Emergency
from domain.emergency.conversing import Transport


class CitizensCommand(Value):
    """``occurred_at`` is what the device's clock said."""

    report_id: UUID
    identity: DeviceIdentity
    occurred_at: AwareDatetime | None = None


class WriteMessage(CitizensCommand):
    message_id: UUID
    body: Message


class SayFine(CitizensCommand):
    pass


class ConfirmMessages(CitizensCommand):
    """Which of our messages are on the phone, and which stood before her eyes."""

    delivered: tuple[UUID, ...] = Field(default=(), max_length=200)
    read: tuple[UUID, ...] = Field(default=(), max_length=200)


class Writing(ReportDesk):
    """Steps of her own phone.

    Raises:
        Unknown: there is no such report, or it is not hers.
        DomainError: the report refuses, and would again.
        LogUnavailable: nothing was stored; the phone must send again.
    """

    def write(self, command: WriteMessage, context: Context) -> Receipt:
        """Take in what she wrote; the same ``message_id`` again changes nothing."""
        return self._say(
            command,
            context,
            lambda report, at: report.receive_message(
                message_id=command.message_id,
                body=command.body,
                at=at,
                policy=self._policy,
                occurred_at=command.occurred_at,
            ),
        )

    def say_fine(self, command: SayFine, context: Context) -> Receipt:
        """Keep it, and look again later: it ends nothing."""
        return self._say(
            command,
            context,
            lambda report, at: report.said_fine(
                operator_id=None, at=at, policy=self._policy, occurred_at=command.occurred_at
            ),
        )

    def confirm(self, command: ConfirmMessages, context: Context) -> Receipt:
        """Keep what has reached her; a message that was read has been delivered, too."""

        def step(report: Emergency, at: datetime) -> None:
            for message_id in dict.fromkeys((*command.delivered, *command.read)):
                report.message_delivered(
                    message_id=message_id,
                    by=Transport.APP,
                    at=at,
                    occurred_at=command.occurred_at,
                )
            for message_id in command.read:
                report.message_read(message_id=message_id, at=at, occurred_at=command.occurred_at)

        return self._say(command, context, step)

    def _say(
        self,
        command: CitizensCommand,
        context: Context,
        step: Callable[[Emergency, datetime], None],
    ) -> Receipt:
        at = self._clock.now()

        def attempt() -> Receipt:
            report = self._load(command.report_id)
            if not is_hers(report, command.identity):
                raise Unknown(str(command.report_id))
            step(report, at)
            receipt = Receipt(aggregate_id=report.id)
            return self._app.commit([report], context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt)


def is_hers(report: Emergency, identity: DeviceIdentity) -> bool:
    """Whether the device speaks for the one who raised it; nobody's report is nobody's."""
    citizen_id = identity.speaks_for
    return citizen_id is not None and citizen_id == report.citizen_id
