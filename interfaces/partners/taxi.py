"""The registry of taxis, simulated, and the provider of calls into them.

A plate whose number is ``0000`` is nobody's; of the others, classes 30 to 33 are companies' taxis,
as in Seoul, and the rest are private ones, unless it was told otherwise.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import orjson
from pydantic import Field, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from application import signing
from domain.base import Value
from domain.taxi.vocabulary import TaxiVehicle
from interfaces.partners.callbacks import now

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

HANGING_S: Final = 60.0
COMPANIES: Final = range(30, 34)
NOBODYS: Final = "0000"
PLATE: Final = re.compile(r"\D*\d?(\d{2})\D(\d{4})")


class PlateAsked(Value):
    """What Ansim asks, signed."""

    delivery_id: UUID
    check_id: UUID
    plate: str


class CallAsked(Value):
    delivery_id: UUID
    report_id: UUID
    district: str
    phone: str
    language: str


class TaxiControl(Value):
    """A change of behaviour; what is not set stays."""

    vehicles: dict[str, TaxiVehicle] | None = None
    """What it says of these plates from now on."""
    delay_s: float | None = Field(default=None, ge=0)
    fail_next: int | None = Field(default=None, ge=0)
    refuse_next: int | None = Field(default=None, ge=0)
    hang_next: int | None = Field(default=None, ge=0)
    """It is taken in, and the answer never arrives."""
    babble_next: int | None = Field(default=None, ge=0)
    """It answers what is no answer."""


Reply = Callable[[bytes], dict[str, str]]


class SimulatedTaxis:
    """Beside the other partners; shares their secret. One question is answered once, by its key."""

    def __init__(self, *, secret: bytes, journal: Path) -> None:
        self._secret = secret
        self._path = journal
        self._vehicles: dict[str, TaxiVehicle] = {}
        self._delay_s = 0.0
        self._left = {"fail": 0, "refuse": 0, "hang": 0, "babble": 0}
        self._entries: dict[str, dict[str, Any]] = {}

    def routes(self) -> list[Route]:
        return [
            Route("/taxi-registry/look-ups", self._desk(self._look_up), methods=["POST"]),
            Route("/taxi-calls", self._desk(self._call), methods=["POST"]),
            Route("/taxi-registry/journal", self._listing, methods=["GET"]),
            Route("/taxi-registry/control", self._control, methods=["POST"]),
        ]

    def vehicle_of(self, plate: str) -> TaxiVehicle:
        found = PLATE.fullmatch(plate)
        if plate in self._vehicles:
            return self._vehicles[plate]
        if found is None or found[2] == NOBODYS:
            return TaxiVehicle.UNKNOWN
        return TaxiVehicle.COMPANY if int(found[1]) in COMPANIES else TaxiVehicle.PRIVATE

    def _desk(self, reply: Reply) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        async def take(request: Request) -> Response:
            body = await request.body()
            message = signing.Message(request.method, request.url.path, body)
            try:
                signing.verify(self._secret, message, request.headers.get(signing.HEADER), at=now())
            except signing.BadSignature as error:
                return _refusal(401, error.code)
            key = request.headers.get("Idempotency-Key")
            if not key:
                return _refusal(400, "idempotency_key_missing")
            await asyncio.sleep(self._delay_s)
            return await self._answer(key, body, reply)

        return take

    async def _answer(self, key: str, body: bytes, reply: Reply) -> Response:
        if self._uses("fail"):
            return _refusal(503, "out_of_order")
        if self._uses("refuse"):
            return _refusal(422, "refused")
        entry = self._entries.get(key)
        if entry is None:
            try:
                entry = self._keep(key, body, reply(body))
            except ValidationError:
                return _refusal(422, "not_understood")
        else:
            entry["repeats"] += 1
        if self._uses("hang"):
            await asyncio.sleep(HANGING_S)
        return JSONResponse({"vehicle": "?"} if self._uses("babble") else entry["answer"])

    def _uses(self, mood: str) -> bool:
        self._left[mood], used = max(0, self._left[mood] - 1), self._left[mood] > 0
        return used

    def _look_up(self, body: bytes) -> dict[str, str]:
        return {"vehicle": self.vehicle_of(PlateAsked.model_validate_json(body).plate)}

    def _call(self, body: bytes) -> dict[str, str]:
        CallAsked.model_validate_json(body)
        return {"call_id": f"taxi-{secrets.token_hex(4)}"}

    def _keep(self, key: str, body: bytes, answer: dict[str, str]) -> dict[str, Any]:
        """Whole in memory; on the disk neither a plate nor a number stands."""
        entry = {"received_at": now().isoformat(), "key": key, "answer": answer, "repeats": 0}
        with self._path.open("ab") as file:
            file.write(orjson.dumps(entry) + b"\n")
        self._entries[key] = entry | {"body": orjson.loads(body)}
        return self._entries[key]

    async def _listing(self, _request: Request) -> Response:
        return JSONResponse(list(self._entries.values()))

    async def _control(self, request: Request) -> Response:
        try:
            control = TaxiControl.model_validate_json(await request.body())
        except ValidationError as error:
            return Response(error.json(), status_code=422, media_type="application/json")
        self._vehicles |= control.vehicles or {}
        if control.delay_s is not None:
            self._delay_s = control.delay_s
        for mood in self._left:
            told = getattr(control, f"{mood}_next")
            if told is not None:
                self._left[mood] = told
        return Response(status_code=204)


def _refusal(status: int, code: str) -> Response:
    return JSONResponse({"code": code}, status_code=status)
