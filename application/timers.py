"""A due timer asks the aggregate; the aggregate's stream decides what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.context import Context, system
from application.errors import TooEarly
from application.outbox import TimerKind
from application.safe_return import Receipt
from domain.base import Value
from domain.policy import EscalationLevel


class DueTimer(Value):
    """A timer whose moment has come by the database's clock."""

    timer_id: UUID
    aggregate_id: UUID
    kind: TimerKind
    name: str
    due_at: AwareDatetime
    correlation_id: UUID
    causation_id: UUID | None
    attempts: int
    late_s: float
    """How long after ``due_at`` it was claimed; never negative."""


class TimerOutcome(StrEnum):
    """What came of asking."""

    CHANGED = "changed"
    """A fact was stored."""
    NOTHING = "nothing"
    """The aggregate had moved on: cancelled, claimed, acted."""
    EARLY = "early"
    """Due by the database's clock, and not yet by ours, which the aggregate is told: ask again."""


class StandingReceipt(Receipt):
    """Of a timer that stands as long as its aggregate lives, so that it is one, and not many."""

    again_at: AwareDatetime | None
    """When it has something to ask next; None: never again."""


@dataclass(frozen=True, slots=True)
class AskAgain:
    """What came of asking a standing timer: it is to be asked again then."""

    at: datetime


class TimedReports(Protocol):
    """What the timers ask of emergency reports; each asked twice changes nothing more."""

    def window_elapsed(self, report_id: UUID, context: Context) -> Receipt: ...

    def escalate(
        self, report_id: UUID, level: EscalationLevel, due_at: datetime, context: Context
    ) -> Receipt: ...

    def idle_claim(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt: ...

    def transfer_expired(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt: ...
    def retry_call(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt: ...

    def recheck_due(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt: ...

    def follow_up_due(
        self, report_id: UUID, follow_up_id: UUID, due_at: datetime, context: Context
    ) -> Receipt: ...


Question = Callable[[DueTimer, Context], Receipt]
"""What a timer asks; harmless to ask twice, or too late."""


class TimerDesk:
    """Puts a timer's question to its aggregate.

    Args:
        reports: the emergency reports.
        others: what the desks of other services ask, by kind.
    """

    def __init__(self, reports: TimedReports, *others: Mapping[TimerKind, Question]) -> None:
        self._ask: dict[TimerKind, Question] = {
            TimerKind.CANCEL_WINDOW: lambda timer, context: reports.window_elapsed(
                timer.aggregate_id, context
            ),
            TimerKind.ESCALATION: lambda timer, context: reports.escalate(
                timer.aggregate_id, EscalationLevel(timer.name), timer.due_at, context
            ),
            TimerKind.IDLE_CLAIM: lambda timer, context: reports.idle_claim(
                timer.aggregate_id, timer.due_at, context
            ),
            TimerKind.TRANSFER: lambda timer, context: reports.transfer_expired(
                timer.aggregate_id, timer.due_at, context
            ),
            TimerKind.CALL_RETRY: lambda timer, context: reports.retry_call(
                timer.aggregate_id, timer.due_at, context
            ),
            TimerKind.RECHECK: lambda timer, context: reports.recheck_due(
                timer.aggregate_id, timer.due_at, context
            ),
            TimerKind.FOLLOW_UP: lambda timer, context: reports.follow_up_due(
                timer.aggregate_id, UUID(timer.name), timer.due_at, context
            ),
        }
        for questions in others:
            self._ask |= questions

    def fire(self, timer: DueTimer) -> TimerOutcome | AskAgain:
        """Ask; harmless to repeat. A standing timer says when it is to be asked again.

        Raises:
            ApplicationError: the question could not be put; ask again.
        """
        context = system(
            "schedule", correlation_id=timer.correlation_id, causation_id=timer.causation_id
        )
        try:
            receipt = self._ask[timer.kind](timer, context)
        except TooEarly:
            return TimerOutcome.EARLY
        if isinstance(receipt, StandingReceipt) and receipt.again_at is not None:
            return AskAgain(receipt.again_at)
        return TimerOutcome.NOTHING if receipt.position is None else TimerOutcome.CHANGED
