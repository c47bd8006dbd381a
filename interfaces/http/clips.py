"""The phones' door for clips: tus 1.0.0 (https://tus.io), with creation and expiration.

A clip comes in as many pieces as the net allows. Whatever has been sealed and stored is kept; the
phone asks how much that is, and goes on. Nothing here can keep a report waiting: uploads have
threads of their own, and only so many are taken at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from typing import Final
from uuid import UUID

from anyio import CapacityLimiter, WouldBlock, to_thread
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from application.clips.errors import ClipTooLarge, OffsetTaken, TooFragmented
from application.clips.ports import Upload, UploadState
from application.clips.receiving import PIECE_BYTES, BeginClip, Sender
from application.context import Context, Principal
from domain.emergency.filming import VideoRefusal
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.http import emergencies
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN
from interfaces.http.identity import asked_by, bearer_of, house_of
from interfaces.http.phones import signed
from interfaces.http.tus import (
    OFFSETS,
    RESUMABLE,
    VERSION,
    Device,
    Length,
    Metadata,
    Offset,
    moment_of,
    must_speak,
    told_in,
)

PATIENCE_S: Final = 15.0
"""How long a phone may be silent in the middle of a piece."""
REQUEST_S: Final = 180.0
"""How long one request may take; the phone goes on with another."""
AT_ONCE: Final = 64
THREADS: Final = 4
NAME_CHARS_MAX: Final = 200
BINARY: Final = {
    "required": True,
    "content": {OFFSETS: {"schema": {"type": "string", "format": "binary"}}},
}

router = APIRouter(prefix=emergencies.PATH + "/{report_id}/clips", tags=["clips"])
limiter = CapacityLimiter(THREADS)
places = CapacityLimiter(AT_ONCE)


@router.options("", status_code=204, summary="What is understood of tus", response_class=Response)
def understood(request: Request, report_id: UUID) -> Response:
    del report_id
    most = house_of(request).policy.clip_bytes_max
    return Response(
        status_code=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Max-Size": str(most),
            "Tus-Extension": "creation,expiration",
        },
    )


@router.post(
    "",
    status_code=201,
    summary="Begin a clip of a report",
    response_class=Response,
    responses=problems(404, 409, 412, 413, 422, 503),
    openapi_extra={"security": DEVICE_TOKEN, **RESUMABLE},
)
async def begin(
    request: Request,
    report_id: UUID,
    length: Length,
    metadata: Metadata = None,
    device: Device = None,
) -> Response:
    """Only whoever raised it can, and the same name again is the same clip.

    `Location` is where its bytes go. A clip that can never be taken (over 20 MB, empty, long after
    the end) is refused at once.
    """
    must_speak(request)
    told = told_in(metadata)
    house = house_of(request)

    def do() -> Upload:
        command = BeginClip(
            report_id=report_id,
            sender=_sender(house, request, device),
            size_bytes=length,
            name=told.get("clip_id", "")[:NAME_CHARS_MAX] or None,
            occurred_at=moment_of(told.get("recorded_at")),
        )
        return house.clip_receiving.begin(command, _context(request))

    upload = await to_thread.run_sync(do, limiter=limiter)
    headers = {"Location": f"{emergencies.PATH}/{report_id}/clips/{upload.clip_id}"}
    return Response(status_code=201, headers=headers | _expiry(house, upload))


@router.head(
    "/{clip_id}",
    summary="How much of a clip has come",
    response_class=Response,
    responses=problems(404, 410, 412, 422, 503),
    openapi_extra={"security": DEVICE_TOKEN, **RESUMABLE},
)
async def offset(
    request: Request,
    report_id: UUID,
    clip_id: UUID,
    device: Device = None,
) -> Response:
    must_speak(request)
    house = house_of(request)
    upload = await _found(house, request, report_id, clip_id, device)
    headers = {"Cache-Control": "no-store", "Upload-Length": str(upload.size_bytes)}
    return Response(status_code=200, headers=headers | _reached(house, upload))


@router.patch(
    "/{clip_id}",
    status_code=204,
    summary="Send bytes of a clip",
    response_class=Response,
    responses=problems(404, 408, 409, 410, 412, 413, 415, 422, 503),
    openapi_extra={"security": DEVICE_TOKEN, "requestBody": BINARY, **RESUMABLE},
)
async def append(
    request: Request,
    report_id: UUID,
    clip_id: UUID,
    begins_at: Offset,
    device: Device = None,
) -> Response:
    """From `Upload-Offset` on, as much as you like: what has come is kept if the line breaks.

    A wrong offset is 409, more bytes than were announced 413; 503 means that too many send clips
    now: try again shortly.
    """
    must_speak(request)
    if request.headers.get("content-type", "") != OFFSETS:
        raise HTTPException(415)
    house = house_of(request)
    with _place():
        upload = await _found(house, request, report_id, clip_id, device)
        if upload.received_bytes != begins_at:
            raise OffsetTaken(f"{clip_id} has {upload.received_bytes} bytes")
        if int(request.headers.get("content-length", 0)) > upload.size_bytes - begins_at:
            await _refuse(house, request, upload, VideoRefusal.TOO_LARGE)
            raise ClipTooLarge(f"more than {upload.size_bytes} bytes")
        upload = await _received(house, request, upload)
    return Response(status_code=204, headers=_reached(house, upload))


async def _received(house: House, request: Request, upload: Upload) -> Upload:
    """Seal and store what comes, piece by piece; a silent or broken line gives what had come."""
    held = bytearray()
    broken: type[Exception] | None = None
    stream = request.stream()
    try:
        async with asyncio.timeout(REQUEST_S):
            while chunk := await asyncio.wait_for(anext(stream, b""), PATIENCE_S):
                if upload.received_bytes + len(held) + len(chunk) > upload.size_bytes:
                    await _refuse(house, request, upload, VideoRefusal.TOO_LARGE)
                    raise ClipTooLarge(f"more than {upload.size_bytes} bytes")
                held += chunk
                while len(held) >= PIECE_BYTES:
                    upload = await _stored(house, request, upload, bytes(held[:PIECE_BYTES]))
                    del held[:PIECE_BYTES]
    except (TimeoutError, ClientDisconnect) as error:
        broken = type(error)
    if held:
        upload = await _stored(house, request, upload, bytes(held))
    if broken is TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"})
    return upload


async def _stored(house: House, request: Request, upload: Upload, clear: bytes) -> Upload:
    try:
        take = partial(house.clip_receiving.take, upload, clear)
        return await to_thread.run_sync(take, limiter=limiter)
    except TooFragmented:
        await _refuse(house, request, upload, VideoRefusal.FRAGMENTED)
        raise


async def _refuse(house: House, request: Request, upload: Upload, reason: VideoRefusal) -> None:
    refuse = partial(house.clip_receiving.refuse, upload, reason, _context(request))
    await to_thread.run_sync(refuse, limiter=limiter)


async def _found(
    house: House, request: Request, report_id: UUID, clip_id: UUID, device: str | None
) -> Upload:
    def do() -> Upload:
        sender = _sender(house, request, device)
        return house.clip_receiving.found(report_id, clip_id, sender)

    return await to_thread.run_sync(do, limiter=limiter)


@contextmanager
def _place() -> Iterator[None]:
    """One of the places for uploads; 503 when all are taken, so that nobody queues for them."""
    mine = object()
    try:
        places.acquire_on_behalf_of_nowait(mine)
    except WouldBlock as error:
        raise HTTPException(503, headers={"Retry-After": "1"}) from error
    try:
        yield
    finally:
        places.release_on_behalf_of(mine)


def _sender(house: House, request: Request, device: str | None) -> Sender:
    """By its token: a signature would cover a body that is still to come."""
    identity = house.phone_desk.recognise(bearer_of(request), signed(request, b"")).identity
    return Sender(identity=identity, device=device)


def _context(request: Request) -> Context:
    return asked_by(request, Principal(id="anonymous", role=Role.ANONYMOUS))


def _reached(house: House, upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.received_bytes)} | _expiry(house, upload)


def _expiry(house: House, upload: Upload) -> dict[str, str]:
    if upload.state is not UploadState.RECEIVING or upload.is_whole:
        return {}
    until = house.clock.now() + timedelta(seconds=house.policy.clip_silent_s)
    return {"Upload-Expires": format_datetime(until, usegmt=True)}
