"""The other end of the partners' callbacks, and requests to send them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from application import signing
from application.partner_requests import HangUpRequest
from application.ports import CallRequest, HelpRequest
from domain.geography import Position

SECRET = b"a secret of partners"
REPORT = UUID("5f0c6e4e-52a4-4f0b-9a53-7e9ad7bb9d1e")


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Ansim:
    """The other end of the callbacks: keeps what it is told, refuses the first ones on demand."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.correlation_ids: list[str | None] = []
        self.refuse_next = 0

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/partners/events", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        signing.verify(
            SECRET,
            signing.Message("POST", "/v1/partners/events", body),
            request.headers.get(signing.HEADER),
            at=datetime.now(UTC),
        )
        if self.refuse_next:
            self.refuse_next -= 1
            return Response(status_code=503)
        self.correlation_ids.append(request.headers.get("X-Correlation-Id"))
        self.told.append(await request.json())
        return Response(status_code=204)


def control(url: str, **changes: Any) -> None:
    httpx.post(f"{url}/control", json=changes).raise_for_status()


def journal(url: str) -> list[dict[str, Any]]:
    return httpx.get(f"{url}/journal").json()


def help_request(**changes: Any) -> HelpRequest:
    return HelpRequest(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        request_id=uuid4(),
        report_id=REPORT,
        requested_at=datetime(2023, 5, 19, 14, 0, tzinfo=UTC),
        unassessed=False,
        position=Position(latitude_deg=37.4954, longitude_deg=126.8874),
        accuracy_m=12.0,
        district="11530",
    ).model_copy(update=changes)


def call_request() -> CallRequest:
    return CallRequest(
        delivery_id=uuid4(),
        correlation_id=uuid4(),
        report_id=REPORT,
        district="11530",
        phone="+821000000000",
        language="ko",
    )


def hang_up_request(call_id: str) -> HangUpRequest:
    return HangUpRequest(
        delivery_id=uuid4(), correlation_id=uuid4(), report_id=REPORT, call_id=call_id
    )
