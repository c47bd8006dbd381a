"""Positions of sessions in memory: of each walker at most one in a second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.policy import Policy
from domain.watching import Fix
from tests.memory import FrozenClock


class MemoryTracks:
    """See ``application.tracks.Tracks``."""

    def __init__(self, clock: FrozenClock, policy: Policy) -> None:
        self._clock = clock
        self._policy = policy
        self.kept: dict[tuple[UUID, UUID], dict[int, Fix]] = {}

    def keep(self, session_id: UUID, walker_id: UUID, fixes: Sequence[Fix]) -> int:
        known = self.kept.setdefault((session_id, walker_id), {})
        before = len(known)
        for fix in fixes:
            known.setdefault(int(fix.moment.timestamp() // self._policy.fix_gap_s), fix)
        return len(known) - before

    def recent(self, session_id: UUID, walker_id: UUID, since: datetime) -> Sequence[Fix]:
        found = self.kept.get((session_id, walker_id), {}).values()
        return sorted((fix for fix in found if fix.moment > since), key=lambda fix: fix.moment)

    def forget(self, session_id: UUID) -> int:
        gone = [key for key in self.kept if key[0] == session_id]
        return sum(len(self.kept.pop(key)) for key in gone)

    def purge(self) -> int:
        oldest = self._clock.now() - timedelta(seconds=self._policy.live_positions_s)
        gone = 0
        for known in self.kept.values():
            for slot in [slot for slot, fix in known.items() if fix.received_at < oldest]:
                del known[slot]
                gone += 1
        return gone
