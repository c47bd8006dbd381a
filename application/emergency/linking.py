"""Reports about one incident: operators link those they see; so is what one citizen raised."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.context import Context
from application.desk import allow
from application.emergency.base import ReportDesk
from application.emergency.commands import LinkReports, UnlinkReport
from application.emergency.rights import may_act
from application.safe_return import Receipt
from domain.emergency import Emergency
from domain.emergency.linking import LinkUnfit, NotLinked
from domain.incident import Incident
from domain.roles import Role


class Linking(ReportDesk):
    """Nobody sees more of a report for its links; rights stay each report's own."""

    def link(self, command: LinkReports, context: Context) -> Receipt:
        """Link two reports; twice is once.

        Raises:
            Unknown: one of them does not exist.
            Forbidden: one of them rang in no district of the caller's.
            LinkUnfit: a drill, or twice the same report.
            LinkedElsewhere: each is linked with others already.
            Conflict, LogUnavailable: nothing was stored; ask again.
        """
        allow(context, Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
        if command.report_id == command.other_id:
            raise LinkUnfit(str(command.report_id))
        at = self._clock.now()

        def attempt() -> Receipt:
            one, other = self._load(command.report_id), self._load(command.other_id)
            for report in (one, other):
                may_act(report, context)
            incident = self._linked(one, other, operator_id=UUID(context.principal.id), at=at)
            return self._app.commit(
                [one, other, incident], context=context, receipt=Receipt(aggregate_id=one.id)
            )

        return self._decide(context, Receipt, attempt)

    def unlink(self, command: UnlinkReport, context: Context) -> Receipt:
        """Take a report out of its incident; the last one that is left is linked with none.

        Raises:
            Unknown: there is no such report.
            Forbidden: it rang in no district of the caller's.
            NotLinked: it is linked with none.
            Conflict, LogUnavailable: nothing was stored; ask again.
        """
        allow(context, Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
        at, who = self._clock.now(), UUID(context.principal.id)

        def attempt() -> Receipt:
            report = self._load(command.report_id)
            may_act(report, context)
            if report.linked_in is None:
                raise NotLinked(str(report.id))
            incident = self._app.load(Incident, report.linked_in)
            gone = incident.remove(report.id, operator_id=who, at=at)
            apart = [report, *(self._load(one) for one in gone if one != report.id)]
            for one in apart:
                told = command.reason if one is report else None
                one.unlink(operator_id=who, at=at, reason=told)
            return self._app.commit(
                [*apart, incident], context=context, receipt=Receipt(aggregate_id=report.id)
            )

        return self._decide(context, Receipt, attempt)

    def _linked(
        self, one: Emergency, other: Emergency, *, operator_id: UUID | None, at: datetime
    ) -> Incident:
        """What both belong to from now on; an incident of either takes the other in."""
        shared = one.linked_in or other.linked_in or Incident.create_id(one.id, other.id)
        incident = self._app.find(Incident, shared) or Incident.begin_for(one.id, other.id, at=at)
        for report in (one, other):
            report.link(incident.id, operator_id=operator_id, at=at)
            incident.add(report.id, operator_id=operator_id, at=at)
        return incident
