"""What the police and the ambulance answer, other than that they come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.context import Context
from application.emergency.following import Following
from application.safe_return import Receipt
from domain.emergency.help_answers import Decline, HelpKind, Told


class PartnerAnswers(Following):
    """Told by partners, as all of ``Following``: twice is once, and nothing is too late."""

    def help_declined(  # noqa: PLR0913 (an answer says whose, to what, why and when)
        self,
        kind: HelpKind,
        report_id: UUID,
        request_id: UUID,
        why: Decline,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.help_declined(
                kind,
                request_id=request_id,
                why=why,
                told=Told(at, self._policy, occurred_at),
            ),
        )

    def police_duplicate_of(
        self,
        report_id: UUID,
        request_id: UUID,
        reference: str,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.police_duplicate_of(
                request_id=request_id,
                reference=reference,
                told=Told(at, self._policy, occurred_at),
            ),
        )

    def police_already_on_scene(
        self,
        report_id: UUID,
        request_id: UUID,
        reference: str,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        at = self._clock.now()
        return self._follow(
            report_id,
            context,
            lambda report: report.police_already_on_scene(
                request_id=request_id, reference=reference, at=at, occurred_at=occurred_at
            ),
        )
