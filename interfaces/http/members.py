"""Citizens and their phones (administrators; the citizens' own door has its own issue)."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from application.member_desk import EnrollDevice, MemberReceipt, RegisterMember, RevokeDevice
from application.safe_return import Receipt
from domain.base import Value
from domain.platform import Platform
from interfaces.http.errors import problems
from interfaces.http.identity import Commanding, TheHouse

router = APIRouter(prefix="/v1", tags=["members"])


class NewDevice(Value):
    platform: Platform = Platform.UNKNOWN


@router.post(
    "/members",
    status_code=201,
    summary="Register a citizen, with a first phone (administrator)",
    responses=problems(401, 403, 422, 503),
)
def register(body: RegisterMember, house: TheHouse, context: Commanding) -> MemberReceipt:
    """The device's token is shown once, and never again."""
    return house.member_desk.register(body, context)


@router.post(
    "/members/{citizen_id}/devices",
    status_code=201,
    summary="Let a further phone speak for a citizen (administrator)",
    responses=problems(401, 403, 404, 422, 503),
)
def enroll_device(
    citizen_id: UUID, body: NewDevice, house: TheHouse, context: Commanding
) -> MemberReceipt:
    command = EnrollDevice(citizen_id=citizen_id, platform=body.platform)
    return house.member_desk.enroll_device(command, context)


@router.delete(
    "/devices/{device_id}",
    summary="Take a phone's word away (administrator)",
    responses=problems(401, 403, 404, 422, 503),
)
def revoke_device(device_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """It can still raise an alarm, which is then flagged."""
    return house.member_desk.revoke_device(RevokeDevice(device_id=device_id), context)
