"""A protected person raises: her report goes first, says no cell, and lets its answerers read."""

from __future__ import annotations

import pytest

from application.access import AccessKind
from application.emergency.commands import (
    AcceptTransfer,
    ClaimReport,
    OfferTransfer,
    ReopenReport,
    ResolveReport,
    TakeOverReport,
)
from application.errors import Forbidden, Unknown
from domain.emergency.moving import PositionUpdated
from domain.emergency.vocabulary import Outcome
from domain.policy import EscalationLevel
from domain.protection.refusals import ReasonNeeded
from tests.application.house import (
    AUDITOR,
    CHO_OF_SONGPA,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    KIM,
    LEE,
    NOTE,
    PARK_OF_SONGPA,
    PARTNER,
    SYSTEM,
    phone,
    sent,
)
from tests.application.protection_house import PARK, WHY, ProtectionHouse
from tests.memory import GANGDONG_HILL, GURO_OFFICE, SONGPA
from tests.scenario import T0

ELSEWHERE = {
    "latitude_deg": GURO_OFFICE.latitude_deg,
    "longitude_deg": GURO_OFFICE.longitude_deg,
    "accuracy_m": 8.0,
    "fixed_at": "2023-02-02T14:40:58Z",
}


@pytest.fixture
def house() -> ProtectionHouse:
    return ProtectionHouse()


def resolve(house: ProtectionHouse, report_id, context=KIM) -> None:
    command = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
    house.desk.resolve(command, context)


def may_read(house: ProtectionHouse, protection_id, context) -> bool:
    try:
        house.reading.read(protection_id, context)
    except Forbidden:
        return False
    return True


class TestReports:
    def test_a_trigger_carries_the_protection_and_no_cell(self, house) -> None:
        protection_id = house.enrolls()
        report_id = house.raised().report_id
        assert house.log.topics(report_id) == ["emergency.triggered", "emergency.protected"]
        triggered, protected = house.log.facts(report_id)
        assert (triggered.cell, protected.protection_id) == (None, protection_id)

    def test_no_fact_of_hers_says_a_cell_whoever_records_it(self, house) -> None:
        house.enrolls()
        report_id = house.claimed().report_id
        house.trigger(sent("t-2"), identity=phone())
        report = house.report(report_id)
        report.record(
            PositionUpdated,
            at=T0,
            district=SONGPA,
            cell="2109_5476",
            outside=False,
            fix=report.fix,
            battery_pct=None,
            position=GANGDONG_HILL,
        )
        assert report.cell is None
        assert all(getattr(fact, "cell", None) is None for fact in house.log.facts(report_id))

    def test_others_reports_are_as_before(self, house) -> None:
        report_id = house.raised().report_id
        assert house.log.topics(report_id) == ["emergency.triggered"]
        assert house.log.facts(report_id)[0].cell is not None

    def test_a_drill_of_hers_goes_before_nobody(self, house) -> None:
        house.enrolls()
        report_id = house.raised(drill=True).report_id
        assert "emergency.protected" not in house.log.topics(report_id)

    def test_a_drill_that_becomes_real_goes_first(self, house) -> None:
        house.enrolls()
        report_id = house.raised(drill=True).report_id
        house.trigger(sent("t-2"), identity=phone())
        assert "emergency.protected" in house.log.topics(report_id)

    def test_what_is_open_when_she_is_enrolled_goes_first_from_then_on(self, house) -> None:
        report_id = house.claimed().report_id
        protection_id = house.enrolls()
        assert house.log.topics(report_id)[-1] == "emergency.protected"
        assert "protection.emergency_raised" in house.log.topics(protection_id)

    def test_after_the_end_of_the_protection_nothing_is_marked(self, house) -> None:
        from application.protection.commands import EndProtection
        from domain.protection.vocabulary import EndCause

        protection_id = house.enrolls()
        house.protections.end(
            EndProtection(protection_id=protection_id, cause=EndCause.POLICE), PARTNER
        )
        assert house.log.topics(house.raised().report_id) == ["emergency.triggered"]


