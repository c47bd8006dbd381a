"""The way as the crow flies, until streets are known: nobody walks so, and the corridor is wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.watching.route import Route, RouteKind

if TYPE_CHECKING:
    from domain.geography import Position
    from domain.policy import Policy


class StraightLine:
    """See ``application.routes.Routes``."""

    def way(self, origin: Position, destination: Position, policy: Policy) -> Route:
        line = Route(kind=RouteKind.STRAIGHT, points=(origin, destination), half_width_m=0)
        half_width_m = max(policy.corridor_m, policy.corridor_share * line.length_m)
        return line.model_copy(update={"half_width_m": half_width_m})
