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
from interfaces.partners.identity import SimulatedIdentity
from interfaces.partners.journal import Entry, Journal
from interfaces.partners.message_centre import MessageCentre
from interfaces.partners.push_service import take_push
from interfaces.partners.taxi import SimulatedTaxis

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
    Channel.MESSAGE: "/messages",
    Channel.POLICE_NOTICE: "/police/notices",
    Channel.WEARER_WATCH: "/ministry/watches",
    Channel.WEARER_WATCH_END: "/ministry/watches/ends",
}
TOLD_BESIDE: Final = {
    Channel.WEARER_WATCH: {"wearers_nearby": 2, "wearers": [{"name": "홍길동", "crime": "…"}]}
}
"""What a partner may say beside its reference, and we must not keep."""
HANGING_S: Final = 60.0

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class SimulatedPartners:
    """Police, ambulance, and the providers of calls and text messages behind one address."""

    def __init__(
        self, *, secret: bytes, ansim_url: str, journal: Path, smpp_port: int | None = None
    ) -> None:
        """Take what they work with; ``smpp_port`` (0: any) has the message centre speak SMPP."""
        self._secret = secret
        self._smpp_wanted = smpp_port
        self.smpp_port: int | None = None
        """Where it does, once it is open."""
        self._ansim_url = ansim_url
        self._journal_path = journal
        self._behaviours = {channel: Behaviour(channel) for channel in PATHS}
        self._smpp = Behaviour(Channel.MESSAGE)
        self._push = Behaviour(Channel.MESSAGE)
        self._identity = SimulatedIdentity(
            secret=secret, journal=journal.with_name(f"identity-{journal.name}")
        )
        self._taxis = SimulatedTaxis(
            secret=secret, journal=journal.with_name(f"taxi-{journal.name}")
        )
        self._journal: Journal
        self._callbacks: Callbacks

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                *(
                    Route(path, self._desk(channel), methods=["POST"])
                    for channel, path in PATHS.items()
                ),
                Route("/messages/{reference}", self._state, methods=["GET"]),
                Route("/push/{token}", self._take_push, methods=["POST"]),
                Route("/journal", self._listing, methods=["GET"]),
                Route("/control", self._control, methods=["POST"]),
                *self._identity.routes(),
                *self._taxis.routes(),
                Route("/healthz", _healthy, methods=["GET"]),
            ],
            lifespan=self._open,
        )

    @asynccontextmanager
    async def _open(self, _app: Starlette) -> AsyncIterator[None]:
        self._journal = Journal(self._journal_path)
        self._callbacks = Callbacks(self._ansim_url, self._secret, ended=self._journal.ended)
        centre = MessageCentre(secret=self._secret, behaviour=self._smpp, journal=self._journal)
        if self._smpp_wanted is not None:
            self.smpp_port = await centre.open(self._smpp_wanted)
        try:
            yield
        finally:
            await centre.close()
            await self._callbacks.close()
            self._journal.close()

    def _desk(self, channel: Channel) -> Endpoint:
        behaviour = self._behaviours[channel]

        async def take(request: Request) -> Response:
            body = await request.body()
            try:
                self._verify(request, body)
            except signing.BadSignature as error:
                return _refusal(401, error.code)
            key = request.headers.get("Idempotency-Key")
            if not key:
                return _refusal(400, "idempotency_key_missing")
            await asyncio.sleep(behaviour.delay_s)
            correlation_id = request.headers.get(CORRELATION_HEADER)
            return await self._answer(behaviour, key, body, correlation_id)

        return take

    def _verify(self, request: Request, body: bytes) -> None:
        message = signing.Message(request.method, request.url.path, body)
        signing.verify(self._secret, message, request.headers.get(signing.HEADER), at=now())

    async def _answer(
        self, behaviour: Behaviour, key: str, body: bytes, correlation_id: str | None
    ) -> Response:
        mood = behaviour.next_mood()
        if mood is Mood.FAIL:
            return _refusal(503, "out_of_order")
        if mood is Mood.THROTTLE:
            return _refusal(429, "throttled")
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
            course = self._callbacks.start(entry, behaviour)
            if behaviour.receipt_first:
                await asyncio.wait({course})
        if mood is Mood.HANG:
            await asyncio.sleep(HANGING_S)
        return JSONResponse({**entry.answer, **TOLD_BESIDE.get(entry.channel, {})})

    async def _take_push(self, request: Request) -> Response:
        return await take_push(request, self._push, self._journal)

    async def _state(self, request: Request) -> Response:
        """What became of a message, for whoever missed its receipt."""
        try:
            self._verify(request, b"")
        except signing.BadSignature as error:
            return _refusal(401, error.code)
        fate = self._journal.fate(request.path_params["reference"])
        return JSONResponse({"state": fate or "enroute"})

    async def _listing(self, _request: Request) -> Response:
        return Response(self._journal.listing(), media_type="application/json")

    async def _control(self, request: Request) -> Response:
        try:
            control = Control.model_validate_json(await request.body())
        except ValidationError as error:
            return Response(error.json(), status_code=422, media_type="application/json")
        lines = ((control.smpp, self._smpp), (control.push, self._push))
        named = [behaviour for is_meant, behaviour in lines if is_meant]
        for behaviour in named or self._behaviours.values():
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
    _ = entry.about
    return entry


def _refusal(status: int, code: str) -> Response:
    return JSONResponse({"code": code}, status_code=status)


async def _healthy(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})
