"""How much happens at the peak of a night, from published figures.

The press release of 2023-09-05 counts 36,657 uses from 2023-01-01 to 2023-08-26, that is 238 days:
154 a day. Of those to April 2020 (news of that month), 16,753 of 60,041 were emergency reports,
39,121 monitored returns and 4,167 scout escorts. Ours, because no source says: 70 % of the uses
fall into the five hours from 21:00 to 02:00 (the issue's own number); a walk takes 20 minutes and
says where it is every 5 s (the same); on top of the published uses, one taxi trip for each ten of
them, one bell for each twenty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

USES_A_DAY: Final = 36_657 / 238
PEAK_SHARE: Final = 0.7
PEAK_S: Final = 5 * 3600.0
WALK_S: Final = 20 * 60.0
POSITION_EVERY_S: Final = 5.0

PUBLISHED: Final = {"emergency": 16_753, "monitoring": 39_121, "escort": 4_167}
SHARES: Final = {
    **{kind: uses / sum(PUBLISHED.values()) for kind, uses in PUBLISHED.items()},
    "taxi": 0.10,
    "bell": 0.05,
}
"""Of each kind, for one published use."""
WALKED: Final = frozenset({"monitoring", "escort", "taxi"})
"""Kinds that last, and say where they are."""


@dataclass(frozen=True, slots=True)
class Load:
    """The peak of a night, so many times the real one."""

    times: int

    @property
    def uses_per_s(self) -> float:
        """Published uses that begin at the peak."""
        return self.times * USES_A_DAY * PEAK_SHARE / PEAK_S

    def begins_per_s(self, kind: str) -> float:
        return self.uses_per_s * SHARES[kind]

    def under_way(self, kind: str) -> int:
        """How many of a kind last at the same time, at least one."""
        return max(1, round(self.begins_per_s(kind) * WALK_S)) if kind in WALKED else 0

    @property
    def positions_per_s(self) -> float:
        return sum(self.under_way(kind) for kind in WALKED) / POSITION_EVERY_S

    def moments_s(self, kind: str, seconds: float) -> list[float]:
        """When those begin that begin within ``seconds``, evenly; at least one does."""
        count = max(1, round(self.begins_per_s(kind) * seconds))
        return [(number + 0.5) * seconds / count for number in range(count)]
