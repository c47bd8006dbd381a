"""What was found out on the way, for the page of one report: places and people, as ciphertext."""

from __future__ import annotations

from typing import Any

from domain.base import Fact
from domain.emergency.describing import IncidentLocated, ThirdPersonNoted
from domain.emergency.moving import PositionUpdated, SignalLost
from domain.emergency.transferring import TransferAccepted
from projections.report_detail_row import IncidentPlace, ReportRow, ThirdPerson
from projections.whereabouts import MOVED


def detailed(row: ReportRow, fact: Fact) -> dict[str, Any]:
    """The changes that positions, transfers and findings make; none for any other fact."""
    follow = MOVED.get(fact.TOPIC)
    changes = {} if follow is None else follow(row, fact)
    match fact:
        case PositionUpdated():
            return changes | _place(fact)
        case SignalLost() if fact.fix is not None:
            return changes | _place(fact)
        case TransferAccepted():
            first = row.first_claimed_at or fact.received_at
            return changes | {"first_claimed_at": first}
        case IncidentLocated():
            return {"incident": _incident(fact)}
        case ThirdPersonNoted():
            return {"third_persons": (*row.third_persons, _third_person(fact))}
        case _:
            return changes


def _place(fact: PositionUpdated | SignalLost) -> dict[str, Any]:
    return {
        "cell": fact.cell,
        "fixed_at": fact.fix.fixed_at if fact.fix else None,
        "position": fact.sealed("position"),
        "position_at": fact.received_at,
    }


def _incident(fact: IncidentLocated) -> IncidentPlace:
    return IncidentPlace(
        at=fact.received_at,
        operator_id=fact.operator_id,
        district=fact.district,
        cell=fact.cell,
        source=fact.fix.source,
        accuracy_m=fact.fix.accuracy_m,
        position=fact.sealed("position"),
    )


def _third_person(fact: ThirdPersonNoted) -> ThirdPerson:
    return ThirdPerson(
        at=fact.received_at,
        operator_id=fact.operator_id,
        role=fact.role,
        description=fact.sealed("description"),
    )
