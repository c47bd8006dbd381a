"""The line to the service: every command at its moment, and what was answered.

The line shares the machine with what it measures, so it must cost little: for each request httpx
needs as much of a processor as the service does, aiohttp a quarter of that.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import aiohttp
import orjson

from application.context import CORRELATION_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECTIONS_MAX: Final = 100
PATIENCE_S: Final = 30.0
AGAIN: Final = frozenset({503})
REFUSED: Final = 400


@dataclass(frozen=True, slots=True)
class Told:
    """One command and its answer; ``took_ms`` counts from the moment at which it was due."""

    what: str
    status: int
    took_ms: float
    correlation_id: UUID
    aggregate_id: UUID | None
    position: int | None
    """None where nothing was stored."""


@dataclass(slots=True)
class Wire:
    """Everything that was sent; one for a level of the night."""

    url: str
    told: list[Told] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """What was answered otherwise than with success, in words."""
    _session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def tell(
        self,
        what: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        token: str | None,
        method: str = "POST",
    ) -> dict[str, Any]:
        """Send one command and keep what came of it; a repeat has the same key."""
        due = time.monotonic()
        correlation_id = uuid4()
        headers = {"Idempotency-Key": str(uuid4()), CORRELATION_HEADER: str(correlation_id)}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        status, again_s, told = await self._asked(method, path, body, headers)
        while status in AGAIN and time.monotonic() < due + PATIENCE_S:
            await asyncio.sleep(again_s)
            status, again_s, told = await self._asked(method, path, body, headers)
        self.told.append(
            Told(
                what=what,
                status=status,
                took_ms=(time.monotonic() - due) * 1000,
                correlation_id=correlation_id,
                aggregate_id=_id(told),
                position=told.get("position") if status < REFUSED else None,
            )
        )
        if status >= REFUSED:
            self.refused.append(f"{what}: {status} {told.get('code')}")
        return told

    async def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> tuple[int, float, dict[str, Any]]:
        """Status, how long to wait before it is asked again, and what was said."""
        if self._session is None:  # it belongs to the loop that it is made in
            self._session = aiohttp.ClientSession(
                self.url,
                timeout=aiohttp.ClientTimeout(total=PATIENCE_S),
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
            )
        async with self._session.request(method, path, json=body, headers=headers) as answer:
            said = await answer.read()
            again_s = float(answer.headers.get("Retry-After", 1))
            return answer.status, again_s, orjson.loads(said) if said else {}


def _id(told: Mapping[str, Any]) -> UUID | None:
    found = told.get("aggregate_id")
    return UUID(found) if isinstance(found, str) else None


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of them lies; 0 of none."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0
