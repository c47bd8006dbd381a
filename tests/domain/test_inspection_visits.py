"""A visit is agreed and made; what came of it is told, to the police where one must."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.inspection import Inspection, facts
from domain.inspection.refusals import (
    InspectionNotApproved,
    InspectionNotScheduled,
    TimesUnfit,
    VisitNotBegun,
)
from domain.inspection.vocabulary import Finding, Span
from tests.domain.asked_checks import (
    NOTICE,
    OTHER_TEAM,
    POLICY,
    RESULT_BY,
    STAFF,
    TEAM,
    VISIT,
    after,
    approved,
    closed_door,
    found,
    hours,
    requested,
    scheduled,
)


class TestVisit:
    def test_a_team_comes_at_a_wished_time(self) -> None:
        approved().when(
            lambda one: one.schedule(
                staff_id=STAFF, team_id=TEAM, visit=VISIT, at=after(700), policy=POLICY
            )
        ).then((facts.Scheduled, {"visit": VISIT, "wished": True, "result_by": RESULT_BY}))

    def test_at_another_time_if_need_be(self) -> None:
        approved().when(
            lambda one: one.schedule(
                staff_id=STAFF, team_id=TEAM, visit=hours(29, 31), at=after(700), policy=POLICY
            )
        ).then((facts.Scheduled, {"wished": False}))

    def test_the_same_again_changes_nothing_and_another_team_does(self) -> None:
        scheduled().when(
            lambda one: one.schedule(
                staff_id=STAFF, team_id=TEAM, visit=VISIT, at=after(800), policy=POLICY
            )
        ).then()
        scheduled().when(
            lambda one: one.schedule(
                staff_id=STAFF, team_id=OTHER_TEAM, visit=VISIT, at=after(800), policy=POLICY
            )
        ).then((facts.Scheduled, {"team_id": OTHER_TEAM}))

    def test_before_the_approval_no_time_is_agreed(self) -> None:
        requested().when(
            lambda one: one.schedule(
                staff_id=STAFF, team_id=TEAM, visit=VISIT, at=after(700), policy=POLICY
            )
        ).then_refused(InspectionNotApproved)

    @pytest.mark.parametrize("visit", [hours(0.1, 1), hours(3, 2), hours(60 * 24 - 1, 60 * 24 + 1)])
    def test_a_visit_lies_ahead_and_not_too_far(self, visit: Span) -> None:
        approved().when(
            lambda one: one.schedule(
                staff_id=STAFF, team_id=TEAM, visit=visit, at=after(700), policy=POLICY
            )
        ).then_refused(TimesUnfit)

    def test_nothing_is_found(self) -> None:
        scheduled().when(
            lambda one: one.nothing_found(staff_id=STAFF, note=None, at=VISIT.ends_at)
        ).then((facts.NothingFound, {"team_id": TEAM, "note": None}))

    def test_what_is_found_is_sealed_and_told_to_the_police(self) -> None:
        scheduled().when(
            lambda one: one.camera_found(
                staff_id=STAFF, notice_id=NOTICE, evidence="환풍구 안쪽", at=VISIT.ends_at
            )
        ).then((facts.CameraFound, {"notice_id": NOTICE, "evidence": "환풍구 안쪽"}))
        assert facts.CameraFound.PERSONAL == {"evidence": "originator_id"}

    def test_where_nobody_could_enter_another_visit_is_agreed(self) -> None:
        scheduled().when(
            lambda one: one.not_entered(staff_id=STAFF, note=None, at=VISIT.ends_at)
        ).then(facts.NotEntered)
        closed_door().when(
            lambda one: one.schedule(
                staff_id=STAFF,
                team_id=TEAM,
                visit=hours(50, 51),
                at=VISIT.ends_at,
                policy=POLICY,
            )
        ).then((facts.Scheduled, {"visit": hours(50, 51)}))

    def test_or_it_is_closed(self) -> None:
        closed_door().when(lambda one: one.close(staff_id=STAFF, at=after(10**6))).then(
            facts.Closed
        )
        approved().when(lambda one: one.close(staff_id=STAFF, at=after(10**6))).then_refused(
            InspectionNotScheduled
        )

    def test_a_result_belongs_to_a_visit_that_has_begun(self) -> None:
        scheduled().when(
            lambda one: one.nothing_found(
                staff_id=STAFF, note=None, at=VISIT.begins_at - timedelta(seconds=1)
            )
        ).then_refused(VisitNotBegun)
        scheduled().when(
            lambda one: one.nothing_found(staff_id=STAFF, note=None, at=VISIT.begins_at)
        ).then(facts.NothingFound)
        for stage in (approved(), closed_door()):
            stage.when(
                lambda one: one.nothing_found(staff_id=STAFF, note=None, at=VISIT.ends_at)
            ).then_refused(InspectionNotScheduled)

    def test_a_day_after_the_visit_its_result_is_asked_for_once(self) -> None:
        def twice(inspection: Inspection) -> None:
            inspection.result_due(at=RESULT_BY, due_at=RESULT_BY)
            inspection.result_due(at=RESULT_BY, due_at=RESULT_BY)

        scheduled().when(twice).then((facts.ResultOverdue, {"team_id": TEAM}))
        found().when(twice).then()
        scheduled().when(lambda one: one.result_due(at=RESULT_BY, due_at=after(5))).then()

    def test_after_another_visit_it_is_asked_for_again(self) -> None:
        late = scheduled().given(facts.ResultOverdue, timestamp=RESULT_BY, team_id=TEAM)
        again = late.given(
            facts.Scheduled,
            timestamp=RESULT_BY,
            staff_id=STAFF,
            team_id=TEAM,
            visit=hours(99, 100),
            wished=False,
            result_by=after(124 * 3600),
        )
        again.when(lambda one: one.result_due(at=after(124 * 3600), due_at=after(124 * 3600))).then(
            facts.ResultOverdue
        )


class TestPolice:
    def test_they_take_the_notice_once(self) -> None:
        def twice(inspection: Inspection) -> None:
            for number in (1, 2):
                inspection.police_told(
                    notice_id=NOTICE, police_reference=f"P-{number}", at=after(10**5)
                )

        found().when(twice).then((facts.PoliceTold, {"police_reference": "P-1"}))

    def test_another_notice_is_not_theirs(self) -> None:
        found().when(
            lambda one: one.police_told(notice_id=TEAM, police_reference="P-1", at=after(10**5))
        ).then()
        found().when(
            lambda one: one.police_not_reached(notice_id=TEAM, code="x", at=after(10**5))
        ).then()

    def test_what_does_not_arrive_is_told_until_it_does(self) -> None:
        def failed_then_told(inspection: Inspection) -> None:
            for _ in range(2):
                inspection.police_not_reached(
                    notice_id=NOTICE, code="partner_refused", at=after(10**5)
                )
            assert inspection.police_failed == "partner_refused"
            inspection.police_told(notice_id=NOTICE, police_reference="P-1", at=after(10**5))
            assert inspection.police_failed is None
            inspection.police_not_reached(notice_id=NOTICE, code="late", at=after(10**5))

        found().when(failed_then_told).then(facts.PoliceNotReached, facts.PoliceTold)


def test_what_was_found_is_remembered() -> None:
    def seen(finding: Finding | None) -> Callable[[Inspection], None]:
        def look(inspection: Inspection) -> None:
            assert inspection.finding is finding

        return look

    for stage, finding in (
        (found(), Finding.FOUND),
        (closed_door(), Finding.NOT_ENTERED),
        (scheduled(), None),
    ):
        stage.when(seen(finding)).then()
