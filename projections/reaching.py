"""What calls, silence, words and second looks change in a row that shows a report.

The rows of queue and detail know the same of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.calling import CallRequested, CallUnanswered, CallWithdrawn
from domain.emergency.checking import RecheckDue, RecheckScheduled, SaidFine
from domain.emergency.conversing import (
    InterpreterJoined,
    MessageDelivered,
    MessageRead,
    MessageReceived,
    MessageSent,
)
from domain.emergency.silence import Silenced
from domain.emergency.vocabulary import Alert, CallEnd, Stage
from projections.progress import Call

Changes = dict[str, Any]


class Reached(Protocol):
    """What the rows have in common here."""

    @property
    def stage(self) -> Stage: ...
    @property
    def call(self) -> Call: ...
    @property
    def call_attempts(self) -> int: ...
    @property
    def call_retry_at(self) -> datetime | None: ...
    @property
    def unanswered(self) -> int: ...


READS: Final[Mapping[type[Fact], tuple[str, ...]]] = {
    CallRequested: ("attempt",),
    CallUnanswered: ("end", "retry_at"),
    CallWithdrawn: (),
    Silenced: (),
    SaidFine: ("recheck_at",),
    RecheckScheduled: ("recheck_at",),
    RecheckDue: ("act_by",),
    MessageSent: ("operator_id",),
    MessageReceived: (),
    MessageDelivered: (),
    MessageRead: (),
    InterpreterJoined: (),
}

ENDED: Final = {
    CallEnd.HUNG_UP: Call.ENDED,
    CallEnd.UNANSWERED: Call.UNANSWERED,
    CallEnd.FAILED: Call.FAILED,
}


def accepted(fact: facts.Accepted) -> Changes:
    """The first call is ordered with the acceptance; an earlier second look is none of it."""
    return {
        "call": Call.ORDERED if fact.call else Call.NONE,
        "call_attempts": int(fact.call),
        "recheck_at": None,
    }


def hushed(row: Reached) -> Changes:
    """The report is silent from now on: what was only ordered is not placed."""
    stopped = row.call is Call.ORDERED or row.call_retry_at is not None
    return {
        "alert": Alert.SILENT,
        "call": Call.WITHHELD if stopped else row.call,
        "call_retry_at": None,
    }


def _requested(_row: Reached, fact: CallRequested) -> Changes:
    return {"call": Call.ORDERED, "call_attempts": fact.attempt, "call_retry_at": None}


def _unanswered(_row: Reached, fact: CallUnanswered) -> Changes:
    return {"call": ENDED[fact.end], "call_retry_at": fact.retry_at}


def _sent(row: Reached, fact: MessageSent) -> Changes:
    return {"unanswered": row.unanswered if fact.operator_id is None else 0}


FOLLOWING: Final[Mapping[str, Callable[[Any, Any], Changes]]] = {
    CallRequested.TOPIC: _requested,
    CallUnanswered.TOPIC: _unanswered,
    CallWithdrawn.TOPIC: lambda _row, _fact: {"call": Call.WITHHELD, "call_retry_at": None},
    facts.CallPlaced.TOPIC: lambda _row, _fact: {"call": Call.PLACED},
    facts.CallConnected.TOPIC: lambda _row, _fact: {"call": Call.CONNECTED, "call_retry_at": None},
    facts.CallEnded.TOPIC: lambda _row, fact: {"call": ENDED[fact.end]},
    Silenced.TOPIC: lambda row, _fact: hushed(row),
    InterpreterJoined.TOPIC: lambda _row, _fact: {},
    SaidFine.TOPIC: lambda _row, fact: {"recheck_at": fact.recheck_at},
    RecheckScheduled.TOPIC: lambda _row, fact: {"recheck_at": fact.recheck_at},
    RecheckDue.TOPIC: lambda _row, fact: {
        "recheck_at": None,
        "recheck_due": True,
        "ringing": True,
        "act_by": fact.act_by,
    },
    MessageSent.TOPIC: _sent,
    MessageDelivered.TOPIC: lambda _row, _fact: {"text_failed": False},
    MessageReceived.TOPIC: lambda row, _fact: {"unanswered": row.unanswered + 1},
}
