"""Any history of forms, teams and detectors: nothing is given twice, and all that is taken is kept.

The promises: a detector is never lent twice and never lost from the books; a team is at one place
at a time; whoever has ended a form has nothing any more; every board row says what its form says.
"""

from __future__ import annotations

from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from application.inspection.commands import (
    AddPiece,
    DecideForm,
    DeclineForm,
    LoseDetector,
    OpenForm,
    ReturnDetector,
    TellResult,
)
from application.outbox import TimerKind
from domain.base import DomainError
from domain.inspection import Inspection
from domain.inspection.refusals import NoneFree, PieceKnown, TeamBusy
from domain.inspection.vocabulary import (
    Condition,
    Finding,
    FormDecline,
    InspectionStage,
    LoanStage,
)
from projections.board import BoardRow, ServiceBoard
from projections.inspections import FormRow, Inspections
from tests.application.forms_house import PARK, SOMEBODY, FormsHouse
from tests.application.house import KIM
from tests.memory import GANGDONG

MARKS = ("GD-1", "GD-2")
AWAY = {LoanStage.APPROVED, LoanStage.LENT}


class FormsMachine(RuleBasedStateMachine):
    """Two detectors and two teams, so that collisions are likely."""

    checks = Bundle("checks")
    loans = Bundle("loans")

    @initialize()
    def begin(self) -> None:
        self.house = FormsHouse()
        self.teams = (self.house.team(1), self.house.team(2))
        self.in_books: set[str] = set()
        self.all_checks: list[UUID] = []
        self.all_loans: list[UUID] = []

    def tried(self, act) -> type[DomainError] | None:
        try:
            act()
        except DomainError as refusal:
            return type(refusal)
        return None

    @rule(hours=st.sampled_from([1, 7, 25, 80]))
    def time_passes(self, hours: int) -> None:
        self.house.clock.advance(3600 * hours)

    @rule(target=checks)
    def a_check_is_asked_for(self) -> UUID:
        self.house.clock.advance(61)
        form_id = self.house.asks_check().aggregate_id
        self.all_checks.append(form_id)
        return form_id

    @rule(target=loans, days=st.sampled_from([1, 3]))
    def a_detector_is_asked_for(self, days: int) -> UUID:
        self.house.clock.advance(61)
        form_id = self.house.asks_detector(days=days).aggregate_id
        self.all_loans.append(form_id)
        return form_id

    @rule(form_id=checks)
    def a_check_is_approved(self, form_id: UUID) -> None:
        waits = self.house.check(form_id).stage is InspectionStage.REQUESTED
        refused = self.tried(lambda: self.house.checks.approve(DecideForm(form_id=form_id), KIM))
        assert (refused is None) == waits

    @rule(form_id=st.one_of(checks, loans))
    def a_form_is_declined_or_taken_back(self, form_id: UUID) -> None:
        command = DeclineForm(form_id=form_id, why=FormDecline.OTHER)
        desk = self.house.checks if form_id in self.all_checks else self.house.loans
        self.tried(lambda: desk.decline(command, KIM))

    @rule(form_id=st.one_of(checks, loans))
    def the_applicant_takes_it_back(self, form_id: UUID) -> None:
        form = self.form(form_id)
        opened = OpenForm(reference=form.reference, code=str(form.code))
        self.tried(lambda: self.house.form_desk.withdraw(opened, SOMEBODY))

    @rule(form_id=checks, team=st.integers(0, 1), begins=st.sampled_from([1, 1.5, 2, 9]))
    def a_team_is_sent(self, form_id: UUID, team: int, begins: float) -> None:
        visit = self.house.span(begins, begins + 1)
        team_id = self.teams[team]
        gap = self.house.policy.inspection_gap_s
        others = [span for one, span in self.house.visits(team_id).items() if one != form_id]
        refused = self.tried(lambda: self.house.send(form_id, team_id, visit))
        if any(visit.meets(span, gap_s=gap) for span in others):
            assert refused is not None
        else:
            assert refused is not TeamBusy

    @rule(form_id=checks, finding=st.sampled_from(Finding))
    def a_visit_comes_to_something(self, form_id: UUID, finding: Finding) -> None:
        command = TellResult(form_id=form_id, finding=finding, note="환풍구")
        self.tried(lambda: self.house.checks.tell_result(command, KIM))

    @rule(form_id=checks)
    def it_is_tried_no_more(self, form_id: UUID) -> None:
        self.tried(lambda: self.house.checks.close(DecideForm(form_id=form_id), KIM))

    @rule(mark=st.sampled_from(MARKS))
    def a_piece_is_added(self, mark: str) -> None:
        command = AddPiece(district=GANGDONG, mark=mark)
        refused = self.tried(lambda: self.house.loans.add_piece(command, PARK))
        assert refused is (PieceKnown if mark in self.in_books else None)
        self.in_books.add(mark)

    @rule(mark=st.sampled_from(MARKS), act=st.sampled_from(["damage", "repair", "retire"]))
    def something_happens_to_a_piece_at_home(self, mark: str, act: str) -> None:
        command = AddPiece(district=GANGDONG, mark=mark)
        refused = self.tried(lambda: getattr(self.house.loans, act)(command, PARK))
        if refused is None and act == "retire":
            self.in_books.discard(mark)

    @rule(form_id=loans)
    def a_loan_is_approved(self, form_id: UUID) -> None:
        waits = self.house.loan(form_id).stage is LoanStage.REQUESTED
        free = bool(self.in_books) and bool(self.house.pool().free)
        refused = self.tried(lambda: self.house.loans.approve(DecideForm(form_id=form_id), KIM))
        assert (refused is None) == (waits and free)
        if waits and not free:
            assert refused is NoneFree

    @rule(form_id=loans)
    def a_detector_is_handed_over(self, form_id: UUID) -> None:
        self.tried(lambda: self.house.loans.hand_over(DecideForm(form_id=form_id), KIM))

    @rule(form_id=loans, condition=st.sampled_from(Condition))
    def a_detector_comes_back(self, form_id: UUID, condition: Condition) -> None:
        command = ReturnDetector(form_id=form_id, condition=condition)
        lent = self.house.loan(form_id).stage is LoanStage.LENT
        refused = self.tried(lambda: self.house.loans.take_back(command, KIM))
        assert (refused is None) == lent

    @rule(form_id=loans)
    def a_detector_is_lost(self, form_id: UUID) -> None:
        mark = self.house.loan(form_id).mark
        command = LoseDetector(form_id=form_id)
        if self.tried(lambda: self.house.loans.lose(command, KIM)) is None:
            self.in_books.discard(str(mark))

    @rule(kind=st.sampled_from([one for one in TimerKind if one.startswith(("insp", "detec"))]))
    def a_timer_asks(self, kind: TimerKind) -> None:
        """Any that is due, also again, also too late."""
        forms = self.all_checks if kind.startswith("insp") else self.all_loans
        now = self.house.clock.now()
        due = {
            one.aggregate_id
            for one in self.house.log.timers.values()
            if one.kind is kind and one.due_at <= now
        }
        for form_id in forms:
            if form_id in due:
                self.house.fire(form_id, kind)

    @rule()
    def another_process(self) -> None:
        self.house.restart()

    @invariant()
    def a_detector_is_with_one_loan_at_most_and_never_out_of_the_books(self) -> None:
        if not self.in_books:
            return
        pool = self.house.pool()
        kept = [*pool.free, *pool.reserved.values(), *pool.broken]
        assert sorted(kept) == sorted(self.in_books)
        for form_id in self.all_loans:
            loan = self.house.loan(form_id)
            mine = pool.reserved.get(form_id)
            assert (mine is not None) == (loan.stage in AWAY)
            assert mine is None or mine == loan.mark

    @invariant()
    def a_team_is_at_one_place_at_a_time(self) -> None:
        gap = self.house.policy.inspection_gap_s
        for team_id in self.teams:
            visits = list(self.house.visits(team_id).items())
            for at, (form_id, span) in enumerate(visits):
                assert not any(span.meets(other, gap_s=gap) for _, other in visits[at + 1 :])
                check = self.house.check(form_id)
                assert check.stage is InspectionStage.SCHEDULED
                assert (check.team_id, check.visit) == (team_id, span)

    @invariant()
    def boards_say_what_the_forms_say(self) -> None:
        rows: dict[UUID, FormRow] = {}
        shown: dict[UUID, BoardRow] = {}
        for fact in self.house.log.facts():
            if fact.TOPIC.startswith(("inspection.", "detector_loan.")):
                row = Inspections().evolve(rows.get(fact.originator_id), fact)
                entry = ServiceBoard().evolve(shown.get(fact.originator_id), fact)
                assert row is not None
                assert entry is not None
                rows[fact.originator_id], shown[fact.originator_id] = row, entry
        for form_id, row in rows.items():
            form = self.form(form_id)
            assert row.stage == form.stage.value
            assert shown[form_id].ended == form.over

    def form(self, form_id: UUID):
        check = self.house.app.find(Inspection, form_id)
        return check or self.house.loan(form_id)


TestForms = FormsMachine.TestCase
TestForms.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
