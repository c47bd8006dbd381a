"""One attempt at a delivery: build the message, hand it over, record what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from application.access import AccessKind, Task
from application.attempts import Attempt, AttemptOutcome, told_of
from application.carriers import Carrier, SendsAnew
from application.context import Context, system
from application.delivery_book import ClaimedDelivery, DeadLetter, DeliveryBook, Patience
from application.desk import allow
from application.errors import ApplicationError, PartnerError, Unknown
from application.messages import (
    RequestWithdrawn,
    bell_of,
    call_request,
    citizen_of,
    hang_up_request,
    help_request,
    may_ring,
    provision,
    stand_down_request,
    until_closed,
)
from application.outbox import Channel
from application.pager import LineTaken
from application.paging import PagePartner, page
from application.partner_requests import HangUpPartner
from application.ports import AccessLog, CallPartner, HelpPartner
from application.putting_off import Later
from application.safe_return import SafeReturn
from application.told_reports import ToldReports
from application.ways import WITHHELD
from domain.base import DomainError, Erased, Fact
from domain.bell import Bell
from domain.emergency.providing import Recipient
from domain.emergency.vocabulary import PartnerChannel
from domain.member import Member
from domain.roles import Role

DEFECT: Final = "defect"
"""The code of a dead letter whose attempts failed for a reason that the code does not know."""


@dataclass(frozen=True, slots=True)
class Partners:
    """The other ends, one for each channel."""

    police: HelpPartner
    ambulance: HelpPartner
    call: CallPartner
    hang_up: HangUpPartner
    page: PagePartner


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDesk:
    """Tries deliveries, and replays those that were given up.

    ``partners`` is called when a message is ready, so that looking at dead letters needs none.
    ``chance`` gives numbers evenly from 0 to 1, for the jitter of repeats. ``carriers`` bring what
    is not about an emergency report.
    """

    app: SafeReturn
    book: DeliveryBook
    reports: ToldReports
    partners: Callable[[], Partners]
    access_log: AccessLog
    chance: Callable[[], float]
    patience: Patience
    carriers: Mapping[Channel, Carrier] = field(default_factory=dict)
    patiences: Mapping[Channel, Patience] = field(default_factory=dict)
    """Of channels that are tried otherwise than most."""

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
            carrier = self.carriers.get(claimed.channel)
            bring = carrier.hand_over if carrier else self._hand_over
            reference = bring(claimed, context)
        except RequestWithdrawn as withdrawn:
            self.book.done(claimed, reference=withdrawn.code)
            return told_of(claimed, AttemptOutcome.IDLE)
        except PartnerError as error:
            return self._failed(claimed, error, context)
        except Later as error:
            kept = self.book.later(claimed, error=error.code, wait=error.wait)
            outcome = AttemptOutcome.AGAIN if kept else AttemptOutcome.IDLE
            return told_of(claimed, outcome, error.code)
        except ApplicationError as error:
            return self._held_up(claimed, error)
        except Exception as error:
            self._failed(claimed, error, context)
            raise
        kept = self.book.done(claimed, reference=reference)
        return told_of(claimed, AttemptOutcome.DONE if kept else AttemptOutcome.IDLE)

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
        for letter in self.book.dead_letters():
            carrier = self.carriers.get(letter.channel)
            if letter.delivery_id == delivery_id and isinstance(carrier, SendsAnew):
                carrier.sent_anew(delivery_id, letter.about, context)
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
            case Channel.POLICE_STAND_DOWN | Channel.AMBULANCE_STAND_DOWN:
                return self._stand_down(claimed, history, context)
            case Channel.PAGE:
                return page(
                    claimed, history, context, partner=self.partners().page, reports=self.reports
                )
            case Channel.POLICE | Channel.AMBULANCE:
                return self._ask_for_help(claimed, history, context)
            case _:
                raise LookupError(f"nobody carries {claimed.channel}")

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
            self._line(history),
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

    def _line(self, history: Sequence[Fact]) -> str | Erased | None:
        """Of the bell that was pressed, or of the citizen."""
        if (bell_id := bell_of(history)) is not None:
            bell = self.app.find(Bell, bell_id)
            return None if bell is None or bell.retired else bell.line
        member = self._member(history)
        return member.phone if member else None

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
        return told_of(claimed, AttemptOutcome.AGAIN if kept else AttemptOutcome.IDLE, error.code)

    def _failed(self, claimed: ClaimedDelivery, error: Exception, context: Context) -> Attempt:
        code = error.code if isinstance(error, ApplicationError) else DEFECT
        hopeless = isinstance(error, ApplicationError) and not error.retryable
        patience = self.patiences.get(claimed.channel, self.patience)
        if not hopeless and claimed.attempt < patience.attempts_max:
            wait = patience.wait(claimed.attempt, chance=self.chance())
            kept = self.book.again(claimed, error=code, wait=wait)
            return told_of(claimed, AttemptOutcome.AGAIN if kept else AttemptOutcome.IDLE, code)
        with suppress(DomainError, Unknown):  # who will not hear of it still has a dead letter
            self._tell_failure(claimed, code, context)
        kept = self.book.dead(claimed, error=code)
        return told_of(claimed, AttemptOutcome.DEAD if kept else AttemptOutcome.IDLE, code)

    def _tell_failure(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        carrier = self.carriers.get(claimed.channel)
        if carrier is not None:
            carrier.gave_up(claimed, code, context)
            return
        channel = PartnerChannel(claimed.channel)
        self.reports.partner_unreachable(claimed.about, channel, claimed.delivery_id, code, context)


ON_DUTY: Final = (
    Role.OPERATOR,
    Role.SUPERVISOR,
    Role.COORDINATOR,
    Role.ADMINISTRATOR,
    Role.SYSTEM,
)
