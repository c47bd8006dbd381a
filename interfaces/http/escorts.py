"""Scout escorts by phone: the citizen books and is met, her scouts meet and walk."""

from __future__ import annotations

import hashlib
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request

from application.emergency.commands import TriggerReceipt
from application.escort.alarms import ScoutAlarm
from application.escort.commands import (
    BookEscort,
    BookingReceipt,
    Code,
    EscortReceipt,
    EscortShown,
    MeetCitizen,
    SendWalk,
    StartsOffered,
    WalkReceipt,
    WithdrawTeam,
)
from application.triggers import TriggerReport
from domain.base import Value
from domain.emergency.vocabulary import Flag
from domain.escort.vocabulary import TeamChange
from domain.geography import Position
from interfaces.http.alarm_line import AlarmLine
from interfaces.http.bodies import TriggerBody, read_trigger
from interfaces.http.emergencies import raised, understood
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN, POSITIONS_BODY, TRIGGER_BODY
from interfaces.http.followed import in_turn
from interfaces.http.identity import TheHouse, asked_by, bearer_of, house_of
from interfaces.http.phones import Citizen
from interfaces.http.walkers import OwnScout, Walker, walking

router = APIRouter(prefix="/v1", tags=["escorts"])
ASK = problems(401, 403, 409, 422, 503)
STEP = problems(401, 403, 404, 409, 422, 503)


class MeetingPlace(Value):
    meeting: Position


class SaidCode(Value):
    code: Code


class CannotCome(Value):
    cause: TeamChange = TeamChange.OTHER


@router.post("/escorts/starts", summary="When scouts can be booked", responses=ASK)
def starts(body: MeetingPlace, house: TheHouse, context: Citizen) -> StartsOffered:
    """Every start that can be booked now at a meeting place, and how many teams are free for it.

    The day is Seoul's: after midnight the night that runs on is offered, and tonight.
    """
    return house.escort_desk.starts(body.meeting, context)


@router.post("/escorts", status_code=201, summary="Book scouts for tonight", responses=STEP)
def book(body: BookEscort, house: TheHouse, context: Citizen) -> BookingReceipt:
    """For the same day only, by Seoul's calendar, whatever zone the phone is in.

    `starts_at` is one of `POST /v1/escorts/starts`. The same `request_id` again is the same
    booking. The citizen says `code` aloud when they meet.
    """
    return house.escort_desk.book(body, context)


@router.get("/escorts/{escort_id}", summary="How it stands with an escort", responses=STEP)
def show(escort_id: UUID, house: TheHouse, context: Walker) -> EscortShown:
    """To its citizen, and to its scouts that night."""
    return house.escort_desk.show(escort_id, context)


@router.post("/escorts/{escort_id}/cancel", summary="Take the booking back", responses=STEP)
def cancel(escort_id: UUID, house: TheHouse, context: Citizen) -> EscortReceipt:
    """Until they have met. Scouts who cannot come say so by `withdraw`."""
    return house.escort_desk.cancel(escort_id, context)


@router.post("/escorts/{escort_id}/here", summary="I am at the meeting place", responses=STEP)
def here(escort_id: UUID, house: TheHouse, context: Walker) -> EscortReceipt:
    return house.escort_desk.wait(escort_id, context)


@router.post("/escorts/{escort_id}/met", summary="The citizen said this code", responses=STEP)
def met(escort_id: UUID, body: SaidCode, house: TheHouse, context: OwnScout) -> EscortReceipt:
    """By a scout. The right code sets them out, and the centre watches; five wrong ones lock it."""
    command = MeetCitizen(escort_id=escort_id, code=body.code)
    return house.escort_desk.meet(command, context)


@router.post("/escorts/{escort_id}/withdraw", summary="We cannot come", responses=STEP)
def withdraw(
    escort_id: UUID, body: CannotCome, house: TheHouse, context: OwnScout
) -> EscortReceipt:
    """By a scout. Another team comes where one is free; the citizen is told either way."""
    command = WithdrawTeam(escort_id=escort_id, cause=body.cause)
    return house.escort_desk.withdraw(command, context)


@router.post("/escorts/{escort_id}/no-show", summary="The others did not come", responses=STEP)
def no_show(escort_id: UUID, house: TheHouse, context: Walker) -> EscortReceipt:
    """Ten minutes after the start, once. Scouts wait on for a while; for a citizen help comes."""
    return house.escort_desk.tell_no_show(escort_id, context)


@router.post(
    "/escorts/{escort_id}/positions",
    summary="Say where the phone is now, and was meanwhile",
    responses=problems(401, 403, 404, 409, 413, 422, 503),
    openapi_extra={"requestBody": POSITIONS_BODY, "security": DEVICE_TOKEN[:1]},
)
async def positions(request: Request, escort_id: UUID) -> WalkReceipt:
    """Of the citizen and of each scout, from the meeting to the door; as of a report.

    A scout's reach the report that she raised, too, for as long as it is open. When `open` is false
    no positions are wanted. `watched` says whether an operator watches.
    """
    return await in_turn(_positions, request, escort_id, await request.body())


@router.post("/escorts/{escort_id}/arrived", summary="We are there", responses=STEP)
def arrived(escort_id: UUID, house: TheHouse, context: Walker) -> EscortReceipt:
    """The citizen's word ends it; the scouts' she may contradict for five minutes."""
    return house.escort_desk.arrive(escort_id, context)


@router.post("/escorts/{escort_id}/not-there", summary="I am not there yet", responses=STEP)
def not_there(escort_id: UUID, house: TheHouse, context: Citizen) -> EscortReceipt:
    return house.escort_desk.deny_arrival(escort_id, context)


@router.get("/scout/escorts", summary="Whom we meet tonight", responses=problems(401, 403, 503))
def tonight(house: TheHouse, context: OwnScout) -> list[EscortShown]:
    """A scout's own escorts of the night, in the order in which they start."""
    return house.escort_desk.tonight(context)


@router.post(
    "/scout/emergencies",
    status_code=202,
    summary="Raise an emergency report as a scout",
    responses=problems(503),
    openapi_extra={"requestBody": TRIGGER_BODY, "security": DEVICE_TOKEN},
)
async def alarm(request: Request) -> ScoutAlarm | TriggerReceipt:
    """Accepts whatever comes, as `POST /v1/emergencies` does.

    It rings at once, as a scout's, and names the escort. A token that is no scout's raises as
    whoever it is.
    """
    body = await read_trigger(request)
    line: AlarmLine = request.app.state.alarm_line
    return await line.run(partial(_alarm, request, body))


def _positions(request: Request, escort_id: UUID, content: bytes) -> WalkReceipt:
    context = walking(request, content)
    sent, _ = understood(TriggerBody(content, cut=False))
    command = SendWalk(escort_id=escort_id, sent=sent)
    return house_of(request).walk_positions.take(command, context)


def _alarm(request: Request, body: TriggerBody) -> ScoutAlarm | TriggerReceipt:
    house = house_of(request)
    with house.database.urgent():
        who = house.scouts_desk.recognise(bearer_of(request))
        if who is None:
            return raised(house, request, body)
        sent, whole = understood(body)
        report = TriggerReport(
            sent=sent,
            fallback_id=str(house.secrets.new_id()),
            body_sha256=hashlib.sha256(body.content).digest(),
            flags=() if whole and not body.cut else (Flag.FIELD_MALFORMED,),
        )
        return house.scout_alarms.raise_alarm(report, asked_by(request, who))
