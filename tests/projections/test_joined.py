"""Raised again, promoted, linked: what each makes of the rows that show a report."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

import pytest

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.drills import Promoted
from domain.emergency.linking import Linked, Unlinked
from domain.policy import EscalationLevel
from projections.fold import Fold
from projections.operator_queue import OperatorQueue
from projections.progress import Lane, RingsFor
from projections.report_detail import ReportDetail
from projections.usage_reports import UsageByHour, UsageReport, UsageReports
from tests.story import CITIZEN, GANGDONG, GURO, KIM, SONGPA, Story, moment, report

Told = type[Fact] | tuple[type[Fact], dict[str, Any]]
ACCEPTED: tuple[Told, ...] = (facts.Triggered, facts.Accepted)
CLAIMED: tuple[Told, ...] = (*ACCEPTED, facts.Claimed)
DRILL: tuple[Told, ...] = (
    (facts.Triggered, {"drill": True}),
    (facts.Accepted, {"drill": True, "call": False}),
)
AGAIN: Told = (
    facts.Joined,
    {"responsible": SONGPA, "districts": (GANGDONG, SONGPA), "answer_by": moment(60)},
)
REAL: Told = (
    Promoted,
    {
        "citizen_id": CITIZEN,
        "operator_id": KIM,
        "answer_by": moment(60),
        "escalations": (),
    },
)
INCIDENT = uuid5(report(1), "incident")
LINKED: Told = (Linked, {"incident_id": INCIDENT, "operator_id": KIM})
UNLINKED: Told = (Unlinked, {"incident_id": INCIDENT, "operator_id": KIM})


def row_of(fold: Fold[Any], *told: Told) -> Any:
    story, row = Story(), None
    for one in told:
        kind, fields = one if isinstance(one, tuple) else (one, {})
        story.tell(kind, report(1), **fields)
    for fact in story.facts:
        row = fold.evolve(row, fact)
    return row


@pytest.mark.parametrize("fold", [OperatorQueue(), ReportDetail()], ids=["queue", "detail"])
class TestRows:
    def test_a_held_report_rings_again_where_its_citizen_is_now(self, fold: Fold[Any]) -> None:
        row = row_of(fold, *CLAIMED, AGAIN)
        assert (row.ringing, row.rings_for, row.held_by) == (True, RingsFor.JOINED, KIM)
        assert (row.answer_by, row.act_by) == (moment(60), None)
        assert (row.district, row.audience) == (SONGPA, (GANGDONG, SONGPA))

    def test_how_far_it_had_risen_still_stands(self, fold: Fold[Any]) -> None:
        row = row_of(fold, *ACCEPTED, facts.Escalated, AGAIN)
        assert row.escalation is EscalationLevel.NEIGHBOUR

    @pytest.mark.parametrize("over", [facts.Claimed, facts.Released, facts.Resolved])
    def test_then_it_rings_for_that_no_longer(self, fold: Fold[Any], over: Told) -> None:
        assert row_of(fold, *CLAIMED, AGAIN, over).rings_for is None

    def test_the_first_shape_asked_for_no_new_claim(self, fold: Fold[Any]) -> None:
        row = row_of(fold, *CLAIMED, (facts.Joined, {"district": GURO}))
        assert (row.ringing, row.rings_for, row.district) == (True, None, GANGDONG)

    def test_a_promoted_drill_is_in_the_real_lane(self, fold: Fold[Any]) -> None:
        row = row_of(fold, *DRILL, facts.Escalated, facts.Claimed, REAL)
        assert (row.lane, row.ringing, row.rings_for) == (Lane.REAL, True, RingsFor.PROMOTED)
        assert (row.answer_by, row.act_by) == (moment(60), None)
        assert row.escalation is None

    def test_promoted_in_its_window_it_waits_for_the_acceptance(self, fold: Fold[Any]) -> None:
        row = row_of(fold, (facts.Triggered, {"drill": True}), REAL)
        assert (row.lane, row.ringing, row.rings_for) == (Lane.REAL, False, None)

    def test_links_come_and_go(self, fold: Fold[Any]) -> None:
        assert row_of(fold, *ACCEPTED, LINKED).incident_id == INCIDENT
        assert row_of(fold, *ACCEPTED, LINKED, UNLINKED).incident_id is None


def counted(*told: Told) -> Any:
    row = row_of(UsageReports(), *told)
    assert isinstance(row, UsageReport)
    return UsageByHour().contribution(row)


def test_a_drill_counts_once_it_is_none() -> None:
    assert counted(*DRILL) is None
    use = counted(*DRILL, REAL)
    assert (use.uses, use.district) == (1, GANGDONG)


def test_a_report_counts_where_it_is_answered_for() -> None:
    assert counted(*CLAIMED, AGAIN).district == SONGPA
    assert (
        counted(facts.Triggered, (facts.Joined, {"district": GURO}), facts.Cancelled).district
        == GURO
    )
