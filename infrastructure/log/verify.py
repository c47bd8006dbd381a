"""Walks the hash chain, computing every hash here and none in the database.

The hash of a row is SHA-256 over the hash of the row before (32 zero bytes before the first) and
every other column in the table's order, each as its length in 4 bytes and its bytes in
PostgreSQL's binary format (big-endian integers, 16 bytes of a uuid, UTF-8 text, microseconds since
2000-01-01 UTC as 8 bytes for a moment); NULL is the length -1 and no bytes. The server sends
columns in this very format, so they are hashed as they come.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import Loader
from psycopg.pq import Format

from infrastructure.log.stored import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from psycopg.abc import Buffer

    from infrastructure.database import Connection, Database

GENESIS = bytes(32)
PAGE = 2_000
LENGTH = struct.Struct(">i")
NULL = LENGTH.pack(-1)
ROWS = f"SELECT {COLUMNS}, hash FROM events ORDER BY position"  # noqa: S608 - constants
HEAD = "SELECT position, hash, recorded_at FROM log_head"
TYPES = ("int8", "int4", "uuid", "text", "timestamptz", "bytea")
RECORDED_AT = COLUMNS.split(", ").index("recorded_at")


class Finding(StrEnum):
    """What is wrong at the first bad position."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    TRUNCATED = "truncated"
    HEAD = "head"
    """The log is whole, but its head names another hash or moment than the last row's."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The chain's state; ``position`` is the last good one, or the first bad one."""

    position: int
    kind: Finding | None = None

    @property
    def ok(self) -> bool:
        return self.kind is None


class _AsSent(Loader):
    """Leaves a value as the bytes that the server sent."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def digest(previous: bytes, columns: Sequence[bytes | None]) -> bytes:
    """The hash of a row from its columns but ``hash``, in binary format and table order."""
    framed = [previous]
    for column in columns:
        if column is None:
            framed.append(NULL)
        else:
            framed += (LENGTH.pack(len(column)), column)
    return hashlib.sha256(b"".join(framed)).digest()


def verify(database: Database, *, progress: Callable[[int, int], None] | None = None) -> Verified:
    """Recompute the whole chain, in one snapshot.

    Args:
        database: any role that may read ``events`` and ``log_head``.
        progress: told now and then the position reached and the last one.

    Raises:
        psycopg.Error: the log cannot be read; nothing is said about it then.
    """
    connection = database.dedicated()
    try:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        with connection.transaction():
            return _walk(connection, progress or (lambda _reached, _last: None))
    finally:
        connection.close()


def _walk(connection: Connection, progress: Callable[[int, int], None]) -> Verified:
    heads = list(_as_sent(connection, HEAD))
    if len(heads) != 1:
        return Verified(0, Finding.HEAD)
    head_position, head_hash, head_moment = heads[0]
    last = int.from_bytes(head_position, signed=True)
    reached, previous, moment = 0, GENESIS, head_moment
    for *columns, stored_hash in _as_sent(connection, ROWS):
        position = int.from_bytes(columns[0] or b"", signed=True)
        if position != reached + 1 or position > last:
            return _out_of_place(position, reached, last)
        previous = digest(previous, columns)
        if previous != stored_hash:
            return Verified(position, Finding.CHANGED)
        reached, moment = position, columns[RECORDED_AT]
        if reached % PAGE == 0:
            progress(reached, last)
    progress(reached, last)
    if reached < last:
        return Verified(reached + 1, Finding.TRUNCATED)
    if head_hash != previous or head_moment != moment:
        return Verified(last, Finding.HEAD)
    return Verified(reached)


def _out_of_place(position: int, reached: int, last: int) -> Verified:
    if position <= reached or reached == last:
        return Verified(position, Finding.INSERTED)
    return Verified(reached + 1, Finding.REMOVED)


def _as_sent(connection: Connection, query: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor("verify", binary=True) as cursor:
        cursor.itersize = PAGE
        for name in TYPES:
            cursor.adapters.register_loader(name, _AsSent)
        cursor.execute(query.encode())
        yield from cursor
