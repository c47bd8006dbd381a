"""The desk of views: screens say what they show, and say it again while they show it.

What they say is kept beside the log; a fact is made of it once a view has lasted, and once it
has ended. A screen that says nothing more is closed for it.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.errors import Forbidden
from application.policies_in_force import Policies
from application.ports import Clock, Receipts
from application.safe_return import Receipt, SafeReturn
from domain.base import Value
from domain.emergency import Emergency
from domain.geography import DistrictCode
from domain.policy import Policy
from domain.roles import Role
from domain.staff import DISTRICT_ROLES
from domain.viewing import Closing, DayOfViews, day_of

VIEWERS: Final = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.AUDITOR)
SWEEP: Final = 200


@dataclass(frozen=True, slots=True)
class Beat:
    """What is known of one open view; ``noted`` when the log has it."""

    operator_id: UUID
    report_id: UUID
    district: DistrictCode | None
    since: datetime
    beat_at: datetime
    noted: bool


class Beats(Protocol):
    """Open views, one for each person and report."""

    def find(self, operator_id: UUID, report_id: UUID) -> Beat | None: ...

    def keep(self, beat: Beat) -> Beat:
        """Keep a new view, or move ``beat_at`` of the one that is known; what stands now."""
        ...

    def note(self, beat: Beat) -> None:
        """The log has it."""
        ...

    def drop(self, operator_id: UUID, report_id: UUID) -> None: ...

    def stale(self, before: datetime, limit: int) -> AbstractContextManager[list[Beat]]:
        """Views last heard of before then; nobody moves them meanwhile, and then they go."""
        ...


class Viewed(Value):
    """What a screen is told."""

    noted: bool
    beat_again_in_s: float


class ViewingDesk(Desk):
    """Keeps who has which report open."""

    def __init__(
        self, app: SafeReturn, clock: Clock, receipts: Receipts, *, beats: Beats, policy: Policies
    ) -> None:
        super().__init__(app, clock, receipts)
        self._beats = beats
        self._policies = policy

    @property
    def _policy(self) -> Policy:
        """The numbers in force now."""
        return self._policies.at(self._clock.now())

    def shows(self, report_id: UUID, context: Context) -> Viewed:
        """A screen shows the report, or still does.

        Raises:
            Unknown: there is no such report.
            Forbidden: another district's.
        """
        allow(context, *VIEWERS)
        who, at = context.principal, self._clock.now()
        operator_id = UUID(who.id)
        if self._beats.find(operator_id, report_id) is None:
            report = self._app.load(Emergency, report_id)
            if who.role in DISTRICT_ROLES and who.district not in report.audience:
                raise Forbidden(f"{who.role} of {who.district}")
        beat = self._beats.keep(Beat(operator_id, report_id, who.district, at, at, noted=False))
        lasted_s = (at - beat.since).total_seconds()
        if not beat.noted and lasted_s < self._policy.view_dwell_s:
            return Viewed(noted=False, beat_again_in_s=self._policy.view_dwell_s - lasted_s)
        if not beat.noted:
            self._open(beat, at, context)
            self._beats.note(beat)
        return Viewed(noted=True, beat_again_in_s=self._policy.view_beat_s)

    def hides(self, report_id: UUID, context: Context) -> None:
        """The screen shows the report no more; twice is once."""
        allow(context, *VIEWERS)
        operator_id = UUID(context.principal.id)
        beat = self._beats.find(operator_id, report_id)
        if beat is None:
            return
        at = self._clock.now()
        if beat.noted:
            self._close(beat, Closing.CLOSED, last_seen_at=at, at=at, context=context)
        self._beats.drop(operator_id, report_id)

    def close_vanished(self, context: Context) -> int:
        """Close the views of screens that were heard of no more; how many there were."""
        allow(context, Role.SYSTEM)
        at = self._clock.now()
        before = at - timedelta(seconds=self._policy.view_stale_s)
        with self._beats.stale(before, SWEEP) as stale:
            for beat in stale:
                if beat.noted:
                    self._close(
                        beat,
                        Closing.VANISHED,
                        last_seen_at=beat.beat_at,
                        at=at,
                        context=context,
                    )
        return len(stale)

    def _open(self, beat: Beat, at: datetime, context: Context) -> None:
        def attempt() -> Receipt:
            day = self._day(beat) or DayOfViews.begin_for(beat.operator_id, since=beat.since, at=at)
            day.opened(report_id=beat.report_id, district=beat.district, since=beat.since, at=at)
            return self._app.commit([day], context=context, receipt=Receipt(aggregate_id=day.id))

        self._decide(context, Receipt, attempt)

    def _close(
        self,
        beat: Beat,
        how: Closing,
        *,
        last_seen_at: datetime,
        at: datetime,
        context: Context,
    ) -> None:
        def attempt() -> Receipt:
            day = self._day(beat)
            day_id = DayOfViews.create_id(beat.operator_id, day_of(beat.since))
            if day is not None:
                day.closed(report_id=beat.report_id, how=how, last_seen_at=last_seen_at, at=at)
            touched = [] if day is None else [day]
            return self._app.commit(touched, context=context, receipt=Receipt(aggregate_id=day_id))

        self._decide(context, Receipt, attempt)

    def _day(self, beat: Beat) -> DayOfViews | None:
        return self._app.find(
            DayOfViews, DayOfViews.create_id(beat.operator_id, day_of(beat.since))
        )
