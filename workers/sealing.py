"""When the log is sealed: every few minutes, and at the end of each shift."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

from application.errors import HistoryRewritten
from domain.policy import SEOUL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.ports import Clock


class Notary(Protocol):
    def seal(self, reason: str) -> object: ...

    def catch_up(self) -> None:
        """Publish what witnesses lack."""
        ...


class Sealing:
    """Args: ``shift_ends`` are times of day in Seoul."""

    def __init__(
        self, notary: Notary, clock: Clock, *, every_s: float, shift_ends: Sequence[time]
    ) -> None:
        self._notary = notary
        self._clock = clock
        self._every = timedelta(seconds=every_s)
        self._shift_ends = tuple(shift_ends)
        self._sealed_at: datetime | None = None

    def turn(self) -> None:
        """Seal if it is time; tell witnesses that were away, if it is not."""
        now = self._clock.now()
        reason = self._reason(now)
        if reason is None:
            self._notary.catch_up()
            return
        try:
            self._notary.seal(reason)
        except HistoryRewritten:
            self._sealed_at = now  # the alarm rings once each time it would have been sealed
            raise
        self._sealed_at = now

    def finish(self) -> None:
        """Seal once more when all has come to rest."""
        self._notary.seal("stop")

    def _reason(self, now: datetime) -> str | None:
        before = self._sealed_at
        if before is None:
            return "start"
        if before < self._last_shift_end(now):
            return "shift"
        return "interval" if now - before >= self._every else None

    def _last_shift_end(self, now: datetime) -> datetime:
        here = now.astimezone(SEOUL)
        ends = [
            datetime.combine(here.date() - timedelta(days=back), end, SEOUL)
            for end in self._shift_ends
            for back in (0, 1)
        ]
        return max((end for end in ends if end <= here), default=datetime.min.replace(tzinfo=SEOUL))
