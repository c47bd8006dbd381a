"""Forgetting and holding, for staff; leaving, for members."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from application.erasure_commands import (
    ConfirmErasure,
    DeclineErasure,
    ErasureReceipt,
    ListedErasure,
    RequestErasure,
)
from application.hold_desk import HoldReceipt, LiftHold, PlaceHold, StandingHold
from domain.base import Value
from domain.erasure import ErasureReason
from domain.hold_kind import HoldKind
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, Reading, TheHouse
from interfaces.http.phones import Citizen

router = APIRouter(prefix="/v1", tags=["forgetting"])

NO_NUL = r"^[^\x00]*$"


class NewErasure(Value):
    subject: UUID = Field(
        description="A citizen's id or a scout's; or a report's, for third persons in it."
    )
    reason: ErasureReason
    text: str = Field(max_length=1000, pattern=NO_NUL, description="Sealed.")


class Declination(Value):
    reason: str = Field(min_length=1, max_length=1000, pattern=NO_NUL, description="Sealed.")


class NewHold(Value):
    target: UUID = Field(description="A citizen's id, a scout's, or a report's.")
    kind: HoldKind = HoldKind.LEGAL
    reason: str = Field(min_length=1, max_length=1000, pattern=NO_NUL, description="Sealed.")


class HoldEnd(Value):
    reason: str = Field(min_length=1, max_length=1000, pattern=NO_NUL, description="Sealed.")


class Listed(Value):
    erasures: list[ListedErasure]


class Standing(Value):
    holds: list[StandingHold]


STAFF: dict[int | str, dict[str, Any]] = problems(401, 403, 404, 409, 422, 503)


@router.get(
    "/erasures",
    summary="What was asked, what waits and why, what was done "
    "(administrator, supervisor, auditor)",
    responses=problems(401, 403, 422, 503),
)
def listed(
    house: TheHouse,
    context: Reading,
    unfinished: Annotated[bool, Query(description="Leave out what is done or declined.")] = False,  # noqa: FBT002
) -> Listed:
    return Listed(erasures=list(house.erasure_desk.listed(context, unfinished=unfinished)))


@router.post(
    "/erasures",
    status_code=201,
    summary="Ask that somebody be forgotten (administrator, supervisor)",
    responses=STAFF,
)
def request(body: NewErasure, house: TheHouse, context: Commanding) -> ErasureReceipt:
    """Nothing is destroyed before another person confirms it.

    A member's own wish is taken up in the same way, after asking back by another way than
    their phone.
    """
    command = RequestErasure(subject=body.subject, reason=body.reason, text=body.text)
    return house.erasure_desk.request(command, context)


@router.post(
    "/erasures/{erasure_id}/confirm",
    status_code=202,
    summary="Agree to what another has asked for (administrator, supervisor)",
    responses=STAFF,
)
def confirm(erasure_id: UUID, house: TheHouse, context: Commanding) -> ErasureReceipt:
    """From here there is no way back; the role custody carries it out within seconds."""
    return house.erasure_desk.confirm(ConfirmErasure(erasure_id=erasure_id), context)


@router.post(
    "/erasures/{erasure_id}/decline",
    summary="Turn a request down before it is confirmed (administrator, supervisor)",
    responses=STAFF,
)
def decline(
    erasure_id: UUID, body: Declination, house: TheHouse, context: Commanding
) -> ErasureReceipt:
    """Whoever asked may, too. Nothing was destroyed, and a later wish starts anew."""
    command = DeclineErasure(erasure_id=erasure_id, reason=body.reason)
    return house.erasure_desk.decline(command, context)


@router.get(
    "/holds",
    summary="What must not be forgotten for now (administrator, supervisor, auditor)",
    responses=problems(401, 403, 503),
)
def standing(house: TheHouse, context: Reading) -> Standing:
    return Standing(holds=list(house.hold_desk.standing(context)))


@router.post(
    "/holds",
    status_code=201,
    summary="Hold a person or a case (administrator, supervisor)",
    responses=STAFF,
)
def place(body: NewHold, house: TheHouse, context: Commanding) -> HoldReceipt:
    command = PlaceHold(target=body.target, kind=body.kind, reason=body.reason)
    return house.hold_desk.place(command, context)


@router.post(
    "/holds/{target}/{hold_id}/lift",
    summary="End a hold that another has placed (administrator, supervisor)",
    responses=STAFF,
)
def lift(
    target: UUID, hold_id: UUID, body: HoldEnd, house: TheHouse, context: Commanding
) -> HoldReceipt:
    command = LiftHold(target=target, hold_id=hold_id, reason=body.reason)
    return house.hold_desk.lift(command, context)


@router.post(
    "/me/leave",
    status_code=202,
    summary="Ask to leave the service (member)",
    responses=problems(401, 409, 503),
)
def leave(house: TheHouse, context: Citizen) -> ErasureReceipt:
    """Queued: nothing ends and nothing is destroyed by it.

    The service asks back by another way first, because somebody else may hold the phone.
    `holds` says what it waits for.
    """
    return house.erasure_desk.leave(context)


@router.get(
    "/me/leave",
    summary="How far the wish to leave is (member)",
    responses=problems(401, 404, 409, 503),
)
def leaving(house: TheHouse, context: Citizen) -> ErasureReceipt:
    """`declined` says that it is not carried out; asking again starts anew."""
    return house.erasure_desk.leaving(context)
