"""The staff's side of checks: yes or no, a team and a time, and what the visit came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.inspection.commands import (
    DecideForm,
    DeclineForm,
    FormTeam,
    ScheduleInspection,
    TellResult,
)
from application.inspection.freeing import freed
from application.inspection.rights import DECIDING, FURNISHING, allow_in
from application.inspection.telling import told
from application.outbox import TimerKind
from application.ports import Secrets
from application.safe_return import Receipt
from application.timers import DueTimer
from domain.base import Aggregate
from domain.inspection import Inspection, InspectionTeam
from domain.inspection.refusals import EvidenceMissing, TeamElsewhere
from domain.inspection.vocabulary import Finding
from domain.policy import Policy
from domain.roles import Role

Decision = Callable[[Inspection, UUID, datetime], Sequence[Aggregate]]


class InspectionDesk(Desk):
    """Decides upon requests for checks. A district's operators and supervisors, and the city."""

    def __init__(self, *desk: Any, secrets: Secrets, policy: Policy) -> None:
        super().__init__(*desk)
        self._secrets = secrets
        self._policy = policy

    def approve(self, command: DecideForm, context: Context) -> Receipt:
        """Raises InspectionDecided or InspectionOver."""

        def decide(inspection: Inspection, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            inspection.approve(staff_id=staff_id, at=at)
            return ()

        return self._decided(command.form_id, context, decide, tell="inspection.approved")

    def decline(self, command: DeclineForm, context: Context) -> Receipt:
        """Raises InspectionOver."""

        def decide(inspection: Inspection, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            inspection.decline(staff_id=staff_id, why=command.why, note=command.note, at=at)
            return freed(self._app, inspection, at=at)

        return self._decided(command.form_id, context, decide, tell="inspection.declined")

    def schedule(self, command: ScheduleInspection, context: Context) -> Receipt:
        """Send a team at a time; the time of an earlier visit is free again.

        Raises:
            TeamBusy, TeamDisbanded, TeamElsewhere: the team cannot.
            InspectionNotApproved, InspectionOver, TimesUnfit: the check cannot be.
        """

        def decide(inspection: Inspection, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            team = self._app.load(InspectionTeam, command.team_id)
            if team.district != inspection.district:
                raise TeamElsewhere(str(team.number))
            before = inspection.team_id
            team.book(inspection_id=inspection.id, visit=command.visit, at=at, policy=self._policy)
            others = freed(self._app, inspection, at=at) if before not in {None, team.id} else []
            inspection.schedule(
                staff_id=staff_id,
                team_id=team.id,
                visit=command.visit,
                at=at,
                policy=self._policy,
            )
            return (team, *others)

        return self._decided(command.form_id, context, decide, tell="inspection.scheduled")

    def tell_result(self, command: TellResult, context: Context) -> Receipt:
        """Say what the visit came to; a camera that was found is told to the police.

        Raises:
            EvidenceMissing: something was found, and nothing is said of it.
            InspectionNotScheduled, VisitNotBegun, InspectionOver: there was no visit.
        """
        notice_id = self._secrets.new_id()

        def decide(inspection: Inspection, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            match command.finding:
                case Finding.NOTHING:
                    inspection.nothing_found(staff_id=staff_id, note=command.note, at=at)
                case Finding.NOT_ENTERED:
                    inspection.not_entered(staff_id=staff_id, note=command.note, at=at)
                case Finding.FOUND:
                    if command.note is None:
                        raise EvidenceMissing(inspection.reference)
                    inspection.camera_found(
                        staff_id=staff_id, notice_id=notice_id, evidence=command.note, at=at
                    )
            return freed(self._app, inspection, at=at)

        return self._decided(command.form_id, context, decide, tell="inspection.result")

    def close(self, command: DecideForm, context: Context) -> Receipt:
        """Plan no further visit where nobody could enter. Raises InspectionNotScheduled."""

        def decide(inspection: Inspection, staff_id: UUID, at: datetime) -> Sequence[Aggregate]:
            inspection.close(staff_id=staff_id, at=at)
            return ()

        return self._decided(command.form_id, context, decide, tell="inspection.result")

    def form_team(self, command: FormTeam, context: Context) -> Receipt:
        """Give a district a team."""
        allow_in(context, command.district, *FURNISHING, Role.SYSTEM)
        team_id = self._secrets.new_id()

        def attempt() -> Receipt:
            team = InspectionTeam.form(
                team_id=team_id,
                district=command.district,
                number=command.number,
                at=self._clock.now(),
            )
            return self._app.commit([team], context=context, receipt=Receipt(aggregate_id=team_id))

        return self._decide(context, Receipt, attempt)

    def disband_team(self, team_id: UUID, context: Context) -> Receipt:
        """Let a team take no further visit."""

        def attempt() -> Receipt:
            team = self._app.load(InspectionTeam, team_id)
            allow_in(context, team.district, *FURNISHING)
            team.disband(at=self._clock.now())
            return self._app.commit([team], context=context, receipt=Receipt(aggregate_id=team_id))

        return self._decide(context, Receipt, attempt)

    def police_told(
        self, inspection_id: UUID, notice_id: UUID, police_reference: str, context: Context
    ) -> Receipt:
        """The police took the notice."""
        return self._asked(
            inspection_id,
            context,
            lambda one, at: one.police_told(
                notice_id=notice_id, police_reference=police_reference, at=at
            ),
        )

    def police_not_reached(
        self, inspection_id: UUID, notice_id: UUID, code: str, context: Context
    ) -> Receipt:
        """The notice did not arrive, and is tried no more."""
        return self._asked(
            inspection_id,
            context,
            lambda one, at: one.police_not_reached(notice_id=notice_id, code=code, at=at),
        )

    def timed(self) -> Mapping[TimerKind, Callable[[DueTimer, Context], Receipt]]:
        """What its timers ask."""
        return {
            TimerKind.INSPECTION_DECISION: lambda timer, context: self._asked(
                timer.aggregate_id, context, lambda one, at: one.decision_due(at=at)
            ),
            TimerKind.INSPECTION_RESULT: lambda timer, context: self._asked(
                timer.aggregate_id,
                context,
                lambda one, at: one.result_due(at=at, due_at=timer.due_at),
            ),
        }

    def _decided(self, form_id: UUID, context: Context, decide: Decision, *, tell: str) -> Receipt:
        """Decide, and tell the applicant by the phrase ``tell`` if anything came of it."""

        def attempt() -> Receipt:
            at = self._clock.now()
            inspection = self._app.load(Inspection, form_id)
            allow_in(context, inspection.district, *DECIDING)
            more = decide(inspection, UUID(context.principal.id), at)
            if inspection.pending_events:
                more = (*more, told(inspection, tell, at=at))
            return self._app.commit(
                [inspection, *more], context=context, receipt=Receipt(aggregate_id=form_id)
            )

        return self._decide(context, Receipt, attempt)

    def _asked(
        self, form_id: UUID, context: Context, ask: Callable[[Inspection, datetime], None]
    ) -> Receipt:
        allow(context, Role.SYSTEM)

        def attempt() -> Receipt:
            inspection = self._app.load(Inspection, form_id)
            ask(inspection, self._clock.now())
            return self._app.commit(
                [inspection], context=context, receipt=Receipt(aggregate_id=form_id)
            )

        return self._decide(context, Receipt, attempt)
