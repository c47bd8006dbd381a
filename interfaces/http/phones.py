"""Whose phone is at the door: by its token, or by a signature of its own key."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPBearer

from application.context import Context, Principal
from application.errors import Unauthenticated
from application.identity import DeviceIdentity
from application.message_signatures import HttpRequest
from application.phone_desk import SetDeviceKey
from application.safe_return import Receipt
from domain.roles import Role
from interfaces.http.errors import problems
from interfaces.http.identity import TheHouse, asked_by, bearer_of, house_of

device_token = HTTPBearer(
    auto_error=False, scheme_name="DeviceToken", description="The token that a device got."
)

router = APIRouter(prefix="/v1/me", tags=["citizens"])


def signed(request: Request, body: bytes) -> HttpRequest:
    """What a signature may cover of a request."""
    return HttpRequest(
        method=request.method,
        path=request.url.path,
        authority=request.headers.get("host", ""),
        headers=request.headers,
        body=body,
    )


async def phone(request: Request, _scheme: Annotated[Any, Depends(device_token)]) -> DeviceIdentity:
    """Who asks with a device's token, or with its signature.

    Raises:
        Unauthenticated: the token is nobody's, or was taken back; or the signature is no good.
        Replayed: the very same signed request came before.
    """
    return await to_thread.run_sync(_phone, request, await request.body())


async def citizen(request: Request, identity: Annotated[DeviceIdentity, Depends(phone)]) -> Context:
    """The context of what a citizen asks for herself."""
    return _context(request, identity)


def asking(request: Request, content: bytes) -> Context:
    """As ``citizen``, in the thread that asks."""
    return _context(request, _phone(request, content))


def _phone(request: Request, content: bytes) -> DeviceIdentity:
    desk = house_of(request).phone_desk
    identity = desk.admit(bearer_of(request), signed(request, content))
    if identity is None or identity.speaks_for is None:
        raise Unauthenticated("no device")
    return identity


def _context(request: Request, identity: DeviceIdentity) -> Context:
    return asked_by(request, Principal(id=str(identity.citizen_id), role=Role.CITIZEN))


Citizen = Annotated[Context, Depends(citizen)]


@router.put(
    "/device/key",
    summary="Have this device sign its requests",
    responses=problems(401, 404, 409, 422, 503),
)
def set_key(
    body: SetDeviceKey,
    house: TheHouse,
    identity: Annotated[DeviceIdentity, Depends(phone)],
    context: Citizen,
) -> Receipt:
    """From now on by HTTP Message Signatures (RFC 9421), Ed25519.

    Over at least `"@method"`, `"@path"` and `"content-digest"` (SHA-256), with `created`, a new
    `nonce` of 16 to 128 characters, and `keyid`, the device's id in 32 hex digits. A signature is
    good for 300 s by our clock, which every answer tells, and counts once. A trigger is accepted
    without, and flagged.
    """
    return house.phone_desk.set_key(identity, body, context)
