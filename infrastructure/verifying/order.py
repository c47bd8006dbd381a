"""The facts' chain, and what must be in order along it: each aggregate's versions, and time."""

from __future__ import annotations

import struct
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from infrastructure.verifying.chain import BEFORE_HASH, FIELDS_END, GENESIS, Walk
from infrastructure.verifying.copying import COUNT_BYTES
from infrastructure.verifying.findings import Finding, Found
from infrastructure.verifying.tables import FACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

FRONT: Final = struct.Struct(">hiqi16siii")
"""Field count; then length and value of position, aggregate id and version; length of topic."""
FRAMED: Final = slice(COUNT_BYTES, FIELDS_END)
ENDING: Final = slice(FIELDS_END, None)
WELL_FORMED: Final = (FACTS.fields, 4, 8, 16)
"""A row's count of fields, and the lengths of an integer, a position or moment, and an id."""
BEFORE_CAUSATION: Final = FRONT.size + 8 + 20 + 20
"""Further on, beside the topic: schema version, event id and correlation id."""
SHORT: Final = 4
"""Bytes of a NULL field, and of a length."""
ID: Final = SHORT + 16
MOMENT: Final = SHORT + 8
LENGTH: Final = struct.Struct(">i")
RECORDED: Final = struct.Struct(">iq")
EARLIEST: Final = -(2**63)
FIRST_VERSIONS: Final = (0, 1)


class FactWalk(Walk):
    """A walk along facts; of what follows in the chain, the first out of order is kept.

    All in one loop, because every step in it is taken a million times.
    """

    def __init__(self, *, reached: int = 0, digest: bytes = GENESIS) -> None:
        super().__init__(FACTS.fields, reached=reached, digest=digest)
        self._versions: dict[bytes, int] = {}
        self.moment = EARLIEST
        """When the last row was recorded, in microseconds since 2000-01-01 UTC."""
        self.first_moment: int | None = None
        self.found: Found | None = None

    def take(self, rows: Sequence[bytes]) -> int:
        """See ``Walk.take``; a row without the form of a fact does not follow either."""
        if self.first_moment is not None or not rows:
            return self._follow(rows)
        if not self._follow(rows[:1]):
            return 0
        self.first_moment = self.moment
        return 1 + self._follow(rows[1:])

    def _follow(self, rows: Sequence[bytes]) -> int:
        good: list[bytes] = []
        with suppress(IndexError, struct.error):
            self._take(rows, good)
        self.reached += len(good)
        self.digests += b"".join(good)
        self.digest = good[-1] if good else self.digest
        return len(good)

    def _take(self, rows: Sequence[bytes], good: list[bytes]) -> None:
        previous, moment = self.digest, self.moment
        versions, add, hashed = self._versions, good.append, sha256
        fields, four, eight, sixteen = WELL_FORMED
        last, front = versions.get, FRONT.unpack_from
        length_at, recorded_at = LENGTH.unpack_from, RECORDED.unpack_from
        framed, ending, hash_length = FRAMED, ENDING, BEFORE_HASH
        for reached, row in enumerate(rows, self.reached + 1):
            previous = hashed(previous + row[framed]).digest()
            count, of_position, position, of_id, aggregate, of_version, version, topic = front(row)
            place = BEFORE_CAUSATION + topic
            place += SHORT if row[place] else ID  # causation id
            place += SHORT + length_at(row, place)[0]  # actor
            place += SHORT if row[place] else MOMENT  # occurred_at
            of_moment, recorded = recorded_at(row, place + MOMENT)  # received_at lies between
            if row[ending] != hash_length + previous or position != reached:
                break
            if count != fields or of_position != eight or of_id != sixteen:
                break
            if of_version != four or of_moment != eight:
                break
            add(previous)
            before = last(aggregate)
            if version - 1 != before and (before is not None or self._too_late(version)):
                self._keep(position, Finding.REORDERED, "a version is not the next")
            versions[aggregate] = version
            if recorded < moment:
                self._keep(position, Finding.BACKDATED, "recorded before the row before it")
            moment = recorded
        self.moment = moment

    def _too_late(self, version: int) -> bool:
        """Whether an aggregate seen for the first time begins so late in its own life."""
        return self.began == 0 and version not in FIRST_VERSIONS

    def _keep(self, position: int, kind: Finding, what: str) -> None:
        if self.found is None:
            self.found = Found(position, kind, what)
