"""One save on its way through the group commit."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

import psycopg

from infrastructure.log.append import DEADLINE_S

if TYPE_CHECKING:
    from collections import deque

    from infrastructure.log.append import Outcome
    from infrastructure.log.batch import PackedRequest


class LeaderLost(psycopg.OperationalError):
    """The thread that wrote the batch was interrupted; whether it was stored is not known."""


class Save:
    """One save; ``turn`` is released when it has its outcome, or must lead.

    ``asleep`` are those of its batch that are still to be woken, None before it has been written.
    """

    __slots__ = (
        "asleep",
        "deadline",
        "error",
        "is_abandoned",
        "is_leading",
        "outcome",
        "request",
        "since",
        "turn",
    )

    def __init__(self, request: PackedRequest) -> None:
        self.request = request
        self.since = time.monotonic()
        self.deadline = self.since + DEADLINE_S
        self.turn = Lock()
        self.turn.acquire()
        self.outcome: Outcome | None = None
        self.error: Exception | None = None
        self.is_leading = False
        self.is_abandoned = False
        self.asleep: deque[Save] | None = None

    @property
    def came_to(self) -> Outcome | Exception:
        return self.outcome or self.error or LeaderLost("the batch was interrupted")

    def answer(self) -> Outcome:
        came_to = self.came_to
        if isinstance(came_to, Exception):
            raise came_to
        return came_to
