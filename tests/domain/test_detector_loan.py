"""One loan of a detector, from the form to its return."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid5

import pytest

from domain.inspection import DetectorLoan
from domain.inspection import loan_facts as facts
from domain.inspection.refusals import (
    LoanDecided,
    LoanNotApproved,
    LoanNotHandedOver,
    LoanOver,
    LoanTooLong,
)
from domain.inspection.vocabulary import Building, Condition, FormDecline, LoanStage
from tests.domain.asked_checks import (
    CHECK,
    DAY_S,
    LOAN,
    LOAN_REFERENCE,
    MINA,
    POLICY,
    STAFF,
    after,
    asked_for,
    lent,
    ready,
)
from tests.memory import GANGDONG
from tests.scenario import T0

OTHER = uuid5(CHECK, "other")


def borrowed(days: int) -> DetectorLoan:
    return DetectorLoan.request(
        reference=LOAN_REFERENCE,
        applicant=MINA,
        district=GANGDONG,
        building=Building.HOME,
        days=days,
        at=T0,
        policy=POLICY,
    )


class TestLoan:
    def test_a_week_at_most(self) -> None:
        assert borrowed(7).id == LOAN
        for days in (0, 8):
            with pytest.raises(LoanTooLong):
                borrowed(days)

    def test_a_detector_lies_ready_for_two_days(self) -> None:
        asked_for().when(
            lambda one: one.approve(staff_id=STAFF, mark="GD-1", at=T0, policy=POLICY)
        ).then((facts.Approved, {"mark": "GD-1", "collect_by": T0 + timedelta(days=2)}))

    def test_it_is_decided_once(self) -> None:
        for stage in (ready(), lent()):
            stage.when(
                lambda one: one.approve(staff_id=STAFF, mark="GD-2", at=T0, policy=POLICY)
            ).then_refused(LoanDecided)

    def test_until_it_is_handed_over_it_can_be_declined_or_withdrawn(self) -> None:
        def withdrawn_twice(one: DetectorLoan) -> None:
            one.withdraw(at=after(900))
            one.withdraw(at=after(900))

        for stage in (asked_for(), ready()):
            stage.when(
                lambda one: one.decline(
                    staff_id=STAFF, why=FormDecline.REPEATED, note=None, at=after(900)
                )
            ).then((facts.Declined, {"why": FormDecline.REPEATED}))
            stage.when(withdrawn_twice).then(facts.Withdrawn)
        lent().when(lambda one: one.withdraw(at=after(2000))).then_refused(LoanDecided)

    def test_from_the_hand_over_its_days_run(self) -> None:
        ready().when(lambda one: one.hand_over(staff_id=STAFF, at=after(1000), policy=POLICY)).then(
            (
                facts.HandedOver,
                {
                    "mark": "GD-1",
                    "remind_at": after(1000 + 2.5 * DAY_S),
                    "due_at": after(1000 + 3 * DAY_S),
                },
            )
        )
        lent().when(lambda one: one.hand_over(staff_id=STAFF, at=after(2000), policy=POLICY)).then()

    def test_nothing_is_handed_over_that_does_not_lie_ready(self) -> None:
        asked_for().when(
            lambda one: one.hand_over(staff_id=STAFF, at=after(1000), policy=POLICY)
        ).then_refused(LoanNotApproved)

    def test_what_nobody_comes_for_is_free_again(self) -> None:
        due_at = after(600 + 2 * DAY_S)
        ready().when(lambda one: one.collect_due(due_at=due_at, at=due_at)).then(
            (facts.NotCollected, {"mark": "GD-1"})
        )
        lent().when(lambda one: one.collect_due(due_at=due_at, at=due_at)).then()
        ready().when(lambda one: one.collect_due(due_at=T0, at=due_at)).then()

    def test_the_applicant_is_reminded_once_and_told_once_that_it_is_late(self) -> None:
        def late(one: DetectorLoan) -> None:
            for _ in range(2):
                one.remind(at=after(1000 + 2.5 * DAY_S))
            for _ in range(2):
                one.return_due(at=after(1000 + 3 * DAY_S))

        lent().when(late).then(facts.Reminded, facts.Overdue)
        ready().when(late).then()

    def test_it_comes_back_sound_or_broken_in_time_or_late(self) -> None:
        lent().when(
            lambda one: one.take_back(
                staff_id=STAFF, condition=Condition.SOUND, note=None, at=after(1000 + 3 * DAY_S)
            )
        ).then((facts.Returned, {"late": False, "condition": Condition.SOUND}))
        lent().when(
            lambda one: one.take_back(
                staff_id=STAFF,
                condition=Condition.DAMAGED,
                note="렌즈 깨짐",
                at=after(1001 + 3 * DAY_S),
            )
        ).then((facts.Returned, {"late": True, "condition": Condition.DAMAGED}))

    def test_or_it_is_lost(self) -> None:
        lent().when(lambda one: one.lose(staff_id=STAFF, note=None, at=after(9 * DAY_S))).then(
            (facts.Lost, {"mark": "GD-1"})
        )

    def test_what_was_never_given_out_does_not_come_back(self) -> None:
        ready().when(
            lambda one: one.take_back(
                staff_id=STAFF, condition=Condition.SOUND, note=None, at=after(2000)
            )
        ).then_refused(LoanNotHandedOver)

    def test_after_its_end_nothing_happens_to_it(self) -> None:
        ends = [
            asked_for().given(
                facts.Declined, timestamp=after(9), staff_id=STAFF, why=FormDecline.OTHER, note=None
            ),
            asked_for().given(facts.Withdrawn, timestamp=after(9), applicant_id=MINA.applicant_id),
            ready().given(facts.NotCollected, timestamp=after(700), mark="GD-1"),
            lent().given(facts.Lost, timestamp=after(2000), staff_id=STAFF, mark="GD-1", note=None),
            lent().given(
                facts.Returned,
                timestamp=after(2000),
                staff_id=STAFF,
                mark="GD-1",
                condition=Condition.SOUND,
                late=False,
                note=None,
            ),
        ]
        stages = set()

        def refused(one: DetectorLoan) -> None:
            assert one.over
            assert one.mark is None or one.stage is LoanStage.LOST
            stages.add(one.stage)
            with pytest.raises(LoanOver):
                one.lose(staff_id=STAFF, note=None, at=after(3000))
            with pytest.raises(LoanOver):
                one.hand_over(staff_id=STAFF, at=after(3000), policy=POLICY)
            one.approve(staff_id=STAFF, mark="GD-1", at=after(3000), policy=POLICY)

        for end in ends:
            end.when(refused).then_refused(LoanOver)
        assert len(stages) == len(ends)
