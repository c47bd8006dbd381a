"""A member's guardians: her own side of it, and the guardians'."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer
from pydantic import Field

from application.consent_desk import ConsentsReceipt
from application.context import Context, Principal
from application.errors import Forbidden
from application.guardian_desk import (
    GuardianReceipt,
    MyGuardians,
    NameGuardian,
    SayCode,
)
from application.guardian_links import GuardianRole, Link
from application.registration_commands import GiveConsent
from application.safe_return import Receipt
from domain.base import Value
from domain.consents import Consent
from domain.roles import Role
from interfaces.http.errors import problems
from interfaces.http.identity import (
    TheHouse,
    asked_by,
    bearer_of,
    house_of,
)
from interfaces.http.phones import Citizen
from interfaces.http.registrations import ReadVersion

router = APIRouter(prefix="/v1", tags=["guardians"])
guardian_token = HTTPBearer(
    auto_error=False,
    scheme_name="GuardianLink",
    description="The last part of the link that a guardian got; no account is needed.",
)
SAID = problems(401, 404, 409, 422, 503)


class Stands(Value):
    stands: bool = Field(description="Whether the holder of the link is a guardian now.")


def holder(request: Request, _scheme: Annotated[Any, Depends(guardian_token)]) -> Link:
    """Whose link it is; raises Unauthenticated."""
    return house_of(request).guardian_links.read(bearer_of(request))


def guardian(request: Request, link: Annotated[Link, Depends(holder)]) -> Context:
    """The context of what a guardian asks for: nobody with an account."""
    return context_of(request, link)


def context_of(request: Request, link: Link) -> Context:
    return asked_by(request, Principal(id=str(link.guardian_id), role=Role.ANONYMOUS))


Holder = Annotated[Link, Depends(holder)]
Guardian = Annotated[Context, Depends(guardian)]


@router.get("/me/guardians", summary="Whom have I named?", responses=problems(401, 404, 409, 503))
def mine(house: TheHouse, context: Citizen) -> MyGuardians:
    return house.guardian_desk.mine(context)


@router.post("/me/guardians", status_code=201, summary="Name a guardian", responses=SAID)
def name(body: NameGuardian, house: TheHouse, context: Citizen) -> GuardianReceipt:
    """At most five. Until she says the code that the guardian gets, that is all that is sent."""
    return house.guardian_desk.name(body, context)


@router.post("/me/guardians/{guardian_id}/code", summary="Send another code", responses=SAID)
def ask_again(guardian_id: UUID, house: TheHouse, context: Citizen) -> GuardianReceipt:
    return house.guardian_desk.ask_again(guardian_id, context)


@router.post(
    "/me/guardians/{guardian_id}/confirm", summary="Say the guardian's code", responses=SAID
)
def confirm(guardian_id: UUID, body: SayCode, house: TheHouse, context: Citizen) -> GuardianReceipt:
    """Good for ten minutes, and five tries."""
    return house.guardian_desk.confirm(guardian_id, body, context)


@router.delete("/me/guardians/{guardian_id}", summary="Remove a guardian", responses=SAID)
def remove(guardian_id: UUID, house: TheHouse, context: Citizen) -> Receipt:
    """She is messaged no more, and what is known of her is forgotten."""
    return house.guardian_desk.remove(guardian_id, context)


@router.get("/guardian", summary="Am I a guardian?", responses=problems(401, 503))
def stands(house: TheHouse, link: Holder) -> Stands:
    """Of whom is not told: whoever finds the link learns no name."""
    return Stands(stands=house.guardian_desk.stands(link))


@router.delete(
    "/guardian", summary="Be a guardian no longer", responses=problems(401, 403, 404, 503)
)
def leave(house: TheHouse, link: Holder, context: Guardian) -> Receipt:
    """By the link alone. Twice is once."""
    if link.role is not GuardianRole.GUARDIAN:
        raise Forbidden("a legal guardian takes consents back")
    return house.guardian_desk.leave(link, context)


@router.put("/ward/consents/{consent}", summary="Consent for who is under 14", responses=SAID)
def give_for_ward(
    consent: Consent, body: ReadVersion, house: TheHouse, link: Holder, context: Guardian
) -> ConsentsReceipt:
    command = GiveConsent(consent=consent, version=body.version)
    return house.consent_desk.give_for_ward(link, command, context)


@router.delete(
    "/ward/consents/{consent}", summary="Take a consent back for who is under 14", responses=SAID
)
def withdraw_for_ward(
    consent: Consent, house: TheHouse, link: Holder, context: Guardian
) -> ConsentsReceipt:
    """What needs it stops at once; an open emergency goes on."""
    return house.consent_desk.withdraw_for_ward(link, consent, context)
