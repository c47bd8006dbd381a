"""A clip as the control rooms see it: opened while it is sent, from anywhere, and recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Header
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from application.clips.errors import ClipAltered, ClipLost
from domain.emergency.filming import Container
from interfaces.http.errors import problems
from interfaces.http.identity import Reading, TheHouse
from interfaces.http.reports import Why

log = structlog.get_logger()
router = APIRouter(prefix="/v1/reports/{report_id}/clips", tags=["reports"])

RANGE: Final = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")
MEDIA_TYPES: Final = {Container.MP4: "video/mp4", Container.WEBM: "video/webm"}
FILM: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": what,
        "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in kinds},
    }
    for status, what, kinds in (
        (200, "The whole clip.", MEDIA_TYPES.values()),
        (206, "The part that was asked for.", MEDIA_TYPES.values()),
    )
}
HEADERS: Final = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@router.get(
    "/{clip_id}",
    summary="A clip of a report",
    response_class=Response,
    responses=FILM | problems(401, 403, 404, 410, 416, 422, 503),
)
def clip(  # noqa: PLR0913, PLR0917
    report_id: UUID,
    clip_id: UUID,
    house: TheHouse,
    context: Reading,
    asked: Annotated[str | None, Header(alias="Range", description="One range of bytes.")] = None,
    why: Why = None,
) -> Response:
    """The bytes as the phone sent them; each request leaves an access record.

    Whoever may see the report's position may see it; of a report that was cancelled, for ten
    minutes.
    """
    footage = house.clip_showing.footage(context, report_id, clip_id)
    size = footage.size_bytes
    start, stop, part = _range(asked, size)
    shown = house.clip_showing.show(context, report_id, clip_id, start=start, stop=stop, why=why)
    headers = {"Content-Length": str(stop - start)}
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return StreamingResponse(
        _begun(shown.blocks),
        status_code=206 if part else 200,
        media_type=MEDIA_TYPES[footage.container],
        headers=HEADERS | headers,
    )


def _begun(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, the first of them opened: what is not right is told before anything is sent."""
    watched = _watched(blocks)
    return chain([next(watched, b"")], watched)


def _watched(blocks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from blocks
    except (ClipAltered, ClipLost) as error:
        log.exception("clip.damaged", code=error.code)
        raise


def _range(asked: str | None, size: int) -> tuple[int, int, bool]:
    """From, before, and whether that is a part; what is not understood asks for all."""
    found = RANGE.match((asked or "").strip())
    if found is None or found.groups() == ("", ""):
        return 0, size, False
    first, last = found.groups()
    if first:
        start, stop = int(first), min(int(last) + 1 if last else size, size)
    else:
        start, stop = max(size - int(last), 0), size
    if start >= stop:
        raise HTTPException(416, headers={"Content-Range": f"bytes */{size}"})
    return start, stop, True
