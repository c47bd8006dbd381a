"""Figures without any personal data."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from interfaces.http.errors import problems
from interfaces.http.identity import Reading, TheHouse
from interfaces.http.queue import Known, past_of

READ = problems(401, 403, 409, 422, 503)

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])


@router.get("/downloads", summary="Downloads of the app", responses=READ)
def downloads(house: TheHouse, context: Reading, known_on: Known = None) -> dict[str, Any]:
    return dict(house.reading_desk.downloads(context, as_of=past_of(None, known_on)))


@router.get("/usage", summary="Uses of the services", responses=READ)
def usage(house: TheHouse, context: Reading, known_on: Known = None) -> dict[str, Any]:
    return dict(house.reading_desk.usage(context, as_of=past_of(None, known_on)))


@router.get("/members", summary="Members, and who joins and leaves", responses=READ)
def members(house: TheHouse, context: Reading, known_on: Known = None) -> dict[str, Any]:
    """By language, identity check and consents; guardians; joined and left by day in Seoul."""
    return dict(house.membership_figures.members(context, as_of=past_of(None, known_on)))
