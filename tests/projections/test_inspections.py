"""Given facts, then these rows: forms, teams, the board, and what is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.base import Envelope, Fact
from domain.inspection import facts, loan_facts, team
from domain.inspection.vocabulary import Building, Condition, Finding, FormDecline, Span
from domain.language import Language
from projections.board import BoardRow, BoardUrgency, ServiceBoard
from projections.fold import Course
from projections.inspection_teams import InspectionTeams
from projections.inspections import UNFINISHED, FormRow, InspectionFigures, Inspections
from tests.story import GANGDONG, KIM, T0, moment

FORM, TEAM, CHECK, OTHER = (UUID(int=number) for number in range(1, 5))
VISIT = Span(begins_at=T0 + timedelta(hours=25), ends_at=T0 + timedelta(hours=26))
Told = type[Fact] | tuple[type[Fact], dict[str, Any]]

ASKED: dict[str, Any] = {
    "reference": "IN-1",
    "applicant_id": OTHER,
    "member": True,
    "language": Language.KO,
    "district": GANGDONG,
    "building": Building.HOME,
}
SAID: dict[type[Fact], dict[str, Any]] = {
    facts.Requested: {
        **ASKED,
        "originator_topic": "inspection",
        "wished": (VISIT,),
        "decide_by": moment(900),
    },
    facts.Approved: {"staff_id": KIM},
    facts.Declined: {"staff_id": KIM, "why": FormDecline.NOT_OURS},
    facts.Withdrawn: {"applicant_id": OTHER},
    facts.Scheduled: {
        "staff_id": KIM,
        "team_id": TEAM,
        "visit": VISIT,
        "wished": True,
        "result_by": moment(950),
    },
    facts.ResultOverdue: {"team_id": TEAM},
    facts.NothingFound: {"staff_id": KIM, "team_id": TEAM},
    facts.CameraFound: {"staff_id": KIM, "team_id": TEAM, "notice_id": CHECK},
    facts.NotEntered: {"staff_id": KIM, "team_id": TEAM},
    facts.Closed: {"staff_id": KIM},
    facts.PoliceTold: {"notice_id": CHECK, "police_reference": "112-7"},
    facts.PoliceNotReached: {"notice_id": CHECK, "code": "partner_refused"},
    loan_facts.Requested: {**ASKED, "originator_topic": "detector_loan", "days": 3},
    loan_facts.Approved: {"staff_id": KIM, "mark": "GD-1", "collect_by": moment(900)},
    loan_facts.Declined: {"staff_id": KIM, "why": FormDecline.REPEATED},
    loan_facts.Withdrawn: {"applicant_id": OTHER},
    loan_facts.NotCollected: {"mark": "GD-1"},
    loan_facts.HandedOver: {
        "staff_id": KIM,
        "mark": "GD-1",
        "remind_at": moment(800),
        "due_at": moment(900),
    },
    loan_facts.Reminded: {"applicant_id": OTHER, "due_at": moment(900)},
    loan_facts.Overdue: {"applicant_id": OTHER, "mark": "GD-1"},
    loan_facts.Returned: {
        "staff_id": KIM,
        "mark": "GD-1",
        "condition": Condition.DAMAGED,
        "late": True,
    },
    loan_facts.Lost: {"staff_id": KIM, "mark": "GD-1"},
    team.Formed: {"originator_topic": "inspection_team", "district": GANGDONG, "number": 1},
    team.Booked: {"inspection_id": CHECK, "visit": VISIT},
    team.Released: {"inspection_id": CHECK},
}
YES: tuple[Told, ...] = (facts.Requested, facts.Approved, facts.Scheduled)
LENT: tuple[Told, ...] = (loan_facts.Requested, loan_facts.Approved, loan_facts.HandedOver)


def folded(fold: Course[Any], *told: Told) -> Any:
    row = None
    for version, one in enumerate(told, 1):
        kind, more = one if isinstance(one, tuple) else (one, {})
        fact = kind(
            originator_id=FORM,
            originator_version=version,
            timestamp=moment(version),
            **(SAID.get(kind, {}) | more),
        )
        fact.enveloped(
            Envelope(
                position=version,
                event_id=FORM,
                correlation_id=FORM,
                causation_id=None,
                actor="system:test",
                recorded_at=moment(version),
                sealed=(),
            )
        )
        row = fold.evolve(row, fact)
    return row


def form(*told: Told) -> FormRow:
    row: FormRow = folded(Inspections(), *told)
    return row


def on_board(*told: Told) -> BoardRow:
    row: BoardRow = folded(ServiceBoard(), *told)
    return row


class TestForms:
    def test_a_new_request_waits_for_a_decision(self) -> None:
        row = form(facts.Requested)
        assert (row.kind, row.stage, row.due_at, row.wished) == (
            "inspection",
            "requested",
            moment(900),
            (VISIT,),
        )
        assert row.month == "2026-03"
        assert form(facts.Requested, facts.DecisionOverdue).overdue

    def test_a_yes_waits_for_a_time_and_a_time_for_a_result(self) -> None:
        approved = form(facts.Requested, facts.DecisionOverdue, facts.Approved)
        assert (approved.stage, approved.overdue, approved.due_at) == ("approved", False, None)
        late = form(*YES, facts.ResultOverdue)
        assert (late.stage, late.visit, late.overdue) == ("scheduled", VISIT, True)

    @pytest.mark.parametrize(
        ("end", "stage", "finding"),
        [
            (facts.NothingFound, "closed", Finding.NOTHING),
            (facts.CameraFound, "closed", Finding.FOUND),
            (facts.NotEntered, "approved", Finding.NOT_ENTERED),
        ],
    )
    def test_what_a_visit_came_to(self, end, stage, finding) -> None:
        row = form(*YES, end)
        assert (row.stage, row.finding, row.due_at) == (stage, finding, None)
        assert (row.stage in UNFINISHED) == (finding is Finding.NOT_ENTERED)

    def test_the_police_are_told_or_not(self) -> None:
        failed = form(*YES, facts.CameraFound, facts.PoliceNotReached)
        assert failed.police_failed == "partner_refused"
        told = form(*YES, facts.CameraFound, facts.PoliceNotReached, facts.PoliceTold)
        assert (told.police_failed, told.police_reference) == (None, "112-7")

    def test_no_is_over(self) -> None:
        for first, no in (
            (facts.Requested, facts.Declined),
            (loan_facts.Requested, loan_facts.Declined),
        ):
            assert (form(first, no).stage, form(first, no).declined is not None) == (
                "declined",
                True,
            )

    def test_a_loan_is_due_and_comes_back(self) -> None:
        assert (form(*LENT).stage, form(*LENT).due_at) == ("lent", moment(900))
        assert form(*LENT, loan_facts.Reminded).stage == "lent"
        assert form(*LENT, loan_facts.Overdue).overdue
        back = form(*LENT, loan_facts.Overdue, loan_facts.Returned)
        assert (back.stage, back.late, back.condition, back.overdue) == (
            "returned",
            True,
            Condition.DAMAGED,
            False,
        )

    def test_what_began_nothing_makes_no_row(self) -> None:
        assert form(facts.Approved) is None


class TestFigures:
    @pytest.mark.parametrize(
        ("told", "counted"),
        [
            ((facts.Requested,), {"requested"}),
            ((facts.Requested, facts.Withdrawn), {"requested", "withdrawn"}),
            ((facts.Requested, facts.Declined), {"requested", "declined"}),
            ((*YES, facts.NothingFound), {"requested", "approved", "nothing_found"}),
            ((*YES, facts.CameraFound), {"requested", "approved", "found"}),
            ((*YES, facts.NotEntered, facts.Closed), {"requested", "approved", "not_entered"}),
            ((*YES, facts.NotEntered, facts.CameraFound), {"requested", "approved", "found"}),
            (
                (loan_facts.Requested, loan_facts.Approved, loan_facts.NotCollected),
                {"requested", "approved", "not_collected"},
            ),
            (
                (*LENT, loan_facts.Overdue, loan_facts.Returned),
                {"requested", "approved", "lent", "late", "returned", "damaged"},
            ),
            ((*LENT, loan_facts.Lost), {"requested", "approved", "lent", "lost"}),
        ],
    )
    def test_each_form_counts_for_what_it_came_to(self, told, counted) -> None:
        figures = InspectionFigures().contribution(form(*told))
        assert figures is not None
        numbers = figures.model_dump(exclude={"kind", "district", "building", "month"})
        assert {name for name, number in numbers.items() if number} == counted
        assert (figures.district, figures.building) == (GANGDONG, Building.HOME)


class TestTeams:
    def test_its_times_are_taken_and_let_go(self) -> None:
        booked = folded(InspectionTeams(), team.Formed, team.Booked)
        assert (booked.number, booked.visits) == (1, {str(CHECK): VISIT})
        assert folded(InspectionTeams(), team.Formed, team.Booked, team.Released).visits == {}
        assert folded(InspectionTeams(), team.Formed, team.Disbanded).disbanded

    def test_nothing_else_makes_or_changes_a_row(self) -> None:
        assert folded(InspectionTeams(), team.Booked) is None
        row = folded(InspectionTeams(), team.Formed)
        assert folded(InspectionTeams(), team.Formed, facts.Approved) == row


class TestBoard:
    def test_what_waits_and_what_is_late(self) -> None:
        assert on_board(facts.Requested).urgency == BoardUrgency.WAITING
        for story, attention in (
            ((facts.Requested, facts.DecisionOverdue), "decision_overdue"),
            ((*YES, facts.ResultOverdue), "result_overdue"),
            ((*LENT, loan_facts.Overdue), "return_overdue"),
        ):
            row = on_board(*story)
            assert (row.urgency, row.attention) == (BoardUrgency.ATTENTION, attention)

    def test_what_goes_its_way_is_calm(self) -> None:
        assert (on_board(*YES).urgency, on_board(*YES).due_at) == (
            BoardUrgency.CALM,
            moment(950),
        )
        assert (on_board(*LENT).urgency, on_board(*LENT).due_at) == (
            BoardUrgency.CALM,
            moment(900),
        )

    def test_nothing_personal_stands_there_and_a_members_id(self) -> None:
        row = on_board(facts.Requested)
        assert row.detail == {"building": "home", "reference": "IN-1"}
        assert (row.citizen_id, row.label) == (OTHER, None)
        assert on_board((facts.Requested, {"member": False})).citizen_id is None

    def test_what_was_declined_or_taken_back_is_no_use(self) -> None:
        for story in (
            (facts.Requested, facts.Declined),
            (facts.Requested, facts.Withdrawn),
            (loan_facts.Requested, loan_facts.Withdrawn),
            (loan_facts.Requested, loan_facts.Approved, loan_facts.NotCollected),
        ):
            assert (on_board(*story).ended, on_board(*story).used) == (True, False)
        assert on_board(*LENT, loan_facts.Returned).used

    def test_a_notice_that_did_not_arrive_brings_it_back(self) -> None:
        failed = on_board(*YES, facts.CameraFound, facts.PoliceNotReached)
        assert (failed.ended, failed.attention) == (False, "police_not_reached")
        told = on_board(*YES, facts.CameraFound, facts.PoliceNotReached, facts.PoliceTold)
        assert (told.ended, told.urgency) == (True, BoardUrgency.OVER)

    def test_a_fact_that_begins_none_makes_no_row(self) -> None:
        assert on_board(facts.Approved) is None
