"""What the parts of the desk for emergency reports share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from application.accompanied import sessions_relieved, sessions_told
from application.consoles import Presence
from application.desk import Desk
from application.errors import TooEarly
from application.obstacles import guards_of
from application.phrases import phrase
from application.policies_in_force import Policies
from application.ports import AccessLog, Clock, Districts, Receipts
from application.safe_return import SafeReturn
from application.sheltering import access_told
from domain.base import Aggregate
from domain.emergency import Emergency
from domain.emergency.refusals import OriginalUnfit
from domain.emergency.vocabulary import RiseCause
from domain.geography import CITY
from domain.policy import Policy
from domain.report_guard import ReportGuard

CLOCK_TOLERANCE: Final = timedelta(milliseconds=25)
"""What one process's idea of the database's time may lag behind another's."""


class ReportDesk(Desk):
    """Loads and saves reports together with the guard of their citizen."""

    def __init__(  # noqa: PLR0913
        self,
        app: SafeReturn,
        clock: Clock,
        receipts: Receipts,
        *,
        districts: Districts,
        policy: Policies,
        access_log: AccessLog,
        presence: Presence,
    ) -> None:
        super().__init__(app, clock, receipts)
        self._districts = districts
        self._policies = policy
        self._access_log = access_log
        self._presence = presence

    @property
    def _policy(self) -> Policy:
        """The numbers in force now."""
        return self._policies.at(self._clock.now())

    def _load(self, report_id: UUID) -> Emergency:
        return self._app.load(Emergency, report_id)

    def _must_be_known(self, original: UUID | None) -> None:
        """Raises OriginalUnfit: there is no such report to be a duplicate of."""
        if original is not None and self._app.find(Emergency, original) is None:
            raise OriginalUnfit(str(original))

    def _guard(self, citizen_id: UUID, *, at: datetime) -> ReportGuard:
        found = self._app.find(ReportGuard, ReportGuard.create_id(citizen_id))
        return found or ReportGuard.begin_for(citizen_id, at=at)

    def _guarded(self, report: Emergency, *, at: datetime) -> tuple[Aggregate, ...]:
        """The report, and its citizen's guard and sessions brought in step with it."""
        if report.ended:
            return self._taken_back(report, at=at)
        if report.citizen_id is None:
            return (report,)
        guard = self._guard(report.citizen_id, at=at)
        guard.stands(report_id=report.id, trigger_id=report.trigger_id, drill=report.drill, at=at)
        if guard.protection is not None:
            report.protect(guard.protection, at=at)
        return (report, guard, *sessions_told(self._app, report, at=at))

    def _taken_back(self, report: Emergency, *, at: datetime) -> tuple[Aggregate, ...]:
        """The report, and its citizen's guard free for the next one, by one fact either way."""
        if report.citizen_id is None:
            return (report,)
        guards = guards_of(self._app, report.citizen_id)
        if report.seems_over and not report.ended:
            guards[0].put_aside(report_id=report.id, at=at)
            return (report, *guards)
        for guard in guards:
            guard.release(report_id=report.id, at=at)
        return (report, *guards, *sessions_relieved(self._app, report, at=at))

    def _told(self, saved: Sequence[Aggregate], *, at: datetime) -> tuple[Aggregate, ...]:
        """What is saved, and the protection of the report's citizen brought in step with it."""
        reports = [one for one in saved if isinstance(one, Emergency)]
        return (*saved, *(told for one in reports for told in access_told(self._app, one, at=at)))

    def _ring_elsewhere(self, report: Emergency, *, at: datetime) -> None:
        """Let an open report ring at once around a centre where nobody's hand is felt."""
        placed = report.answer_by is not None and report.district != CITY
        if not placed or report.district in self._presence.attended_centres(at):
            return
        open_centres = self._presence.open_centres(at)
        is_open = report.district in open_centres
        neighbours = self._districts.neighbours(report.district)
        answered = any(one in open_centres for one in neighbours)
        report.ring_elsewhere(
            RiseCause.CENTRE_UNATTENDED if is_open else RiseCause.CENTRE_CLOSED,
            centres=neighbours if answered else (*neighbours, CITY),
            at=at,
        )

    def _answer_quietly(self, report: Emergency, *, at: datetime) -> None:
        """Tell in the app who asked for silence that she was heard; else nothing."""
        quietly = phrase("text.silent_received", report.language)
        report.answer_quietly(body=quietly, at=at, policy=self._policy)

    def _moment_of(self, due_at: datetime) -> datetime:
        """Now, or ``due_at`` when our clock lags behind the timers' by a hair.

        Raises:
            TooEarly: the moment has not come.
        """
        now = self._clock.now()
        if now < due_at - CLOCK_TOLERANCE:
            raise TooEarly(due_at.isoformat())
        return max(now, due_at)
