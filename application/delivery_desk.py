"""One attempt at a delivery: build the message, hand it over, record what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from application.access import AccessKind, Task
from application.context import Context, system
from application.delivery_book import ClaimedDelivery, DeadLetter, DeliveryBook, Patience
from application.desk import allow
from application.errors import ApplicationError, PartnerError, Unknown
from application.messages import (
    RequestWithdrawn,
    call_request,
    citizen_of,
    hang_up_request,
    help_request,
    may_ring,
    provision,
    stand_down_request,
    text_request,
    until_closed,
)
from application.outbox import Channel
from application.pager import LineTaken
from application.paging import PagePartner, page
from application.partner_requests import HangUpPartner, TextPartner
from application.ports import AccessLog, CallPartner, HelpPartner
from application.safe_return import SafeReturn
from application.told_reports import ToldReports
from domain.base import DomainError, Fact, Value
from domain.emergency.providing import Recipient
from domain.emergency.vocabulary import PartnerChannel
from domain.member import Member
from domain.roles import Role

DEFECT: Final = "defect"
"""The code of a dead letter whose attempts failed for a reason that the code does not know."""

WITHHELD: Final = "withheld"
"""Stands as the reference where nothing was sent, because the report had fallen silent or ended."""


class AttemptOutcome(StrEnum):
    """What became of one attempt."""

    DONE = "done"
    AGAIN = "again"
    DEAD = "dead"
    IDLE = "idle"
    """Nothing to do: done before, held by another worker, or taken back."""


class Attempt(Value):
    """``code`` says why it did not succeed."""

    outcome: AttemptOutcome
    number: int = 0
    channel: Channel | None = None
    correlation_id: UUID | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Partners:
    """The other ends, one for each channel."""

    police: HelpPartner
    ambulance: HelpPartner
    call: CallPartner
    hang_up: HangUpPartner
    text: TextPartner
    page: PagePartner


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDesk:
    """Tries deliveries, and replays those that were given up.

    ``partners`` is called when a message is ready, so that looking at dead letters needs none.
    ``chance`` gives numbers evenly from 0 to 1, for the jitter of repeats.
    """

    app: SafeReturn
    book: DeliveryBook
    reports: ToldReports
    partners: Callable[[], Partners]
    access_log: AccessLog
    chance: Callable[[], float]
    patience: Patience

    def attempt(self, delivery_id: UUID) -> Attempt:
        """Try once. A repeat after a crash shows the partner the same idempotency key.

        Raises:
            LogUnavailable: nothing could be recorded; the claim runs out and it is tried again.
            Exception: a defect, after the row has been told of it.
        """
        claimed = self.book.claim(delivery_id)
        if claimed is None:
            return Attempt(outcome=AttemptOutcome.IDLE)
        context = system(
            "work", correlation_id=claimed.correlation_id, causation_id=claimed.causation_id
        )
        try:
            reference = self._hand_over(claimed, context)
        except RequestWithdrawn as withdrawn:
            self.book.done(claimed, reference=withdrawn.code)
            return _told(claimed, AttemptOutcome.IDLE)
        except PartnerError as error:
            return self._failed(claimed, error, context)
        except ApplicationError as error:
            return self._held_up(claimed, error)
        except Exception as error:
            self._failed(claimed, error, context)
            raise
        kept = self.book.done(claimed, reference=reference)
        return _told(claimed, AttemptOutcome.DONE if kept else AttemptOutcome.IDLE)

    def dead_letters(self, context: Context) -> Sequence[DeadLetter]:
        """All deliveries that were given up.

        Raises:
            Forbidden: the caller is not on duty.
        """
        allow(context, *ON_DUTY)
        return self.book.dead_letters()

    def replay(self, delivery_id: UUID, context: Context) -> None:
        """Have a dead letter tried anew.

        Raises:
            Forbidden: the caller is not on duty.
            Unknown: there is no such dead letter.
        """
        allow(context, *ON_DUTY)
        if not self.book.replay(delivery_id):
            raise Unknown(str(delivery_id))

    def _hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        """Send the message and record the answer; returns the partner's reference."""
        history = self.app.history(claimed.about)
        match claimed.channel:
            case Channel.CALL:
                return self._place_call(claimed, history, context)
            case Channel.HANG_UP:
                return self._hang_up(claimed, history, context)
            case Channel.TEXT:
                return self._write(claimed, history, context)
            case Channel.POLICE_STAND_DOWN | Channel.AMBULANCE_STAND_DOWN:
                return self._stand_down(claimed, history, context)
            case Channel.PAGE:
                return page(
                    claimed, history, context, partner=self.partners().page, reports=self.reports
                )
            case Channel.POLICE | Channel.AMBULANCE:
                return self._ask_for_help(claimed, history, context)

    def _ask_for_help(
        self, claimed: ClaimedDelivery, history: Sequence[Fact], context: Context
    ) -> str:
        told_of = until_closed(history, claimed.request_id)
        request = help_request(
            told_of,
            delivery_id=claimed.delivery_id,
            request_id=claimed.request_id,
            correlation_id=context.correlation_id,
        )
        police = claimed.channel is Channel.POLICE
        recipient = Recipient.POLICE if police else Recipient.AMBULANCE
        given = provision(told_of, request, recipient)
        if given is not None:
            self._disclose(claimed, history, "position", context)
        partner = self.partners().police if police else self.partners().ambulance
        told = self.reports.police_acknowledged if police else self.reports.ambulance_acknowledged
        reference = partner.request(request)
        told(claimed.about, request.request_id, reference, context, given=given)
        return reference

    def _stand_down(
        self, claimed: ClaimedDelivery, history: Sequence[Fact], context: Context
    ) -> str:
        request = stand_down_request(
            history,
            delivery_id=claimed.delivery_id,
            request_id=claimed.request_id,
            correlation_id=context.correlation_id,
        )
        police = claimed.channel is Channel.POLICE_STAND_DOWN
        partner = self.partners().police if police else self.partners().ambulance
        return partner.stand_down(request)

    def _place_call(
        self, claimed: ClaimedDelivery, history: Sequence[Fact], context: Context
    ) -> str:
        if not may_ring(history):
            return WITHHELD
        request = call_request(
            history,
            self._member(history),
            delivery_id=claimed.delivery_id,
            correlation_id=context.correlation_id,
        )
        self._disclose(claimed, history, "phone", context)
        call_id = self.partners().call.place(request)
        self.reports.call_placed(claimed.about, call_id, context)
        return call_id

    def _hang_up(self, claimed: ClaimedDelivery, history: Sequence[Fact], context: Context) -> str:
        request = hang_up_request(
            history,
            delivery_id=claimed.delivery_id,
            withdrawal_id=claimed.request_id,
            correlation_id=context.correlation_id,
        )
        return self.partners().hang_up.hang_up(request)

    def _write(self, claimed: ClaimedDelivery, history: Sequence[Fact], context: Context) -> str:
        request = text_request(
            history,
            self._member(history),
            delivery_id=claimed.delivery_id,
            message_id=claimed.request_id,
            correlation_id=context.correlation_id,
        )
        if request is None:
            return WITHHELD
        self._disclose(claimed, history, "phone", context)
        return self.partners().text.send(request)

    def _member(self, history: Sequence[Fact]) -> Member | None:
        citizen_id = citizen_of(history)
        return self.app.find(Member, citizen_id) if citizen_id else None

    def _disclose(
        self, claimed: ClaimedDelivery, history: Sequence[Fact], what: str, context: Context
    ) -> None:
        self.access_log.record(
            context,
            subject=citizen_of(history) or claimed.about,
            what=what,
            why=f"delivery:{claimed.channel}",
            kind=AccessKind.PROVISION,
            about=claimed.about,
            task=Task.RESPONSE,
            recipient=claimed.channel,
        )

    def _held_up(self, claimed: ClaimedDelivery, error: ApplicationError) -> Attempt:
        """Trouble of our own house says nothing about the partner: no attempt is the last one."""
        soon = self.patience.wait(1, chance=self.chance())
        wait = error.wait if isinstance(error, LineTaken) else soon
        kept = self.book.again(claimed, error=error.code, wait=wait)
        return _told(claimed, AttemptOutcome.AGAIN if kept else AttemptOutcome.IDLE, error.code)

    def _failed(self, claimed: ClaimedDelivery, error: Exception, context: Context) -> Attempt:
        code = error.code if isinstance(error, ApplicationError) else DEFECT
        hopeless = isinstance(error, ApplicationError) and not error.retryable
        if not hopeless and claimed.attempt < self.patience.attempts_max:
            wait = self.patience.wait(claimed.attempt, chance=self.chance())
            kept = self.book.again(claimed, error=code, wait=wait)
            return _told(claimed, AttemptOutcome.AGAIN if kept else AttemptOutcome.IDLE, code)
        with suppress(DomainError, Unknown):  # who will not hear of it still has a dead letter
            self.reports.partner_unreachable(
                claimed.about,
                PartnerChannel(claimed.channel),
                claimed.delivery_id,
                code,
                context,
            )
        kept = self.book.dead(claimed, error=code)
        return _told(claimed, AttemptOutcome.DEAD if kept else AttemptOutcome.IDLE, code)


ON_DUTY: Final = (
    Role.OPERATOR,
    Role.SUPERVISOR,
    Role.COORDINATOR,
    Role.ADMINISTRATOR,
    Role.SYSTEM,
)


def _told(claimed: ClaimedDelivery, outcome: AttemptOutcome, code: str | None = None) -> Attempt:
    return Attempt(
        outcome=outcome,
        number=claimed.attempt,
        channel=claimed.channel,
        correlation_id=claimed.correlation_id,
        code=code,
    )
