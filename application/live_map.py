"""Positions of open cases, beside the log, for as long as the case is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.geography import DistrictCode, FixSource
from domain.watching.fix import Fix


@dataclass(frozen=True, slots=True)
class PositionNews:
    """That a position has come, and how good it is: nothing of where."""

    report_id: UUID
    audience: tuple[DistrictCode, ...]
    taken_at: datetime
    accuracy_m: float | None
    source: FixSource
    battery_pct: int | None


class LiveMap(Protocol):
    """One transient table; of each report at most one position in ``Policy.fix_gap_s``."""

    def keep(self, report_id: UUID, fixes: Sequence[Fix]) -> int:
        """Keep those that bring something new, and tell open screens; how many did."""
        ...

    def recent(self, report_id: UUID, since: datetime) -> Sequence[Fix]:
        """Those taken after then, oldest first."""
        ...

    def silent(self, limit: int) -> Sequence[UUID]:
        """Open reports that may have been silent for too long, by the database's clock."""
        ...

    def news(self, report_ids: Collection[UUID]) -> Sequence[PositionNews]:
        """Of open reports, when the newest position was taken, and how good it is."""
        ...

    def purge(self) -> int:
        """Delete what is left of cases that are over, and what is too old; how much it was."""
        ...
