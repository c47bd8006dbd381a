"""The live map in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from application.live_map import PositionNews
from application.ports import Clock
from domain.emergency import Emergency
from domain.policy import Policy
from domain.watching.fix import Fix

EVER = datetime(1, 1, 1, tzinfo=UTC)


class MemoryLiveMap:
    """See ``application.live_map.LiveMap``; asks the reports where the real one asks a fold."""

    def __init__(
        self, clock: Clock, policy: Policy, reports: Callable[[], list[Emergency]]
    ) -> None:
        self._clock = clock
        self._policy = policy
        self._reports = reports
        self.slots: dict[UUID, dict[int, Fix]] = {}

    def keep(self, report_id: UUID, fixes: Sequence[Fix]) -> int:
        slots = self.slots.setdefault(report_id, {})
        known = len(slots)
        for fix in fixes:
            slots.setdefault(int(fix.moment.timestamp() // self._policy.fix_gap_s), fix)
        return len(slots) - known

    def recent(self, report_id: UUID, since: datetime) -> Sequence[Fix]:
        kept = self.slots.get(report_id, {}).values()
        return sorted((one for one in kept if one.moment > since), key=lambda one: one.moment)

    def silent(self, limit: int) -> Sequence[UUID]:
        return [one.id for one in self._reports() if not one.ended][:limit]

    def news(self, report_ids: Collection[UUID]) -> Sequence[PositionNews]:
        return [
            PositionNews(
                report_id=one.id,
                audience=one.audience,
                taken_at=newest.moment,
                accuracy_m=newest.quality.accuracy_m,
                source=newest.quality.source,
                battery_pct=newest.battery_pct,
            )
            for one in self._reports()
            if one.id in report_ids
            for newest in self.recent(
                one.id, datetime.min.replace(tzinfo=self._clock.now().tzinfo)
            )[-1:]
        ]

    def purge(self) -> int:
        over = {one.id for one in self._reports() if one.ended}
        old = self._clock.now() - timedelta(seconds=self._policy.live_positions_s)
        before = self._count()
        self.slots = {
            report_id: {slot: fix for slot, fix in slots.items() if fix.received_at >= old}
            for report_id, slots in self.slots.items()
            if report_id not in over
        }
        return before - self._count()

    def _count(self) -> int:
        return sum(len(slots) for slots in self.slots.values())
