"""Teams and detectors: no time and no piece is given twice; a loan from form to return."""

from __future__ import annotations

from uuid import uuid5

import pytest

from domain.inspection import DetectorPool, InspectionTeam
from domain.inspection import detector_pool as pool_facts
from domain.inspection import team as team_facts
from domain.inspection.refusals import (
    NoneFree,
    PieceKnown,
    PieceUnknown,
    TeamBusy,
    TeamDisbanded,
)
from tests.domain.asked_checks import (
    CHECK,
    LOAN,
    POLICY,
    TEAM,
    VISIT,
    hours,
)
from tests.memory import GANGDONG
from tests.scenario import T0, Scenario

OTHER = uuid5(CHECK, "other")


def team() -> Scenario[InspectionTeam]:
    return Scenario[InspectionTeam](TEAM).given(
        team_facts.Formed,
        originator_topic="inspection_team",
        timestamp=T0,
        district=GANGDONG,
        number=1,
    )


def booked() -> Scenario[InspectionTeam]:
    return team().given(team_facts.Booked, timestamp=T0, inspection_id=CHECK, visit=VISIT)


def pool(*marks: str) -> Scenario[DetectorPool]:
    scenario = Scenario[DetectorPool](DetectorPool.create_id(GANGDONG)).given(
        pool_facts.Began, originator_topic="detector_pool", timestamp=T0, district=GANGDONG
    )
    for mark in marks:
        scenario = scenario.given(pool_facts.PieceAdded, timestamp=T0, mark=mark)
    return scenario


class TestTeam:
    @pytest.mark.parametrize("visit", [VISIT, hours(25.5, 27), hours(26.4, 27), hours(23, 24.6)])
    def test_it_is_at_one_place_at_a_time_and_needs_time_to_get_there(self, visit: object) -> None:
        booked().when(
            lambda one: one.book(inspection_id=OTHER, visit=visit, at=T0, policy=POLICY)  # type: ignore[arg-type]
        ).then_refused(TeamBusy)

    @pytest.mark.parametrize("visit", [hours(26.5, 27), hours(23, 24.5)])
    def test_half_an_hour_between_two_is_enough(self, visit: object) -> None:
        booked().when(
            lambda one: one.book(inspection_id=OTHER, visit=visit, at=T0, policy=POLICY)  # type: ignore[arg-type]
        ).then((team_facts.Booked, {"visit": visit}))

    def test_a_visit_can_be_moved_within_its_own_time(self) -> None:
        booked().when(
            lambda one: one.book(inspection_id=CHECK, visit=hours(25.5, 26.5), at=T0, policy=POLICY)
        ).then((team_facts.Booked, {"inspection_id": CHECK}))
        booked().when(
            lambda one: one.book(inspection_id=CHECK, visit=VISIT, at=T0, policy=POLICY)
        ).then()

    def test_a_time_that_is_let_go_is_free(self) -> None:
        def released(one: InspectionTeam) -> None:
            one.release(inspection_id=CHECK, at=T0)
            one.release(inspection_id=CHECK, at=T0)
            one.book(inspection_id=OTHER, visit=VISIT, at=T0, policy=POLICY)

        booked().when(released).then(team_facts.Released, team_facts.Booked)

    def test_a_disbanded_team_takes_no_visit_and_keeps_those_agreed(self) -> None:
        def disbanded(one: InspectionTeam) -> None:
            one.disband(at=T0)
            one.disband(at=T0)
            assert one.visits == {CHECK: VISIT}

        booked().when(disbanded).then(team_facts.Disbanded)
        booked().given(team_facts.Disbanded, timestamp=T0).when(
            lambda one: one.book(inspection_id=OTHER, visit=hours(50, 51), at=T0, policy=POLICY)
        ).then_refused(TeamDisbanded)


class TestPool:
    def test_each_mark_once(self) -> None:
        pool().when(lambda one: one.add("GD-1", at=T0)).then(pool_facts.PieceAdded)
        pool("GD-1").when(lambda one: one.add("GD-1", at=T0)).then_refused(PieceKnown)

    def test_the_last_detector_is_given_once(self) -> None:
        given = pool("GD-1").given(
            pool_facts.PieceReserved, timestamp=T0, mark="GD-1", loan_id=LOAN
        )
        given.when(lambda one: one.reserve(loan_id=OTHER, at=T0)).then_refused(NoneFree)
        given.when(lambda one: one.reserve(loan_id=LOAN, at=T0)).then()
        given.when(lambda one: one.add("GD-1", at=T0)).then_refused(PieceKnown)

    def test_whoever_came_home_first_goes_first(self) -> None:
        def three_loans(one: DetectorPool) -> list[str]:
            first = one.reserve(loan_id=LOAN, at=T0)
            one.take_back(loan_id=LOAN, damaged=False, at=T0)
            assert [first, one.reserve(loan_id=OTHER, at=T0)] == ["GD-1", "GD-2"]
            assert one.reserve(loan_id=CHECK, at=T0) == "GD-1"
            return [first]

        pool("GD-1", "GD-2").when(three_loans).then(
            pool_facts.PieceReserved,
            pool_facts.PieceFreed,
            pool_facts.PieceReserved,
            pool_facts.PieceReserved,
        )

    def test_a_broken_one_is_lent_again_once_repaired(self) -> None:
        def broken(one: DetectorPool) -> None:
            one.reserve(loan_id=LOAN, at=T0)
            one.take_back(loan_id=LOAN, damaged=True, at=T0)
            with pytest.raises(NoneFree):
                one.reserve(loan_id=OTHER, at=T0)
            with pytest.raises(PieceKnown):
                one.add("GD-1", at=T0)
            one.repair("GD-1", at=T0)
            one.reserve(loan_id=OTHER, at=T0)

        pool("GD-1").when(broken).then(
            pool_facts.PieceReserved,
            pool_facts.PieceDamaged,
            pool_facts.PieceRepaired,
            pool_facts.PieceReserved,
        )

    def test_a_lost_one_is_gone(self) -> None:
        def lost(one: DetectorPool) -> None:
            one.reserve(loan_id=LOAN, at=T0)
            one.write_off(loan_id=LOAN, at=T0)
            assert one.marks == frozenset()

        pool("GD-1").when(lost).then(pool_facts.PieceReserved, pool_facts.PieceGone)

    def test_at_home_it_can_break_or_be_retired(self) -> None:
        def breaks(one: DetectorPool) -> None:
            one.damage("GD-1", at=T0)
            one.retire("GD-1", at=T0)
            one.retire("GD-2", at=T0)
            assert one.marks == frozenset()

        pool("GD-1", "GD-2").when(breaks).then(
            pool_facts.PieceDamaged, pool_facts.PieceGone, pool_facts.PieceGone
        )

    def test_what_is_not_there_is_neither_broken_nor_repaired_nor_retired(self) -> None:
        away = pool("GD-1").given(pool_facts.PieceReserved, timestamp=T0, mark="GD-1", loan_id=LOAN)
        away.when(lambda one: one.damage("GD-1", at=T0)).then_refused(PieceUnknown)
        away.when(lambda one: one.retire("GD-1", at=T0)).then_refused(PieceUnknown)
        away.when(lambda one: one.repair("GD-1", at=T0)).then_refused(PieceUnknown)

    def test_of_an_unknown_loan_nothing_is_at_home(self) -> None:
        def unknown(one: DetectorPool) -> None:
            one.take_back(loan_id=LOAN, damaged=False, at=T0)
            one.write_off(loan_id=LOAN, at=T0)

        pool("GD-1").when(unknown).then()
