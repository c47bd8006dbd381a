"""One request for a check, from the form to what the visit came to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self
from uuid import UUID

from domain.base import Erased, Fact, applies
from domain.geography import DistrictCode
from domain.inspection import facts
from domain.inspection.form import Applicant, Form
from domain.inspection.refusals import (
    InspectionDecided,
    InspectionNotApproved,
    InspectionNotScheduled,
    InspectionOver,
    TimesUnfit,
    VisitNotBegun,
)
from domain.inspection.vocabulary import Building, Finding, FormDecline, InspectionStage, Span
from domain.policy import Policy

OVER: Final = frozenset(
    {InspectionStage.CLOSED, InspectionStage.DECLINED, InspectionStage.WITHDRAWN}
)
UNDECIDED: Final = InspectionStage.REQUESTED


class Inspection(Form):
    """A place that is to be checked for hidden cameras."""

    TOPIC = "inspection"
    PREFIX: ClassVar[str] = "IN"

    building: Building
    wished: tuple[Span, ...]
    place: str | Erased
    stage: InspectionStage = InspectionStage.REQUESTED
    decision_overdue: bool = False
    team_id: UUID | None = None
    """Of the visit that is agreed, or that was made last."""
    visit: Span | None = None
    result_by: datetime | None = None
    result_overdue: bool = False
    finding: Finding | None = None
    found_at: datetime | None = None
    notice_id: UUID | None = None
    police_reference: str | None = None
    police_failed: str | None = None
    """Why the notice did not arrive; None while it may."""

    @classmethod
    def request(  # noqa: PLR0913 (the form's lines)
        cls,
        *,
        reference: str,
        applicant: Applicant,
        district: DistrictCode,
        building: Building,
        place: str,
        wished: Sequence[Span],
        at: datetime,
        policy: Policy,
    ) -> Self:
        """Ask that a place be checked.

        Raises:
            TimesUnfit: no time, too many, or one that is over, too far, or ends before it begins.
        """
        latest = at + timedelta(days=policy.inspection_ahead_days)
        fits = all(span.lies_within(at, latest) for span in wished)
        if not (fits and 0 < len(wished) <= policy.inspection_times_max):
            raise TimesUnfit(f"one to {policy.inspection_times_max} times, all ahead of us")
        return cls.begin(
            facts.Requested,
            id=cls.create_id(reference),
            at=at,
            reference=reference,
            **dict(applicant),
            district=district,
            building=building,
            wished=tuple(wished),
            decide_by=at + timedelta(days=policy.inspection_decide_days),
            place=place,
        )

    @property
    def over(self) -> bool:
        return self.stage in OVER

    def approve(self, *, staff_id: UUID, at: datetime) -> None:
        """Raises InspectionOver or InspectionDecided."""
        self._must_wait_for_decision()
        self.record(facts.Approved, at=at, staff_id=staff_id)

    def decline(self, *, staff_id: UUID, why: FormDecline, note: str | None, at: datetime) -> None:
        """Say no, and why; also to what was approved and never visited.

        Raises:
            InspectionOver: it has come to its end.
        """
        self._must_go_on()
        self.record(facts.Declined, at=at, staff_id=staff_id, why=why, note=note)

    def withdraw(self, *, at: datetime) -> None:
        """The applicant asks no longer; twice is once.

        Raises:
            InspectionOver: it has ended otherwise.
        """
        if self.stage is not InspectionStage.WITHDRAWN:
            self._must_go_on()
            self.record(facts.Withdrawn, at=at, applicant_id=self.applicant_id)

    def schedule(
        self, *, staff_id: UUID, team_id: UUID, visit: Span, at: datetime, policy: Policy
    ) -> None:
        """Agree on a visit, or on another one.

        Raises:
            InspectionNotApproved: nobody has said yes.
            InspectionOver: it has come to its end.
            TimesUnfit: the visit has begun already, ends before it begins, or lies too far ahead.
        """
        self._must_go_on()
        if self.stage is UNDECIDED:
            raise InspectionNotApproved(self.reference)
        latest = at + timedelta(days=policy.inspection_ahead_days)
        if not visit.lies_within(at, latest):
            raise TimesUnfit(self.reference)
        if self.stage is InspectionStage.SCHEDULED and (self.team_id, self.visit) == (
            team_id,
            visit,
        ):
            return
        self.record(
            facts.Scheduled,
            at=at,
            staff_id=staff_id,
            team_id=team_id,
            visit=visit,
            wished=any(
                one.begins_at <= visit.begins_at and visit.ends_at <= one.ends_at
                for one in self.wished
            ),
            result_by=visit.ends_at + timedelta(seconds=policy.inspection_result_within_s),
        )

    def nothing_found(self, *, staff_id: UUID, note: str | None, at: datetime) -> None:
        """Raises InspectionOver, InspectionNotScheduled or VisitNotBegun."""
        self._came_to(facts.NothingFound, staff_id=staff_id, note=note, at=at)

    def camera_found(self, *, staff_id: UUID, notice_id: UUID, evidence: str, at: datetime) -> None:
        """Raises InspectionOver, InspectionNotScheduled or VisitNotBegun."""
        self._came_to(
            facts.CameraFound, staff_id=staff_id, notice_id=notice_id, evidence=evidence, at=at
        )

    def not_entered(self, *, staff_id: UUID, note: str | None, at: datetime) -> None:
        """Raises InspectionOver, InspectionNotScheduled or VisitNotBegun."""
        self._came_to(facts.NotEntered, staff_id=staff_id, note=note, at=at)

    def close(self, *, staff_id: UUID, at: datetime) -> None:
        """Plan no further visit where nobody could enter.

        Raises:
            InspectionOver: it has come to its end.
            InspectionNotScheduled: nobody has tried to enter.
        """
        self._must_go_on()
        if self.finding is not Finding.NOT_ENTERED:
            raise InspectionNotScheduled(self.reference)
        self.record(facts.Closed, at=at, staff_id=staff_id)

    def police_told(self, *, notice_id: UUID, police_reference: str, at: datetime) -> None:
        """The police took the notice; twice is once."""
        if self.notice_id == notice_id and self.police_reference is None:
            self.record(
                facts.PoliceTold, at=at, notice_id=notice_id, police_reference=police_reference
            )

    def police_not_reached(self, *, notice_id: UUID, code: str, at: datetime) -> None:
        """The notice did not arrive; of no account once they have taken it."""
        if self.notice_id == notice_id and (self.police_reference or self.police_failed) is None:
            self.record(facts.PoliceNotReached, at=at, notice_id=notice_id, code=code)

    def decision_due(self, *, at: datetime) -> None:
        """Its moment has come: told once, where nobody has decided."""
        if self.stage is UNDECIDED and not self.decision_overdue:
            self.record(facts.DecisionOverdue, at=at)

    def result_due(self, *, at: datetime, due_at: datetime) -> None:
        """Its moment has come: told once of a visit without a result; another visit has its own."""
        waits = self.stage is InspectionStage.SCHEDULED and not self.result_overdue
        if waits and self.result_by == due_at:
            self.record(facts.ResultOverdue, at=at, team_id=self.team_id)

    def _came_to(self, kind: type[Fact], *, at: datetime, **told: object) -> None:
        self._must_go_on()
        if self.stage is not InspectionStage.SCHEDULED or self.visit is None:
            raise InspectionNotScheduled(self.reference)
        if at < self.visit.begins_at:
            raise VisitNotBegun(self.reference)
        self.record(kind, at=at, team_id=self.team_id, **told)

    def _must_go_on(self) -> None:
        if self.over:
            raise InspectionOver(self.reference)

    def _must_wait_for_decision(self) -> None:
        self._must_go_on()
        if self.stage is not UNDECIDED:
            raise InspectionDecided(self.reference)

    @applies(facts.Requested)
    def _requested(self, fact: facts.Requested) -> None:
        self.reference = fact.reference
        self.applicant_id = fact.applicant_id
        self.member = fact.member
        self.language = fact.language
        self.district = fact.district
        self.building = fact.building
        self.wished = fact.wished
        self.place = fact.place
        self.name_told = fact.name
        self.declined = None
        self.phone = fact.phone
        self.code = fact.code

    @applies(facts.DecisionOverdue)
    def _decision_overdue(self, _fact: facts.DecisionOverdue) -> None:
        self.decision_overdue = True

    @applies(facts.Approved)
    def _approved(self, _fact: facts.Approved) -> None:
        self.stage = InspectionStage.APPROVED

    @applies(facts.Declined)
    def _declined(self, fact: facts.Declined) -> None:
        self.stage = InspectionStage.DECLINED
        self.declined = fact.why

    @applies(facts.Withdrawn)
    def _withdrawn(self, _fact: facts.Withdrawn) -> None:
        self.stage = InspectionStage.WITHDRAWN

    @applies(facts.Scheduled)
    def _scheduled(self, fact: facts.Scheduled) -> None:
        self.stage = InspectionStage.SCHEDULED
        self.team_id = fact.team_id
        self.visit = fact.visit
        self.result_by = fact.result_by
        self.result_overdue = False

    @applies(facts.ResultOverdue)
    def _result_overdue(self, _fact: facts.ResultOverdue) -> None:
        self.result_overdue = True

    @applies(facts.NothingFound)
    def _nothing_found(self, _fact: facts.NothingFound) -> None:
        self.stage = InspectionStage.CLOSED
        self.finding = Finding.NOTHING

    @applies(facts.CameraFound)
    def _camera_found(self, fact: facts.CameraFound) -> None:
        self.stage = InspectionStage.CLOSED
        self.finding = Finding.FOUND
        self.found_at = fact.timestamp
        self.notice_id = fact.notice_id

    @applies(facts.NotEntered)
    def _not_entered(self, _fact: facts.NotEntered) -> None:
        self.stage = InspectionStage.APPROVED
        self.finding = Finding.NOT_ENTERED

    @applies(facts.Closed)
    def _closed(self, _fact: facts.Closed) -> None:
        self.stage = InspectionStage.CLOSED

    @applies(facts.PoliceTold)
    def _police_told(self, fact: facts.PoliceTold) -> None:
        self.police_reference = fact.police_reference
        self.police_failed = None

    @applies(facts.PoliceNotReached)
    def _police_not_reached(self, fact: facts.PoliceNotReached) -> None:
        self.police_failed = fact.code
