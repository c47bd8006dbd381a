"""The live queue: once as a list, then as a stream."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from pydantic import AwareDatetime, BeforeValidator, Field
from starlette.responses import StreamingResponse

from application.past import AsOf as Past
from application.past import KnownOn
from domain.base import Value
from domain.geography import DistrictCode
from interfaces.http.broadcast import Broadcast
from interfaces.http.errors import problems
from interfaces.http.identity import Reading, TheHouse
from projections.operator_views import CameraLook, Viewer
from projections.queue_row import QueueRow

router = APIRouter(prefix="/v1/queue", tags=["queue"])

POSITION_MAX = 2**63 - 1


def _past(asked: Any) -> Any:
    """A position where there are digits alone, else a moment, which needs its zone."""
    if not isinstance(asked, str):
        return asked
    if asked.isdecimal():
        return int(asked)
    try:
        moment = datetime.fromisoformat(asked.replace(" ", "+"))  # a plus that was not encoded
    except ValueError:
        raise ValueError("neither a log position nor an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone, such as 2026-11-22T23:41:07+09:00")
    return moment


AsOf = Annotated[
    Annotated[int, Field(ge=0, le=POSITION_MAX)] | AwareDatetime | None,
    BeforeValidator(_past),
    Query(description="A past state: a log position, or a moment (ISO 8601 with zone)."),
]
Known = Annotated[
    date | None,
    Query(
        description="As it was known at the end of this day in Seoul: without later corrections."
    ),
]
After = Annotated[
    int | None,
    Query(
        ge=0,
        le=POSITION_MAX,
        description="Wait, at most 2 s, until what is read has reached this log position.",
    ),
]


def past_of(as_of: int | datetime | None, known_on: date | None) -> Past | None:
    """The past that is asked for: both together mean the earlier of the two."""
    return as_of if known_on is None else KnownOn(known_on, as_of)


class Watching(Value):
    """One report that somebody has open, or whose cameras somebody has looked through."""

    report_id: UUID
    viewers: tuple[Viewer, ...]
    cameras: tuple[CameraLook, ...]


class Queue(Value):
    position: int
    """Ask the stream for what comes `after` this."""
    rows: tuple[QueueRow, ...]
    watching: tuple[Watching, ...]
    """What stood on the screens of the control rooms at that position."""


@router.get("", summary="Open reports", responses=problems(401, 403, 409, 422, 503))
def queue(
    house: TheHouse,
    context: Reading,
    district: DistrictCode | None = None,
    as_of: AsOf = None,
    after: After = None,
) -> Queue:
    """Reports that are not closed, of the districts that the asker may see; no personal data."""
    desk = house.reading_desk
    position, rows = desk.queue(context, district=district, as_of=as_of, after=after)
    shown = tuple(row for row in rows if isinstance(row, QueueRow))
    watching = desk.watched(
        context,
        {row.report_id for row in shown},
        district=district,
        as_of=None if as_of is None else position,
    )
    return Queue(
        position=position,
        rows=shown,
        watching=tuple(Watching(**one) for one in watching),
    )


@router.get(
    "/stream",
    summary="Changes of the queue, as server-sent events",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
            "description": "`row` events, whose id is a log position, and a `heartbeat` event "
            "at least every 3 s. A screen that hears nothing for 8 s reopens with `after`.",
        },
        **problems(401, 403, 422, 503),
    },
)
def stream(
    request: Request,
    house: TheHouse,
    context: Reading,
    after: Annotated[
        int | None,
        Query(ge=0, le=POSITION_MAX, description="Begin with what came after this position."),
    ] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
) -> StreamingResponse:
    broadcast: Broadcast = request.app.state.broadcast
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
    return StreamingResponse(
        broadcast.stream(
            house.reading_desk.queue_scope(context), seen, house.queue_view.changes_since
        ),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
