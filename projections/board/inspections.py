"""What checks and loans show on the board of all services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

from domain.inspection import facts, loan_facts
from projections.board.part import BoardPart
from projections.board.row import BoardRow, BoardUrgency
from projections.fold import Changes

WAITING: Final = int(BoardUrgency.WAITING)
CALM: Final = int(BoardUrgency.CALM)
ATTENTION: Final = int(BoardUrgency.ATTENTION)


def _begun(kind: str, first: type[Any]) -> Callable[[Any], BoardRow | None]:
    def begun(fact: Any) -> BoardRow | None:
        if not isinstance(fact, first):
            return None
        told: Any = fact
        return BoardRow.of(
            session_id=told.originator_id,
            kind=kind,
            district=told.district,
            audience=(told.district,),
            stage="requested",
            urgency=WAITING,
            attention=None,
            begun_at=told.timestamp,
            hour=told.timestamp.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
            since=told.timestamp,
            due_at=getattr(told, "decide_by", None),
            holder=None,
            citizen_id=told.applicant_id if told.member else None,
            ended=False,
            used=True,
            label=None,
            detail={"building": told.building.value, "reference": told.reference},
            last_topic=told.TOPIC,
            last_at=told.timestamp,
            last_position=told.envelope.position,
        )

    return begun


def _steps(stage: str, urgency: int, **more: Any) -> Callable[[BoardRow, Any], Changes]:
    return lambda _row, _fact: {"stage": stage, "urgency": urgency, "attention": None, **more}


def _alarm(attention: str) -> Callable[[BoardRow, Any], Changes]:
    return lambda _row, _fact: {"urgency": ATTENTION, "attention": attention}


def _ended(stage: str, *, used: bool = True) -> Callable[[BoardRow, Any], Changes]:
    changes: Changes = {"stage": stage, "ended": True, "due_at": None}
    if not used:
        changes = {**changes, "used": False}
    return lambda _row, _fact: changes


def _due(stage: str, urgency: int, field: str) -> Callable[[BoardRow, Any], Changes]:
    return lambda _row, fact: {
        "stage": stage,
        "urgency": urgency,
        "attention": None,
        "due_at": getattr(fact, field),
    }


def _not_told(row: BoardRow, _fact: facts.PoliceNotReached) -> Changes:
    """The check is over, and somebody must tell the police: it is on the board again."""
    return {"stage": row.stage, "ended": False, **_alarm("police_not_reached")(row, _fact)}


CHECKS: Final = BoardPart(
    kind="inspection",
    begun=_begun("inspection", facts.Requested),
    following={
        facts.DecisionOverdue.TOPIC: _alarm("decision_overdue"),
        facts.Approved.TOPIC: _steps("approved", WAITING, due_at=None),
        facts.Declined.TOPIC: _ended("declined", used=False),
        facts.Withdrawn.TOPIC: _ended("withdrawn", used=False),
        facts.Scheduled.TOPIC: _due("scheduled", CALM, "result_by"),
        facts.ResultOverdue.TOPIC: _alarm("result_overdue"),
        facts.NothingFound.TOPIC: _ended("nothing_found"),
        facts.CameraFound.TOPIC: _ended("found"),
        facts.NotEntered.TOPIC: _steps("not_entered", WAITING, due_at=None),
        facts.Closed.TOPIC: _ended("closed"),
        facts.PoliceNotReached.TOPIC: _not_told,
        facts.PoliceTold.TOPIC: _ended("found"),
    },
)
LOANS: Final = BoardPart(
    kind="detector_loan",
    begun=_begun("detector_loan", loan_facts.Requested),
    following={
        loan_facts.Approved.TOPIC: _due("approved", CALM, "collect_by"),
        loan_facts.Declined.TOPIC: _ended("declined", used=False),
        loan_facts.Withdrawn.TOPIC: _ended("withdrawn", used=False),
        loan_facts.NotCollected.TOPIC: _ended("not_collected", used=False),
        loan_facts.HandedOver.TOPIC: _due("lent", CALM, "due_at"),
        loan_facts.Overdue.TOPIC: _alarm("return_overdue"),
        loan_facts.Returned.TOPIC: _ended("returned"),
        loan_facts.Lost.TOPIC: _ended("lost"),
    },
)
