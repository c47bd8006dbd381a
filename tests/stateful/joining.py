"""What one citizen's triggers and several citizens' reports have to do with each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis.stateful import invariant, rule

from application.emergency.commands import LinkReports, PromoteReport, UnlinkReport
from domain.emergency.vocabulary import Stage
from tests.stateful.life_of_reports import LifeOfReports
from tests.stateful.overtaking import OPERATORS


class Joining(LifeOfReports):
    """Drills that turn out to be none; reports about one incident."""

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def promote(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        over = (Stage.CANCELLED, Stage.RESOLVED)
        if self._step(
            operator,
            lambda: one.drill and one.stage not in over,
            self.house.desk.promote,
            PromoteReport(report_id=report_id),
        ):
            one.drill, one.unanswered = False, one.stage is not Stage.WINDOW

    @rule(report_id=LifeOfReports.reports, other=LifeOfReports.reports, operator=OPERATORS)
    def link(self, report_id: UUID, other: UUID, operator: Any) -> None:
        if self._step(
            operator,
            lambda: self.may_act(operator, other) and self.belonging.may_link(report_id, other),
            self.house.desk.link,
            LinkReports(report_id=report_id, other_id=other),
        ):
            self.belonging.link(report_id, other)

    @rule(report_id=LifeOfReports.reports, operator=OPERATORS)
    def unlink(self, report_id: UUID, operator: Any) -> None:
        if self._step(
            operator,
            lambda: bool(self.belonging.group_of(report_id)),
            self.house.desk.unlink,
            UnlinkReport(report_id=report_id),
        ):
            self.belonging.unlink(report_id)

    @invariant()
    def links_are_symmetric_and_as_the_model_has_them(self) -> None:
        shared: dict[UUID, set[UUID]] = {}
        for report_id in self.model:
            incident = self.report(report_id).linked_in
            if incident is not None:
                shared.setdefault(incident, set()).add(report_id)
        assert sorted(map(sorted, shared.values())) == sorted(map(sorted, self.belonging.groups))

    @invariant()
    def drills_are_what_the_model_calls_drills(self) -> None:
        for report_id, one in self.model.items():
            assert self.report(report_id).drill == one.drill
