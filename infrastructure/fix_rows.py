"""How a position stands in a transient table: what decides in clear, the place itself sealed.

Sealed, because a deleted row stays in the server's files for a while: with the track's key it is
forgotten everywhere at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from domain.geography import FixQuality, FixSource, Position
from domain.watching.fix import Fix
from domain.watching.track import track_of
from infrastructure.log.sealing import Place, Sealer, pack

if TYPE_CHECKING:
    from uuid import UUID

    from domain.policy import Policy
    from infrastructure.log.sealing import KeyRing

COLUMNS: Final = (
    "slot, taken_at, received_at, said_at, usable, source, accuracy_m, age_s, battery_pct,"
    " district, cell, depth_m, outside, sealed"
)
PLACES: Final = ", ".join(["%s"] * len(COLUMNS.split(",")))
READ: Final = (
    "taken_at, received_at, said_at, source, accuracy_m, age_s, battery_pct, district, cell,"
    " depth_m, outside, sealed"
)


class FixRows:
    """Makes rows of fixes, and fixes of rows; ``topic`` binds a sealed place to its table."""

    def __init__(self, key_ring: KeyRing, policy: Policy, *, topic: str) -> None:
        self._keys = key_ring
        self._sealer = Sealer(key_ring)
        self._policy = policy
        self._topic = topic

    def row(self, case_id: UUID, fix: Fix) -> tuple[Any, ...]:
        """Values of ``COLUMNS``."""
        key = self._keys.sealing_key(track_of(case_id))
        position = orjson.dumps(fix.position.model_dump())
        quality = fix.quality
        return (
            int(fix.moment.timestamp() // self._policy.fix_gap_s),
            fix.moment,
            fix.received_at,
            fix.said_at,
            fix.usable(self._policy),
            quality.source,
            quality.accuracy_m,
            quality.age_s,
            fix.battery_pct,
            fix.district,
            fix.cell,
            fix.depth_m,
            fix.outside,
            pack([self._sealer.seal(position, key, self._place(case_id))]),
        )

    def fix(self, case_id: UUID, row: tuple[Any, ...]) -> Fix | None:
        """Of values of ``READ``; None once the track's key is destroyed."""
        taken_at, received_at, said_at, source, accuracy_m, age_s, battery_pct = row[:7]
        district, cell, depth_m, outside, sealed = row[7:]
        opened = self._sealer.opened_at(self._place(case_id), sealed)
        if not opened:
            return None
        return Fix(
            position=Position.model_validate_json(opened[0]),
            quality=FixQuality(
                source=FixSource(source),
                accuracy_m=accuracy_m,
                fixed_at=None if age_s is None else taken_at,
                age_s=age_s,
            ),
            moment=taken_at,
            received_at=received_at,
            said_at=said_at,
            district=district,
            cell=cell,
            depth_m=depth_m,
            outside=outside,
            battery_pct=battery_pct,
        )

    def _place(self, case_id: UUID) -> Place:
        return Place(case_id, 0, self._topic, 1)
