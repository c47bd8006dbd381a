"""The citizens' door: raise a report, take it back. A trigger is never refused here."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from pydantic import AwareDatetime, SecretStr, TypeAdapter, ValidationError

from application.context import Context, Idempotency, Principal
from application.emergency.commands import CancelReceipt, CancelReport, TriggerReceipt
from application.emergency.whereabouts import PositionsReceipt, SendPositions
from application.identity import DeviceIdentity
from application.plain_values import read_json
from application.triggers import ID_CHARS_TELLING, TriggerReport
from domain.emergency.vocabulary import Flag
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.http.alarm_line import AlarmLine
from interfaces.http.bodies import TriggerBody, read_trigger
from interfaces.http.errors import problems
from interfaces.http.examples import CANCEL_BODY, DEVICE_TOKEN, POSITIONS_BODY, TRIGGER_BODY
from interfaces.http.followed import in_turn
from interfaces.http.identity import asked_by, bearer_of, house_of
from interfaces.http.phones import signed

PATH: Final = "/v1/emergencies"
NAME_CHARS_MAX: Final = 1000
PIN_CHARS_MAX: Final = 64
CANCEL_THREADS: Final = 16
"""Of the cancels' own: a PIN takes its time, which no trigger must wait for."""

router = APIRouter(prefix=PATH, tags=["emergencies"])
moment = TypeAdapter(AwareDatetime)
cancel_limiter = CapacityLimiter(CANCEL_THREADS)


@router.post(
    "",
    status_code=202,
    summary="Raise an emergency report",
    responses=problems(503),
    openapi_extra={"requestBody": TRIGGER_BODY, "security": DEVICE_TOKEN},
)
async def trigger(request: Request) -> TriggerReceipt:
    """Accepts whatever comes: any body, no body, with or without a device token.

    What is missing or malformed comes back as `flags`; it refuses, mutes and delays nothing.
    The same `trigger_id` from the same device is the same report, however often it is sent.
    At most 64 KiB are read. 503 means that nothing was stored: send again.
    """
    body = await read_trigger(request)
    line: AlarmLine = request.app.state.alarm_line
    return await line.run(partial(_trigger, request, body))


@router.post(
    "/{report_id}/cancel",
    summary="Take a report back",
    responses=problems(401, 404, 409, 422, 503),
    openapi_extra={"requestBody": CANCEL_BODY, "security": DEVICE_TOKEN},
)
async def cancel(request: Request, report_id: UUID) -> CancelReceipt:
    """Only whoever raised it can; what takes nothing back is kept, and says why as `reason`.

    `pin` is asked for once the citizen has set one. `trigger_id` names the trigger that is meant:
    when she has raised again since, nothing is taken back.
    """
    arrived_s = time.monotonic()
    body = await read_trigger(request)
    return await to_thread.run_sync(
        _cancel, request, report_id, body, arrived_s, limiter=cancel_limiter
    )


@router.post(
    "/{report_id}/positions",
    summary="Say where the phone is now, and was meanwhile",
    responses=problems(404, 413, 422, 503),
    openapi_extra={"requestBody": POSITIONS_BODY, "security": DEVICE_TOKEN},
)
async def positions(request: Request, report_id: UUID) -> PositionsReceipt:
    """Only whoever raised it can, a scout with her own token. In any order, as often as wished.

    None is refused as a whole. Bad positions come back in `refused`; what is known, or follows
    another too closely, counts as `thinned`. When `open` is false the report is over, and no more
    are wanted.
    """
    content = await request.body()
    body = TriggerBody(content, cut=False)
    return await in_turn(_positions, request, report_id, body)


def _trigger(request: Request, body: TriggerBody) -> TriggerReceipt:
    with house_of(request).database.urgent():
        return raised(house_of(request), request, body)


