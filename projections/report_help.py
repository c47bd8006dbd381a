"""What the police and an ambulance make of a report's row."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.base import Fact
from domain.emergency import facts
from projections.clips import FOLLOWED
from projections.help_answers import SHARES
from projections.joined import STEPS
from projections.operator_queue import UNREACHABLE
from projections.presence import PRESENCE
from projections.progress import Help, further
from projections.report_detail_row import HelpRequested, ReportRow
from projections.report_findings import detailed

FURTHER: Final = {**FOLLOWED, **PRESENCE, **SHARES, **STEPS}


def helped(row: ReportRow, fact: Fact) -> ReportRow:
    """The row with what was asked of them, and what they answered."""
    match fact:
        case facts.CameraViewed():
            return row.replace(cameras_viewed=row.cameras_viewed + 1)
        case facts.PoliceRequested():
            return row.replace(
                police=Help.REQUESTED,
                police_unassessed=fact.unassessed,
                police_requests=(*row.police_requests, _asked(fact, fact.request_id)),
            )
        case facts.PoliceAcknowledged():
            return row.replace(
                police=further(row.police, Help.ACKNOWLEDGED),
                police_requests=_referred(row.police_requests, fact),
            )
        case facts.PatrolArrived():
            return row.replace(police=Help.ARRIVED, patrol_arrived_at=fact.received_at)
        case facts.AmbulanceRequested():
            return row.replace(
                ambulance=Help.REQUESTED,
                ambulance_requests=(*row.ambulance_requests, _asked(fact, fact.request_id)),
            )
        case facts.AmbulanceAcknowledged():
            return row.replace(
                ambulance=further(row.ambulance, Help.ACKNOWLEDGED),
                ambulance_requests=_referred(row.ambulance_requests, fact),
            )
        case facts.AmbulanceArrived():
            return row.replace(ambulance=Help.ARRIVED, ambulance_arrived_at=fact.received_at)
        case facts.PartnerUnreachable():
            return row.replace(**UNREACHABLE[fact.channel])
        case _:
            answer = FURTHER.get(fact.TOPIC)
            return row.replace(detailed(row, fact) if answer is None else answer(row, fact))


def _asked(
    fact: facts.PoliceRequested | facts.AmbulanceRequested, request_id: UUID
) -> HelpRequested:
    return HelpRequested(request_id=request_id, at=fact.received_at, operator_id=fact.operator_id)


def _referred(
    requests: tuple[HelpRequested, ...],
    fact: facts.PoliceAcknowledged | facts.AmbulanceAcknowledged,
) -> tuple[HelpRequested, ...]:
    return tuple(
        one.model_copy(update={"reference": fact.reference})
        if one.request_id == fact.request_id
        else one
        for one in requests
    )