class TestAccess:
    def test_who_claims_the_report_reads_until_it_is_over(self, house) -> None:
        protection_id = house.enrolls()
        assert not may_read(house, protection_id, KIM)
        report_id = house.claimed().report_id
        assert may_read(house, protection_id, KIM)
        assert not may_read(house, protection_id, LEE)
        resolve(house, report_id)
        assert not may_read(house, protection_id, KIM)
        assert house.log.topics(protection_id)[-3:] == [
            "protection.emergency_raised",
            "protection.access_granted",
            "protection.access_withdrawn",
        ]

    def test_where_she_raises_elsewhere_that_centre_reads(self, house) -> None:
        protection_id = house.enrolls()
        house.accepted(position=ELSEWHERE)
        assert may_read(house, protection_id, CHOI_OF_GURO)
        assert not may_read(house, protection_id, CHO_OF_SONGPA)

    def test_escalation_grants_it_and_so_does_a_transfer(self, house) -> None:
        protection_id = house.enrolls()
        report_id = house.accepted().report_id
        house.clock.advance(30)
        house.desk.escalate(report_id, EscalationLevel.SUPERVISOR, house.clock.now(), SYSTEM)
        assert not may_read(house, protection_id, CHO_OF_SONGPA)
        house.desk.escalate(report_id, EscalationLevel.NEIGHBOUR, house.clock.now(), SYSTEM)
        assert may_read(house, protection_id, CHO_OF_SONGPA)
        assert not may_read(house, protection_id, COORDINATOR)
        house.clock.advance(30)
        house.desk.escalate(report_id, EscalationLevel.CITY, house.clock.now(), SYSTEM)
        assert may_read(house, protection_id, COORDINATOR)

    def test_a_transfer_grants_it_when_it_is_accepted(self, house) -> None:
        protection_id = house.enrolls()
        report_id = house.claimed().report_id
        offered = OfferTransfer(report_id=report_id, to_district=SONGPA, reason="송파로 이동 중")
        house.desk.offer_transfer(offered, KIM)
        assert not may_read(house, protection_id, PARK_OF_SONGPA)
        house.desk.accept_transfer(AcceptTransfer(report_id=report_id), CHO_OF_SONGPA)
        assert may_read(house, protection_id, PARK_OF_SONGPA)

    def test_who_takes_over_reads_and_reopened_it_is_claimed_anew(self, house) -> None:
        protection_id = house.enrolls()
        report_id = house.claimed().report_id
        house.desk.take_over(TakeOverReport(report_id=report_id, reason=None), LEE)
        assert may_read(house, protection_id, LEE)
        resolve(house, report_id, LEE)
        house.desk.reopen(ReopenReport(report_id=report_id, reason="다시 전화가 왔습니다"), LEE)
        assert not may_read(house, protection_id, LEE)
        house.desk.claim(ClaimReport(report_id=report_id), LEE)
        assert may_read(house, protection_id, LEE)

    def test_a_cancelled_report_had_granted_nothing(self, house) -> None:
        from application.emergency.commands import CancelReport

        protection_id = house.enrolls()
        report_id = house.raised().report_id
        house.desk.cancel(CancelReport(report_id=report_id, identity=phone()), CITIZEN)
        topics = house.log.topics(protection_id)
        assert "protection.access_granted" not in topics
        assert "protection.emergency_raised" not in topics


class TestReading:
    def test_what_is_read_is_all_of_it_and_recorded(self, house) -> None:
        protection_id = house.assigned(KIM)
        opened = house.reading.read(protection_id, KIM)
        assert (opened.decision_number, opened.places[0].label) == ("2026초기1234", "집 앞 골목")
        assert opened.protocol[0] == "watch"
        [access] = house.access.accesses
        assert (access.what, access.why, access.about) == (
            "protection.read",
            "assigned",
            protection_id,
        )

    def test_nobody_else_reads_it_and_the_refusal_is_recorded(self, house) -> None:
        protection_id = house.assigned(KIM)
        for context in (LEE, CHOI_OF_GURO, PARK_OF_SONGPA, COORDINATOR, AUDITOR):
            with pytest.raises(Forbidden):
                house.reading.read(protection_id, context)
        assert {one.kind for one in house.access.accesses} == {AccessKind.REFUSAL}
        assert len(house.access.accesses) == 5
        for context in (CITIZEN, PARTNER, SYSTEM):
            with pytest.raises(Forbidden):
                house.reading.read(protection_id, context, why=WHY)

    def test_who_breaks_the_glass_leaves_a_fact_and_a_record(self, house) -> None:
        protection_id = house.assigned(KIM)
        house.reading.read(protection_id, AUDITOR, why=WHY)
        broken = house.log.facts(protection_id)[-1]
        assert (broken.TOPIC, broken.reason) == ("protection.glass_broken", WHY)
        assert house.access.accesses[-1].why == "break_glass"
        with pytest.raises(ReasonNeeded):
            house.reading.read(protection_id, LEE, why="그냥")

    def test_the_card_of_a_report_is_its_protections(self, house) -> None:
        protection_id = house.enrolls()
        report_id = house.claimed().report_id
        assert house.reading.card(report_id, KIM).protection_id == protection_id
        with pytest.raises(Forbidden):
            house.reading.card(report_id, LEE)

    def test_of_others_reports_there_is_no_card(self, house) -> None:
        with pytest.raises(Unknown):
            house.reading.card(house.claimed().report_id, KIM)

    def test_the_watch_list_is_ones_own(self, house) -> None:
        from projections.protections import ProtectionRow
        from tests.application.house import id_of

        house.rows.shown = [
            ProtectionRow.model_construct(assigned=(id_of(KIM),)),
            ProtectionRow.model_construct(assigned=()),
        ]
        assert len(house.reading.watch_list(PARK)) == 2
        assert len(house.reading.watch_list(KIM)) == 1
        assert house.reading.figures(AUDITOR) == ["all"]
        with pytest.raises(Forbidden):
            house.reading.watch_list(COORDINATOR)
