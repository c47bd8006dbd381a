"""The control rooms' side: claim, look, ask for help, end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from application.access import AccessKind, task_of
from application.context import Context
from application.desk import allow
from application.emergency.base import ReportDesk
from application.emergency.commands import (
    AddNote,
    ClaimReport,
    PromoteReport,
    ReleaseReport,
    ReopenReport,
    ReportCommand,
    RequestAmbulance,
    RequestPolice,
    ResolveReport,
    ShareCamera,
    StandHelpDown,
    StopSharing,
    TakeOverReport,
    ViewCamera,
)
from application.emergency.rights import may_act
from application.errors import Forbidden, Stale
from application.safe_return import Receipt
from domain.emergency import Emergency
from domain.emergency.providing import Recipient
from domain.roles import Role

Step = Callable[[Emergency, UUID, datetime], None]


class Answering(ReportDesk):
    """Steps of operators and supervisors on reports that ring, or rang, in their district.

    A coordinator may act on any. Every step may end in:

    Raises:
        Unknown: there is no such report.
        Forbidden: the caller's role or district does not allow it.
        Stale: the report took a turn after the picture that the step was decided on.
        DomainError: the report refuses, and would again.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def claim(self, command: ClaimReport, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.claim(operator_id=who, at=at, policy=self._policy),
        )

    def take_over(self, command: TakeOverReport, context: Context) -> Receipt:
        supervisor = context.principal.role in {Role.SUPERVISOR, Role.COORDINATOR}
        return self._step(
            command,
            context,
            lambda report, who, at: report.take_over(
                operator_id=who,
                reason=command.reason,
                at=at,
                policy=self._policy,
                supervisor=supervisor,
            ),
        )

    def release(self, command: ReleaseReport, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.release(
                operator_id=who, reason=command.reason, at=at, policy=self._policy
            ),
        )

    def view_camera(self, command: ViewCamera, context: Context) -> Receipt:
        """As every step; the look itself leaves an access record, and so does its refusal."""
        try:
            receipt = self._step(
                command,
                context,
                lambda report, who, at: report.view_camera(
                    operator_id=who, camera_id=command.camera_id, at=at
                ),
            )
        except Forbidden:
            self._looked(command, context, "camera.refused", AccessKind.REFUSAL)
            raise
        self._looked(command, context, f"camera:{command.camera_id}", AccessKind.CAMERA)
        return receipt

    def share_camera(self, command: ShareCamera, context: Context) -> Receipt:
        """As every step; what the police get to see is a provision, kept as an access record."""
        receipt = self._step(
            command,
            context,
            lambda report, who, at: report.share_camera(
                operator_id=who, camera_id=command.camera_id, at=at
            ),
        )
        self._looked(
            command,
            context,
            f"camera:{command.camera_id}",
            AccessKind.PROVISION,
            recipient=Recipient.POLICE,
        )
        return receipt

    def stop_sharing(self, command: StopSharing, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.stop_sharing(
                operator_id=who, camera_id=command.camera_id, at=at
            ),
        )

    def stand_down(self, command: StandHelpDown, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.stand_down(
                command.kind, operator_id=who, why=command.why, at=at
            ),
        )

    def request_police(self, command: RequestPolice, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.request_police(operator_id=who, at=at),
        )

    def request_ambulance(self, command: RequestAmbulance, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.request_ambulance(operator_id=who, at=at),
        )

    def add_note(self, command: AddNote, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.add_note(operator_id=who, note=command.note, at=at),
        )

    def resolve(self, command: ResolveReport, context: Context) -> Receipt:
        """End it; a duplicate names a report that there is.

        Raises:
            OriginalUnfit: there is no such report.
        """
        coordinator = context.principal.role is Role.COORDINATOR
        self._must_be_known(command.duplicate_of)
        return self._step(
            command,
            context,
            lambda report, who, at: report.resolve(
                operator_id=who,
                outcome=command.outcome,
                note=command.note,
                coordinator=coordinator,
                verified_by=command.verified_by,
                duplicate_of=command.duplicate_of,
                at=at,
                policy=self._policy,
            ),
            guarded=True,
        )

    def reopen(self, command: ReopenReport, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.reopen(
                operator_id=who, reason=command.reason, at=at, policy=self._policy
            ),
            guarded=True,
        )

    def promote(self, command: PromoteReport, context: Context) -> Receipt:
        """A drill is seen to be none: from now on it is a real report."""

        def step(report: Emergency, who: UUID, at: datetime) -> None:
            report.promote(operator_id=who, at=at, policy=self._policy)

        return self._step(command, context, step, guarded=True)

    def _looked(
        self,
        command: ViewCamera,
        context: Context,
        what: str,
        kind: AccessKind,
        *,
        recipient: Recipient | None = None,
    ) -> None:
        report = self._app.find(Emergency, command.report_id)
        self._access_log.record(
            context,
            subject=(report and report.citizen_id) or command.report_id,
            what=what,
            why=f"report:{command.report_id}",
            kind=kind,
            about=command.report_id,
            task=task_of(context.principal.role),
            recipient=recipient,
        )

    def _step(
        self,
        command: ReportCommand,
        context: Context,
        step: Step,
        *,
        guarded: bool = False,
        may: Callable[[Emergency, Context], None] | None = None,
    ) -> Receipt:
        """Load, decide, save.

        Args:
            command: which report, and on which picture of it.
            context: who asks.
            step: what is decided.
            guarded: whether the step opens or ends the report.
            may: raises ``Forbidden``; None: whoever's centre may act on the report.
        """
        allow(context, Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
        operator_id = UUID(context.principal.id)
        at = self._clock.now()

        def attempt() -> Receipt:
            report = self._load(command.report_id)
            (may or may_act)(report, context)
            _is_current(report, command)
            report.holder_seen(operator_id=operator_id, at=at)
            step(report, operator_id, at)
            saved = self._guarded(report, at=at) if guarded else (report,)
            receipt = Receipt(aggregate_id=report.id)
            return self._app.commit(self._told(saved, at=at), context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt)


def _is_current(report: Emergency, command: ReportCommand) -> None:
    seen, turned_at = command.expected_position, report.turned_at
    if seen is not None and turned_at is not None and seen < turned_at:
        raise Stale(f"{report.id} took a turn at {turned_at}")
