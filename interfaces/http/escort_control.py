"""What a centre does with escorts: watches them, sends another team, ends what does not end."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from application.escort.commands import (
    EndEscort,
    EscortReceipt,
    ReassignEscort,
    WatchEscort,
)
from domain.base import Value
from domain.escort.vocabulary import EscortEnd, TeamChange
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, TheHouse

router = APIRouter(prefix="/v1/escorts/{escort_id}", tags=["escorts"])
STEP = problems(401, 403, 404, 409, 422, 503)


class Watch(Value):
    take_over: bool = False
    """Out of another operator's hand."""


class OtherTeam(Value):
    cause: TeamChange = TeamChange.OTHER
    team_id: UUID | None = None
    """None: whichever is free."""


class EndNote(Value):
    note: str = Field(max_length=2000)


@router.post("/watch", summary="Watch a walk", responses=STEP)
def watch(escort_id: UUID, body: Watch, house: TheHouse, context: Commanding) -> EscortReceipt:
    command = WatchEscort(escort_id=escort_id, take_over=body.take_over)
    return house.escort_desk.watch(command, context)


@router.post("/watch/leave", summary="Watch it no longer", responses=STEP)
def leave_watch(escort_id: UUID, house: TheHouse, context: Commanding) -> EscortReceipt:
    """Somebody else is to, within a minute; until then it says that nobody watches yet.

    By itself it does not come back to whoever left it.
    """
    return house.escort_desk.leave_watch(escort_id, context)


@router.post("/reassign", summary="Send another team", responses=STEP)
def reassign(
    escort_id: UUID, body: OtherTeam, house: TheHouse, context: Commanding
) -> EscortReceipt:
    """A named one, or whichever is free. The citizen is told, and both teams."""
    command = ReassignEscort(escort_id=escort_id, cause=body.cause, team_id=body.team_id)
    return house.escort_desk.reassign(command, context)


@router.post("/code", summary="Give the citizen another code", responses=STEP)
def renew_code(escort_id: UUID, house: TheHouse, context: Commanding) -> EscortReceipt:
    """Once it is clear that it is she. She gets it by message; it is not told here."""
    return house.escort_desk.renew_code(escort_id, context)


@router.post("/call-off", summary="Take a booking back for the citizen", responses=STEP)
def call_off(escort_id: UUID, house: TheHouse, context: Commanding) -> EscortReceipt:
    """She is told, and so are her scouts."""
    return house.escort_desk.cancel(escort_id, context)


@router.post("/end", summary="End what does not end by itself", responses=STEP)
def end(
    escort_id: UUID,
    body: EndNote,
    house: TheHouse,
    context: Commanding,
    how: Annotated[EscortEnd, Query()] = EscortEnd.NOT_REACHED,
) -> EscortReceipt:
    """`note` explains it in 10 to 1,000 characters."""
    command = EndEscort(escort_id=escort_id, end=how, note=body.note)
    return house.escort_desk.end(command, context)
