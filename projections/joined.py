"""What it changes in a row that shows a report when its citizen raises again, or was practising.

The rows of queue and detail know the same of it, but for the position.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.emergency import facts
from domain.emergency.drills import Promoted
from domain.emergency.linking import Linked, Unlinked
from domain.emergency.vocabulary import Alert, Stage
from domain.geography import DistrictCode
from projections import reaching
from projections.progress import Lane, RingsFor
from projections.queue_row import Changes, added
from projections.whereabouts import without


def joined(row: Any, fact: facts.Joined) -> Changes:
    """All but the position. How far the report had risen still stands: a join lowers nothing."""
    in_window = row.stage is Stage.WINDOW
    changes: Changes = {
        "ringing": not in_window,
        "joined": row.joined + 1,
        "flags": added(row.flags, fact.flags),
    }
    if fact.alert is Alert.SILENT:
        changes |= reaching.hushed(row)
    if fact.answer_by is not None:
        changes |= {
            "rings_for": RingsFor.JOINED,
            "answer_by": fact.answer_by,
            "act_by": None,
        }
    moved = routed(fact, in_window=in_window)
    return changes if moved is None else changes | _moved(row, *moved, in_window=in_window)


def routed(
    fact: facts.Joined, *, in_window: bool
) -> tuple[DistrictCode, tuple[DistrictCode, ...]] | None:
    """Whose report it is after the trigger, and who sees it; None where neither changed.

    In the first shape only a report in its window was moved, to where the trigger came from.
    """
    if fact.responsible is not None:
        return fact.responsible, fact.districts
    if in_window and fact.fix is not None:
        return fact.district, (fact.district,)
    return None


def _moved(
    row: Any, district: DistrictCode, districts: tuple[DistrictCode, ...], *, in_window: bool
) -> Changes:
    """Accepted, it is lost sight of by nobody; an offer to another centre is void."""
    changes: Changes = {
        "district": district,
        "audience": districts if in_window else added(row.audience, districts),
        "returned_by": without(row.returned_by, districts),
    }
    return changes if district == row.district else changes | {"offer": None}


def _promoted(row: Any, fact: Promoted) -> Changes:
    real: Changes = {"lane": Lane.REAL}
    if row.stage is Stage.WINDOW:
        return real
    return real | {
        "ringing": True,
        "rings_for": RingsFor.PROMOTED,
        "escalation": None,
        "answer_by": fact.answer_by,
        "act_by": None,
    }


STEPS: Final[dict[str, Callable[[Any, Any], Changes]]] = {
    Promoted.TOPIC: _promoted,
    Linked.TOPIC: lambda _row, fact: {"incident_id": fact.incident_id},
    Unlinked.TOPIC: lambda _row, _fact: {"incident_id": None},
}
"""By topic; a joined trigger brings a position as well, which each row keeps in its own way."""
