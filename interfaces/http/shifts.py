"""Shifts at a console: begun and ended by hand, kept alive by human input; and who is there."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from application.shifts import Beaten, Briefing, Shift
from domain.base import Value
from domain.geography import DistrictCode
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse

router = APIRouter(prefix="/v1", tags=["shifts"])

ASK = problems(401, 403, 422, 503)


class Beat(Value):
    input: bool = Field(
        description="Whether a human hand was felt since the last beat: a pointer, a key, a touch."
    )


class CentreShown(Value):
    district: DistrictCode
    open: bool
    since: AwareDatetime


@router.post("/shifts", status_code=201, summary="Begin a shift", responses=ASK)
def start(house: TheHouse, context: Commanding) -> Shift:
    """By a human hand: from here on the console rings, and its centre is open."""
    return house.shift_desk.start(context)


@router.post("/shifts/current/beat", summary="Say that the console lives", responses=ASK)
def beat(body: Beat, house: TheHouse, context: Reading) -> Beaten:
    """Every 15 s.

    Without human input for 45 s, what the operator holds may be taken. The shift of a console that
    is not heard of for 45 s ends.
    """
    return house.shift_desk.beat(context, felt=body.input)


@router.delete("/shifts/current", status_code=204, summary="End the shift", responses=ASK)
def end(house: TheHouse, context: Commanding) -> Response:
    house.shift_desk.end(context)
    return Response(status_code=204)


@router.get("/shifts/briefing", summary="What others did meanwhile", responses=ASK)
def briefing(house: TheHouse, context: Reading) -> Briefing:
    """Reports of the asker's centre from when it was last closed until somebody came."""
    return house.shift_desk.briefing(context)


@router.get("/centres", summary="Which control rooms somebody is at", responses=ASK)
def centres(house: TheHouse, context: Reading) -> list[CentreShown]:
    """Every centre that ever had a console."""
    return [
        CentreShown(district=one.district, open=one.open, since=one.since)
        for one in house.shift_desk.centres(context)
    ]
