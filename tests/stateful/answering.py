"""Who is at a console and who is not: beside all that can be done to reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from application.outbox import TimerKind
from tests.application.house import SYSTEM, id_of
from tests.memory import GANGDONG, SONGPA
from tests.stateful.helping import Helping
from tests.stateful.overtaking import OPERATORS

reports = Helping.reports


class Answering(Helping):
    """Absences, and closed centres."""

    @rule(report_id=reports)
    def the_holder_is_silent(self, report_id: UUID) -> None:
        holder = self.model[report_id].holder
        if holder is not None:
            self.house.desk.holder_silent(report_id, holder, None, SYSTEM)

    @rule(report_id=reports, operator=OPERATORS)
    def the_holder_is_felt(self, report_id: UUID, operator: Any) -> None:
        self.house.desk.holder_seen(report_id, id_of(operator), SYSTEM)

    @rule(report_id=reports, operator=OPERATORS)
    @precondition(lambda self: any(self._is_away(one) for one in self.model))
    def an_absent_holder_is_relieved(self, report_id: UUID, operator: Any) -> None:
        """Without a reason."""
        if self._is_away(report_id):
            self.take_over(report_id, operator, None)

    @rule(closed=st.sampled_from([set(), {GANGDONG}, {GANGDONG, SONGPA}]))
    def centres_open_and_close(self, closed: set[str]) -> None:
        self.house.presence.closed = closed

    @rule(report_id=reports)
    @precondition(lambda self: bool(self.house.presence.closed))
    def a_closed_centre_is_seen(self, report_id: UUID) -> None:
        self.house.desk.centre_unattended(report_id, SYSTEM)

    @invariant()
    def whatever_is_still_to_rise_has_its_timer(self) -> None:
        for report_id in self.model:
            for rise in self.report(report_id).escalations:
                assert (TimerKind.ESCALATION, rise.due_at) in self.alarms(report_id)
