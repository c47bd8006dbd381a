"""Looks for byte strings in what comes in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from psycopg.abc import Buffer

PIECE_BYTES: Final = 4 * 1024 * 1024


class Sought:
    """Byte strings that must be nowhere; counts what it has looked through."""

    def __init__(self, needles: Collection[bytes]) -> None:
        self._needles = tuple(needles)
        self._overlap = max((len(one) for one in self._needles), default=1) - 1
        self.bytes_searched = 0

    def is_in(self, pieces: Iterable[Buffer]) -> bool:
        """Whether any stands in the joined pieces, also across a border of two."""
        held = bytearray()
        for piece in pieces:
            held += piece
            self.bytes_searched += len(piece)
            if len(held) >= PIECE_BYTES:
                if self._stands_in(held):
                    return True
                del held[: len(held) - self._overlap]
        return self._stands_in(held)

    def _stands_in(self, held: bytearray) -> bool:
        return any(one in held for one in self._needles)
