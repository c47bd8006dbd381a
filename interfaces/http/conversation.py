"""The citizen's own door to her report while it goes on: what is written, and “I'm fine”.

Only the device that she enrolled speaks for her, by its token or its signature. Nothing here makes
a sound: the phone asks, and may wait for an answer.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, Field

from application.context import Context, Idempotency, Principal
from application.conversation_desk import Conversation
from application.emergency.commands import Message
from application.emergency.writing import ConfirmMessages, SayFine, WriteMessage
from application.identity import DeviceIdentity
from application.safe_return import Receipt
from domain.base import Value
from domain.roles import Role
from interfaces.http.emergencies import PATH
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN
from interfaces.http.identity import (
    IdempotencyKey,
    asked_by,
    house_of,
)
from interfaces.http.phones import phone
from interfaces.http.queue import POSITION_MAX

if TYPE_CHECKING:
    from interfaces.http.broadcast import Broadcast

WAIT_MAX_S: Final = 25.0
"""Below what mobile networks and proxies cut."""
STEP: Final = problems(401, 404, 409, 422, 503)
Hers = Annotated[DeviceIdentity, Depends(phone)]
SIGNED: Final = {"security": DEVICE_TOKEN}

router = APIRouter(prefix=PATH + "/{report_id}", tags=["emergencies"])


class Said(Value):
    occurred_at: AwareDatetime | None = Field(default=None, description="By the phone's clock.")


class Written(Said):
    message_id: UUID = Field(description="Yours; the same again changes nothing.")
    body: Message = Field(examples=["我藏在楼梯下面"])


class Reached(Said):
    delivered: tuple[UUID, ...] = Field(default=(), max_length=200)
    read: tuple[UUID, ...] = Field(default=(), max_length=200)


@router.get("/messages", summary="Read what was written", responses=STEP, openapi_extra=SIGNED)
async def read(
    request: Request,
    identity: Hers,
    report_id: UUID,
    after: Annotated[int, Query(ge=0, le=POSITION_MAX)] = 0,
    wait_s: Annotated[float, Query(ge=0, le=WAIT_MAX_S, allow_inf_nan=False)] = 0,
) -> Conversation:
    """What came after the position of the last answer; waits for it when `wait_s` says so.

    Answers at once, too, when anything else has happened: `silent` and `open` may have changed.
    """
    broadcast: Broadcast = request.app.state.broadcast
    clock = asyncio.get_running_loop()
    until = clock.time() + wait_s
    with broadcast.listening(report_id) as news:
        while True:
            news.clear()
            told = await to_thread.run_sync(_heard, request, identity, report_id, after)
            left_s = until - clock.time()
            if told.position > after or left_s <= 0:
                return told
            try:
                await asyncio.wait_for(news.wait(), left_s)
            except TimeoutError:
                return told


@router.post("/messages", summary="Write", responses=STEP, openapi_extra=SIGNED)
def write(
    request: Request,
    identity: Hers,
    report_id: UUID,
    body: Written,
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """Also after the report has ended: then somebody is asked to get in touch."""
    command = WriteMessage(report_id=report_id, identity=identity, **dict(body))
    context = _context(request, identity, body, idempotency_key)
    return house_of(request).emergency_desk.write(command, context)


@router.post("/messages/reached", summary="Say which came", responses=STEP, openapi_extra=SIGNED)
def reached(
    request: Request,
    identity: Hers,
    report_id: UUID,
    body: Reached,
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """Which of our messages are on the phone, and which she has seen."""
    command = ConfirmMessages(report_id=report_id, identity=identity, **dict(body))
    context = _context(request, identity, body, idempotency_key)
    return house_of(request).emergency_desk.confirm(command, context)


@router.post("/fine", summary="Say “I'm fine”", responses=STEP, openapi_extra=SIGNED)
def fine(
    request: Request,
    identity: Hers,
    report_id: UUID,
    body: Said,
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """It ends nothing: somebody looks again in 10 minutes."""
    command = SayFine(report_id=report_id, identity=identity, **dict(body))
    context = _context(request, identity, body, idempotency_key)
    return house_of(request).emergency_desk.say_fine(command, context)


def _heard(request: Request, identity: DeviceIdentity, report_id: UUID, after: int) -> Conversation:
    desk = house_of(request).conversation_desk
    return desk.heard(report_id, identity, _context(request, identity), after=after)


def _context(
    request: Request, identity: DeviceIdentity, body: Value | None = None, key: str | None = None
) -> Context:
    asked = None
    if key is not None and body is not None:
        digest = hashlib.sha256(body.model_dump_json().encode()).digest()
        asked = Idempotency(route=request.url.path, key=key, body_sha256=digest)
    return asked_by(request, Principal(id=str(identity.citizen_id), role=Role.CITIZEN), asked)
