"""The rows of both chains as the notary reads them: in one snapshot, each hash computed anew."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import psycopg

from application.errors import HistoryRewritten
from domain.checkpoint import NOTHING
from domain.merkle import HASH_BYTES
from infrastructure.verifying.copying import batches
from infrastructure.verifying.tables import ACCESS, ACCESS_START, FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checkpoint import TreeHead
    from infrastructure.database import Connection
    from infrastructure.verifying.tables import Chain

CHAINS: Final = {"facts": FACTS, "access": ACCESS}
NUMBER: Final = slice(6, 14)
"""Of a copied row: 2 bytes of field count, 4 of length, then the number."""
HASHED: Final = slice(2, -4 - HASH_BYTES)
HASH: Final = slice(-HASH_BYTES, None)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one chain after some number: their joined hashes, and the last one's."""

    leaves: bytes
    head: str

    @property
    def count(self) -> int:
        return len(self.leaves) // HASH_BYTES


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Read everything as it stands at one moment."""
    before = connection.isolation_level
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            yield
    finally:
        connection.isolation_level = before


def rows_after(connection: Connection, chain: Chain, last: TreeHead | None) -> Rows:
    """The rows that came since the sealed head, and that they follow it.

    Raises:
        HistoryRewritten: they do not.
    """
    size, previous = (last.size, bytes.fromhex(last.head)) if last else (0, bytes(HASH_BYTES))
    name = chain.rows.name
    if size and _hash_at(connection, chain, size) != previous:
        raise HistoryRewritten(f"{name}: row {size} is not the one that was sealed")
    number, leaves = size, bytearray()
    for batch in batches(connection, chain.copy(size + 1)):
        for row in batch:
            number += 1
            if row[NUMBER] != number.to_bytes(8):
                raise HistoryRewritten(f"{name}: row {number} is missing")
            previous = sha256(previous + row[HASHED]).digest()
            if row[HASH] != previous:
                raise HistoryRewritten(f"{name}: row {number} does not follow the row before it")
            leaves += previous
    head_number, head_hash = _head(connection, chain)
    if head_number != number or head_hash != previous:
        raise HistoryRewritten(f"{name}: its head names row {head_number}, the last is {number}")
    return Rows(bytes(leaves), previous.hex() if number else NOTHING)


def hashes(connection: Connection, chain: Chain, start: int, count: int) -> bytes:
    """The stored hashes of ``count`` rows from index ``start`` (from 0) on, joined; unchecked."""
    query = (
        f"SELECT string_agg(hash, ''::bytea ORDER BY {chain.number}) FROM {chain.rows.qualified}"  # noqa: S608
        f" WHERE {chain.number} > %s AND {chain.number} <= %s"
    )
    with connection.cursor(binary=True) as cursor:
        row = cursor.execute(query.encode(), (start, start + count)).fetchone()
    return bytes(row[0]) if row and row[0] else b""


def _hash_at(connection: Connection, chain: Chain, number: int) -> bytes | None:
    query = f"SELECT hash FROM {chain.rows.qualified} WHERE {chain.number} = %s"  # noqa: S608
    row = connection.execute(query.encode(), (number,)).fetchone()
    if row is None and chain is ACCESS:  # the old end may have been cut off, lawfully
        row = connection.execute(
            f"SELECT hash FROM {ACCESS_START.qualified} WHERE {chain.number} = %s".encode(),  # noqa: S608
            (number,),
        ).fetchone()
    return bytes(row[0]) if row else None


def _head(connection: Connection, chain: Chain) -> tuple[int, bytes]:
    query = f"SELECT {chain.number}, hash FROM {chain.head.qualified}"  # noqa: S608
    rows = connection.execute(query.encode()).fetchall()
    if len(rows) != 1:
        raise HistoryRewritten(f"{chain.head.name} has {len(rows)} rows")
    return int(rows[0][0]), bytes(rows[0][1])
