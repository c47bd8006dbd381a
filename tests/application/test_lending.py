"""Detectors are lent to one at a time, come back, break, and get lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from application.errors import Forbidden
from application.inspection.commands import (
    AddPiece,
    DecideForm,
    DeclineForm,
    LoseDetector,
    ReturnDetector,
)
from application.outbox import TimerKind
from domain.inspection.refusals import (
    NoneFree,
    PieceUnknown,
)
from domain.inspection.vocabulary import Condition, FormDecline
from tests.application.forms_house import PARK, FormsHouse
from tests.application.house import (
    CITIZEN,
    KIM,
    PARK_OF_SONGPA,
)
from tests.memory import GANGDONG

EVIDENCE = "환풍구 안쪽에 소형 카메라"


@pytest.fixture
def house() -> FormsHouse:
    return FormsHouse()


class TestLending:
    def test_of_two_who_want_the_last_detector_one_is_told_that_there_is_none(self, house) -> None:
        house.stock("GD-1")
        loans = [house.asks_detector().aggregate_id for _ in range(8)]

        def approve(form_id: UUID) -> bool:
            try:
                house.loans.approve(DecideForm(form_id=form_id), KIM)
            except NoneFree:
                return False
            return True

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(approve, loans)) == 1
        assert len(house.pool().reserved) == 1

    def test_a_district_without_detectors_lends_none(self, house) -> None:
        form_id = house.asks_detector().aggregate_id
        with pytest.raises(NoneFree):
            house.loans.approve(DecideForm(form_id=form_id), KIM)
        with pytest.raises(PieceUnknown):
            house.loans.repair(AddPiece(district=GANGDONG, mark="GD-1"), PARK)

    def test_one_loan_from_the_yes_to_the_return(self, house) -> None:
        house.stock("GD-1")
        form_id = house.lent()
        house.clock.advance(2.5 * 86_400)
        house.fire(form_id, TimerKind.DETECTOR_REMIND)
        house.clock.advance(86_400)
        house.fire(form_id, TimerKind.DETECTOR_DUE)
        house.fire(form_id, TimerKind.DETECTOR_COLLECT)
        house.loans.take_back(ReturnDetector(form_id=form_id), KIM)
        assert house.log.topics(form_id) == [
            "detector_loan.requested",
            "detector_loan.approved",
            "detector_loan.handed_over",
            "detector_loan.reminded",
            "detector_loan.overdue",
            "detector_loan.returned",
        ]
        assert house.told(form_id) == [
            "detector_loan.approved",
            "detector_loan.handed_over",
            "detector_loan.reminded",
            "detector_loan.overdue",
        ]
        assert house.pool().free == ("GD-1",)

    def test_what_nobody_comes_for_is_free_again_and_that_is_told(self, house) -> None:
        house.stock("GD-1")
        form_id = house.asks_detector().aggregate_id
        house.loans.approve(DecideForm(form_id=form_id), KIM)
        house.clock.advance(2 * 86_400)
        for _ in range(2):
            house.fire(form_id, TimerKind.DETECTOR_COLLECT)
        assert house.pool().free == ("GD-1",)
        assert house.told(form_id)[-1] == "detector_loan.not_collected"

    def test_a_broken_one_is_repaired_before_it_is_lent_again(self, house) -> None:
        house.stock("GD-1")
        damaged = ReturnDetector(form_id=house.lent(), condition=Condition.DAMAGED, note="렌즈")
        house.loans.take_back(damaged, KIM)
        assert (house.pool().free, house.pool().broken) == ((), {"GD-1"})
        piece = AddPiece(district=GANGDONG, mark="GD-1")
        house.loans.repair(piece, PARK)
        house.loans.damage(piece, PARK)
        house.loans.retire(piece, PARK)
        assert house.pool().marks == frozenset()

    def test_a_lost_one_is_written_off(self, house) -> None:
        house.stock("GD-1")
        house.loans.lose(LoseDetector(form_id=house.lent()), KIM)
        assert house.pool().marks == frozenset()

    def test_no_frees_what_lay_ready(self, house) -> None:
        house.stock("GD-1")
        form_id = house.asks_detector().aggregate_id
        house.loans.approve(DecideForm(form_id=form_id), KIM)
        house.loans.decline(DeclineForm(form_id=form_id, why=FormDecline.OTHER), KIM)
        assert house.pool().free == ("GD-1",)
        assert house.told(form_id)[-1] == "detector_loan.declined"

    def test_pieces_are_the_supervisors_and_loans_the_districts(self, house) -> None:
        piece = AddPiece(district=GANGDONG, mark="GD-1")
        for context in (KIM, PARK_OF_SONGPA, CITIZEN):
            with pytest.raises(Forbidden):
                house.loans.add_piece(piece, context)
            with pytest.raises(Forbidden):
                house.loans.retire(piece, context)
        form_id = house.asks_detector().aggregate_id
        with pytest.raises(Forbidden):
            house.loans.approve(DecideForm(form_id=form_id), PARK_OF_SONGPA)
