"""The bells' door, for those that speak HTTP; and what control rooms ask about them.

A press is never refused here: what is missing or malformed, an unknown number or a bad signature
comes back as `flags` and `codes`, and it rings.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Path, Request, Response

from application import signing
from application.bells.answers import PressAnswer, answer_of
from application.bells.hearing import Heard
from application.bells.maintenance import BellShown, Maintenance
from application.bells.presses import Press
from application.context import Context, Principal
from application.safe_return import Receipt
from domain.emergency.vocabulary import Flag
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.http.alarm_line import AlarmLine
from interfaces.http.bodies import TriggerBody, read_trigger
from interfaces.http.emergencies import understood
from interfaces.http.errors import problems
from interfaces.http.identity import (
    Commanding,
    Reading,
    TheHouse,
    asked_by,
    house_of,
)
from interfaces.http.queue import After

PREFIX: Final = "/v1/bells"
READ_ITSELF: Final = ("/presses", "/heartbeats")
STEP = problems(401, 403, 404, 409, 422, 503)
BODY: Final[dict[str, Any]] = {
    "required": False,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {
                    "press_id": {
                        "type": "string",
                        "description": "The bell's own name of this press; a repeat has the same.",
                    },
                    "pressed_at": {"type": "string", "format": "date-time"},
                    "sent_at": {"type": "string", "format": "date-time"},
                    "battery_pct": {"type": "number"},
                    "firmware": {"type": "string"},
                },
            },
            "example": {
                "press_id": "0417-000031",
                "pressed_at": "2023-02-02T23:41:00+09:00",
                "battery_pct": 87,
            },
        }
    },
}
BellNo = Annotated[str, Path(max_length=1000, description="The number on the bell's post.")]

router = APIRouter(prefix=PREFIX, tags=["bells"])


def takes(method: str, path: str) -> bool:
    """Whether the route reads its body by itself, so that no alarm is too long."""
    return method == "POST" and path.startswith(PREFIX) and path.endswith(READ_ITSELF)


@router.post(
    "/{bell_no}/presses",
    status_code=202,
    summary="Press an emergency bell",
    responses=problems(503),
    openapi_extra={"requestBody": BODY},
)
async def press(request: Request, bell_no: BellNo) -> PressAnswer:
    """Accepts whatever comes, signed by its gateway (`Ansim-Signature`) or not.

    The same `press_id` of the same bell is the same press, however often it is sent. An unknown
    bell rings at the city, and `codes` names `bell.unknown`. 503 means that nothing was stored:
    send again.
    """
    body = await read_trigger(request)
    line: AlarmLine = request.app.state.alarm_line
    return await line.run(partial(_press, request, bell_no, body))


@router.post(
    "/{bell_no}/heartbeats",
    status_code=204,
    summary="Say that a bell is well",
    responses=problems(401, 503),
    openapi_extra={"requestBody": BODY},
)
async def heartbeat(request: Request, bell_no: BellNo) -> Response:
    """Signed by the bell's gateway: a forged one could hide that a bell is dead."""
    body = await read_trigger(request)
    await to_thread.run_sync(_hear, request, bell_no, body)
    return Response(status_code=204)


@router.get("/maintenance", summary="Which bells need a visit", responses=problems(401, 403, 503))
def maintenance(house: TheHouse, context: Reading, after: After = None) -> Maintenance:
    """Silent, stuck and low ones of the asker's district; of all districts for the city."""
    return house.bell_maintenance.listed(context, after=after)


@router.get("/{bell_no}", summary="Where a bell stands, and how it is", responses=STEP)
def bell(bell_no: BellNo, house: TheHouse, context: Reading) -> BellShown:
    return house.bell_maintenance.one(bell_no, context)


@router.post("/{bell_no}/repairs", summary="Say that a bell was repaired", responses=STEP)
def repair(bell_no: BellNo, house: TheHouse, context: Commanding) -> Receipt:
    """It leaves the maintenance list; should it stay silent, it comes back."""
    return house.bell_registry.repair(bell_no, context)


def _press(request: Request, bell_no: str, body: TriggerBody) -> PressAnswer:
    house = house_of(request)
    sent, whole = understood(body)
    malformed = () if whole and not body.cut else (Flag.FIELD_MALFORMED,)
    said = Press(
        bell_no=bell_no,
        sent=sent,
        fallback_id=str(house.secrets.new_id()),
        body_sha256=hashlib.sha256(body.content).digest(),
        flags=(*malformed, *_signed(house, request, body)),
    )
    with house.database.urgent():
        return answer_of(house.bell_presses.press(said, _context(request)))


def _hear(request: Request, bell_no: str, body: TriggerBody) -> None:
    house = house_of(request)
    _verify(house, request, body)
    sent, _ = understood(body)
    house.bell_hearing.hear([Heard(bell_no=bell_no, sent=sent)], _context(request))


def _signed(house: House, request: Request, body: TriggerBody) -> tuple[Flag, ...]:
    """What is wrong with a press's signature: an alarm is taken all the same."""
    if signing.HEADER not in request.headers:
        return (Flag.SIGNATURE_MISSING,)
    try:
        _verify(house, request, body)
    except signing.BadSignature:
        return (Flag.SIGNATURE_BAD,)
    return ()


def _verify(house: House, request: Request, body: TriggerBody) -> None:
    signing.verify(
        house.partner_secret,
        signing.Message(request.method, request.url.path, body.content),
        request.headers.get(signing.HEADER),
        at=house.clock.now(),
    )


def _context(request: Request) -> Context:
    return asked_by(request, Principal(id="bells", role=Role.PARTNER))
