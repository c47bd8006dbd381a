"""What partners report: arrivals, the course of calls, the fate of text messages. Signed."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Annotated, Final, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Body, Request
from pydantic import AwareDatetime, BaseModel, Field

from application import signing
from application.context import Context, Idempotency, Principal
from application.errors import Unknown
from application.safe_return import Receipt
from application.told_calls import ToldCalls
from domain.emergency.help_answers import Decline, HelpKind
from domain.emergency.vocabulary import CallEnd
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.http.errors import problems
from interfaces.http.identity import IdempotencyKey, asked_by, house_of

PATH: Final = "/v1/partners/events"
Reference = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]

router = APIRouter(tags=["partners"])


class _Reported(BaseModel):
    """What is unknown in a partner's report is left unread."""

    report_id: UUID
    at: AwareDatetime | None = None


class PatrolArrived(_Reported):
    event: Literal["patrol_arrived"]
    reference: Reference


class AmbulanceArrived(_Reported):
    event: Literal["ambulance_arrived"]
    reference: Reference


class Declined(_Reported):
    """They do not come."""

    event: Literal["police_declined", "ambulance_declined"]
    request_id: UUID
    why: Decline = Decline.OTHER


class PoliceDuplicateOf(_Reported):
    """They have it already, under this ``reference``."""

    event: Literal["police_duplicate_of"]
    request_id: UUID
    reference: Reference


class PoliceAlreadyOnScene(_Reported):
    event: Literal["police_already_on_scene"]
    request_id: UUID
    reference: Reference


class CallConnected(_Reported):
    event: Literal["call_connected"]
    call_id: Reference


class CallEnded(_Reported):
    event: Literal["call_ended"]
    call_id: Reference
    end: CallEnd
    talked_s: float = Field(default=0, ge=0, le=86_400, allow_inf_nan=False)


class TextDelivered(_Reported):
    event: Literal["text_delivered"]
    message_id: UUID


class TextFailed(_Reported):
    event: Literal["text_failed"]
    message_id: UUID
    reason: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")] = "undelivered"


class MessageDelivered(BaseModel):
    """Of a message that is about no report."""

    event: Literal["message_delivered"]
    message_id: UUID


class MessageFailed(BaseModel):
    event: Literal["message_failed"]
    message_id: UUID
    reason: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")] = "undelivered"


OfMessage = MessageDelivered | MessageFailed
OfReport = (
    PatrolArrived
    | AmbulanceArrived
    | Declined
    | PoliceDuplicateOf
    | PoliceAlreadyOnScene
    | CallConnected
    | CallEnded
    | TextDelivered
    | TextFailed
)
PartnerEvent = Annotated[OfReport | OfMessage, Field(discriminator="event")]


@router.post(
    PATH,
    status_code=202,
    summary="Report an arrival, a no, the course of a call or a text message (partners)",
    responses=problems(401, 404, 409, 422, 503),
    openapi_extra={
        "parameters": [
            {
                "name": signing.HEADER,
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": "`t=<unix seconds>,v1=<hex HMAC-SHA256>` over time, method, "
                "path and body.",
            }
        ]
    },
)
async def partner_event(
    request: Request,
    event: Annotated[
        PartnerEvent,
        Body(
            examples=[
                {
                    "event": "patrol_arrived",
                    "report_id": "0b0e7a52-9d53-5f6f-8a0e-3f1a0f8f7d11",
                    "reference": "P-20230202-0417",
                    "at": "2023-02-02T21:55:02+09:00",
                }
            ]
        ),
    ],
    idempotency_key: IdempotencyKey = None,
) -> Receipt:
    """A repeat, by key or by reference, changes nothing."""
    content = await request.body()
    return await to_thread.run_sync(_take, request, event, content, idempotency_key)


def _take(request: Request, event: PartnerEvent, content: bytes, key: str | None) -> Receipt:
    house = house_of(request)
    signing.verify(
        house.partner_secret,
        signing.Message(request.method, request.url.path, content),
        request.headers.get(signing.HEADER),
        at=house.clock.now(),
    )
    asked = None
    if key is not None:
        asked = Idempotency(route=PATH, key=key, body_sha256=hashlib.sha256(content).digest())
    partner = Principal(id=event.event.partition("_")[0], role=Role.PARTNER)
    context = asked_by(request, partner, asked)
    match event:
        case MessageDelivered():
            return house.message_desk.delivered(event.message_id, context)
        case MessageFailed():
            return house.message_desk.failed(event.message_id, event.reason, context)
        case _:
            return _follow(house, event, context)


def _follow(  # noqa: PLR0911 (one for each kind of event)
    house: House, event: OfReport, context: Context
) -> Receipt:
    desk = house.emergency_desk
    about = event.report_id
    match event:
        case Declined():
            kind = HelpKind(event.event.partition("_")[0])
            return desk.help_declined(
                kind, about, event.request_id, event.why, context, occurred_at=event.at
            )
        case PoliceDuplicateOf():
            return desk.police_duplicate_of(
                about, event.request_id, event.reference, context, occurred_at=event.at
            )
        case PoliceAlreadyOnScene():
            return desk.police_already_on_scene(
                about, event.request_id, event.reference, context, occurred_at=event.at
            )
        case PatrolArrived():
            return desk.patrol_arrived(about, event.reference, context, occurred_at=event.at)
        case AmbulanceArrived():
            return desk.ambulance_arrived(about, event.reference, context, occurred_at=event.at)
        case CallConnected() | CallEnded():
            return _follow_call(house, event, context)
        case TextDelivered():
            return desk.text_delivered(about, event.message_id, context, occurred_at=event.at)
        case TextFailed():
            return desk.text_failed(about, event.message_id, event.reason, context)


def _follow_call(house: House, event: CallConnected | CallEnded, context: Context) -> Receipt:
    """A call belongs to a report, a ride, or a watched walk: one of them knows it.

    Raises:
        Unknown: nobody does.
    """
    others: tuple[ToldCalls, ...] = (house.emergency_desk, house.taxi_desk)
    last: ToldCalls = house.monitoring_desk
    for desk in others:
        with suppress(Unknown):
            return _told_of_call(desk, event, context)
    return _told_of_call(last, event, context)


def _told_of_call(desk: ToldCalls, event: CallConnected | CallEnded, context: Context) -> Receipt:
    if isinstance(event, CallConnected):
        return desk.call_connected(event.report_id, event.call_id, context, occurred_at=event.at)
    return desk.call_ended(
        event.report_id, event.call_id, event.end, event.talked_s, context, occurred_at=event.at
    )
