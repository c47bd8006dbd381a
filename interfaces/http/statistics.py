"""Figures without any personal data."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from interfaces.http.errors import problems
from interfaces.http.identity import Reading, TheHouse

router = APIRouter(prefix="/v1/statistics", tags=["statistics"])


@router.get("/downloads", summary="Downloads of the app", responses=problems(401, 403, 503))
def downloads(house: TheHouse, context: Reading) -> dict[str, Any]:
    return dict(house.reading_desk.downloads(context))


@router.get("/usage", summary="Uses of the services", responses=problems(401, 403, 503))
def usage(house: TheHouse, context: Reading) -> dict[str, Any]:
    return dict(house.reading_desk.usage(context))
