"""Reports about one incident."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from application.emergency.commands import LinkReports, UnlinkReport
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


class Other(Value):
    other_id: UUID = Field(description="A report about the same incident.")


@router.get(
    "/links",
    summary="The reports that it is linked with",
    responses=problems(401, 403, 404, 422, 503),
)
def links(report_id: UUID, house: TheHouse, context: Reading, after: After = None) -> Links:
    """Those that the asker sees, without personal data; whether there are others is told."""
    found = house.links_desk.links(report_id, context, after=after)
    return Links(incident_id=found.incident_id, rows=found.rows, hidden=found.hidden)


@router.post("/links", summary="Link it with another about the same incident", responses=STEP)
def link(report_id: UUID, body: Other, house: TheHouse, context: Commanding) -> Receipt:
    """Each keeps its own call, timers and outcome; nobody sees more of either than before."""
    command = LinkReports(report_id=report_id, other_id=body.other_id)
    return house.emergency_desk.link(command, context)


@router.post("/unlink", summary="Link it with others no longer", responses=STEP)
def unlink(report_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """The last one that is left of an incident is linked with none."""
    return house.emergency_desk.unlink(UnlinkReport(report_id=report_id), context)
