"""What can have happened on the way; a part of ``domain.taxi.facts``."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Fact
from domain.geography import Cell, DistrictCode, FixQuality
from domain.watching.track import SealedPosition


class PositionKept(Fact):
    """Where the taxi is; of many positions, the one that is kept."""

    TOPIC: ClassVar[str] = "taxi.position_kept"

    citizen_id: UUID
    district: DistrictCode
    cell: Cell | None
    outside: bool
    fix: FixQuality
    battery_pct: int | None
    to_go_m: int | None
    signal_due_at: AwareDatetime
    position: SealedPosition = ERASED


class BorderCrossed(Fact):
    """Another district's centre has the ride on its board from now on."""

    TOPIC: ClassVar[str] = "taxi.border_crossed"

    from_district: DistrictCode
    district: DistrictCode


class SignalLost(Fact):
    """No usable position has come for ``lost_after_s``."""

    TOPIC: ClassVar[str] = "taxi.signal_lost"

    lost_after_s: float
    district: DistrictCode
    cell: Cell | None


class SignalRegained(Fact):
    TOPIC: ClassVar[str] = "taxi.signal_regained"

    lost_for_s: float


class WentAway(Fact):
    """The taxi drives away from where she wants to go."""

    TOPIC: ClassVar[str] = "taxi.went_away"

    to_go_m: int
    nearest_m: int
    """How near it had come."""
    away_m: float
    """The number in force."""


class CameBack(Fact):
    """It is as near again as before."""

    TOPIC: ClassVar[str] = "taxi.came_back"

    to_go_m: int


class CameToRest(Fact):
    """The taxi, or she, stands still."""

    TOPIC: ClassVar[str] = "taxi.came_to_rest"

    citizen_id: UUID
    since: AwareDatetime
    arrived: bool
    """At the destination."""
    ask_at: AwareDatetime
    cell: Cell | None
    position: SealedPosition = ERASED


class MovedOn(Fact):
    TOPIC: ClassVar[str] = "taxi.moved_on"

    rested_s: float
