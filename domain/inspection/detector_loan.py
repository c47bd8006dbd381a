"""One loan of a detector, from the form to its return."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final, Self
from uuid import UUID

from domain.base import applies
from domain.geography import DistrictCode
from domain.inspection import loan_facts as facts
from domain.inspection.detector_pool import Mark
from domain.inspection.form import Applicant, Form
from domain.inspection.refusals import (
    LoanDecided,
    LoanNotApproved,
    LoanNotHandedOver,
    LoanOver,
    LoanTooLong,
)
from domain.inspection.vocabulary import Building, Condition, FormDecline, LoanStage
from domain.policy import Policy

GOING_ON: Final = frozenset({LoanStage.REQUESTED, LoanStage.APPROVED, LoanStage.LENT})


class DetectorLoan(Form):
    """Somebody checks a place themselves, with a detector of the district."""

    TOPIC = "detector_loan"
    PREFIX: ClassVar[str] = "DL"

    building: Building
    days: int
    stage: LoanStage = LoanStage.REQUESTED
    mark: Mark | None = None
    """Of the detector that is kept for it."""
    collect_by: datetime | None = None
    remind_at: datetime | None = None
    due_at: datetime | None = None
    reminded: bool = False
    overdue: bool = False

    @classmethod
    def request(  # noqa: PLR0913 (the form's lines)
        cls,
        *,
        reference: str,
        applicant: Applicant,
        district: DistrictCode,
        building: Building,
        days: int,
        at: datetime,
        policy: Policy,
    ) -> Self:
        """Ask for a detector.

        Raises:
            LoanTooLong: for more days than one is lent, or for none.
        """
        if not 0 < days <= policy.detector_days_max:
            raise LoanTooLong(f"1 to {policy.detector_days_max} days")
        return cls.begin(
            facts.Requested,
            id=cls.create_id(reference),
            at=at,
            reference=reference,
            **dict(applicant),
            district=district,
            building=building,
            days=days,
        )

    @property
    def over(self) -> bool:
        return self.stage not in GOING_ON

    def approve(self, *, staff_id: UUID, mark: Mark, at: datetime, policy: Policy) -> None:
        """Let that detector lie ready.

        Raises:
            LoanOver: it has come to its end.
            LoanDecided: one lies ready, or is lent.
        """
        self._must_go_on()
        if self.stage is not LoanStage.REQUESTED:
            raise LoanDecided(self.reference)
        self.record(
            facts.Approved,
            at=at,
            staff_id=staff_id,
            mark=mark,
            collect_by=at + timedelta(days=policy.detector_collect_days),
        )

    def decline(self, *, staff_id: UUID, why: FormDecline, note: str | None, at: datetime) -> None:
        """Say no, and why; also where a detector lies ready.

        Raises:
            LoanOver: it has come to its end.
            LoanDecided: the applicant has the detector.
        """
        self._must_be_at_home()
        self.record(facts.Declined, at=at, staff_id=staff_id, why=why, note=note)

    def withdraw(self, *, at: datetime) -> None:
        """The applicant asks no longer; twice is once. Raises as ``decline``."""
        if self.stage is not LoanStage.WITHDRAWN:
            self._must_be_at_home()
            self.record(facts.Withdrawn, at=at, applicant_id=self.applicant_id)

    def hand_over(self, *, staff_id: UUID, at: datetime, policy: Policy) -> None:
        """Give the detector out; twice is once.

        Raises:
            LoanOver: it has come to its end.
            LoanNotApproved: nothing lies ready.
        """
        self._must_go_on()
        if self.stage is LoanStage.LENT:
            return
        if self.mark is None:
            raise LoanNotApproved(self.reference)
        due_at = at + timedelta(days=self.days)
        self.record(
            facts.HandedOver,
            at=at,
            staff_id=staff_id,
            mark=self.mark,
            remind_at=due_at - timedelta(seconds=policy.detector_remind_before_s),
            due_at=due_at,
        )

    def take_back(
        self, *, staff_id: UUID, condition: Condition, note: str | None, at: datetime
    ) -> None:
        """Raises LoanOver or LoanNotHandedOver."""
        self._must_be_lent()
        self.record(
            facts.Returned,
            at=at,
            staff_id=staff_id,
            mark=self.mark,
            condition=condition,
            late=self.due_at is not None and at > self.due_at,
            note=note,
        )

    def lose(self, *, staff_id: UUID, note: str | None, at: datetime) -> None:
        """Raises LoanOver or LoanNotHandedOver."""
        self._must_be_lent()
        self.record(facts.Lost, at=at, staff_id=staff_id, mark=self.mark, note=note)

    def collect_due(self, *, due_at: datetime, at: datetime) -> None:
        """Its moment has come: what nobody came for is free again."""
        if self.stage is LoanStage.APPROVED and self.collect_by == due_at:
            self.record(facts.NotCollected, at=at, mark=self.mark)

    def remind(self, *, at: datetime) -> None:
        """Its moment has come: told once, while the detector is out."""
        if self.stage is LoanStage.LENT and not self.reminded:
            self.record(facts.Reminded, at=at, applicant_id=self.applicant_id, due_at=self.due_at)

    def return_due(self, *, at: datetime) -> None:
        """Its moment has come: told once, while the detector is out."""
        if self.stage is LoanStage.LENT and not self.overdue:
            self.record(facts.Overdue, at=at, applicant_id=self.applicant_id, mark=self.mark)

    def _must_go_on(self) -> None:
        if self.over:
            raise LoanOver(self.reference)

    def _must_be_at_home(self) -> None:
        self._must_go_on()
        if self.stage is LoanStage.LENT:
            raise LoanDecided(self.reference)

    def _must_be_lent(self) -> None:
        self._must_go_on()
        if self.stage is not LoanStage.LENT:
            raise LoanNotHandedOver(self.reference)

    @applies(facts.Requested)
    def _requested(self, fact: facts.Requested) -> None:
        self.reference = fact.reference
        self.applicant_id = fact.applicant_id
        self.member = fact.member
        self.language = fact.language
        self.district = fact.district
        self.building = fact.building
        self.days = fact.days
        self.name_told = fact.name
        self.declined = None
        self.phone = fact.phone
        self.code = fact.code

    @applies(facts.Approved)
    def _approved(self, fact: facts.Approved) -> None:
        self.stage = LoanStage.APPROVED
        self.mark = fact.mark
        self.collect_by = fact.collect_by

    @applies(facts.Declined)
    def _declined(self, fact: facts.Declined) -> None:
        self.stage = LoanStage.DECLINED
        self.declined = fact.why
        self.mark = None

    @applies(facts.Withdrawn)
    def _withdrawn(self, _fact: facts.Withdrawn) -> None:
        self.stage = LoanStage.WITHDRAWN
        self.mark = None

    @applies(facts.NotCollected)
    def _not_collected(self, _fact: facts.NotCollected) -> None:
        self.stage = LoanStage.NOT_COLLECTED
        self.mark = None

    @applies(facts.HandedOver)
    def _handed_over(self, fact: facts.HandedOver) -> None:
        self.stage = LoanStage.LENT
        self.remind_at = fact.remind_at
        self.due_at = fact.due_at

    @applies(facts.Reminded)
    def _reminded(self, _fact: facts.Reminded) -> None:
        self.reminded = True

    @applies(facts.Overdue)
    def _overdue(self, _fact: facts.Overdue) -> None:
        self.overdue = True

    @applies(facts.Returned)
    def _returned(self, _fact: facts.Returned) -> None:
        self.stage = LoanStage.RETURNED
        self.mark = None

    @applies(facts.Lost)
    def _lost(self, _fact: facts.Lost) -> None:
        self.stage = LoanStage.LOST
        self.mark = None
