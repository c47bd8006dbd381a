"""How reports rise, and what consoles tell of them: nobody is there, or a holder is away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.consoles import on_duty
from application.context import Context
from application.emergency.partner_answers import PartnerAnswers
from application.safe_return import Receipt
from domain.emergency import Emergency
from domain.policy import EscalationLevel
from domain.roles import Role


class Attending(PartnerAnswers):
    """Told by timers, and by the machine that looks at the consoles; each may be told twice."""

    def escalate(
        self, report_id: UUID, level: EscalationLevel, due_at: datetime, context: Context
    ) -> Receipt:
        """Let a report rise that nobody has claimed since the timer was set."""
        at = self._moment_of(due_at)

        def step(report: Emergency) -> None:
            neighbours = self._districts.neighbours(report.district)
            report.escalate(
                level=level,
                due_at=due_at,
                neighbours=neighbours,
                at=at,
                on_duty=on_duty(self._presence, report.district, at),
            )

        return self._follow(report_id, context, step, Role.SYSTEM)

    def idle_claim(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt:
        """Ring again when the claim that set the timer was followed by nothing."""
        at = self._moment_of(due_at)
        return self._follow(
            report_id,
            context,
            lambda report: report.idle_claim(
                due_at=due_at,
                at=at,
                policy=self._policy,
                on_duty=on_duty(self._presence, report.district, at),
            ),
            Role.SYSTEM,
        )

    def count_triggers(self, report_id: UUID, count: int, context: Context) -> Receipt:
        """Label a report whose device raises conspicuously often; it acts as before."""
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.count_triggers(count, at=at, policy=self._policy),
            Role.SYSTEM,
        )

    def centre_unattended(self, report_id: UUID, context: Context) -> Receipt:
        """Let a report ring elsewhere whose centre nobody's hand is at."""
        at = self._clock.now()
        return self._follow(
            report_id, context, lambda report: self._ring_elsewhere(report, at=at), Role.SYSTEM
        )

    def holder_silent(
        self, report_id: UUID, operator_id: UUID, last_seen_at: datetime | None, context: Context
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.holder_silent(
                operator_id=operator_id, last_seen_at=last_seen_at, at=at, policy=self._policy
            ),
            Role.SYSTEM,
        )

    def holder_seen(self, report_id: UUID, operator_id: UUID, context: Context) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.holder_seen(operator_id=operator_id, at=at),
            Role.SYSTEM,
        )

    def supervisor_paged(
        self, report_id: UUID, page_id: UUID, call_id: str, context: Context
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.supervisor_paged(page_id=page_id, call_id=call_id, at=at),
        )
