"""One event, encoded once, to every open screen whose district may see it.

Everything here runs on the event loop; the feed's thread only hands over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import orjson
import structlog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from uuid import UUID

    from application.live_map import PositionNews
    from application.queue_news import QueueChange, QueuePulse
    from domain.geography import DistrictCode

log = structlog.get_logger()

RING_EVENTS: Final = 5_000
CLIENT_EVENTS_MAX: Final = 1_000
"""A screen this far behind is cut; it comes back and catches up with ``?after``."""
SILENCE_MAX_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Event:
    """``audience`` is None for what everybody gets."""

    position: int
    audience: frozenset[DistrictCode] | None
    wire: bytes
    again: bool = False
    """Folded late: also for who has come to its position already."""

    def follows(self, position: int) -> bool:
        return self.position > position or (self.again and self.position == position)

    def concerns(self, scope: frozenset[DistrictCode] | None) -> bool:
        return scope is None or self.audience is None or bool(scope & self.audience)


@dataclass(eq=False, slots=True)
class Client:
    scope: frozenset[DistrictCode] | None
    waiting: asyncio.Queue[Event | None] = field(
        default_factory=lambda: asyncio.Queue(CLIENT_EVENTS_MAX + 1)
    )

    def offer(self, event: Event) -> bool:
        """Queue the event; False when the client is too slow and must be cut."""
        if not event.concerns(self.scope):
            return True
        if self.waiting.qsize() >= CLIENT_EVENTS_MAX:
            return False
        self.waiting.put_nowait(event)
        return True

    def cut(self) -> None:
        self.waiting.put_nowait(None)


class Broadcast:
    """Keeps the last 5,000 events, and a bounded queue for each screen."""

    def __init__(self) -> None:
        self._ring: deque[Event] = deque(maxlen=RING_EVENTS)
        self._covered_from: int | None = None
        self._clients: set[Client] = set()
        self._heartbeat = Event(0, None, b"")
        self._listeners: dict[UUID, set[asyncio.Event]] = {}

    @property
    def clients(self) -> int:
        return len(self._clients)

    def take(
        self,
        changes: Sequence[QueueChange],
        pulse: QueuePulse,
        moved: Sequence[PositionNews] = (),
    ) -> None:
        """Hand new changes, the feed's pulse and news of positions to every screen."""
        if self._covered_from is None:
            self._covered_from = pulse.fold_position
        for change in changes:
            self._send(self._remember(encode(change)))
            for listener in self._listeners.get(change.report_id, ()):
                listener.set()
        for news in moved:
            self._send(position(news))
        self._heartbeat = heartbeat(pulse)
        self._send(self._heartbeat)

    @contextmanager
    def listening(self, report_id: UUID) -> Iterator[asyncio.Event]:
        """Set whenever something has happened to the report, from now on."""
        news = asyncio.Event()
        self._listeners.setdefault(report_id, set()).add(news)
        try:
            yield news
        finally:
            listeners = self._listeners[report_id]
            listeners.discard(news)
            if not listeners:
                del self._listeners[report_id]

    async def stream(
        self,
        scope: frozenset[DistrictCode] | None,
        after: int | None,
        changes_since: Callable[[int], Sequence[QueueChange]],
    ) -> AsyncIterator[bytes]:
        """Events after the position, then live; ends when the screen is too slow."""
        client = Client(scope)
        self._clients.add(client)
        try:
            yield b"retry: 1000\n\n" + self._heartbeat.wire
            sent = -1 if after is None else after
            for missed in await self._missed(after, changes_since):
                sent = max(sent, missed.position)
                if missed.concerns(scope):
                    yield missed.wire
            while (event := await client.waiting.get()) is not None:
                if event.position == 0 or event.again or event.position > sent:
                    yield event.wire
        finally:
            self._clients.discard(client)

    async def _missed(
        self, after: int | None, changes_since: Callable[[int], Sequence[QueueChange]]
    ) -> list[Event]:
        if after is None:
            return []
        if self._covered_from is not None and after >= self._covered_from:
            return [event for event in self._ring if event.follows(after)]
        return [encode(change) for change in await asyncio.to_thread(changes_since, after)]

    def _remember(self, event: Event) -> Event:
        if len(self._ring) == RING_EVENTS:
            self._covered_from = self._ring[0].position
        self._ring.append(event)
        return event

    def _send(self, event: Event) -> None:
        for client in tuple(self._clients):
            if not client.offer(event):
                self._clients.discard(client)
                client.cut()
                log.info("queue_stream.cut", waiting=CLIENT_EVENTS_MAX)


def encode(change: QueueChange) -> Event:
    """A row's new state, or only its id when there is no such row any more."""
    audience: frozenset[DistrictCode] | None = None
    row = b"null"
    if change.row is not None:
        audience = frozenset(dict(change.row)["audience"])
        row = change.row.model_dump_json().encode()
    body = b'{"report_id":"%s","row":%s}' % (str(change.report_id).encode(), row)
    wire = _wire(b"row", body, change.position)
    return Event(change.position, audience, wire, again=change.again)


def heartbeat(pulse: QueuePulse) -> Event:
    """Named, because a browser hides comments: its absence tells a screen that it is blind."""
    body = {
        "now": pulse.at.isoformat() if pulse.at else None,
        "log": pulse.log_position,
        "fold": pulse.fold_position,
    }
    return Event(0, None, _wire(b"heartbeat", orjson.dumps(body), None))


def position(news: PositionNews) -> Event:
    """That a report has moved, not where to; not remembered, for the next one comes soon."""
    body = {
        "report_id": str(news.report_id),
        "located_at": news.taken_at.isoformat(),
        "fix_accuracy_m": news.accuracy_m,
        "fix_source": news.source,
        "battery_pct": news.battery_pct,
    }
    return Event(0, frozenset(news.audience), _wire(b"position", orjson.dumps(body), None))


def _wire(name: bytes, body: bytes, position: int | None) -> bytes:
    numbered = b"" if position is None else b"id: %d\n" % position
    return b"event: %s\n%sdata: %s\n\n" % (name, numbered, body)
