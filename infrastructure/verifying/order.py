"""What must be in order along the log beside its numbers: each aggregate's versions, and time."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from infrastructure.verifying.findings import Finding, Found

if TYPE_CHECKING:
    from collections.abc import Sequence

FRONT: Final = struct.Struct(">hiqi16siii")
"""Field count; then length and value of position, aggregate id and version; length of topic."""
BEFORE_CAUSATION: Final = FRONT.size + 8 + 20 + 20
"""Further on, beside the topic: schema version, event id and correlation id."""
SHORT: Final = 4
"""Bytes of a NULL field, and of a length."""
MOMENT: Final = 12
MICROSECONDS: Final = struct.Struct(">q")
EARLIEST: Final = -(2**63)
FIRST_VERSIONS: Final = (0, 1)


class FactOrder:
    """Rows that follow in the chain, looked at for order; the first out of order is kept.

    Args:
        from_start: whether the first row shown is the log's first: an aggregate seen for the
            first time has its first version then.
    """

    def __init__(self, *, from_start: bool) -> None:
        self._from_start = from_start
        self._versions: dict[bytes, int] = {}
        self._moment = EARLIEST
        self.first_moment: int | None = None
        self.found: Found | None = None

    @property
    def moment(self) -> int:
        """When the last row was recorded, in microseconds since 2000-01-01 UTC."""
        return self._moment

    def take(self, rows: Sequence[bytes]) -> None:
        """Look at these, as many as are good in the chain."""
        versions, moment = self._versions, self._moment
        last = versions.get
        front, number, microseconds = FRONT.unpack_from, int.from_bytes, MICROSECONDS.unpack_from
        for row in rows:
            _, _, position, _, aggregate, _, version, topic = front(row)
            before = last(aggregate)
            if version - 1 != before and (before is not None or self._too_late(version)):
                self._keep(position, Finding.REORDERED, "a version does not follow the one before")
            versions[aggregate] = version
            place = BEFORE_CAUSATION + topic
            place += SHORT if row[place] else 20  # causation id
            place += SHORT + number(row[place : place + SHORT])  # actor
            place += SHORT if row[place] else MOMENT  # occurred_at
            place += MOMENT + SHORT  # received_at
            [recorded] = microseconds(row, place)
            if recorded < moment:
                self._keep(position, Finding.BACKDATED, "recorded before the row before it")
            moment = recorded
            if self.first_moment is None:
                self.first_moment = recorded
        self._moment = moment

    def _too_late(self, version: int) -> bool:
        return self._from_start and version not in FIRST_VERSIONS

    def _keep(self, position: int, kind: Finding, what: str) -> None:
        if self.found is None:
            self.found = Found(position, kind, what)
