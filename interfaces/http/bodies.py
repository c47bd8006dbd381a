"""How much of a body is read, and for how long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMMAND_BYTES_MAX: Final = 256 * 1024
TRIGGER_BYTES_MAX: Final = 64 * 1024
TRIGGER_PATIENCE_S: Final = 3.0


class BodyLimit:
    """Refuse bodies over 256 KiB.

    Never a trigger's: that reads what it can. Nor a piece of a clip: that is stored as it comes.

    Args:
        spare: whether the route of this method and path reads its body by itself.
    """

    def __init__(
        self, app: ASGIApp, *, spare: Callable[[str, str], bool] = lambda _method, _path: False
    ) -> None:
        self._app = app
        self._spare = spare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._spare(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > COMMAND_BYTES_MAX:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


@dataclass(frozen=True, slots=True)
class TriggerBody:
    """What arrived of a trigger; ``cut`` when there was more, or it came too slowly."""

    content: bytes
    cut: bool


async def read_trigger(request: Request) -> TriggerBody:
    """Read at most 64 KiB and for at most 3 s; a broken connection gives what had come."""
    content = bytearray()
    try:
        async with asyncio.timeout(TRIGGER_PATIENCE_S):
            async for chunk in request.stream():
                content += chunk
                if len(content) > TRIGGER_BYTES_MAX:
                    return TriggerBody(bytes(content[:TRIGGER_BYTES_MAX]), cut=True)
    except (TimeoutError, ClientDisconnect):
        return TriggerBody(bytes(content), cut=True)
    return TriggerBody(bytes(content), cut=False)
