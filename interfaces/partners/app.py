"""The simulated partners as one web application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from application import signing
from application.context import CORRELATION_HEADER
from application.outbox import Channel
from interfaces.partners.behaviour import Behaviour, Control, Mood, new_reference
from interfaces.partners.callbacks import Callbacks, now
from interfaces.partners.journal import Entry, Journal

if TYPE_CHECKING:
    from pathlib import Path

PATHS: Final = {
    Channel.POLICE: "/police/requests",
    Channel.AMBULANCE: "/ambulance/requests",
    Channel.CALL: "/calls",
    Channel.PAGE: "/pages",
    Channel.POLICE_STAND_DOWN: "/police/stand-downs",
    Channel.AMBULANCE_STAND_DOWN: "/ambulance/stand-downs",
    Channel.HANG_UP: "/calls/hang-ups",
    Channel.TEXT: "/texts",
}
HANGING_S: Final = 60.0

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class SimulatedPartners:
    """Police, ambulance, and the providers of calls and text messages behind one address."""

    def __init__(self, *, secret: bytes, ansim_url: str, journal: Path) -> None:
        self._secret = secret
        self._ansim_url = ansim_url
        self._journal_path = journal
        self._behaviours = {channel: Behaviour(channel) for channel in Channel}
        self._journal: Journal
        self._callbacks: Callbacks

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                *(
                    Route(path, self._desk(channel), methods=["POST"])
                    for channel, path in PATHS.items()
                ),
                Route("/journal", self._listing, methods=["GET"]),
                Route("/control", self._control, methods=["POST"]),
                Route("/healthz", _healthy, methods=["GET"]),
            ],
            lifespan=self._open,
        )

    @asynccontextmanager
    async def _open(self, _app: Starlette) -> AsyncIterator[None]:
        self._journal = Journal(self._journal_path)
        self._callbacks = Callbacks(self._ansim_url, self._secret)
        try:
            yield
        finally:
            await self._callbacks.close()
            self._journal.close()

    def _desk(self, channel: Channel) -> Endpoint:
        behaviour = self._behaviours[channel]

        async def take(request: Request) -> Response:
            body = await request.body()
            try:
                signing.verify(
                    self._secret,
                    signing.Message(request.method, request.url.path, body),
                    request.headers.get(signing.HEADER),
                    at=now(),
                )
            except signing.BadSignature as error:
                return _refusal(401, error.code)
            key = request.headers.get("Idempotency-Key")
            if not key:
                return _refusal(400, "idempotency_key_missing")
            await asyncio.sleep(behaviour.delay_s)
            correlation_id = request.headers.get(CORRELATION_HEADER)
            return await self._answer(behaviour, key, body, correlation_id)

        return take

    async def _answer(
        self, behaviour: Behaviour, key: str, body: bytes, correlation_id: str | None
    ) -> Response:
        mood = behaviour.next_mood()
        if mood is Mood.FAIL:
            return _refusal(503, "out_of_order")
        entry = self._journal.repeat_of(behaviour.channel, key)
        if entry is None:
            if mood is Mood.REFUSE:
                return _refusal(422, "refused")
            try:
                entry = _entry(behaviour.channel, key, body, correlation_id)
            except (ValueError, KeyError, TypeError):
                return _refusal(422, "not_understood")
            self._journal.take_in(entry)
            if entry.channel is Channel.HANG_UP:
                self._callbacks.stop(entry.reference)
            self._callbacks.start(entry, behaviour)
        if mood is Mood.HANG:
            await asyncio.sleep(HANGING_S)
        return JSONResponse(entry.answer)

    async def _listing(self, _request: Request) -> Response:
        return Response(self._journal.listing(), media_type="application/json")

    async def _control(self, request: Request) -> Response:
        try:
            control = Control.model_validate_json(await request.body())
        except ValidationError as error:
            return Response(error.json(), status_code=422, media_type="application/json")
        for behaviour in self._behaviours.values():
            if control.channel in (None, behaviour.channel):
                behaviour.change(control)
        return Response(status_code=204)


def _entry(channel: Channel, key: str, body: bytes, correlation_id: str | None) -> Entry:
    said = orjson.loads(body)
    entry = Entry(
        received_at=now(),
        channel=channel,
        idempotency_key=key,
        correlation_id=correlation_id,
        body=said,
        reference=said["call_id"] if channel is Channel.HANG_UP else new_reference(channel),
    )
    _ = entry.report_id
    return entry


def _refusal(status: int, code: str) -> Response:
    return JSONResponse({"code": code}, status_code=status)


async def _healthy(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})
