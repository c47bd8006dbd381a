"""A request for a check: decided, scheduled, made, and told to the police where one must."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.base import ERASED
from domain.inspection import Inspection, facts
from domain.inspection.refusals import (
    InspectionDecided,
    InspectionOver,
    TimesUnfit,
)
from domain.inspection.vocabulary import Building, FormDecline, InspectionStage, Span
from tests.domain.asked_checks import (
    CHECK,
    DAY_S,
    MINA,
    POLICY,
    REFERENCE,
    STAFF,
    WISHED,
    after,
    approved,
    closed_door,
    found,
    hours,
    requested,
    scheduled,
)
from tests.memory import GANGDONG
from tests.scenario import T0


def asked(*wished: Span) -> Inspection:
    return Inspection.request(
        reference=REFERENCE,
        applicant=MINA,
        district=GANGDONG,
        building=Building.OPEN_TOILET,
        place="성내로 25, 2층 화장실",
        wished=wished,
        at=T0,
        policy=POLICY,
    )


class TestRequest:
    def test_the_reference_leads_to_it_and_the_code_opens_it(self) -> None:
        inspection = asked(WISHED)
        assert inspection.id == CHECK
        assert inspection.opens(MINA.code)
        assert not inspection.opens("ANOTHER")
        assert inspection.stage is InspectionStage.REQUESTED

    def test_three_times_may_be_wished(self) -> None:
        (first,) = asked(hours(1, 2), hours(3, 4), hours(5, 6)).collect_events()
        assert isinstance(first, facts.Requested)
        assert len(first.wished) == POLICY.inspection_times_max
        assert first.decide_by == T0 + timedelta(days=3)

    @pytest.mark.parametrize(
        "wished",
        [
            (),
            (hours(1, 2), hours(3, 4), hours(5, 6), hours(7, 8)),
            (hours(0, 1),),
            (hours(-3, -2),),
            (hours(2, 2),),
            (hours(1, 2), hours(60 * 24 - 1, 60 * 24 + 1)),
        ],
        ids=["none", "four", "now", "over", "empty", "too far ahead"],
    )
    def test_other_times_are_refused(self, wished: tuple[Span, ...]) -> None:
        with pytest.raises(TimesUnfit):
            asked(*wished)

    def test_once_its_applicant_is_erased_no_code_opens_it(self) -> None:
        inspection = asked(WISHED)
        inspection.code = ERASED
        for code in (MINA.code, str(ERASED)):
            assert not inspection.opens(code)


class TestDecision:
    def test_it_is_approved(self) -> None:
        requested().when(lambda one: one.approve(staff_id=STAFF, at=after(600))).then(
            (facts.Approved, {"staff_id": STAFF})
        )

    def test_it_is_decided_once(self) -> None:
        for stage in (approved(), scheduled()):
            stage.when(lambda one: one.approve(staff_id=STAFF, at=after(900))).then_refused(
                InspectionDecided
            )

    def test_a_no_has_a_reason(self) -> None:
        for stage in (requested(), approved(), scheduled(), closed_door()):
            stage.when(
                lambda one: one.decline(
                    staff_id=STAFF, why=FormDecline.NO_CAPACITY, note="다음 달", at=after(900)
                )
            ).then((facts.Declined, {"why": FormDecline.NO_CAPACITY, "note": "다음 달"}))

    def test_the_applicant_withdraws_once(self) -> None:
        def twice(inspection: Inspection) -> None:
            inspection.withdraw(at=after(900))
            inspection.withdraw(at=after(901))

        for stage in (requested(), approved(), scheduled()):
            stage.when(twice).then(facts.Withdrawn)

    def test_after_its_end_nothing_is_decided(self) -> None:
        def acts(inspection: Inspection) -> list[object]:
            return [
                lambda: inspection.approve(staff_id=STAFF, at=after(10**6)),
                lambda: inspection.decline(
                    staff_id=STAFF, why=FormDecline.OTHER, note=None, at=after(10**6)
                ),
                lambda: inspection.withdraw(at=after(10**6)),
                lambda: inspection.close(staff_id=STAFF, at=after(10**6)),
                lambda: inspection.nothing_found(staff_id=STAFF, note=None, at=after(10**6)),
            ]

        for number in range(5):
            found().when(lambda one, number=number: acts(one)[number]()).then_refused(  # type: ignore[misc, operator]
                InspectionOver
            )

    def test_undecided_after_three_days_it_is_told_once(self) -> None:
        def twice(inspection: Inspection) -> None:
            inspection.decision_due(at=after(3 * DAY_S))
            inspection.decision_due(at=after(3 * DAY_S + 1))

        requested().when(twice).then(facts.DecisionOverdue)
        approved().when(twice).then()
