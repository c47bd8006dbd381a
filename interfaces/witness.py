"""A witness over HTTP: it takes checkpoints, shows them, and has no way to take one back."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, Final, Protocol

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from application.errors import ApplicationError, WitnessRefused, WitnessUnavailable
from domain.base import DomainError
from domain.checkpoint import SignedCheckpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from application.ports import Witness

BODY_BYTES_MAX: Final = 1 << 30
LEAVES_MAX: Final = 100_000
JSON: Final = "application/json"


class Served(Protocol):
    """What takes checkpoints, and refuses those that nobody trusted has signed."""

    @property
    def store(self) -> Witness: ...

    def publish(
        self,
        signed: SignedCheckpoint,
        facts_leaves: bytes,
        access_leaves: bytes,
        keys: Sequence[dict[str, Any]] = (),
    ) -> None: ...


class Unreadable(Exception):
    """The request says nothing that can be understood."""


def create_witness(witness: Served) -> Starlette:
    """The application; ``docs/proof.md`` describes it to whoever writes another."""

    async def publish(request: Request) -> Response:
        content = bytearray()
        async for part in request.stream():
            content += part
            if len(content) > BODY_BYTES_MAX:
                return _refusal(413, "this is more than a witness takes at once")
        await run_in_threadpool(_publish, witness, bytes(content))
        return JSONResponse({"taken": True}, status_code=201)

    def latest(_request: Request) -> Response:
        return _checkpoint(witness.store.latest())

    def numbered(request: Request) -> Response:
        return _checkpoint(witness.store.get(request.path_params["number"]))

    def leaves(request: Request) -> Response:
        tree = request.path_params["tree"]
        try:
            start, count = (int(request.query_params[name]) for name in ("start", "count"))
        except (KeyError, ValueError):
            return _refusal(400, "start and count are numbers")
        if tree not in {"facts", "access"} or start < 0 or not 0 < count <= LEAVES_MAX:
            return _refusal(400, f"there are leaves of facts and access, {LEAVES_MAX} at a time")
        found = witness.store.leaves(tree, start, count)
        return Response(found, media_type="application/octet-stream")

    def alive(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    return Starlette(
        routes=[
            Route("/healthz", alive),
            Route("/v1/checkpoints", publish, methods=["POST"]),
            Route("/v1/checkpoints/latest", latest),
            Route("/v1/checkpoints/{number:int}", numbered),
            Route("/v1/leaves/{tree}", leaves),
        ],
        exception_handlers={
            Unreadable: _answer(400),
            DomainError: _answer(400),
            WitnessRefused: _answer(409),
            WitnessUnavailable: _answer(503),
            ApplicationError: _answer(403),
        },
    )


def _publish(witness: Served, content: bytes) -> None:
    try:
        told = json.loads(content)
        signed = SignedCheckpoint.from_json(json.dumps(told["signed"]).encode())
        facts, access = (
            base64.b64decode(told[name], validate=True)
            for name in ("facts_leaves", "access_leaves")
        )
        keys = list(told.get("keys", []))
    except (ValueError, TypeError, LookupError, AttributeError, binascii.Error) as error:
        raise Unreadable(f"the body cannot be read: {type(error).__name__}") from error
    witness.publish(signed, facts, access, keys)


def _checkpoint(signed: SignedCheckpoint | None) -> Response:
    if signed is None:
        return _refusal(404, "there is no such checkpoint here")
    return Response(signed.to_json(), media_type=JSON)


def _refusal(status: int, why: str) -> Response:
    return JSONResponse({"detail": why}, status_code=status)


def _answer(status: int) -> Any:
    def answer(_request: Request, error: Exception) -> Response:
        return _refusal(status, str(error))

    return answer
