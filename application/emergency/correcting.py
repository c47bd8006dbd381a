"""Supervisors put right what a fact stated wrongly; nothing that was stored is touched."""

from __future__ import annotations

from uuid import UUID

from application.context import Context
from application.desk import allow
from application.emergency.base import ReportDesk
from application.emergency.commands import CorrectReport
from application.errors import Forbidden
from application.safe_return import Receipt
from domain.emergency.correcting import Correctable, CorrectionUnfit, NothingToCorrect
from domain.emergency.outcomes import Grounds
from domain.geography import CITY
from domain.roles import Role


class Correcting(ReportDesk):
    """Corrections of reports that rang in the supervisor's district; a coordinator's of any."""

    def correct(self, command: CorrectReport, context: Context) -> Receipt:
        """Keep the correction of one field; the value that stands already changes nothing.

        Raises:
            Unknown: there is no such report.
            Forbidden: only supervisors of a district that it rang in, coordinators, and the
                machine's own shell correct.
            CorrectionUnfit: there is no such district.
            OriginalUnfit: there is no such report to be a duplicate of.
            NothingToCorrect: the fact that is named is another report's.
            DomainError: the report refuses, and would again.
        """
        who = context.principal
        allow(context, Role.SUPERVISOR, Role.COORDINATOR, Role.SYSTEM)
        is_district = command.field is Correctable.DISTRICT
        if is_district and command.value not in {*self._districts.codes(), CITY}:
            raise CorrectionUnfit(f"there is no district {command.value}")
        self._must_be_known(command.duplicate_of)
        at = self._clock.now()

        def attempt() -> Receipt:
            report = self._load(command.report_id)
            if who.role is Role.SUPERVISOR and who.district not in report.districts:
                raise Forbidden(f"{who.role} of {who.district}")
            report.correct(
                operator_id=None if who.role is Role.SYSTEM else UUID(who.id),
                field=command.field,
                value=command.value,
                reason=command.reason,
                version=self._version_of(command),
                grounds=Grounds(command.verified_by, command.duplicate_of),
                at=at,
            )
            return self._app.commit(
                [report], context=context, receipt=Receipt(aggregate_id=report.id)
            )

        return self._decide(context, Receipt, attempt)

    def _version_of(self, command: CorrectReport) -> int | None:
        """Which of the report's facts is meant; None for whichever stands."""
        if command.fact is None:
            return None
        for fact in self._app.history(command.report_id):
            if command.fact in {fact.envelope.event_id, fact.envelope.position}:
                return fact.originator_version
        raise NothingToCorrect(f"{command.fact} is no fact of {command.report_id}")
