"""Whose phone is at the door of an escort: the citizen's, or one of her scouts'."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import Depends, Request

from application.context import Context, Principal
from application.errors import Unauthenticated
from domain.roles import Role
from interfaces.http.identity import asked_by, bearer_of, house_of
from interfaces.http.phones import device_token, signed


async def walker(request: Request, _scheme: Annotated[Any, Depends(device_token)]) -> Context:
    """Who asks with the token of a citizen's device or of a scout's.

    Raises:
        Unauthenticated: the token is nobody's, or was taken back; or a signature is no good.
        Replayed: the very same signed request came before.
    """
    return await to_thread.run_sync(walking, request, await request.body())


async def scout(request: Request, _scheme: Annotated[Any, Depends(device_token)]) -> Context:
    """Who asks with the token of a scout's phone.

    Raises:
        Unauthenticated: the token is no scout's, or was taken back.
    """
    desk = house_of(request).scouts_desk
    return asked_by(request, await to_thread.run_sync(desk.admit, bearer_of(request)))


def walking(request: Request, content: bytes) -> Context:
    """As ``walker``, in the thread that asks."""
    house = house_of(request)
    token = bearer_of(request)
    identity = house.phone_desk.admit(token, signed(request, content))
    if identity is None:
        return asked_by(request, house.scouts_desk.admit(token))
    if identity.speaks_for is None:
        raise Unauthenticated("no device")
    return asked_by(request, Principal(id=str(identity.citizen_id), role=Role.CITIZEN))


Walker = Annotated[Context, Depends(walker)]
OwnScout = Annotated[Context, Depends(scout)]
