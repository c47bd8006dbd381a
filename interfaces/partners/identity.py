"""The carriers' identity service, simulated: its page, its signed answer, its journal.

A person is whoever says a name and a birth date on the page; the same two make the same CI.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from pydantic import Field, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from application import signing
from domain.base import Value
from interfaces.partners.callbacks import now

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request


class Verdict(StrEnum):
    OK = "ok"
    MISMATCH = "mismatch"
    FROZEN = "frozen"
    REFUSED = "refused"


class Typed(Value):
    """What somebody types on the service's own page."""

    check_id: UUID
    name: str
    birth_date: date
    phone: str


class Asked(Value):
    """What Ansim asks, signed."""

    check_id: UUID
    token: str
    correlation_id: UUID | None = None


class IdentityControl(Value):
    """A change of behaviour; what is not set stays."""

    verdict: Verdict | None = None
    """Of every check that is typed from now on."""
    fail_next: int | None = Field(default=None, ge=0)
    delay_s: float | None = Field(default=None, ge=0)


class SimulatedIdentity:
    """Beside the other partners, under ``/identity``; shares their secret."""

    def __init__(self, *, secret: bytes, journal: Path) -> None:
        self._secret = secret
        self._journal = journal
        self._typed: dict[str, tuple[Typed, Verdict]] = {}
        self._entries: list[dict[str, Any]] = []
        self._verdict = Verdict.OK
        self._fail_next = 0
        self._delay_s = 0.0

    def routes(self) -> list[Route]:
        return [
            Route("/identity/checks", self._page, methods=["POST"]),
            Route("/identity/results", self._result, methods=["POST"]),
            Route("/identity/journal", self._listing, methods=["GET"]),
            Route("/identity/control", self._control, methods=["POST"]),
        ]

    async def _page(self, request: Request) -> Response:
        """Somebody has typed who she is, and the code that her phone got: here is her token."""
        try:
            typed = Typed.model_validate_json(await request.body())
        except ValidationError:
            return _refusal(422, "not_understood")
        token = secrets.token_urlsafe(24)
        self._typed[token] = (typed, self._verdict)
        return JSONResponse({"token": token})

    async def _result(self, request: Request) -> Response:
        body = await request.body()
        message = signing.Message(request.method, request.url.path, body)
        try:
            signing.verify(self._secret, message, request.headers.get(signing.HEADER), at=now())
            asked = Asked.model_validate_json(body)
        except signing.BadSignature as error:
            return _refusal(401, error.code)
        except ValidationError:
            return _refusal(422, "not_understood")
        await asyncio.sleep(self._delay_s)
        if self._fail_next:
            self._fail_next -= 1
            return _refusal(503, "out_of_order")
        typed, verdict = self._typed.get(asked.token, (None, Verdict.REFUSED))
        if typed is None or typed.check_id != asked.check_id:
            typed, verdict = None, Verdict.REFUSED
        self._keep(asked, verdict)
        if typed is None or verdict is not Verdict.OK:
            return JSONResponse({"verdict": verdict})
        told = typed.model_dump(mode="json", exclude={"check_id"})
        return JSONResponse({"verdict": verdict, "ci": ci_of(typed), **told})

    def _keep(self, asked: Asked, verdict: Verdict) -> None:
        """Names no person: the check is ours, and the token is worth nothing afterwards."""
        entry = {
            "received_at": now().isoformat(),
            "check_id": str(asked.check_id),
            "correlation_id": str(asked.correlation_id) if asked.correlation_id else None,
            "verdict": verdict.value,
        }
        self._entries.append(entry)
        with self._journal.open("ab") as file:
            file.write(orjson.dumps(entry) + b"\n")

    async def _listing(self, _request: Request) -> Response:
        return JSONResponse(self._entries)

    async def _control(self, request: Request) -> Response:
        try:
            control = IdentityControl.model_validate_json(await request.body())
        except ValidationError as error:
            return Response(error.json(), status_code=422, media_type="application/json")
        self._verdict = control.verdict or self._verdict
        if control.fail_next is not None:
            self._fail_next = control.fail_next
        if control.delay_s is not None:
            self._delay_s = control.delay_s
        return Response(status_code=204)


def ci_of(typed: Typed) -> str:
    """88 characters, the same for one person at all services."""
    digest = hashlib.sha512(f"ci:{typed.name}:{typed.birth_date}".encode()).digest()
    return base64.b64encode(digest).decode()


def _refusal(status: int, code: str) -> Response:
    return JSONResponse({"code": code}, status_code=status)
