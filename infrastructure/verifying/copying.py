"""Rows as the server copies them out: for each, 2 bytes of field count, then every field.

A field is its length in 4 bytes and its bytes in PostgreSQL's binary format, -1 alone for NULL:
byte for byte what is hashed. The server sends each row as one message (the protocol says so).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from psycopg import errors
from psycopg.pq import ExecStatus

if TYPE_CHECKING:
    from collections.abc import Generator

    from infrastructure.database import Connection

BATCH: Final = 512
"""Rows at once: few enough to stay in the processor's cache until they are hashed."""
SIGNATURE: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER_BYTES: Final = 2
COUNT_BYTES: Final = 2
LENGTH: Final = struct.Struct(">i")
LENGTH_BYTES: Final = 4
NULL: Final = LENGTH.pack(-1)
NUMBER: Final = struct.Struct(">iq")
NUMBER_BYTES: Final = 8


class Damaged(Exception):
    """The server cannot read what it stored."""


class Row(NamedTuple):
    """One row, for a slow and careful look."""

    number: int | None
    """None where it is NULL or no number of 8 bytes."""
    framed: bytes
    """Every field but the hash, each after its length."""
    hash: bytes

    @classmethod
    def of(cls, sent: bytes) -> Self:
        [*fields, digest] = fields_of(sent)
        first = fields[0]
        number = None
        if first is not None and len(first) == NUMBER_BYTES:
            number = int.from_bytes(first, signed=True)
        tail = len(digest) + LENGTH_BYTES if digest is not None else LENGTH_BYTES
        return cls(number, sent[COUNT_BYTES:-tail], digest or b"")

    def at(self, number: int) -> bytes:
        """The framed fields, had the row stood at another number."""
        length = max(LENGTH.unpack_from(self.framed)[0], 0)
        return NUMBER.pack(NUMBER_BYTES, number) + self.framed[LENGTH_BYTES + length :]


def fields_of(sent: bytes) -> list[bytes | None]:
    """The fields of a row, in order."""
    fields: list[bytes | None] = []
    place = COUNT_BYTES
    while place < len(sent):
        [length] = LENGTH.unpack_from(sent, place)
        place += LENGTH_BYTES
        fields.append(None if length < 0 else sent[place : place + length])
        place += max(length, 0)
    return fields


def batches(connection: Connection, query: bytes) -> Generator[list[bytes]]:
    """The rows that ``COPY … TO STDOUT (FORMAT binary)`` sends, many at a time.

    Raises:
        Damaged: the server calls its stored bytes damaged.
        psycopg.Error: it cannot be read for another reason.
    """
    server = connection.pgconn
    result = server.exec_(query)
    if result.status != ExecStatus.COPY_OUT:
        raise _told(result)
    receive = server.get_copy_data
    count, data = receive(0)
    first = bytes(data)
    if not first.startswith(SIGNATURE):
        raise errors.DataError("the server sent no binary copy")
    batch = [first[len(SIGNATURE) :]] if count > len(SIGNATURE) + TRAILER_BYTES else []
    try:
        while count > TRAILER_BYTES:
            add = batch.append
            for _ in range(BATCH):
                count, data = receive(0)
                if count <= TRAILER_BYTES:
                    break
                add(bytes(data))
            if batch:
                yield batch
            batch = []
    finally:
        while count >= 0:  # a copy is read to its end, or nothing else can be asked
            count, _ = receive(0)
        ended = server.get_result()
        while server.get_result() is not None:
            pass
    if ended is None or ended.status != ExecStatus.COMMAND_OK:
        raise _told(ended)


def _told(result: Any) -> Exception:
    error = errors.error_from_result(result)
    if isinstance(error, errors.DataCorrupted | errors.IndexCorrupted):
        return Damaged(str(error).partition("\n")[0])
    return error
