"""What happens by itself, and what partners tell. Everything may be told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from application.context import Context
from application.desk import allow
from application.emergency.base import ReportDesk
from application.safe_return import Receipt
from domain.emergency import Emergency
from domain.emergency.providing import Provision
from domain.emergency.vocabulary import CallEnd, PartnerChannel, Stage
from domain.policy import EscalationLevel
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

        def step(report: Emergency) -> None:
            if report.stage is Stage.WINDOW:
                at = self._moment_of(report.cancel_until)
                report.window_elapsed(at=at, policy=self._policy)

        return self._follow(report_id, context, step, Role.SYSTEM)

    def escalate(
        self, report_id: UUID, level: EscalationLevel, due_at: datetime, context: Context
    ) -> Receipt:
        """Let a report rise that nobody has claimed since the timer was set."""
        at = self._moment_of(due_at)

        def step(report: Emergency) -> None:
            neighbours = self._districts.neighbours(report.district)
            report.escalate(level=level, due_at=due_at, neighbours=neighbours, at=at)

        return self._follow(report_id, context, step, Role.SYSTEM)

    def idle_claim(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt:
        """Ring again when the claim that set the timer was followed by nothing."""
        at = self._moment_of(due_at)
        return self._follow(
            report_id,
            context,
            lambda report: report.idle_claim(due_at=due_at, at=at),
            Role.SYSTEM,
        )

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
        return self._follow(
            report_id,
            context,
            lambda report: report.call_ended(
                call_id=call_id, end=end, talked_s=talked_s, at=at, occurred_at=occurred_at
            ),
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
        return self._follow(
            report_id,
            context,
            lambda report: report.partner_unreachable(
                channel=channel, delivery_id=delivery_id, code=code, at=at
            ),
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
            return self._app.commit(
                [report], context=context, receipt=Receipt(aggregate_id=report.id)
            )

        return self._decide(context, Receipt, attempt)
