"""Opens sealed parts, to see that each was sealed for the row in which it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

from infrastructure.verifying.copying import NULL, fields_of
from infrastructure.verifying.findings import Finding, Found, Seals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from infrastructure.log.sealing import Place

SEALED_NULL: Final = slice(-40, -36)
"""Where a row ends with NULL for its sealed parts and its hash, the length -1 stands here."""
POSITION: Final = slice(6, 14)


class Opener(Protocol):
    def opened_at(self, place: Place, sealed: bytes) -> list[bytes]:
        """What is sealed there, for every key that lives.

        Raises:
            SealBroken: it was sealed for another place, or changed.
            KeyRingUnavailable: the keys cannot be read.
        """
        ...


class SealCheck:
    """Rows that are good in the chain; the first whose sealed parts are not its own is kept.

    Args:
        opener: makes what opens; called when the first sealed part is met. None opens nothing.
        after: rows up to this position are not looked at: a signature vouches for them.
    """

    def __init__(self, opener: Callable[[], Opener] | None, *, after: int) -> None:
        self._make = opener
        self._opener: Opener | None = None
        self._after = after
        self._opened = 0
        self._unopened = 0
        self.found: Found | None = None

    @property
    def seals(self) -> Seals:
        return Seals(self._opened, self._unopened)

    def take(self, rows: Sequence[bytes]) -> None:
        if not rows or int.from_bytes(rows[-1][POSITION]) <= self._after:
            return
        if self._opener is None and self._make is None:
            self._unopened += sum(row[SEALED_NULL] != NULL for row in rows)
            return
        for row in rows:
            if row[SEALED_NULL] != NULL and int.from_bytes(row[POSITION]) > self._after:
                self._open(row)

    def _open(self, row: bytes) -> None:
        from application.errors import KeyRingUnavailable
        from infrastructure.log.errors import SealBroken
        from infrastructure.log.sealing import Place

        position, aggregate_id, version, topic, schema_version, *_, sealed, _ = fields_of(row)
        if sealed is None:  # the four bytes before its end were a hash's by chance
            return
        place = Place(
            UUID(bytes=aggregate_id),
            int.from_bytes(version or b"", signed=True),
            (topic or b"").decode(errors="replace"),
            int.from_bytes(schema_version or b"", signed=True),
        )
        try:
            self._ready().opened_at(place, sealed)
            self._opened += 1
        except SealBroken:
            if self.found is None:
                at = int.from_bytes(position or b"")
                self.found = Found(at, Finding.SEAL_MOVED, "its sealed part is not its own")
        except KeyRingUnavailable:
            self._unopened += 1

    def _ready(self) -> Opener:
        from application.errors import KeyRingUnavailable

        if self._opener is None:
            if self._make is None:
                raise KeyRingUnavailable("no keys were given")
            try:
                self._opener = self._make()
            except KeyRingUnavailable:
                self._make = None
                raise
        return self._opener
