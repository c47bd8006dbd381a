"""A district's scouts and its nights: by its supervisor, or the city's coordinator."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field

from application.escort.nights import RosterShown, ScoutNamed
from application.escort.roster_commands import (
    ChangeShift,
    CloseDistrict,
    FormTeam,
    OfNight,
    RosterReceipt,
    Shift,
)
from application.escort.scouts import EnlistScout, ScoutReceipt, ScoutShown
from domain.base import Value
from domain.geography import DistrictCode
from domain.scout_roster import ClosureReason
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse

router = APIRouter(prefix="/v1", tags=["scouts"])
STEP = problems(401, 403, 404, 409, 422, 503)
ROSTER = "/scout-rosters/{district}/{night}"
TheNight = Annotated[date, Path(description="By the day in Seoul on which it begins.")]


class ScoutTeam(Value):
    scouts: tuple[UUID, ...] = Field(max_length=8, description="Two of the district's scouts.")
    shift: Shift | None = Field(default=None, description="First and last start; or all night.")


class Closure(Value):
    reason: ClosureReason


@router.post("/scouts", status_code=201, summary="Enlist a scout", responses=STEP)
def enlist(body: EnlistScout, house: TheHouse, context: Commanding) -> ScoutReceipt:
    """`token` is her phone's: shown once, and never again."""
    return house.scouts_desk.enlist(body, context)


@router.get("/scouts", summary="Who serves in a district", responses=STEP)
def scouts(
    house: TheHouse,
    context: Reading,
    district: Annotated[DistrictCode, Query()],
    after: Annotated[int | None, Query(ge=0, description="As of this position, at least.")] = None,
) -> list[ScoutNamed]:
    """By name, without telephone numbers; each name leaves an access record."""
    return house.scout_nights.scouts(district, context, after=after)


@router.get("/scouts/{scout_id}", summary="Who a scout is", responses=STEP)
def show_scout(scout_id: UUID, house: TheHouse, context: Reading) -> ScoutShown:
    """To her centre; leaves an access record."""
    return house.scouts_desk.show_scout(scout_id, context)


@router.post("/scouts/{scout_id}/phone", summary="Enrol a scout's phone anew", responses=STEP)
def enroll_phone(scout_id: UUID, house: TheHouse, context: Commanding) -> ScoutReceipt:
    """The token before counts no more."""
    return house.scouts_desk.enroll_phone(scout_id, context)


@router.delete("/scouts/{scout_id}/phone", summary="Take a phone's word away", responses=STEP)
def revoke_phone(scout_id: UUID, house: TheHouse, context: Commanding) -> ScoutReceipt:
    """What it raises rings all the same."""
    return house.scouts_desk.revoke_phone(scout_id, context)


@router.delete("/scouts/{scout_id}", summary="End a scout's service", responses=STEP)
def discharge(scout_id: UUID, house: TheHouse, context: Commanding) -> ScoutReceipt:
    """The teams of her nights stand down; their bookings get another, where one is free."""
    return house.scouts_desk.discharge(scout_id, context)


@router.get("/scout-rosters/{district}", summary="Tonight and the nights that come", responses=STEP)
def nights(district: DistrictCode, house: TheHouse, context: Reading) -> list[RosterShown]:
    """Seven, planned or not; the first is the night that runs on, if one does."""
    return house.scout_nights.nights(district, context)


@router.get(ROSTER, summary="A night as it stands", responses=STEP)
def roster(
    district: DistrictCode, night: TheNight, house: TheHouse, context: Reading
) -> RosterShown:
    """`starts` tells of each start how many teams are taken then, and how many are free."""
    return house.scout_nights.night(district, night, context)


@router.post(ROSTER + "/teams", status_code=201, summary="Form a team", responses=STEP)
def form_team(
    district: DistrictCode,
    night: TheNight,
    body: ScoutTeam,
    house: TheHouse,
    context: Commanding,
) -> RosterReceipt:
    """Of two scouts who are in no other team that night, and have it not off."""
    command = FormTeam(district=district, night=night, scouts=body.scouts, shift=body.shift)
    return house.scouts_desk.form_team(command, context)


@router.put(ROSTER + "/teams/{team_id}/shift", summary="Change a team's hours", responses=STEP)
def change_shift(  # noqa: PLR0913, PLR0917 (a path of three)
    district: DistrictCode,
    night: TheNight,
    team_id: UUID,
    body: Shift,
    house: TheHouse,
    context: Commanding,
) -> RosterReceipt:
    """Around what is booked already."""
    command = ChangeShift(district=district, night=night, team_id=team_id, shift=body)
    return house.scouts_desk.change_shift(command, context)


@router.delete(ROSTER + "/teams/{team_id}", summary="A team stays in", responses=STEP)
def stand_down(
    district: DistrictCode, night: TheNight, team_id: UUID, house: TheHouse, context: Commanding
) -> RosterReceipt:
    """Its bookings get another team where one is free; `waiting` names those that do not."""
    command = OfNight(district=district, night=night, one=team_id)
    return house.scouts_desk.stand_down(command, context)


@router.put(ROSTER + "/off/{scout_id}", summary="Give a scout the night off", responses=STEP)
def give_day_off(
    district: DistrictCode, night: TheNight, scout_id: UUID, house: TheHouse, context: Commanding
) -> RosterReceipt:
    """Her team stands down."""
    command = OfNight(district=district, night=night, one=scout_id)
    return house.scouts_desk.give_day_off(command, context)


@router.delete(ROSTER + "/off/{scout_id}", summary="Take a night off back", responses=STEP)
def take_back_day_off(
    district: DistrictCode, night: TheNight, scout_id: UUID, house: TheHouse, context: Commanding
) -> RosterReceipt:
    command = OfNight(district=district, night=night, one=scout_id)
    return house.scouts_desk.take_back_day_off(command, context)


@router.post(ROSTER + "/close", summary="Keep the scouts in", responses=STEP)
def close(
    district: DistrictCode,
    night: TheNight,
    body: Closure,
    house: TheHouse,
    context: Commanding,
) -> RosterReceipt:
    """Every booking that waits is taken back, its citizen told and offered another service."""
    command = CloseDistrict(district=district, night=night, reason=body.reason)
    return house.scouts_desk.close(command, context)


@router.post(ROSTER + "/reopen", summary="Let the scouts go out after all", responses=STEP)
def reopen(
    district: DistrictCode, night: TheNight, house: TheHouse, context: Commanding
) -> RosterReceipt:
    """What was taken back stays so."""
    command = OfNight(district=district, night=night, one=UUID(int=0))
    return house.scouts_desk.reopen(command, context)
