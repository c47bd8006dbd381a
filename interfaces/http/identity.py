"""Who is at the door: staff by session, phones by device token."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from application.context import Context, Idempotency, Principal
from application.errors import Forbidden, Unauthenticated
from infrastructure.bootstrap import House

COOKIE: Final = "ansim_session"
SAFE_METHODS: Final = frozenset({"GET", "HEAD"})

session_token = HTTPBearer(
    auto_error=False, scheme_name="StaffSession", description="Token of `POST /v1/sessions`."
)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key and body is the same command, and gets the same answer.",
    ),
]


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def the_house(request: Request) -> House:
    """As ``house_of``: a dependency that waits for nothing needs no thread."""
    return house_of(request)


def correlation_of(request: Request) -> UUID:
    correlation_id: UUID = request.state.correlation_id
    return correlation_id


def bearer_of(request: Request) -> str | None:
    """The token of ``Authorization: Bearer …``; None when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def address_of(request: Request) -> str | None:
    return request.client.host if request.client else None


def token_of(request: Request) -> str:
    """The session token, from the header or, for the pages, from the cookie.

    Raises:
        Unauthenticated: neither is there.
        Forbidden: a foreign page tried to act with the cookie.
    """
    bearer = bearer_of(request)
    if bearer is not None:
        return bearer
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise Unauthenticated("no session")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if request.method not in SAFE_METHODS and site not in {"same-origin", "none"}:
        raise Forbidden("the request came from another site")
    return cookie


def staff(request: Request, _scheme: Annotated[Any, Depends(session_token)]) -> Principal:
    return house_of(request).staff_desk.principal_of(token_of(request))


Staff = Annotated[Principal, Depends(staff)]


def asked_by(
    request: Request, principal: Principal, idempotency: Idempotency | None = None
) -> Context:
    """The context of whatever this request asks for."""
    return Context(
        principal=principal,
        correlation_id=correlation_of(request),
        idempotency=idempotency,
        address=address_of(request),
    )


async def reading(request: Request, principal: Staff) -> Context:
    """The context of a question."""
    return asked_by(request, principal)


async def commanding(
    request: Request, principal: Staff, idempotency_key: IdempotencyKey = None
) -> Context:
    """The context of a command, with the caller's idempotency key."""
    asked = None
    if idempotency_key is not None:
        asked = Idempotency(
            route=f"{request.method} {request.url.path}",
            key=idempotency_key,
            body_sha256=hashlib.sha256(await request.body()).digest(),
        )
    return asked_by(request, principal, asked)


Reading = Annotated[Context, Depends(reading)]
Commanding = Annotated[Context, Depends(commanding)]
TheHouse = Annotated[House, Depends(the_house)]