def raised(house: House, request: Request, body: TriggerBody) -> TriggerReceipt:
    who = house.phone_desk.recognise(bearer_of(request), signed(request, body.content))
    identity = who.identity
    sent, whole = understood(body)
    malformed = () if whole and not body.cut else (Flag.FIELD_MALFORMED,)
    report = TriggerReport(
        sent=sent,
        identity=identity,
        fallback_id=who.nonce or _fallback_id(house, request),
        body_sha256=hashlib.sha256(body.content).digest(),
        flags=(*malformed, *who.flags),
    )
    return house.emergency_desk.trigger(report, _context(request, identity, body))


def _cancel(
    request: Request, report_id: UUID, body: TriggerBody, arrived_s: float
) -> CancelReceipt:
    house = house_of(request)
    waited = timedelta(seconds=time.monotonic() - arrived_s)
    identity = house.phone_desk.admit(bearer_of(request), signed(request, body.content))
    sent, _ = understood(body)
    fields: Mapping[str, Any] = sent if isinstance(sent, Mapping) else {}
    device = fields.get("device")
    command = CancelReport(
        report_id=report_id,
        trigger_id=_text(fields.get("trigger_id")),
        identity=identity,
        pin=_pin(fields.get("pin")),
        received_at=house.clock.now() - waited,
        device=_text(device.get("device_id") if isinstance(device, Mapping) else None),
        occurred_at=_moment(fields.get("occurred_at")),
    )
    context = _context(request, identity, body)
    if command.pin is not None:  # a digest of so few digits in the log would give them away
        context = context.model_copy(update={"idempotency": None})
    return house.emergency_desk.cancel(command, context)


def _pin(said: object) -> SecretStr | None:
    """What was given for a PIN; whatever is no text cannot be the right one, and is one."""
    if said is None:
        return None
    return SecretStr(said[:PIN_CHARS_MAX] if isinstance(said, str) else "?")


def _positions(request: Request, report_id: UUID, body: TriggerBody) -> PositionsReceipt:
    house = house_of(request)
    token = bearer_of(request)
    identity = house.phone_desk.recognise(token, signed(request, body.content)).identity
    scout = house.scouts_desk.recognise(token) if identity is None else None
    sent, _ = understood(body)
    device = sent.get("device") if isinstance(sent, Mapping) else None
    command = SendPositions(
        report_id=report_id,
        sent=sent,
        identity=identity,
        device=_text(device.get("device_id") if isinstance(device, Mapping) else None),
        scout_id=UUID(scout.id) if scout else None,
    )
    if scout is not None:
        return house.position_desk.take(command, asked_by(request, scout))
    context = _context(request, identity, body).model_copy(update={"idempotency": None})
    return house.position_desk.take(command, context)


def _context(request: Request, identity: DeviceIdentity | None, body: TriggerBody) -> Context:
    key = request.headers.get("idempotency-key")
    asked = None
    if key:
        asked = Idempotency(
            route=request.url.path,
            key=key[:200],
            body_sha256=hashlib.sha256(body.content).digest(),
        )
    citizen = identity.speaks_for if identity else None
    if citizen is None:
        return asked_by(request, Principal(id="anonymous", role=Role.ANONYMOUS))
    return asked_by(request, Principal(id=str(citizen), role=Role.CITIZEN), asked)


def _fallback_id(house: House, request: Request) -> str:
    """The caller's key where it is long enough to be nobody else's; else a random id."""
    key = request.headers.get("idempotency-key", "")
    return key if len(key) >= ID_CHARS_TELLING else str(house.secrets.new_id())


def understood(body: TriggerBody) -> tuple[Any, bool]:
    """The JSON value of a body, and whether it could be read; an empty body says nothing."""
    return read_json(body.content)


def _text(said: object) -> str | None:
    return said if isinstance(said, str) and len(said) <= NAME_CHARS_MAX else None


def _moment(said: object) -> AwareDatetime | None:
    try:
        return moment.validate_python(said) if isinstance(said, str) else None
    except ValidationError:
        return None
