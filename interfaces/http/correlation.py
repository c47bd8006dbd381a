"""One id from the request to the log, the deliveries and every log line."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders

from application.context import CORRELATION_HEADER

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
REFUSED: Final = 400

log = structlog.get_logger()


class Correlation:
    """Take the caller's correlation id, or draw one; bind it, and send it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation_id = _given(Headers(scope=scope).get(CORRELATION_HEADER)) or uuid4()
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        began = perf_counter()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[CORRELATION_HEADER] = str(correlation_id)
                _note(scope, message["status"], perf_counter() - began)
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=str(correlation_id)):
            await self._app(scope, receive, send_with_id)


def _given(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _note(scope: Scope, status: int, took_s: float) -> None:
    if scope["path"] in QUIET or scope["path"].startswith("/static/"):
        return
    route = scope.get("route")
    if status < REFUSED and getattr(route, "often", False):
        return
    log.info(
        "request.answered",
        method=scope["method"],
        route=getattr(route, "path", None),
        status=status,
        took_ms=round(took_s * 1000, 1),
    )
