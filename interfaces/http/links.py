"""Reports about one incident."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from application.emergency.commands import LinkReports, Reason, UnlinkReport
from application.safe_return import Receipt
from domain.base import Value
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse
from interfaces.http.queue import After
from projections.queue_row import QueueRow

router = APIRouter(prefix="/v1/reports/{report_id}", tags=["reports"])

STEP = problems(401, 403, 404, 409, 422, 503)


class Links(Value):
    incident_id: UUID | None
    rows: tuple[QueueRow, ...]
    """The other reports, the oldest first."""
    hidden: bool = Field(description="Whether it is linked with reports that you do not see.")
    near: tuple[QueueRow, ...] = Field(
        description="What may be about the same incident, by time and place; the nearest first."
    )
    distances_m: dict[UUID, int] = Field(
        description="How far from here the others happen, to some 140 m, where that is known."
    )


class Other(Value):
    other_id: UUID = Field(description="A report about the same incident.")


class Apart(Value):
    reason: Reason | None = Field(
        default=None, description="Kept with this report; none for a link taken back at once."
    )


@router.get(
    "/links",
    summary="The reports that it is linked with",
    responses=problems(401, 403, 404, 422, 503),
)
def links(report_id: UUID, house: TheHouse, context: Reading, after: After = None) -> Links:
    """Those that the asker sees, without personal data; whether there are others is told."""
    found = house.links_desk.links(report_id, context, after=after)
    return Links(
        incident_id=found.incident_id,
        rows=found.rows,
        hidden=found.hidden,
        near=found.near,
        distances_m=dict(found.distances_m),
    )


@router.post("/links", summary="Link it with another about the same incident", responses=STEP)
def link(report_id: UUID, body: Other, house: TheHouse, context: Commanding) -> Receipt:
    """Each keeps its own call, timers and outcome; nobody sees more of either than before."""
    command = LinkReports(report_id=report_id, other_id=body.other_id)
    return house.emergency_desk.link(command, context)


@router.post("/unlink", summary="Link it with others no longer", responses=STEP)
def unlink(
    report_id: UUID, house: TheHouse, context: Commanding, body: Apart | None = None
) -> Receipt:
    """The last one that is left of an incident is linked with none."""
    reason = body.reason if body else None
    return house.emergency_desk.unlink(UnlinkReport(report_id=report_id, reason=reason), context)
