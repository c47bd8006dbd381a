"""How fast messages may go: to one recipient, and by one provider. Never dropped, only put off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class Pace(Protocol):
    """Beside the log, and no fact: what is lost of it lets a message go too early."""

    def take(self, line: str, *, at: datetime, every: timedelta, at_once: int) -> timedelta | None:
        """Let one go along ``line``; None when it may, otherwise how long it must wait.

        One goes ``every`` so often, after up to ``at_once`` together (the generic cell rate
        algorithm, ITU-T I.371). All moments are handed in.
        """
        ...


def next_free(
    free_at: datetime | None, *, at: datetime, every: timedelta, at_once: int
) -> tuple[datetime, timedelta | None]:
    """When the line is free again, and how long one must wait that asks ``at``; None: not at all.

    Args:
        free_at: what this said the last time; None: nothing has gone yet.
        at: now.
        every: the pace.
        at_once: how many may go together.
    """
    begins = max(free_at or at, at)
    too_early = begins - at - every * (at_once - 1)
    if too_early > timedelta(0):
        return begins, too_early
    return begins + every, None
