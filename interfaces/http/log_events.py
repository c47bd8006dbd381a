"""The NENA i3 Logging Service's reading side: for auditors' tools, at the standard's own paths.

Field names and paths are the standard's (NENA-STA-010, Logging Service 1.2).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from application.log_event_desk import PAGE, PAGE_MAX, Found, LogEventDesk, Selection
from application.log_events import VERSION, Jws, LogEventContainer
from interfaces.http.errors import MEDIA_TYPE, problems
from interfaces.http.identity import Reading, TheHouse
from interfaces.http.queue import POSITION_MAX

BAD_TIMESTAMP: Final = 465
BACKWARDS: Final = 466

router = APIRouter(prefix="/Logging", tags=["log events (NENA i3)"])
moment: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)

PLAIN: Final = r"^[^\x00]*$"
Start = Annotated[int, Query(ge=1, le=POSITION_MAX, description="First item, counted from 1.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
Id = Annotated[str | None, Query(max_length=200, pattern=PLAIN)]
Time = Annotated[
    str | None,
    Query(max_length=64, description="RFC 3339.", json_schema_extra={"format": "date-time"}),
]


class LogEventContainerArray(BaseModel):
    count: int
    totalCount: int  # noqa: N815 - the standard's own spelling, as below
    logEventContainers: list[LogEventContainer]  # noqa: N815


class LogEventIdArray(BaseModel):
    count: int
    totalCount: int  # noqa: N815
    logEventIds: tuple[str, ...]  # noqa: N815


class IncidentIdArray(BaseModel):
    count: int
    totalCount: int  # noqa: N815
    incidentIds: tuple[str, ...]  # noqa: N815


class AgencyIdArray(BaseModel):
    count: int
    totalCount: int  # noqa: N815
    agencyIds: tuple[str, ...]  # noqa: N815


def _standard(status: int, what: str) -> dict[int | str, dict[str, Any]]:
    """A status that only this standard knows."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": what, "content": content}}


ASKED: Final = problems(401, 403, 404, 422, 503)
TIMED: Final = {
    **ASKED,
    **_standard(BAD_TIMESTAMP, "Bad timestamp"),
    **_standard(BACKWARDS, "endTime occurs before startTime"),
}


@router.get("/v1/LogEvents", summary="Facts of reports as LogEvents (auditor)", responses=TIMED)
def log_events(  # noqa: PLR0913, PLR0917
    house: TheHouse,
    context: Reading,
    logEventType: Id = None,  # noqa: N803
    incidentId: Id = None,  # noqa: N803
    startTime: Time = None,  # noqa: N803
    endTime: Time = None,  # noqa: N803
    start: Start = 1,
    limit: Limit = PAGE,
) -> LogEventContainerArray:
    """In the order of the log. No personal data: what is sealed stays in the log."""
    desk = house.log_event_desk
    desk.permit(context)
    since, until = _period(startTime, endTime)
    selection = desk.select(
        context,
        event_type=logEventType,
        incident_id=incidentId,
        since=since,
        until=until,
        start=start,
        limit=limit,
    )
    total, found = desk.log_events(context, selection)
    return LogEventContainerArray(
        count=len(found), totalCount=total, logEventContainers=list(found)
    )


@router.get("/v1/LogEvents/{logEventId}", summary="One LogEvent (auditor)", responses=ASKED)
def log_event(
    house: TheHouse,
    context: Reading,
    logEventId: Annotated[str, Path(max_length=200, pattern=PLAIN)],  # noqa: N803
) -> Jws:
    return house.log_event_desk.log_event(context, logEventId).logEvent


@router.get("/v1/LogEventIds", summary="Ids of one incident's LogEvents", responses=ASKED)
def log_event_ids(
    house: TheHouse,
    context: Reading,
    incidentId: Annotated[str, Query(max_length=200, pattern=PLAIN)],  # noqa: N803
    start: Start = 1,
    limit: Limit = PAGE,
) -> LogEventIdArray:
    desk = house.log_event_desk
    selection = desk.select(context, incident_id=incidentId, start=start, limit=limit)
    found = desk.log_event_ids(context, selection)
    return LogEventIdArray(count=len(found.ids), totalCount=found.total, logEventIds=found.ids)


@router.get("/v1/IncidentIds", summary="Incidents raised within a time", responses=TIMED)
def incident_ids(  # noqa: PLR0913, PLR0917
    house: TheHouse,
    context: Reading,
    startTime: Time = None,  # noqa: N803
    endTime: Time = None,  # noqa: N803
    start: Start = 1,
    limit: Limit = PAGE,
) -> IncidentIdArray:
    desk: LogEventDesk = house.log_event_desk
    desk.permit(context)
    since, until = _period(startTime, endTime)
    selection: Selection = desk.select(context, since=since, until=until, start=start, limit=limit)
    found: Found = desk.incident_ids(context, selection)
    return IncidentIdArray(count=len(found.ids), totalCount=found.total, incidentIds=found.ids)


@router.get("/v1/AgencyIds", summary="Agencies involved in an incident", responses=ASKED)
def agency_ids(
    house: TheHouse,
    context: Reading,
    incidentId: Annotated[str, Query(max_length=200, pattern=PLAIN)],  # noqa: N803
) -> AgencyIdArray:
    found = house.log_event_desk.agency_ids(context, incidentId)
    return AgencyIdArray(count=len(found.ids), totalCount=found.total, agencyIds=found.ids)


@router.get("/Versions", summary="Versions of the Logging Service that are spoken here")
@router.get("/v1/Versions", summary="The same", include_in_schema=False)
def versions() -> dict[str, Any]:
    major, minor = VERSION
    spoken = {"major": major, "minor": minor, "serviceInfo": {"requiredAlgorithms": ["none"]}}
    return {"versions": [spoken], "fingerprint": "ansim-dispatch"}


def _period(start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    """The standard's own statuses: 465 for no time, 466 for a period that runs backwards."""
    since, until = _moment(start), _moment(end)
    if since is not None and until is not None and until < since:
        raise HTTPException(BACKWARDS)
    return since, until


def _moment(text: str | None) -> datetime | None:
    try:
        return None if text is None else moment.validate_python(text)
    except ValidationError as error:
        raise HTTPException(BAD_TIMESTAMP) from error
