"""Somebody is watched over: for how long, by whose word, and who may read it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.geography import DistrictCode
from domain.protection import Protection, facts
from domain.protection.reading import Reader
from domain.protection.refusals import (
    DecisionMalformed,
    DecisionVerified,
    ExtensionsSpent,
    PeriodUnfit,
    ProtectionExpired,
    ReasonNeeded,
)
from domain.protection.vocabulary import Because, EndCause, Enroller, Measure
from domain.protection_guard import ProtectionBegan, ProtectionEnded
from domain.report_guard import Began, ReportGuard
from domain.roles import Role
from tests.domain.protections import (
    CITIZEN,
    DAY_S,
    ENDS_AT,
    NUMBER,
    OPERATOR,
    OTHER,
    POLICY,
    PROTECTION,
    REPORT,
    SUPERVISOR,
    after,
    due,
    enrolled,
    planned,
)
from tests.memory import GANGDONG, GURO, SONGPA
from tests.scenario import T0, Scenario


def begun(
    measure: Measure, days: float, number: str = NUMBER, enroller: Enroller = Enroller.POLICE
) -> Protection:
    return Protection.enroll(
        protection_id=PROTECTION,
        citizen_id=CITIZEN,
        district=GANGDONG,
        enroller=enroller,
        measure=measure,
        decision_number=number,
        ends_at=T0 + timedelta(days=days),
        at=T0,
        policy=POLICY,
    )


def longer(until: datetime, number: str = "2026초기9"):
    return lambda one: one.extend(
        enroller=Enroller.POLICE,
        decision_number=number,
        ends_at=until,
        at=after(DAY_S),
        policy=POLICY,
    )


class TestPeriod:
    def test_a_measure_lasts_as_long_as_the_law_lets_it(self) -> None:
        assert begun(Measure.EMERGENCY, 31).ends_at == ENDS_AT
        assert begun(Measure.PROVISIONAL, 92).measure is Measure.PROVISIONAL
        for measure, days in ((Measure.EMERGENCY, 31.1), (Measure.PROVISIONAL, 92.1)):
            with pytest.raises(PeriodUnfit):
                begun(measure, days)
        with pytest.raises(PeriodUnfit):
            begun(Measure.EMERGENCY, 0)

    @pytest.mark.parametrize("number", ["", "   ", "초기", "1;2;3;4", "2" * 41])
    def test_a_decision_has_a_number(self, number) -> None:
        with pytest.raises(DecisionMalformed):
            begun(Measure.EMERGENCY, 30, number)

    def test_what_a_person_says_is_verified_later_once(self) -> None:
        assert not begun(Measure.EMERGENCY, 30, enroller=Enroller.PERSON).verified
        told = enrolled(Enroller.PERSON).when(
            lambda one: one.verify(staff_id=SUPERVISOR, at=after(9))
        )
        told.then((facts.Verified, {"staff_id": SUPERVISOR}))
        enrolled().when(lambda one: one.verify(staff_id=SUPERVISOR, at=after(9))).then()

    def test_what_nobody_decided_is_refuted_once_unless_it_was_verified(self) -> None:
        def twice(one: Protection) -> None:
            one.refute(staff_id=SUPERVISOR, at=after(9))
            one.refute(staff_id=SUPERVISOR, at=after(9))

        enrolled(Enroller.PERSON).when(twice).then(
            (facts.Ended, {"cause": EndCause.UNFOUNDED, "staff_id": SUPERVISOR})
        )
        enrolled().when(twice).then_refused(DecisionVerified)

    def test_it_is_extended_twice_by_another_decision(self) -> None:
        until = ENDS_AT + timedelta(days=31)
        enrolled().when(longer(until)).then(
            (facts.Extended, {"ends_at": until, "decision_number": "2026초기9"})
        )
        once = enrolled().given(
            facts.Extended,
            timestamp=T0,
            citizen_id=CITIZEN,
            enroller=Enroller.POLICE,
            ends_at=until,
            decision_number=NUMBER,
        )
        once.when(longer(until)).then()
        twice = once.given(
            facts.Extended,
            timestamp=T0,
            citizen_id=CITIZEN,
            enroller=Enroller.POLICE,
            ends_at=until + timedelta(days=9),
            decision_number=NUMBER,
        )
        twice.when(longer(until + timedelta(days=10))).then_refused(ExtensionsSpent)

    @pytest.mark.parametrize("days", [-1, 32])
    def test_never_shorter_and_never_longer_than_the_law(self, days) -> None:
        enrolled().when(longer(ENDS_AT + timedelta(days=days))).then_refused(PeriodUnfit)

    def test_its_last_moment_ends_it_unless_it_was_extended(self) -> None:
        enrolled().when(lambda one: one.period_over(at=ENDS_AT)).then(
            (facts.Ended, {"cause": EndCause.EXPIRED})
        )
        enrolled().when(lambda one: one.period_over(at=after(9))).then()

    def test_her_phone_asks_and_somebody_ends_it(self) -> None:
        def asks_twice(one: Protection) -> None:
            one.ask_end(at=after(9))
            one.ask_end(at=after(10))
            assert one.ended is None
            one.end(cause=EndCause.PERSON, staff_id=SUPERVISOR, at=after(99))
            one.end(cause=EndCause.POLICE, staff_id=None, at=after(100))
            assert one.ended is EndCause.PERSON

        due().when(asks_twice).then(facts.EndAsked, facts.Ended)

    def test_once_it_is_over_nothing_is_watched_and_that_is_named(self) -> None:
        acts = (
            lambda one: one.verify(staff_id=SUPERVISOR, at=ENDS_AT),
            lambda one: one.ask_end(at=ENDS_AT),
            lambda one: one.assign(operator_id=OPERATOR, staff_id=SUPERVISOR, at=ENDS_AT),
            lambda one: one.remove_place(place_id=PROTECTION, at=ENDS_AT),
        )
        for act in acts:
            enrolled().when(act).then_refused(ProtectionExpired)
        ended = enrolled().given(
            facts.Ended, timestamp=after(9), citizen_id=CITIZEN, cause="police", staff_id=None
        )
        ended.when(longer(ENDS_AT + timedelta(days=1))).then_refused(ProtectionExpired)


def reader(
    role: Role = Role.OPERATOR, district: DistrictCode | None = GANGDONG, who: object = OPERATOR
) -> Reader:
    return Reader(staff_id=who, role=role, district=district)  # type: ignore[arg-type]


class TestReading:
    def test_supervisors_of_the_district_read_it_and_nobody_else_unasked(self) -> None:
        def looked(one: Protection) -> None:
            assert one.may_read(reader(Role.SUPERVISOR))
            for other in (
                reader(),
                reader(Role.SUPERVISOR, GURO),
                reader(Role.COORDINATOR, None),
                reader(Role.AUDITOR, None),
                reader(Role.ADMINISTRATOR, None),
                reader(Role.STATISTICIAN, None),
            ):
                assert not one.may_read(other)

        planned().when(looked).then()

    def test_who_is_assigned_reads_it_until_relieved(self) -> None:
        def assigned(one: Protection) -> None:
            for _ in range(2):
                one.assign(operator_id=OPERATOR, staff_id=SUPERVISOR, at=after(9))
            assert one.may_read(reader())
            assert not one.may_read(reader(who=OTHER))
            for _ in range(2):
                one.relieve(operator_id=OPERATOR, staff_id=SUPERVISOR, at=after(10))
            assert not one.may_read(reader())

        planned().when(assigned).then(facts.OperatorAssigned, facts.OperatorRelieved)

    def test_an_open_report_lets_centres_and_operators_read_until_it_closes(self) -> None:
        def open_and_closed(one: Protection) -> None:
            for _ in range(2):
                one.emergency_raised(report_id=REPORT, at=after(9))
                one.grant(report_id=REPORT, district=SONGPA, because=Because.ESCALATED, at=after(9))
            one.grant(report_id=REPORT, operator_id=OTHER, because=Because.CLAIMED, at=after(10))
            assert one.may_read(reader(district=SONGPA, who=SUPERVISOR))
            assert one.may_read(reader(district=GURO, who=OTHER))
            assert not one.may_read(reader(district=GURO))
            for _ in range(2):
                one.withdraw(report_id=REPORT, at=after(99))
            assert not one.may_read(reader(district=SONGPA))
            assert not one.may_read(reader(district=GURO, who=OTHER))

        planned().when(open_and_closed).then(
            facts.EmergencyRaised,
            facts.AccessGranted,
            facts.AccessGranted,
            facts.AccessWithdrawn,
        )

    def test_nothing_is_granted_to_who_may_read_anyway(self) -> None:
        assigned = planned().given(
            facts.OperatorAssigned, timestamp=T0, operator_id=OPERATOR, staff_id=SUPERVISOR
        )

        def granted(one: Protection) -> None:
            one.grant(report_id=REPORT, district=GANGDONG, because=Because.ESCALATED, at=T0)
            one.grant(report_id=REPORT, operator_id=OPERATOR, because=Because.CLAIMED, at=T0)

        assigned.when(granted).then()

    def test_a_district_grant_is_no_grant_to_those_who_have_none(self) -> None:
        granted = planned().given(
            facts.AccessGranted,
            timestamp=T0,
            report_id=REPORT,
            district=None,
            operator_id=OTHER,
            because=Because.CLAIMED,
        )

        def looked(one: Protection) -> None:
            assert not one.may_read(reader(district=None))
            assert not one.may_read(reader(Role.COORDINATOR, None, OTHER))

        granted.when(looked).then()

    def test_whoever_else_must_read_it_says_why_each_time(self) -> None:
        def twice(one: Protection) -> None:
            for _ in range(2):
                one.break_glass(
                    staff_id=OTHER, reason="당직 중 긴급 확인 요청", at=after(9), policy=POLICY
                )

        planned().when(twice).then(facts.GlassBroken, facts.GlassBroken)
        planned().when(
            lambda one: one.break_glass(staff_id=OTHER, reason=" 확인 ", at=T0, policy=POLICY)
        ).then_refused(ReasonNeeded)


class TestGuard:
    def test_the_guard_of_her_reports_knows_of_one_protection(self) -> None:
        def protected(guard: ReportGuard) -> None:
            for _ in range(2):
                guard.protect(protection_id=PROTECTION, at=T0)
            guard.end_protection(protection_id=OTHER, at=T0)
            assert guard.protection == PROTECTION
            for _ in range(2):
                guard.end_protection(protection_id=PROTECTION, at=T0)
            assert guard.protection is None

        Scenario[ReportGuard](ReportGuard.create_id(CITIZEN)).given(
            Began,
            originator_topic="report_guard",
            timestamp=T0,
            citizen_id=CITIZEN,
            drill=False,
        ).when(protected).then(ProtectionBegan, ProtectionEnded)
