"""The board of all services."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from application.board_desk import BoardEntry
from domain.geography import DistrictCode
from interfaces.http.errors import problems
from interfaces.http.identity import Reading, TheHouse
from interfaces.http.queue import After
from interfaces.http.reports import READ, TheLook

router = APIRouter(prefix="/v1", tags=["board"])


@router.get(
    "/board",
    summary="What is open in the districts that the asker sees, most urgent first",
    responses=problems(401, 403, 422, 503),
)
def board(
    house: TheHouse,
    context: Reading,
    kind: Annotated[list[str] | None, Query(examples=[["emergency", "taxi"]])] = None,
    district: DistrictCode | None = None,
    after: After = None,
) -> list[BoardEntry]:
    """Reports and sessions in one order; of a kind, where `kind` says so."""
    return house.board_desk.entries(context, kinds=kind or (), district=district, after=after)


@router.get("/sessions/{session_id}", summary="Everything known of one session", responses=READ)
def session(session_id: UUID, house: TheHouse, context: Reading, look: TheLook) -> dict[str, Any]:
    """As its line on the board, with what only a person may open; leaves access records."""
    return dict(house.session_reading.report(context, session_id, **look))


@router.get("/sessions/{session_id}/history", summary="Every fact of a session", responses=READ)
def history(
    session_id: UUID, house: TheHouse, context: Reading, look: TheLook
) -> list[dict[str, Any]]:
    """In order, with personal data; leaves access records."""
    return [dict(fact) for fact in house.session_reading.history(context, session_id, **look)]
