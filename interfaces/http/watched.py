"""Return monitoring: the control rooms' side."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from application.facilities import CameraAhead
from application.monitoring.commands import (
    ClearMonitoring,
    EndMonitoring,
    GiveMonitoring,
    HandMonitoringOver,
    MonitoringReceipt,
    RaiseFromMonitoring,
    ViewMonitoringCamera,
)
from application.safe_return import Receipt
from domain.base import Value
from domain.monitoring.vocabulary import MonitoringClearedBy
from domain.watching.fix import Fix
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse

router = APIRouter(prefix="/v1/watched/{session_id}", tags=["monitoring"])

STEP = problems(401, 403, 404, 409, 422, 503)


class WithNote(Value):
    note: Annotated[str, StringConstraints(max_length=500)] | None = None


@router.post("/take", summary="Watch it oneself", responses=STEP)
def take(session_id: UUID, house: TheHouse, context: Commanding) -> MonitoringReceipt:
    """What waits, what a colleague has, or what another centre may have taken."""
    return house.monitoring_desk.take(session_id, context)


@router.post("/give", summary="Give it to a colleague, or to whoever has room", responses=STEP)
def give(
    session_id: UUID, house: TheHouse, context: Commanding, body: GiveMonitoring | None = None
) -> MonitoringReceipt:
    """By itself it does not come back to whoever gave it away."""
    return house.monitoring_desk.give(session_id, body or GiveMonitoring(), context)


@router.post("/call", summary="Have her called", responses=STEP)
def call(session_id: UUID, house: TheHouse, context: Commanding) -> MonitoringReceipt:
    return house.monitoring_desk.call(session_id, context)


@router.post("/clear", summary="Say that all is well, and how one knows", responses=STEP)
def clear(
    session_id: UUID,
    by: MonitoringClearedBy,
    house: TheHouse,
    context: Commanding,
    body: WithNote | None = None,
) -> MonitoringReceipt:
    command = ClearMonitoring(by=by, note=body.note if body else None)
    return house.monitoring_desk.clear(session_id, command, context)


@router.post("/raise", summary="Raise an emergency report for her", responses=STEP)
def raise_emergency(
    session_id: UUID,
    house: TheHouse,
    context: Commanding,
    *,
    silent: Annotated[bool, Query(description="Nothing may sound near her.")] = False,
) -> Receipt:
    """`aggregate_id` is the report's; it is accepted at once, and nobody can take it back."""
    command = RaiseFromMonitoring(silent=silent)
    return house.monitoring_desk.raise_emergency(session_id, command, context)


@router.post("/hand-over", summary="Have another centre watch", responses=STEP)
def hand_over(
    session_id: UUID, body: HandMonitoringOver, house: TheHouse, context: Commanding
) -> MonitoringReceipt:
    """Until somebody there has room, it stays where it is."""
    return house.monitoring_desk.hand_over(session_id, body, context)


@router.post("/end", summary="End it with a reason", responses=STEP)
def end(
    session_id: UUID, body: EndMonitoring, house: TheHouse, context: Commanding
) -> MonitoringReceipt:
    return house.monitoring_desk.end_by_hand(session_id, body, context)


@router.post("/camera-views", summary="Look through a camera along her way", responses=STEP)
def view_camera(
    session_id: UUID, body: ViewMonitoringCamera, house: TheHouse, context: Commanding
) -> MonitoringReceipt:
    return house.monitoring_desk.view_camera(session_id, body, context)


@router.get(
    "/cameras",
    summary="Cameras ahead of her, in the order in which she passes them",
    responses=STEP,
)
def cameras(session_id: UUID, house: TheHouse, context: Reading) -> list[CameraAhead]:
    """From where she was seen last to the end of her way."""
    return list(house.monitoring_desk.cameras(session_id, context))


@router.get("/track", summary="Where she was in the last minutes, oldest first", responses=STEP)
def track(session_id: UUID, house: TheHouse, context: Reading) -> list[Fix]:
    """From the table beside the log; empty once it is over. Leaves an access record."""
    return list(house.monitoring_desk.track(session_id, context))
