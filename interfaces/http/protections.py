"""Watching over people who are stalked: the police's door, her own, and that of who watches."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, Field

from application import signing
from application.context import Context, Idempotency, Principal
from application.protection.commands import (
    AssignOperator,
    EndProtection,
    EnrollProtection,
    ExtendProtection,
    HerProtection,
    NamePlace,
    NewPlace,
    Number,
    OpenedProtection,
    ProtectionReceipt,
    RecordLook,
    RemovePlace,
    Words,
)
from application.safe_return import Receipt
from domain.base import Value
from domain.geography import DistrictCode
from domain.protection.vocabulary import EndCause, LookFinding, Measure
from domain.roles import Role
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN
from interfaces.http.identity import (
    Commanding,
    IdempotencyKey,
    Reading,
    TheHouse,
    asked_by,
    house_of,
)
from interfaces.http.phones import Citizen

router = APIRouter(prefix="/v1", tags=["protection"])
SIGNED: Final = problems(401, 404, 409, 422, 503)
STEP: Final = problems(401, 403, 404, 409, 422, 503)
READ: Final = problems(401, 403, 404, 409, 422, 503)
HERS: Final = problems(401, 403, 404, 409, 422, 503)
SIGNATURE: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": signing.HEADER,
            "in": "header",
            "required": True,
            "schema": {"type": "string"},
            "description": "`t=<unix seconds>,v1=<hex HMAC-SHA256>` over time, method, path, body.",
        }
    ]
}
Why = Annotated[
    str | None,
    Query(
        max_length=1000,
        pattern=r"^[^\x00]*$",
        description="Of somebody who is not assigned: why they must read it. Kept as a fact.",
    ),
]


class Decided(Value):
    """By which decision, and until when."""

    decision_number: Number = Field(examples=["2026초기1234"])
    ends_at: AwareDatetime


class MyProtection(Decided):
    district: DistrictCode
    measure: Measure
    places: tuple[NewPlace, ...] = Field(default=(), max_length=20)


class Operator(Value):
    operator_id: UUID


class Look(Value):
    finding: LookFinding
    note: Words | None = None


async def police(request: Request, idempotency_key: IdempotencyKey = None) -> Context:
    """The police, by the signature of the request.

    Raises:
        BadSignature: it is none of theirs.
    """
    house, content = house_of(request), await request.body()
    signing.verify(
        house.partner_secret,
        signing.Message(request.method, request.url.path, content),
        request.headers.get(signing.HEADER),
        at=house.clock.now(),
    )
    asked = None
    if idempotency_key is not None:
        asked = Idempotency(
            route=request.url.path, key=idempotency_key, body_sha256=sha256(content).digest()
        )
    return asked_by(request, Principal(id="police", role=Role.PARTNER), asked)


Police = Annotated[Context, Depends(police)]


@router.post(
    "/partners/protections",
    status_code=201,
    summary="Have somebody watched over (police)",
    responses=SIGNED,
    openapi_extra=SIGNATURE,
)
def enroll(body: EnrollProtection, house: TheHouse, context: Police) -> ProtectionReceipt:
    """Her citizen id is what her own phone shows her."""
    return house.protection_desk.enroll(body, context)


@router.post(
    "/partners/protections/{protection_id}/extend",
    summary="Watch longer, by another decision (police)",
    responses=SIGNED,
    openapi_extra=SIGNATURE,
)
def extend(protection_id: UUID, body: Decided, house: TheHouse, context: Police) -> Receipt:
    command = ExtendProtection(protection_id=protection_id, **dict(body))
    return house.protection_desk.extend(command, context)


@router.post(
    "/partners/protections/{protection_id}/end",
    summary="Watch no more (police)",
    responses=SIGNED,
    openapi_extra=SIGNATURE,
)
def end(protection_id: UUID, house: TheHouse, context: Police) -> Receipt:
    command = EndProtection(protection_id=protection_id, cause=EndCause.POLICE)
    return house.protection_desk.end(command, context)


@router.post(
    "/me/protection",
    status_code=201,
    summary="Have myself watched over, by a decision's number",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN[:1]},
)
def enroll_me(body: MyProtection, house: TheHouse, context: Citizen) -> ProtectionReceipt:
    """From now on; somebody makes sure afterwards that the decision stands."""
    command = EnrollProtection(citizen_id=UUID(context.principal.id), **dict(body))
    return house.protection_desk.enroll(command, context)


@router.get(
    "/me/protection",
    summary="Whether I am watched over, and until when",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN[:1]},
)
def mine(house: TheHouse, context: Citizen) -> HerProtection | None:
    return house.protection_desk.hers(context)


@router.post(
    "/me/protection/end",
    summary="Ask that it end",
    responses=HERS,
    openapi_extra={"security": DEVICE_TOKEN[:1]},
)
def ask_end(house: TheHouse, context: Citizen) -> Receipt:
    """Whoever holds a phone does not end it alone: a supervisor makes sure that it is her wish."""
    return house.protection_desk.ask_end(context)


@router.get("/protections", summary="What I watch (supervisors, assigned)", responses=READ)
def watch_list(house: TheHouse, context: Reading) -> list[dict[str, Any]]:
    """Ids, codes and times alone."""
    return [row.model_dump(mode="json") for row in house.protection_reading.watch_list(context)]


@router.get("/statistics/protections", summary="How many, by month", responses=READ)
def figures(house: TheHouse, context: Reading) -> list[dict[str, Any]]:
    """Of the whole city: a district's would point at somebody."""
    return [row.model_dump(mode="json") for row in house.protection_reading.figures(context)]


