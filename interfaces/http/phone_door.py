"""A door of its own for alarms and positions: past all that other requests need on their way in.

The framework's way costs a quarter of what an alarm costs in all, and in a panic that decides how
many are taken in a second. Positions come from every phone that is followed, every few seconds, and
the framework's way costs more than all that is done with one. The routes stay where they are, for
the API's description, and for ids that are written in another way.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from interfaces.http import emergencies, escorts, monitorings, taxi
from interfaces.http.bodies import BodyLimit
from interfaces.http.correlation import Correlation
from interfaces.http.errors import answer_to

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class _Route:
    """``path`` is as log lines name it; ``take`` gets the request, and the id if there is one."""

    path: str
    take: Callable[..., Awaitable[BaseModel]]
    status: int = 200
    id_of: Callable[[str], Any] = UUID
    often: bool = True
    """No log line tells of what comes every few seconds, unless it is refused."""


ALARMS: Final = _Route(emergencies.PATH, emergencies.trigger, status=202, often=False)
POSITIONS: Final = {
    "emergencies": _Route("/v1/emergencies/{report_id}/positions", emergencies.positions),
    "monitorings": _Route("/v1/monitorings/{session_id}/positions", monitorings.positions),
    "escorts": _Route("/v1/escorts/{escort_id}/positions", escorts.positions),
    "taxi-trips": _Route("/v1/taxi-trips/{trip}/positions", taxi.positions, id_of=str),
}
_HEX: Final = "[0-9a-f]"
FOLLOWED: Final = re.compile(
    rf"/v1/({'|'.join(POSITIONS)})/({_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}})/positions"
)


class PhoneDoor:
    """Takes triggers and positions itself, and hands everything else on."""

    def __init__(self, others: ASGIApp) -> None:
        self._others = others
        self._alarms = Correlation(_taker(ALARMS))
        self._positions = {
            kind: Correlation(BodyLimit(_taker(route))) for kind, route in POSITIONS.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        takes = self._others
        if scope["type"] == "http" and scope["method"] == "POST":
            path = scope["path"]
            if path == emergencies.PATH:
                takes = self._alarms
            elif found := FOLLOWED.fullmatch(path):
                takes = self._positions[found[1]]
                scope["path_params"] = {"id": found[2]}
        await takes(scope, receive, send)


def _taker(route: _Route) -> ASGIApp:
    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        scope["route"] = route
        request = Request(scope, receive)
        try:
            ids = [route.id_of(one) for one in request.path_params.values()]
            receipt = await route.take(request, *ids)
        except ClientDisconnect:  # one bar of signal: nobody waits for an answer
            return
        except Exception as error:  # noqa: BLE001 - every error has its answer
            response: Response = answer_to(request, error)
        else:
            body = receipt.model_dump_json()
            response = Response(body, route.status, media_type="application/json")
        await response(scope, receive, send)

    return take
