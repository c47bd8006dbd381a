"""What services share that watch somebody on the way: positions, the way, and what is amiss."""

from domain.watching.border import Crossing, crossed
from domain.watching.fix import Fix
from domain.watching.route import Along, Route, RouteKind
from domain.watching.signs import (
    InOrder,
    Sign,
    in_order,
    look_back,
    lost,
    reached,
    stood,
    strayed,
    telling,
)
from domain.watching.walked import (
    PositionSeen,
    Trouble,
    TroubleNoticed,
    TroublePassed,
    Walked,
    WalkFacts,
)

__all__ = [
    "Along",
    "Crossing",
    "Fix",
    "InOrder",
    "PositionSeen",
    "Route",
    "RouteKind",
    "Sign",
    "Trouble",
    "TroubleNoticed",
    "TroublePassed",
    "WalkFacts",
    "Walked",
    "crossed",
    "in_order",
    "look_back",
    "lost",
    "reached",
    "stood",
    "strayed",
    "telling",
]
