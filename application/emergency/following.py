"""What happens by itself, and what partners tell. Everything may be told twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from application.accompanied import sessions_told
from application.context import Context
from application.desk import allow
from application.emergency.base import ReportDesk
from application.outbox import text_of
from application.phrases import phrase
from application.safe_return import Receipt
from domain.base import Aggregate
from domain.emergency import Emergency
from domain.emergency.conversing import Transport
from domain.emergency.providing import Provision
from domain.emergency.vocabulary import CallEnd, PartnerChannel, Stage
from domain.roles import Role


class Following(ReportDesk):
    """Timers and partners speak here. ``Receipt.position`` is None when nothing came of it.

    Raises:
        Unknown: there is no such report.
        TooEarly: a timer's moment has not come by our clock.
        DomainError: what is told belongs to nothing that the report asked for.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def window_elapsed(self, report_id: UUID, context: Context) -> Receipt:
        """Accept a report whose window is over, unless it was cancelled."""
        allow(context, Role.SYSTEM)

        def attempt() -> Receipt:
            report = self._load(report_id)
            told: Sequence[Aggregate] = ()
            if report.stage is Stage.WINDOW:
                at = self._moment_of(report.cancel_until)
                report.window_elapsed(at=at, policy=self._policy)
                self._answer_quietly(report, at=at)
                self._ring_elsewhere(report, at=at)
                told = sessions_told(self._app, report, at=at)
            saved = self._told([report, *told], at=self._clock.now())
            return self._app.commit(saved, context=context, receipt=Receipt(aggregate_id=report.id))

        return self._decide(context, Receipt, attempt)

    def call_placed(self, report_id: UUID, call_id: str, context: Context) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id, context, lambda report: report.call_placed(call_id=call_id, at=at)
        )

    def call_connected(
        self,
        report_id: UUID,
        call_id: str,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.call_connected(call_id=call_id, at=at, occurred_at=occurred_at),
        )

    def call_ended(  # noqa: PLR0913 (a call's end says which, how, how long and when)
        self,
        report_id: UUID,
        call_id: str,
        end: CallEnd,
        talked_s: float,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        at = self._clock.now()

        def step(report: Emergency) -> None:
            report.call_ended(
                call_id=call_id,
                end=end,
                talked_s=talked_s,
                at=at,
                policy=self._policy,
                occurred_at=occurred_at,
            )
            self._write_instead(report, at)

        return self._follow(
            report_id,
            context,
            step,
        )

    def police_acknowledged(
        self,
        report_id: UUID,
        request_id: UUID,
        reference: str,
        context: Context,
        *,
        given: Provision | None = None,
    ) -> Receipt:
        """``given``: the position that went along with the request."""
        at = self._clock.now()

        def step(report: Emergency) -> None:
            if given is not None:
                report.provide_position(given, at=at)
            report.police_acknowledged(request_id=request_id, reference=reference, at=at)

        return self._follow(report_id, context, step)

    def patrol_arrived(
        self,
        report_id: UUID,
        reference: str,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.patrol_arrived(
                reference=reference, at=at, occurred_at=occurred_at
            ),
        )

    def ambulance_acknowledged(
        self,
        report_id: UUID,
        request_id: UUID,
        reference: str,
        context: Context,
        *,
        given: Provision | None = None,
    ) -> Receipt:
        """``given``: the position that went along with the request."""
        at = self._clock.now()

        def step(report: Emergency) -> None:
            if given is not None:
                report.provide_position(given, at=at)
            report.ambulance_acknowledged(request_id=request_id, reference=reference, at=at)

        return self._follow(report_id, context, step)

    def ambulance_arrived(
        self,
        report_id: UUID,
        reference: str,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.ambulance_arrived(
                reference=reference, at=at, occurred_at=occurred_at
            ),
        )

    def partner_unreachable(
        self,
        report_id: UUID,
        channel: PartnerChannel,
        delivery_id: UUID,
        code: str,
        context: Context,
    ) -> Receipt:
        """A delivery ended as a dead letter."""
        at = self._clock.now()

        def step(report: Emergency) -> None:
            report.partner_unreachable(channel=channel, delivery_id=delivery_id, code=code, at=at)
            self._write_instead(report, at)

        return self._follow(report_id, context, step)

    def _write_instead(self, report: Emergency, at: datetime) -> None:
        """Where no call has reached her."""
        if report.unreached:
            body = phrase("text.call_unanswered", report.language)
            report.write_instead(body=body, at=at, policy=self._policy)

    def retry_call(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt:
        """Call once more who did not answer, unless something has changed since."""
        at = self._moment_of(due_at)
        return self._follow(
            report_id,
            context,
            lambda report: report.retry_call(due_at=due_at, at=at),
            Role.SYSTEM,
        )

    def recheck_due(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt:
        """Ring for a second look at who said that she is fine."""
        at = self._moment_of(due_at)
        return self._follow(
            report_id,
            context,
            lambda report: report.recheck_due(due_at=due_at, at=at, policy=self._policy),
            Role.SYSTEM,
        )

    def follow_up_due(
        self, report_id: UUID, follow_up_id: UUID, due_at: datetime, context: Context
    ) -> Receipt:
        """Bring a planned contact to the board."""
        at = self._moment_of(due_at)
        return self._follow(
            report_id,
            context,
            lambda report: report.follow_up_due(follow_up_id=follow_up_id, at=at),
            Role.SYSTEM,
        )

    def text_delivered(
        self,
        report_id: UUID,
        message_id: UUID,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        """The provider says that a text message is on her phone."""
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.message_delivered(
                message_id=message_id, by=Transport.TEXT, at=at, occurred_at=occurred_at
            ),
        )

    def text_failed(
        self, report_id: UUID, message_id: UUID, code: str, context: Context
    ) -> Receipt:
        """The provider gave a text message up that it had taken."""
        return self.partner_unreachable(
            report_id,
            PartnerChannel.TEXT,
            text_of(report_id, message_id).delivery_id,
            code,
            context,
        )

    def _follow(
        self,
        report_id: UUID,
        context: Context,
        step: Callable[[Emergency], None],
        *roles: Role,
    ) -> Receipt:
        allow(context, *(roles or (Role.SYSTEM, Role.PARTNER)))

        def attempt() -> Receipt:
            report = self._load(report_id)
            step(report)
            saved = self._told([report], at=self._clock.now())
            return self._app.commit(saved, context=context, receipt=Receipt(aggregate_id=report.id))

        return self._decide(context, Receipt, attempt)
