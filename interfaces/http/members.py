"""Citizens and their phones (administrators; the citizens' own door has its own issue)."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from application.member_desk import (
    EnrollDevice,
    MedicalNote,
    MemberReceipt,
    RegisterMember,
    RevokeDevice,
    SetCard,
)
from application.safe_return import Receipt
from domain.base import Value
from domain.language import Language
from domain.member import Need
from domain.platform import Platform
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN
from interfaces.http.identity import Commanding, TheHouse
from interfaces.http.phones import Citizen

router = APIRouter(prefix="/v1", tags=["members"])


class NewDevice(Value):
    platform: Platform = Platform.UNKNOWN


class Card(Value):
    language: Language = Language.KO
    medical_note: MedicalNote | None = Field(
        default=None, examples=["천식, 흡입기는 왼쪽 주머니에 있음"]
    )
    needs: tuple[Need, ...] = Field(default=(), max_length=len(Need))


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


@router.put(
    "/members/{citizen_id}/card",
    summary="What whoever helps her must know (administrator)",
    responses=problems(401, 403, 404, 422, 503),
)
def set_card(citizen_id: UUID, body: Card, house: TheHouse, context: Commanding) -> Receipt:
    command = SetCard(citizen_id=citizen_id, **dict(body))
    return house.member_desk.set_card(command, context)


@router.put(
    "/me/card",
    summary="What whoever helps me must know",
    responses=problems(401, 409, 422, 503),
    openapi_extra={"security": DEVICE_TOKEN[:1]},
)
def set_my_card(body: Card, house: TheHouse, context: Citizen) -> Receipt:
    """Shown to those who answer her reports, while they are open."""
    command = SetCard(citizen_id=UUID(context.principal.id), **dict(body))
    return house.member_desk.set_card(command, context)


@router.delete(
    "/devices/{device_id}",
    summary="Take a phone's word away (administrator)",
    responses=problems(401, 403, 404, 422, 503),
)
def revoke_device(device_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """It can still raise an alarm, which is then flagged."""
    return house.member_desk.revoke_device(RevokeDevice(device_id=device_id), context)
