"""Citizens join by their own door."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer
from pydantic import Field

from application.consent_desk import ConsentState
from application.context import Context, Principal
from application.errors import Unauthenticated
from application.member_desk import MemberReceipt
from application.phrases import phrase
from application.registration_commands import (
    AskIdentity,
    BeginRegistration,
    CheckAtOffice,
    CheckReceipt,
    ComeBack,
    CompleteRegistration,
    Document,
    GiveConsent,
    RegistrationReceipt,
    RegistrationState,
    TakeIdentity,
    TakeLegalGuardian,
    Version,
)
from domain.base import Value
from domain.consents import Consent
from domain.roles import Role
from interfaces.http.errors import language_of, problems
from interfaces.http.identity import (
    Commanding,
    TheHouse,
    asked_by,
    bearer_of,
    house_of,
    token_of,
)

router = APIRouter(prefix="/v1", tags=["joining"])
registration_token = HTTPBearer(
    auto_error=False,
    scheme_name="RegistrationToken",
    description="The token of `POST /v1/registrations`.",
)
NOBODY = "anonymous"
STEP = problems(401, 409, 422, 503)
CHECK = problems(401, 409, 422, 429, 503)
CHECK_TOLD = problems(401, 409, 422, 429, 502, 503)


class ReadVersion(Value):
    version: Version = Field(examples=["2026-11-29"])


class Text(ConsentState):
    """``title`` and ``text`` in the caller's language."""

    title: str
    text: str


class Texts(Value):
    consents: tuple[Text, ...]


def stranger(request: Request) -> Context:
    """The context of who is nobody yet."""
    return asked_by(request, Principal(id=NOBODY, role=Role.ANONYMOUS))


def beginning(request: Request) -> Context:
    """Of who is nobody yet, or of one of the staff who begins for somebody at an office."""
    if bearer_of(request) is None:
        return stranger(request)
    try:
        return asked_by(request, house_of(request).staff_desk.principal_of(token_of(request)))
    except Unauthenticated:  # an app may say what it likes: it need not be anybody
        return stranger(request)


async def joining(request: Request, _scheme: Annotated[Any, Depends(registration_token)]) -> UUID:
    """Whose registration it is; raises Unauthenticated."""
    desk = house_of(request).registration_desk
    return await to_thread.run_sync(desk.admit, bearer_of(request))


Beginning = Annotated[Context, Depends(beginning)]
Stranger = Annotated[Context, Depends(stranger)]
Joining = Annotated[UUID, Depends(joining)]


@router.get("/consents", summary="What there is to consent to", responses=problems(503))
def texts(request: Request, house: TheHouse) -> Texts:
    """Each on its own, with the version of today's text, and whether nobody joins without it."""
    language = language_of(request)
    return Texts(
        consents=tuple(
            Text(
                **dict(one),
                title=phrase(f"consent.{one.consent}", language),
                text=phrase(f"consent.{one.consent}.text", language),
            )
            for one in house.consent_desk.texts()
        )
    )


@router.post(
    "/registrations",
    status_code=201,
    summary="Begin to join",
    responses=problems(422, 429, 503),
    openapi_extra={"security": [{"StaffSession": []}, {}]},
)
def begin(body: BeginRegistration, house: TheHouse, context: Beginning) -> RegistrationReceipt:
    """The token is shown once, and good for a day. Nothing personal is asked for yet.

    One address begins so many within ten minutes (`registrations_max`); staff, with their session,
    as many as come to the office.
    """
    return house.registration_desk.begin(body, context)


@router.get("/registration", summary="How far am I?", responses=problems(401, 503))
def state(house: TheHouse, mine: Joining) -> RegistrationState:
    return house.registration_desk.state(mine)


@router.put("/registration/consents/{consent}", summary="Consent to one thing", responses=STEP)
def consent(
    consent: Consent, body: ReadVersion, house: TheHouse, mine: Joining, context: Stranger
) -> RegistrationState:
    """In the words of the version that was read; an older one is refused."""
    command = GiveConsent(consent=consent, version=body.version)
    return house.registration_desk.consent(mine, command, context)


@router.delete(
    "/registration/consents/{consent}", summary="Consent to it no longer", responses=STEP
)
def take_back(
    consent: Consent, house: TheHouse, mine: Joining, context: Stranger
) -> RegistrationState:
    return house.registration_desk.take_back(mine, consent, context)


@router.post("/registration/checks", summary="Go to the identity service", responses=CHECK)
def ask_identity(
    body: AskIdentity, house: TheHouse, mine: Joining, context: Stranger
) -> CheckReceipt:
    """Its page is opened with the answer's `check_id`, and gives a token.

    `of`: her own identity, or the legal guardian's of who is under 14.
    """
    return house.registration_desk.ask_identity(mine, body, context)


@router.post(
    "/registration/identity",
    summary="Come back from the identity service",
    responses=CHECK_TOLD,
)
def take_identity(
    body: TakeIdentity, house: TheHouse, mine: Joining, context: Stranger
) -> RegistrationState:
    """What it does not confirm is refused by name; five times, and no more are taken."""
    return house.registration_desk.take_identity(mine, body, context)


@router.post(
    "/registration/legal-guardian",
    summary="A legal guardian consents for who is under 14",
    responses=CHECK_TOLD,
)
def take_legal_guardian(
    body: TakeLegalGuardian, house: TheHouse, mine: Joining, context: Stranger
) -> RegistrationState:
    """Identified as she was; consents to each thing on its own. Only what both want is done."""
    return house.registration_desk.take_legal_guardian(mine, body, context)


@router.post(
    "/registrations/{registration_id}/document",
    summary="A document was seen at a district office (operator, supervisor, administrator)",
    responses=problems(401, 403, 404, 409, 422, 503),
)
def check_at_office(
    registration_id: UUID, body: Document, house: TheHouse, context: Commanding
) -> RegistrationState:
    """For who has no Korean carrier. The number of the document is not kept."""
    command = CheckAtOffice(registration_id=registration_id, **dict(body))
    return house.registration_desk.check_at_office(command, context)


@router.post("/registration/complete", status_code=201, summary="Join", responses=STEP)
def complete(
    body: CompleteRegistration, house: TheHouse, mine: Joining, context: Stranger
) -> MemberReceipt:
    """One person has one account. The phone signs from then on, with the key that it shows here.

    Said again with the same key, it is answered again, without the token.
    """
    return house.registration_desk.complete(mine, body, context)


@router.post("/registration/come-back", status_code=201, summary="My phone is lost", responses=STEP)
def come_back(body: ComeBack, house: TheHouse, mine: Joining, context: Stranger) -> MemberReceipt:
    """Who has an account and is identified again speaks by this phone; all others stop.

    They can still raise an alarm, which is then flagged.
    """
    return house.registration_desk.come_back(mine, body, context)