@router.get("/protections/{protection_id}", summary="All of one protection", responses=READ)
def read(
    protection_id: UUID, house: TheHouse, context: Reading, why: Why = None
) -> OpenedProtection:
    """With personal data; leaves an access record, also when it is refused."""
    return house.protection_reading.read(protection_id, context, why=why)


@router.get(
    "/reports/{report_id}/protection",
    summary="The protocol card of a protected person's report",
    responses=READ,
)
def card(report_id: UUID, house: TheHouse, context: Reading, why: Why = None) -> OpenedProtection:
    """For whoever claims the report, or whose centre it has come to; as above."""
    return house.protection_reading.card(report_id, context, why=why)


@router.post("/protections/{protection_id}/verify", summary="The decision stands", responses=STEP)
def verify(protection_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    return house.protection_desk.verify(protection_id, context)


@router.post(
    "/protections/{protection_id}/refute", summary="There is no such decision", responses=STEP
)
def refute(protection_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """Of what a person named and nobody has verified."""
    return house.protection_desk.refute(protection_id, context)


@router.post("/protections/{protection_id}/extend", summary="Watch longer", responses=STEP)
def extend_by_staff(
    protection_id: UUID, body: Decided, house: TheHouse, context: Commanding
) -> Receipt:
    """By another decision, which a supervisor has seen."""
    command = ExtendProtection(protection_id=protection_id, **dict(body))
    return house.protection_desk.extend(command, context)


@router.post("/protections/{protection_id}/end", summary="End it by her wish", responses=STEP)
def end_by_staff(protection_id: UUID, house: TheHouse, context: Commanding) -> Receipt:
    """A supervisor has made sure that it is her own."""
    command = EndProtection(protection_id=protection_id, cause=EndCause.PERSON)
    return house.protection_desk.end(command, context)


@router.post("/protections/{protection_id}/operators", summary="Assign", responses=STEP)
def assign(protection_id: UUID, body: Operator, house: TheHouse, context: Commanding) -> Receipt:
    command = AssignOperator(protection_id=protection_id, operator_id=body.operator_id)
    return house.protection_desk.assign(command, context)


@router.delete(
    "/protections/{protection_id}/operators/{operator_id}", summary="Relieve", responses=STEP
)
def relieve(
    protection_id: UUID, operator_id: UUID, house: TheHouse, context: Commanding
) -> Receipt:
    command = AssignOperator(protection_id=protection_id, operator_id=operator_id)
    return house.protection_desk.relieve(command, context)


@router.put(
    "/protections/{protection_id}/places/{place_id}", summary="Watch a place", responses=STEP
)
def name_place(
    protection_id: UUID, place_id: UUID, body: NewPlace, house: TheHouse, context: Commanding
) -> Receipt:
    command = NamePlace(protection_id=protection_id, place_id=place_id, place=body)
    return house.protection_desk.name_place(command, context)


@router.delete(
    "/protections/{protection_id}/places/{place_id}",
    summary="Watch a place no more",
    responses=STEP,
)
def remove_place(
    protection_id: UUID, place_id: UUID, house: TheHouse, context: Commanding
) -> Receipt:
    command = RemovePlace(protection_id=protection_id, place_id=place_id)
    return house.protection_desk.remove_place(command, context)


@router.post(
    "/protections/{protection_id}/looks/{look_id}", summary="What a look showed", responses=STEP
)
def look(
    protection_id: UUID, look_id: UUID, body: Look, house: TheHouse, context: Commanding
) -> Receipt:
    command = RecordLook(protection_id=protection_id, look_id=look_id, **dict(body))
    return house.protection_desk.record_look(command, context)
