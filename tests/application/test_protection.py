"""Enrolled by the police or by the person; watched; extended; ended; and not by a phone alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from application.emergency.commands import ResolveReport
from application.errors import Forbidden, Unknown
from application.obstacles import against_citizen, is_held, looked_at
from application.outbox import Channel, TimerKind
from application.paging import page_request
from application.protection.commands import (
    AssignOperator,
    EndProtection,
    ExtendProtection,
    NamePlace,
    RecordLook,
    RemovePlace,
)
from domain.emergency.vocabulary import Outcome
from domain.hold_kind import HoldKind
from domain.protection.refusals import ProtectionActive, ProtectionExpired
from domain.protection.vocabulary import EndCause, LookFinding
from domain.report_guard import ReportGuard
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    JIYOUNG,
    KIM,
    LEE,
    PARK_OF_SONGPA,
    PARTNER,
    SUJIN,
    SYSTEM,
    id_of,
)
from tests.application.protection_house import HOME, PARK, ProtectionHouse
from tests.memory import GANGDONG


@pytest.fixture
def house() -> ProtectionHouse:
    return ProtectionHouse()


def guard(house: ProtectionHouse) -> ReportGuard:
    return house.app.load(ReportGuard, ReportGuard.create_id(JIYOUNG))


class TestEnrolling:
    def test_the_police_enrol_a_citizen_and_her_guard_knows(self, house) -> None:
        protection_id = house.enrolls()
        assert house.log.topics(protection_id) == [
            "protection.enrolled",
            "protection.place_named",
            "protection.look_planned",
        ]
        assert guard(house).protection == protection_id
        assert house.protection(protection_id).verified

    def test_she_enrols_herself_by_a_number_that_is_verified_later(self, house) -> None:
        protection_id = house.enrolls(CITIZEN)
        assert not house.protection(protection_id).verified
        house.protections.verify(protection_id, PARK)
        assert house.protection(protection_id).verified

    def test_what_she_named_and_nobody_decided_ends_at_a_supervisors_word(self, house) -> None:
        protection_id = house.enrolls(CITIZEN)
        for context in (KIM, PARK_OF_SONGPA, COORDINATOR):
            with pytest.raises(Forbidden):
                house.protections.refute(protection_id, context)
        house.protections.refute(protection_id, PARK)
        assert house.protection(protection_id).ended is EndCause.UNFOUNDED
        assert guard(house).protection is None

    def test_nobody_else_enrols_and_she_only_herself(self, house) -> None:
        house.join(SUJIN)
        for context, changes in (
            (KIM, {}),
            (PARK, {}),
            (COORDINATOR, {}),
            (SYSTEM, {}),
            (CITIZEN, {"citizen_id": SUJIN}),
        ):
            with pytest.raises(Forbidden):
                house.enrolls(context, **changes)

    def test_whom_nobody_knows_is_not_protected(self, house) -> None:
        with pytest.raises(Unknown):
            house.enrolls(citizen_id=uuid4())

    def test_twice_at_once_is_refused_and_after_the_end_allowed(self, house) -> None:
        protection_id = house.enrolls()
        with pytest.raises(ProtectionActive):
            house.enrolls(CITIZEN)
        house.protections.end(
            EndProtection(protection_id=protection_id, cause=EndCause.POLICE), PARTNER
        )
        assert house.enrolls(CITIZEN) != protection_id

    def test_a_protection_stands_against_forgetting_her(self, house) -> None:
        protection_id = house.enrolls()
        assert [one.kind for one in against_citizen(house.app, JIYOUNG)] == [HoldKind.PROTECTION]
        house.clock.advance(30 * 86_400)
        house.fire(protection_id, TimerKind.PROTECTION_ENDS)
        assert against_citizen(house.app, JIYOUNG) == ()

    def test_and_against_forgetting_her_cases(self, house) -> None:
        report_id = house.claimed().report_id
        note = "경찰이 도착하여 인계했습니다."
        command = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=note)
        house.desk.resolve(command, KIM)
        assert not is_held(house.app, report_id, JIYOUNG)
        assert not is_held(house.app, report_id, None)
        house.enrolls()
        assert is_held(house.app, report_id, JIYOUNG)
        _, obstacles = looked_at(house.app, report_id)
        assert [one.kind for one in obstacles] == [HoldKind.PROTECTION]


class TestPeriod:
    def test_its_timer_ends_it_and_frees_the_guard(self, house) -> None:
        protection_id = house.enrolls()
        house.clock.advance(30 * 86_400)
        for _ in range(2):
            house.fire(protection_id, TimerKind.PROTECTION_ENDS)
        assert house.protection(protection_id).ended is EndCause.EXPIRED
        assert guard(house).protection is None

    def test_extended_it_goes_on(self, house) -> None:
        for context in (PARTNER, PARK):
            protection_id = house.enrolls()
            until = house.protection(protection_id).ends_at + timedelta(days=20)
            command = ExtendProtection(
                protection_id=protection_id, decision_number="2026초기99", ends_at=until
            )
            house.protections.extend(command, context)
            house.clock.advance(30 * 86_400)
            house.fire(protection_id, TimerKind.PROTECTION_ENDS)
            assert house.protection(protection_id).ended is None
            house.clock.advance(20 * 86_400)
            house.fire(protection_id, TimerKind.PROTECTION_ENDS)
            assert house.protection(protection_id).ended is EndCause.EXPIRED

    def test_others_neither_extend_nor_end_it(self, house) -> None:
        protection_id = house.enrolls()
        longer = ExtendProtection(
            protection_id=protection_id,
            decision_number="2026초기99",
            ends_at=house.clock.now() + timedelta(days=40),
        )
        for context in (KIM, CITIZEN, COORDINATOR, PARK_OF_SONGPA):
            with pytest.raises(Forbidden):
                house.protections.extend(longer, context)
            with pytest.raises(Forbidden):
                house.protections.end(
                    EndProtection(protection_id=protection_id, cause=EndCause.PERSON), context
                )

    @pytest.mark.parametrize(
        ("context", "cause"),
        [(PARTNER, EndCause.PERSON), (PARK, EndCause.POLICE), (PARK, EndCause.EXPIRED)],
    )
    def test_nobody_ends_it_in_anothers_name(self, house, context, cause) -> None:
        protection_id = house.enrolls()
        with pytest.raises(Forbidden):
            house.protections.end(EndProtection(protection_id=protection_id, cause=cause), context)

    def test_her_phone_only_asks_and_a_supervisor_ends_it(self, house) -> None:
        protection_id = house.enrolls()
        house.protections.ask_end(CITIZEN)
        hers = house.protections.hers(CITIZEN)
        assert hers is not None
        assert (hers.protection_id, hers.end_asked) == (protection_id, True)
        house.protections.end(
            EndProtection(protection_id=protection_id, cause=EndCause.PERSON), PARK
        )
        assert house.protections.hers(CITIZEN) is None
        with pytest.raises(ProtectionExpired):
            house.protections.ask_end(CITIZEN)

    def test_only_a_citizen_asks_for_herself(self, house) -> None:
        house.enrolls()
        for act in (house.protections.hers, house.protections.ask_end):
            with pytest.raises(Forbidden):
                act(KIM)


class TestWatching:
    def test_supervisors_assign_operators_of_the_district(self, house) -> None:
        protection_id = house.assigned(KIM)
        house.serve(CHOI_OF_GURO)
        for operator_id in (uuid4(), id_of(CHOI_OF_GURO)):
            with pytest.raises(Unknown):
                house.protections.assign(
                    AssignOperator(protection_id=protection_id, operator_id=operator_id), PARK
                )
        command = AssignOperator(protection_id=protection_id, operator_id=id_of(KIM))
        for context in (KIM, COORDINATOR, PARK_OF_SONGPA):
            with pytest.raises(Forbidden):
                house.protections.relieve(command, context)
        house.protections.relieve(command, PARK)
        assert house.protection(protection_id).assigned == frozenset()

    def test_who_is_assigned_records_looks_and_nobody_else(self, house) -> None:
        protection_id = house.assigned(KIM)
        look = house.due_look(protection_id)
        for context in (LEE, CHOI_OF_GURO, COORDINATOR, AUDITOR, CITIZEN, PARTNER):
            with pytest.raises(Forbidden):
                house.looks(protection_id, look.look_id, context)
        house.looks(protection_id, look.look_id)
        assert house.log.topics(protection_id)[-1] == "protection.looked"

    def test_a_supervisor_may_look_too(self, house) -> None:
        protection_id = house.enrolls()
        look = house.due_look(protection_id)
        command = RecordLook(
            protection_id=protection_id,
            look_id=look.look_id,
            finding=LookFinding.SUSPICIOUS,
            note="골목에 같은 차량",
        )
        assert house.protections.record_look(command, PARK).position is not None

    def test_the_rota_goes_on_by_itself(self, house) -> None:
        protection_id = house.assigned(KIM)
        house.due_look(protection_id)
        for _ in range(2):
            house.fire(protection_id, TimerKind.PROTECTION_LOOK)
        topics = house.log.topics(protection_id)
        assert topics[-2:] == ["protection.look_due", "protection.look_planned"]

    def test_a_missed_look_calls_the_supervisor_on_duty_and_then_the_city(self, house) -> None:
        house.presence.supervisors = {GANGDONG: id_of(PARK)}
        protection_id = house.assigned(KIM)
        house.due_look(protection_id)
        for _ in range(2):
            house.clock.advance(600)
            house.fire(protection_id, TimerKind.PROTECTION_MISSED)
        missed = [
            fact
            for fact in house.log.facts(protection_id)
            if fact.TOPIC == "protection.look_missed"
        ]
        assert [fact.level for fact in missed] == ["supervisor", "city"]
        pages = [one for one in house.log.deliveries.values() if one.channel is Channel.PAGE]
        told = [
            page_request(
                house.app.history(protection_id),
                delivery_id=one.delivery_id,
                request_id=one.request_id,
                correlation_id=uuid4(),
            )
            for one in pages
        ]
        assert [(one.district, one.why) for one in told] == [
            (GANGDONG, "look_missed"),
            ("11000", "look_missed"),
        ]

    def test_places_are_changed_by_who_watches(self, house) -> None:
        protection_id = house.assigned(KIM)
        place_id = uuid4()
        named = NamePlace(protection_id=protection_id, place_id=place_id, place=HOME)
        for context in (LEE, CITIZEN):
            with pytest.raises(Forbidden):
                house.protections.name_place(named, context)
        house.protections.name_place(named, KIM)
        house.protections.remove_place(
            RemovePlace(protection_id=protection_id, place_id=place_id), PARK
        )
        assert place_id not in house.protection(protection_id).places

    def test_only_timers_ask_its_questions(self, house) -> None:
        protection_id = house.enrolls()
        timer = next(iter(house.log.timers.values()))
        ask = house.protections.timed()[timer.kind]
        with pytest.raises(Forbidden):
            ask(timer._replace(aggregate_id=protection_id), KIM)
