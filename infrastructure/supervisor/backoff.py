"""How long to wait before something that failed is started again."""

from __future__ import annotations

FIRST_S = 0.5
MOST_S = 10.0
STEADY_S = 30.0  # alive for so long, the failures before are forgotten


class Backoff:
    """Doubles from failure to failure; moments are of a monotonic clock, in seconds."""

    def __init__(self) -> None:
        self.failures = 0
        self._not_before = 0.0

    def failed(self, *, now: float, lived_s: float) -> float:
        """Note a failure; return the seconds to wait."""
        self.failures = 1 if lived_s >= STEADY_S else self.failures + 1
        wait_s: float = min(MOST_S, FIRST_S * 2.0 ** (self.failures - 1))
        self._not_before = now + wait_s
        return wait_s

    def is_over(self, now: float) -> bool:
        return now >= self._not_before
