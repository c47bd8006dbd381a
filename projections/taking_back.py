"""What cancels, the duress PIN and amendments make of a report's row in the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.taking_back import DuressSuspected, RaisedAfterCancel
from domain.emergency.vocabulary import Alert, Stage
from projections import reaching
from projections.queue_row import Changes, QueueRow, added
from projections.whereabouts import seen

OVER: Final = frozenset({Stage.CANCELLED, Stage.RESOLVED})
READS: Final[Mapping[type[Fact], tuple[str, ...]]] = {
    facts.Cancelled: ("reopen_until",),
    facts.CancelRefused: (),
    Amended: ("fields", "alert", "flags", "district", "fix"),
    DuressSuspected: (),
    RaisedAfterCancel: (),
}


def _cancelled(_row: QueueRow, fact: facts.Cancelled) -> Changes:
    return {
        "stage": Stage.CANCELLED,
        "ringing": False,
        "held_by": None,
        "reopen_until": fact.reopen_until,
        "offer": None,
    }


def amended(row: Any, fact: Amended) -> Changes:
    """What an amendment makes of any row but its position, which each keeps in its own way."""
    changes: Changes = {
        "flags": added(row.flags, fact.flags),
        "amended": added(row.amended, fact.fields),
    }
    if fact.alert is Alert.SILENT:
        changes |= reaching.hushed(row)
    if fact.fix is None or row.stage is not Stage.WINDOW:
        return changes
    return changes | {"district": fact.district, "audience": (fact.district,)}


def _amended(row: QueueRow, fact: Amended) -> Changes:
    changes = amended(row, fact)
    return changes if fact.fix is None else changes | seen(fact)


def suspected(row: reaching.Reached) -> Changes:
    """What the duress PIN makes of any row: what was over waits again for its acceptance."""
    return {
        **reaching.hushed(row),
        "stage": Stage.WINDOW if row.stage in OVER else row.stage,
        "reopen_until": None,
    }


STEPS: Final[dict[str, Callable[[QueueRow, Any], Changes]]] = {
    facts.Cancelled.TOPIC: _cancelled,
    facts.CancelRefused.TOPIC: lambda row, _fact: {"late_cancels": row.late_cancels + 1},
    Amended.TOPIC: _amended,
    DuressSuspected.TOPIC: lambda row, _fact: {"duress": True, **suspected(row)},
    RaisedAfterCancel.TOPIC: lambda _row, _fact: {"after_cancel": True},
}
