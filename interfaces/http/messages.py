"""Who was told of what: for the citizen whose matter it is, and for its control room."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from application.messages_seen import MessageSeen
from application.safe_return import Receipt
from domain.base import Value
from interfaces.http.errors import problems
from interfaces.http.examples import DEVICE_TOKEN
from interfaces.http.identity import Reading, TheHouse
from interfaces.http.phones import Citizen
from interfaces.http.queue import POSITION_MAX

router = APIRouter(prefix="/v1", tags=["messages"])
HERS: Final = problems(401, 422, 503)
STAFF: Final = problems(401, 403, 404, 422, 503)
SIGNED: Final = {"security": DEVICE_TOKEN}


class Reached(Value):
    message_ids: tuple[UUID, ...] = Field(min_length=1, max_length=100)


@router.get(
    "/me/messages", summary="Who was told of me, and when?", responses=HERS, openapi_extra=SIGNED
)
def mine(
    house: TheHouse,
    context: Citizen,
    about: Annotated[
        UUID | None, Query(description="One session or report; all of hers without.")
    ] = None,
    after: Annotated[int | None, Query(ge=0, le=POSITION_MAX)] = None,
) -> list[MessageSeen]:
    """The newest first, 200 at most: which guardian got it, by which way, and when.

    Where `failed_routes` names one, it failed there, and went by another. `after` waits until
    a position of a receipt has been folded.
    """
    return house.my_messages.mine(context, about=about, after=after)


@router.post(
    "/me/messages/reached",
    summary="Say which pushes the app has shown",
    responses=HERS,
    openapi_extra=SIGNED,
)
def reached(body: Reached, house: TheHouse, context: Citizen) -> Receipt:
    """At once, when a push comes: after 10 s without this a text message follows it."""
    return house.my_messages.reached(body.message_ids, context)


@router.get(
    "/sessions/{session_id}/messages",
    summary="Whom messages about a session have reached",
    responses=STAFF,
)
def of_session(session_id: UUID, house: TheHouse, context: Reading) -> list[MessageSeen]:
    """The newest first; ids and codes only."""
    return house.session_messages.messages(context, session_id)
