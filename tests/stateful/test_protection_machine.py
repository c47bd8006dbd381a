"""Any history of a protection, its looks and her reports.

The promises: nobody reads it without a right that its own facts give, but by breaking the glass,
and each time that is kept; every look that was due is recorded, or has risen, or waits; no fact of
hers says a cell; she is protected once at most, and her guard always knows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from application.emergency.commands import ClaimReport, ResolveReport
from application.errors import ApplicationError, Forbidden
from application.outbox import TimerKind
from application.protection.commands import AssignOperator, EndProtection, ExtendProtection
from domain.base import DomainError
from domain.emergency.vocabulary import Outcome, Stage
from domain.policy import EscalationLevel
from domain.protection import facts
from domain.protection.vocabulary import EndCause
from domain.report_guard import ReportGuard
from projections.protections import Protections
from tests.application.house import (
    AUDITOR,
    CHO_OF_SONGPA,
    CITIZEN,
    COORDINATOR,
    JIYOUNG,
    KIM,
    LEE,
    NOTE,
    PARK_OF_SONGPA,
    PARTNER,
    SYSTEM,
    id_of,
    phone,
    sent,
)
from tests.application.protection_house import PARK, WHY, ProtectionHouse

READERS = (KIM, LEE, PARK, CHO_OF_SONGPA, PARK_OF_SONGPA, COORDINATOR, AUDITOR)
KINDS = (TimerKind.PROTECTION_LOOK, TimerKind.PROTECTION_MISSED, TimerKind.PROTECTION_ENDS)
OVER = {Stage.RESOLVED, Stage.CANCELLED}


class ProtectionMachine(RuleBasedStateMachine):
    """One citizen, two operators, two centres."""

    @initialize()
    def begin(self) -> None:
        self.house = ProtectionHouse()
        self.house.join()
        for operator in (KIM, LEE):
            self.house.serve(operator)
        self.protections: list[UUID] = []
        self.reports: list[UUID] = []
        self.sheltered: set[UUID] = set()
        self.broken = 0

    def tried(self, act: Any) -> bool:
        try:
            act()
        except (DomainError, ApplicationError):
            return False
        return True

    @property
    def newest(self) -> UUID | None:
        return self.protections[-1] if self.protections else None

    @rule(who=st.sampled_from([PARTNER, CITIZEN]), days=st.sampled_from([1, 30, 40]))
    def somebody_enrols_her(self, who: Any, days: int) -> None:
        stands = any(self.house.protection(one).ended is None for one in self.protections)
        made = self.tried(
            lambda: self.protections.append(
                self.house.enrolls(
                    who,
                    ends_at=self.house.clock.now() + timedelta(days=days),
                )
            )
        )
        assert made == (not stands and days <= 31)

    @rule(minutes=st.sampled_from([1, 10, 61, 600, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.house.clock.advance(60 * minutes)

    @rule(kind=st.sampled_from(KINDS))
    def timers_ask(self, kind: TimerKind) -> None:
        for one in self.protections:
            self.house.fire(one, kind)

    @precondition(lambda self: self.newest)
    @rule(operator=st.sampled_from([KIM, LEE]), step=st.sampled_from(["assign", "relieve"]))
    def an_operator_is_assigned_or_relieved(self, operator: Any, step: str) -> None:
        command = AssignOperator(protection_id=self.newest, operator_id=id_of(operator))
        self.tried(lambda: getattr(self.house.protections, step)(command, PARK))

    @precondition(lambda self: self.newest)
    @rule(who=st.sampled_from([KIM, LEE, PARK]))
    def somebody_looks(self, who: Any) -> None:
        protection = self.house.protection(self.newest)
        for look in protection.due_looks[:1]:
            may = who is PARK or id_of(who) in protection.assigned
            stands = protection.ended is None and self.house.clock.now() < protection.ends_at
            done = self.tried(lambda: self.house.looks(self.newest, look.look_id, who))  # noqa: B023
            assert done == (may and stands)

    @precondition(lambda self: self.newest)
    @rule(days=st.sampled_from([1, 20]))
    def it_is_extended(self, days: int) -> None:
        ends_at = self.house.protection(self.newest).ends_at + timedelta(days=days)
        command = ExtendProtection(
            protection_id=self.newest, decision_number="2026초기99", ends_at=ends_at
        )
        self.tried(lambda: self.house.protections.extend(command, PARTNER))

    @precondition(lambda self: self.newest)
    @rule(cause=st.sampled_from([EndCause.POLICE, EndCause.PERSON]))
    def it_is_ended(self, cause: EndCause) -> None:
        command = EndProtection(protection_id=self.newest, cause=cause)
        self.house.protections.end(command, PARTNER if cause is EndCause.POLICE else PARK)

    @precondition(lambda self: self.newest)
    @rule()
    def her_phone_asks_for_the_end(self) -> None:
        before = self.house.protection(self.newest).ended
        self.tried(lambda: self.house.protections.ask_end(CITIZEN))
        assert self.house.protection(self.newest).ended == before

    @rule()
    def she_raises(self) -> None:
        self.house.clock.advance(1)
        receipt = self.house.trigger(sent(f"t-{len(self.reports)}"), identity=phone())
        if receipt.report_id not in self.reports:
            if any(self.house.protection(one).ended is None for one in self.protections):
                self.sheltered.add(receipt.report_id)
            self.reports.append(receipt.report_id)

    @precondition(lambda self: self.reports)
    @rule(level=st.sampled_from([EscalationLevel.NEIGHBOUR, EscalationLevel.CITY]))
    def nobody_answers(self, level: EscalationLevel) -> None:
        self.house.clock.advance(61)
        self.house.desk.window_elapsed(self.reports[-1], SYSTEM)
        now = self.house.clock.now()
        self.tried(lambda: self.house.desk.escalate(self.reports[-1], level, now, SYSTEM))

    @precondition(lambda self: self.reports)
    @rule(who=st.sampled_from([KIM, LEE, CHO_OF_SONGPA]))
    def somebody_claims(self, who: Any) -> None:
        command = ClaimReport(report_id=self.reports[-1])
        self.tried(lambda: self.house.desk.claim(command, who))

    @precondition(lambda self: self.reports)
    @rule(who=st.sampled_from([KIM, LEE, CHO_OF_SONGPA]))
    def it_is_resolved(self, who: Any) -> None:
        command = ResolveReport(
            report_id=self.reports[-1], outcome=Outcome.POLICE_HANDLED, note=NOTE
        )
        self.tried(lambda: self.house.desk.resolve(command, who))

    @precondition(lambda self: self.newest)
    @rule(who=st.sampled_from(READERS), why=st.sampled_from([None, "", WHY]))
    def somebody_reads(self, who: Any, why: str | None) -> None:
        seen = len(self.house.access.accesses)
        may = self.right(self.newest, who)
        try:
            self.house.reading.read(self.newest, who, why=why)
        except Forbidden:
            assert not may
            assert why is None
        except DomainError:
            assert not may
            assert why == ""
            return
        else:
            assert may or why == WHY
            self.broken += int(not may)
        assert len(self.house.access.accesses) == seen + 1

    @rule()
    def another_process(self) -> None:
        self.house.restart()

    def right(self, protection_id: UUID, who: Any) -> bool:
        """What the facts say, told in the plainest way."""
        assigned: set[UUID] = set()
        granted: dict[UUID, set[object]] = {}
        for fact in self.house.log.facts(protection_id):
            match fact:
                case facts.OperatorAssigned():
                    assigned.add(fact.operator_id)
                case facts.OperatorRelieved():
                    assigned.discard(fact.operator_id)
                case facts.Ended():
                    assigned.clear()
                case facts.AccessGranted():
                    given = granted.setdefault(fact.report_id, set())
                    given.add(fact.district or fact.operator_id)
                case facts.AccessWithdrawn():
                    granted.pop(fact.report_id, None)
        given = set().union(*granted.values())
        own = {id_of(who), who.principal.district}
        if who is PARK:
            return True
        if who is COORDINATOR:
            return "11000" in given
        return who is not AUDITOR and bool(own & given or id_of(who) in assigned)

    @invariant()
    def who_broke_the_glass_is_kept_each_time(self) -> None:
        topics = [fact.TOPIC for fact in self.house.log.facts()]
        assert topics.count("protection.glass_broken") == self.broken

    @invariant()
    def a_report_lets_nobody_read_any_more_once_it_is_over(self) -> None:
        for one in self.protections:
            for report_id, _, _ in self.house.protection(one).granted:
                assert self.house.report(report_id).stage not in OVER

    @invariant()
    def her_guard_knows_and_she_is_protected_once(self) -> None:
        guard = self.house.app.find(ReportGuard, ReportGuard.create_id(JIYOUNG))
        stands = [one for one in self.protections if self.house.protection(one).ended is None]
        assert len(stands) <= 1
        assert (guard.protection if guard else None) == (stands[0] if stands else None)

    @invariant()
    def no_fact_of_a_protected_persons_report_says_a_cell(self) -> None:
        for report_id in self.reports:
            told = self.house.log.facts(report_id)
            at = [n for n, fact in enumerate(told) if fact.TOPIC == "emergency.protected"]
            assert at or report_id not in self.sheltered
            since = told if report_id in self.sheltered else told[at[0] :] if at else []
            assert all(getattr(fact, "cell", None) is None for fact in since)

    @invariant()
    def every_look_that_was_due_is_recorded_or_has_risen_or_waits(self) -> None:
        for one in self.protections:
            protection = self.house.protection(one)
            due, settled = set(), set()
            for fact in self.house.log.facts(one):
                if isinstance(fact, facts.LookDue):
                    due.add(fact.look_id)
                if isinstance(fact, facts.Looked) or getattr(fact, "next_at", due) is None:
                    settled.add(fact.look_id)  # type: ignore[attr-defined]
            waiting = {look.look_id for look in protection.due_looks}
            if protection.ended is None:
                assert due - settled == waiting
                asked = {
                    timer.name
                    for timer in self.house.log.timers.values()
                    if timer.kind is TimerKind.PROTECTION_MISSED
                }
                assert {str(look) for look in waiting} <= asked

    @invariant()
    def the_watch_list_says_what_the_protections_say(self) -> None:
        for one in self.protections:
            row: Any = None
            for fact in self.house.log.facts(one):
                row = Protections().evolve(row, fact)
            protection = self.house.protection(one)
            assert row.ended == protection.ended
            assert set(row.assigned) == set(protection.assigned)
            assert set(row.due) == {str(look.look_id) for look in protection.due_looks}
            assert row.looked + row.missed <= row.looks * 2


TestProtections = ProtectionMachine.TestCase
TestProtections.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
