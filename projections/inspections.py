"""Forms for checks and detectors as the districts' staff work through them, and their figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, SealedPart
from domain.geography import DistrictCode
from domain.inspection import facts, loan_facts
from domain.inspection.vocabulary import (
    Building,
    Condition,
    Finding,
    FormDecline,
    InspectionStage,
    LoanStage,
    Span,
)
from domain.policy import SEOUL
from projections.fold import NOTHING, Changes, Course, Rollup, Row

CHECK: Final = "inspection"
LOAN: Final = "detector_loan"


class FormRow(Row):
    """One form; name, number and place lie sealed in ``form``, what was found in ``note``."""

    KEY: ClassVar[tuple[str, ...]] = ("form_id",)

    form_id: UUID
    kind: str
    reference: str
    applicant_id: UUID
    member: bool
    district: DistrictCode
    building: Building
    month: str
    """Of the request, in Seoul: ``2026-11``."""
    stage: str
    requested_at: AwareDatetime
    decided: bool = False
    """Whether anybody ever said yes."""
    declined: FormDecline | None = None
    wished: tuple[Span, ...] = ()
    team_id: UUID | None = None
    visit: Span | None = None
    finding: Finding | None = None
    police_reference: str | None = None
    police_failed: str | None = None
    days: int | None = None
    mark: str | None = None
    lent: bool = False
    due_at: AwareDatetime | None = None
    """When the next thing should have happened: a decision, a result, a return."""
    overdue: bool = False
    condition: Condition | None = None
    late: bool = False
    form: SealedPart | None = None
    note: SealedPart | None = None
    last_topic: str
    last_at: AwareDatetime
    last_position: int


class FormFigures(Row):
    """How many, by what was asked, where, and for which kind of building."""

    KEY: ClassVar[tuple[str, ...]] = ("kind", "district", "building", "month")

    kind: str
    district: DistrictCode
    building: Building
    month: str
    requested: int
    approved: int
    declined: int
    withdrawn: int
    nothing_found: int
    found: int
    not_entered: int
    """Nobody could enter, and no later visit came to more."""
    lent: int
    returned: int
    late: int
    damaged: int
    lost: int
    not_collected: int


class InspectionFigures(Rollup[FormRow, FormFigures]):
    """Counted in the month of the request."""

    name: ClassVar[str] = "inspection_figures"
    row: ClassVar[type[Row]] = FormFigures

    def contribution(self, row: FormRow) -> FormFigures | None:
        return FormFigures.of(
            kind=row.kind,
            district=row.district,
            building=row.building,
            month=row.month,
            requested=1,
            approved=int(row.decided),
            declined=int(row.declined is not None),
            withdrawn=int(row.stage == InspectionStage.WITHDRAWN.value),
            nothing_found=int(row.finding is Finding.NOTHING),
            found=int(row.finding is Finding.FOUND),
            not_entered=int(row.finding is Finding.NOT_ENTERED),
            lent=int(row.lent),
            returned=int(row.stage == LoanStage.RETURNED.value),
            late=int(row.late),
            damaged=int(row.condition is Condition.DAMAGED),
            lost=int(row.stage == LoanStage.LOST.value),
            not_collected=int(row.stage == LoanStage.NOT_COLLECTED.value),
        )


class Inspections(Course[FormRow]):
    """One row for each form, also when it is over."""

    name: ClassVar[str] = "inspections"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = FormRow
    rollups: ClassVar[tuple[type[Rollup[Any, Any]], ...]] = (InspectionFigures,)
    sealed: ClassVar[bool] = True
    topics: ClassVar[tuple[str, ...]] = (f"{CHECK}.", f"{LOAN}.")
    newest: ClassVar[tuple[str, ...]] = ("last_topic", "last_at", "last_position")

    def begun(self, fact: Fact) -> FormRow | None:
        match fact:
            case facts.Requested():
                return _begun(fact, CHECK).replace(wished=fact.wished, due_at=fact.decide_by)
            case loan_facts.Requested():
                return _begun(fact, LOAN).replace(days=fact.days)
            case _:
                return None

    def following(self, row: FormRow, fact: Fact) -> Changes:
        follow = FOLLOWING.get(fact.TOPIC)
        return NOTHING if follow is None else follow(row, fact)


def _begun(fact: facts.Requested | loan_facts.Requested, kind: str) -> FormRow:
    return FormRow(
        form_id=fact.originator_id,
        kind=kind,
        reference=fact.reference,
        applicant_id=fact.applicant_id,
        member=fact.member,
        district=fact.district,
        building=fact.building,
        month=fact.timestamp.astimezone(SEOUL).strftime("%Y-%m"),
        stage="requested",
        requested_at=fact.timestamp,
        form=fact.sealed("name"),
        last_topic=fact.TOPIC,
        last_at=fact.timestamp,
        last_position=fact.envelope.position,
    )


def _declined(_row: FormRow, fact: Any) -> Changes:
    return {
        "stage": "declined",
        "declined": fact.why,
        "due_at": None,
        "overdue": False,
        "note": fact.sealed("note"),
    }


def _over(stage: str, **more: Any) -> Callable[[FormRow, Any], Changes]:
    return lambda _row, _fact: {"stage": stage, "due_at": None, "overdue": False, **more}


def _found(finding: Finding, stage: InspectionStage) -> Callable[[FormRow, Any], Changes]:
    def follow(_row: FormRow, fact: Any) -> Changes:
        sealed = "evidence" if finding is Finding.FOUND else "note"
        return {
            "stage": stage.value,
            "finding": finding,
            "due_at": None,
            "overdue": False,
            "note": fact.sealed(sealed),
        }

    return follow


def _returned(_row: FormRow, fact: loan_facts.Returned) -> Changes:
    return {
        "stage": LoanStage.RETURNED.value,
        "condition": fact.condition,
        "late": fact.late,
        "due_at": None,
        "overdue": False,
        "note": fact.sealed("note"),
    }


FOLLOWING: Final[Mapping[str, Callable[[FormRow, Any], Changes]]] = {
    facts.DecisionOverdue.TOPIC: lambda _row, _fact: {"overdue": True},
    facts.Approved.TOPIC: lambda _row, _fact: {
        "stage": InspectionStage.APPROVED.value,
        "decided": True,
        "due_at": None,
        "overdue": False,
    },
    facts.Declined.TOPIC: _declined,
    facts.Withdrawn.TOPIC: _over("withdrawn"),
    facts.Scheduled.TOPIC: lambda _row, fact: {
        "stage": InspectionStage.SCHEDULED.value,
        "team_id": fact.team_id,
        "visit": fact.visit,
        "due_at": fact.result_by,
        "overdue": False,
    },
    facts.ResultOverdue.TOPIC: lambda _row, _fact: {"overdue": True},
    facts.NothingFound.TOPIC: _found(Finding.NOTHING, InspectionStage.CLOSED),
    facts.CameraFound.TOPIC: _found(Finding.FOUND, InspectionStage.CLOSED),
    facts.NotEntered.TOPIC: _found(Finding.NOT_ENTERED, InspectionStage.APPROVED),
    facts.Closed.TOPIC: _over("closed"),
    facts.PoliceTold.TOPIC: lambda _row, fact: {
        "police_reference": fact.police_reference,
        "police_failed": None,
    },
    facts.PoliceNotReached.TOPIC: lambda _row, fact: {"police_failed": fact.code},
    loan_facts.Approved.TOPIC: lambda _row, fact: {
        "stage": LoanStage.APPROVED.value,
        "decided": True,
        "mark": fact.mark,
        "due_at": fact.collect_by,
    },
    loan_facts.Declined.TOPIC: _declined,
    loan_facts.Withdrawn.TOPIC: _over("withdrawn"),
    loan_facts.NotCollected.TOPIC: _over("not_collected"),
    loan_facts.HandedOver.TOPIC: lambda _row, fact: {
        "stage": LoanStage.LENT.value,
        "lent": True,
        "due_at": fact.due_at,
    },
    loan_facts.Overdue.TOPIC: lambda _row, _fact: {"overdue": True, "late": True},
    loan_facts.Returned.TOPIC: _returned,
    loan_facts.Lost.TOPIC: lambda row, fact: {
        **_over("lost")(row, fact),
        "note": fact.sealed("note"),
    },
}
"""What each kind of fact changes in a row that is there."""
UNFINISHED: Final = ("requested", "approved", "scheduled", "lent")
"""Stages in which something is left to do."""
