"""What of tus 1.0.0 (https://tus.io) stands in headers, for the routes of clips."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Header, Request
from pydantic import AwareDatetime, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException

from interfaces.http import emergencies

VERSION: Final = "1.0.0"
OFFSETS: Final = "application/offset+octet-stream"
CLIPS: Final = re.compile(rf"^{emergencies.PATH}/[0-9a-fA-F-]{{32,36}}/clips(/[0-9a-fA-F-]+)?$")
BYTES_MAX: Final = 2**53

moment = TypeAdapter(AwareDatetime)

RESUMABLE: Final = {
    "parameters": [
        {
            "name": "Tus-Resumable",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "enum": [VERSION]},
            "description": "The protocol's version; another one is answered 412.",
        }
    ]
}
Device = Annotated[
    str | None,
    Header(
        alias="Ansim-Device",
        max_length=1000,
        description="What an unknown device called itself when it raised the report.",
    ),
]
Length = Annotated[int, Header(alias="Upload-Length", ge=0, le=BYTES_MAX)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=BYTES_MAX)]
Metadata = Annotated[
    str | None,
    Header(
        alias="Upload-Metadata",
        max_length=4000,
        description="`clip_id`, the phone's own name of the clip, so that a repeat meets the "
        "first; `recorded_at`, when it was filmed; each with its value in base64.",
    ),
]


def takes(method: str, path: str) -> bool:
    """Whether a request's body is a piece of a clip."""
    return method == "PATCH" and CLIPS.match(path) is not None


def must_speak(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise HTTPException(412, headers={"Tus-Version": VERSION})


def told_in(metadata: str | None) -> Mapping[str, str]:
    """Pairs of a name and base64, with commas between; what is not understood says nothing."""
    told = {}
    for pair in (metadata or "").split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return told


def moment_of(said: str | None) -> datetime | None:
    try:
        return moment.validate_python(said) if said else None
    except ValidationError:
        return None


class SpeaksTus:
    """Every answer of these routes says so, also a refusal."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not CLIPS.match(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def saying(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"tus-resumable", VERSION.encode())]
            await send(message)

        await self._app(scope, receive, saying)
