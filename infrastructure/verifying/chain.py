"""The hash chain, computed.

The hash of a row is SHA-256 over the hash of the row before (32 zero bytes before the first) and
every other column in the table's order, each as its length in 4 bytes and its bytes in
PostgreSQL's binary format; NULL is the length -1 and no bytes. ``docs/proof.md`` has it in full.
"""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from infrastructure.verifying.copying import COUNT_BYTES, LENGTH, NULL, NUMBER_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_BYTES: Final = 32
GENESIS: Final = bytes(HASH_BYTES)
BEFORE_HASH: Final = LENGTH.pack(HASH_BYTES)
FIELDS_END: Final = -(HASH_BYTES + len(BEFORE_HASH))
START: Final = struct.Struct(">hiq")


def digest(previous: bytes, columns: Sequence[bytes | None]) -> bytes:
    """The hash of a row from its columns but ``hash``, in binary format and table order."""
    framed = [previous]
    for column in columns:
        if column is None:
            framed.append(NULL)
        else:
            framed += (LENGTH.pack(len(column)), column)
    return sha256(b"".join(framed)).digest()


class Walk:
    """Follows a chain row by row, and stops before the first that does not follow.

    Args:
        fields: how many a row has, its number first and its hash last.
        reached: the number of the last row that is taken as good.
        digest: that row's hash.
    """

    def __init__(self, fields: int, *, reached: int = 0, digest: bytes = GENESIS) -> None:
        self._fields = fields
        self.began = reached
        self.first_digest = digest
        self.reached = reached
        self.digest = digest
        self.digests = bytearray()
        """The hashes of all good rows, one after the other."""

    def take(self, rows: Sequence[bytes]) -> int:
        """Follow these; return how many are good."""
        reached, previous = self.reached, self.digest
        good: list[bytes] = []
        add, start, fields = good.append, START.unpack_from, self._fields
        for row in rows:
            digest = sha256(previous + row[COUNT_BYTES:FIELDS_END]).digest()
            if row[FIELDS_END:] != BEFORE_HASH + digest:
                break
            if start(row) != (fields, NUMBER_BYTES, reached + 1):
                break
            reached += 1
            add(digest)
            previous = digest
        self.reached, self.digest = reached, previous
        self.digests += b"".join(good)
        return len(good)

    def digest_at(self, number: int) -> bytes:
        """The hash of a good row, or of the one before the first."""
        if number == self.began:
            return self.first_digest
        start = (number - self.began - 1) * HASH_BYTES
        return bytes(self.digests[start : start + HASH_BYTES])
