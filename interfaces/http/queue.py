"""The live queue: once as a list, then as a stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from pydantic import AwareDatetime
from starlette.responses import StreamingResponse

from domain.base import Value
from domain.geography import DistrictCode
from interfaces.http.broadcast import Broadcast
from interfaces.http.errors import problems
from interfaces.http.identity import Reading, TheHouse
from projections.operator_queue import QueueRow

router = APIRouter(prefix="/v1/queue", tags=["queue"])

POSITION_MAX = 2**63 - 1

AsOf = Annotated[
    Annotated[int, Query(ge=0, le=POSITION_MAX)] | AwareDatetime | None,
    Query(description="A past state: a log position, or a moment (ISO 8601 with zone)."),
]
After = Annotated[
    int | None,
    Query(
        ge=0,
        le=POSITION_MAX,
        description="Wait, at most 2 s, until what is read has reached this log position.",
    ),
]


class Queue(Value):
    position: int
    """Ask the stream for what comes `after` this."""
    rows: tuple[QueueRow, ...]


@router.get("", summary="Open reports", responses=problems(401, 403, 422, 503))
def queue(
    house: TheHouse,
    context: Reading,
    district: DistrictCode | None = None,
    as_of: AsOf = None,
    after: After = None,
) -> Queue:
    """Reports that are not closed, of the districts that the asker may see; no personal data."""
    position, rows = house.reading_desk.queue(context, district=district, as_of=as_of, after=after)
    return Queue(position=position, rows=tuple(rows))


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
