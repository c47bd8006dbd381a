"""The way from here to there; geography answers it with streets, until then a straight line."""

from __future__ import annotations

from typing import Protocol

from domain.geography import Position
from domain.policy import Policy
from domain.watching.route import Route


class Routes(Protocol):
    def way(self, origin: Position, destination: Position, policy: Policy) -> Route:
        """A way on foot, with the width of the corridor in which one is still on it."""
        ...
