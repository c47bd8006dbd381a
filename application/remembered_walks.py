"""Sessions on the way, remembered between two batches of positions.

Positions come every few seconds, and most of them make no fact. To replay the session and read its
track for each would cost more than all the rest, so a process keeps both at hand for a moment. What
another process decided meanwhile is found out when a fact is saved, or after that moment.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Generic, TypeVar
from uuid import UUID

from domain.base import Aggregate
from domain.watching.fix import Fix

REMEMBERED: Final = timedelta(seconds=15)
WALKS_MAX: Final = 4096
WalkedT = TypeVar("WalkedT", bound=Aggregate)


@dataclass(slots=True)
class Walk(Generic[WalkedT]):
    """A session as it was replayed, and the end of its track."""

    session: WalkedT
    track: list[Fix]
    read_at: datetime
    beside: list[Fix] = field(default_factory=list)
    """Of those who go with her."""

    def hear(self, fixes: Iterable[Fix], *, since: datetime) -> None:
        """Add what came of her; repeats are dropped, and what is older than ``since``."""
        self.track = _joined(fixes, self.track, since)

    def hear_beside(self, fixes: Iterable[Fix], *, since: datetime) -> None:
        """Add what came of those who go with her."""
        self.beside = _joined(fixes, self.beside, since)

    @property
    def newest_at(self) -> datetime | None:
        return self.track[-1].moment if self.track else None


def _joined(came: Iterable[Fix], known: Iterable[Fix], since: datetime) -> list[Fix]:
    by_moment = {fix.moment: fix for fix in (*came, *known) if fix.moment > since}
    return [by_moment[moment] for moment in sorted(by_moment)]


class RememberedWalks(Generic[WalkedT]):
    """Of each walker at most one; whoever takes a walk has it alone until it is put back."""

    def __init__(self) -> None:
        self._walks: OrderedDict[tuple[UUID, UUID], Walk[WalkedT]] = OrderedDict()
        self._lock = Lock()

    def take(self, session_id: UUID, walker_id: UUID, *, at: datetime) -> Walk[WalkedT] | None:
        """None when it is not at hand, somebody else has it, or it was read too long ago."""
        with self._lock:
            walk = self._walks.pop((session_id, walker_id), None)
        return walk if walk is not None and at - walk.read_at < REMEMBERED else None

    def put(self, session_id: UUID, walker_id: UUID, walk: Walk[WalkedT]) -> None:
        with self._lock:
            self._walks[session_id, walker_id] = walk
            while len(self._walks) > WALKS_MAX:
                self._walks.popitem(last=False)
