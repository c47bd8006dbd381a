"""Who called which line last, in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from application.pager import Turn


@dataclass(frozen=True, slots=True)
class _Call:
    delivery_id: UUID
    called_at: datetime
    call_id: str | None = None


class MemoryPageLines:
    """As ``PageLines`` has it."""

    def __init__(self) -> None:
        self._last: dict[str, _Call] = {}

    def take(
        self, line: str, delivery_id: UUID, *, asked_at: datetime, at: datetime, within: timedelta
    ) -> Turn:
        last = self._last.get(line)
        if last is not None and last.call_id is not None and asked_at <= last.called_at:
            return Turn(told_by=last.call_id)
        if last is None or last.called_at + within <= at:
            self._last[line] = _Call(delivery_id, at)
            return Turn()
        if last.delivery_id == delivery_id:
            return Turn(told_by=last.call_id)
        return Turn(wait=last.called_at + within - at)

    def told(self, line: str, delivery_id: UUID, call_id: str) -> None:
        last = self._last[line]
        if last.delivery_id == delivery_id:
            self._last[line] = _Call(delivery_id, last.called_at, call_id)

    def leave(self, line: str, delivery_id: UUID) -> None:
        if self._last[line].delivery_id == delivery_id:
            del self._last[line]
