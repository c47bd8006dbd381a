"""Return monitoring: the app's side."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from application.context import Context, Principal
from application.errors import Unauthenticated
from application.monitoring.commands import (
    AnswerCheckIn,
    ExtendMonitoring,
    MonitoringReceipt,
    MonitoringTold,
    RequestMonitoring,
)
from application.monitoring.positions import WalkReceipt
from domain.roles import Role
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN, POSITIONS_BODY
from interfaces.http.followed import in_turn
from interfaces.http.identity import TheHouse, asked_by, bearer_of, house_of
from interfaces.http.phones import Citizen, signed

router = APIRouter(prefix="/v1", tags=["monitoring"])

HERS = {"security": DEVICE_TOKEN[:1]}
STEP = problems(401, 404, 409, 422, 503)


@router.post(
    "/monitorings",
    status_code=201,
    summary="Ask to be watched on the way home",
    responses=STEP,
    openapi_extra=HERS,
)
def request_monitoring(
    body: RequestMonitoring, house: TheHouse, context: Citizen
) -> MonitoringReceipt:
    """The same `request_id` is the same session. `watched` says whether somebody watches yet."""
    return house.monitoring_desk.request(body, _who(context), context)


@router.post(
    "/monitorings/{session_id}/positions",
    summary="Say where the phone is now, and was meanwhile",
    responses=problems(401, 404, 413, 422, 503),
    openapi_extra={"requestBody": POSITIONS_BODY, "security": DEVICE_TOKEN[:1]},
)
async def positions(request: Request, session_id: UUID) -> WalkReceipt:
    """In any order, as often as wished; none is refused as a whole.

    Bad positions come back in `refused`; what came after newer ones counts as `late`, and is kept.
    `question_id` is a question that waits; when `open` is false the session is over.
    """
    content = await request.body()
    return await in_turn(_positions, request, session_id, content)


@router.post(
    "/monitorings/{session_id}/answers",
    summary="Say whether all is well",
    responses=STEP,
    openapi_extra=HERS,
)
def answer(
    session_id: UUID, body: AnswerCheckIn, house: TheHouse, context: Citizen
) -> MonitoringReceipt:
    """`help` raises an emergency report at once."""
    return house.monitoring_desk.answer(session_id, body, _who(context), context)


@router.post(
    "/monitorings/{session_id}/extend",
    summary="Be expected at another time",
    responses=STEP,
    openapi_extra=HERS,
)
def extend(
    session_id: UUID, body: ExtendMonitoring, house: TheHouse, context: Citizen
) -> MonitoringReceipt:
    return house.monitoring_desk.extend(session_id, body, _who(context), context)


@router.post(
    "/monitorings/{session_id}/arrive",
    summary="Say that one is there",
    responses=STEP,
    openapi_extra=HERS,
)
def arrive(session_id: UUID, house: TheHouse, context: Citizen) -> MonitoringReceipt:
    """Twice is once."""
    return house.monitoring_desk.arrive(session_id, _who(context), context)


@router.post(
    "/monitorings/{session_id}/end",
    summary="Be watched no longer",
    responses=STEP,
    openapi_extra=HERS,
)
def end(session_id: UUID, house: TheHouse, context: Citizen) -> MonitoringReceipt:
    """Twice is once."""
    return house.monitoring_desk.end(session_id, _who(context), context)


@router.get(
    "/me/monitorings/{session_id}",
    summary="What the phone shows: who watches, or that nobody does",
    responses=problems(401, 404, 422, 503),
    openapi_extra=HERS,
)
def told(session_id: UUID, house: TheHouse, context: Citizen) -> MonitoringTold:
    """`text` is in the citizen's language."""
    return house.monitoring_desk.told(session_id, _who(context))


def _positions(request: Request, session_id: UUID, content: bytes) -> WalkReceipt:
    house = house_of(request)
    known = house.phone_desk.recognise(bearer_of(request), signed(request, content)).identity
    citizen_id = known.speaks_for if known else None
    if citizen_id is None:
        raise Unauthenticated("no device")
    context = asked_by(request, Principal(id=str(citizen_id), role=Role.CITIZEN))
    return house.monitoring_positions.take(session_id, _understood(content), citizen_id, context)


def _understood(content: bytes) -> Any:
    """The JSON value of a body; None where none can be read."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _who(context: Context) -> UUID:
    return UUID(context.principal.id)
