"""SMPP 3.4 as a message centre speaks it: written anew, so that no library talks to itself."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio

HEADER: Final = struct.Struct(">IIII")
TLV: Final = struct.Struct(">HH")
RESPONSE: Final = 0x8000_0000
PDU_BYTES_MAX: Final = 70_000


class Command(IntEnum):
    GENERIC_NACK = 0x8000_0000
    QUERY_SM = 0x03
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15


class Status(IntEnum):
    OK = 0x00
    UNKNOWN_COMMAND = 0x03
    NOT_BOUND = 0x04
    SYSTEM_ERROR = 0x08
    BAD_DESTINATION = 0x0B
    BAD_PASSWORD = 0x0E
    THROTTLED = 0x58
    NOT_UNDERSTOOD = 0x45
    QUERY_FAILED = 0x67


class Tag(IntEnum):
    RECEIPTED_MESSAGE_ID = 0x001E
    USER_MESSAGE_REFERENCE = 0x0204
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


@dataclass(frozen=True, slots=True)
class Pdu:
    command: int
    sequence: int
    status: int = Status.OK
    body: bytes = b""

    def encoded(self) -> bytes:
        length = HEADER.size + len(self.body)
        return HEADER.pack(length, self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = Status.OK, body: bytes = b"") -> Pdu:
        return Pdu(self.command | RESPONSE, self.sequence, status, body)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What a submit_sm says, as far as a message centre must know it."""

    sender: str
    destination: str
    esm_class: int
    coding: int
    receipt_wanted: bool
    words: bytes
    tags: dict[int, bytes] = field(default_factory=dict)

    @property
    def mark(self) -> int | None:
        found = self.tags.get(Tag.USER_MESSAGE_REFERENCE)
        return int.from_bytes(found) if found else None


async def read(stream: asyncio.StreamReader) -> Pdu:
    """The next message.

    Raises:
        EOFError, ConnectionError: the other side has gone.
        ValueError: it is none.
    """
    length, command, status, sequence = HEADER.unpack(await stream.readexactly(HEADER.size))
    if not HEADER.size <= length <= PDU_BYTES_MAX:
        raise ValueError("a length that cannot be")
    body = await stream.readexactly(length - HEADER.size)
    return Pdu(command, sequence, status, body)


def texts(body: bytes, count: int) -> tuple[list[str], bytes]:
    """The first ``count`` strings that end with a zero, and what follows them."""
    found = []
    for _ in range(count):
        one, end, body = body.partition(b"\0")
        if not end:
            raise ValueError("a string without an end")
        found.append(one.decode("latin-1"))
    return found, body


def submitted(body: bytes) -> Submitted:
    """Read a submit_sm (4.4.1).

    Raises:
        ValueError, IndexError, struct.error: it is none.
    """
    _, rest = texts(body, 1)
    [sender], rest = texts(rest[2:], 1)
    [destination], rest = texts(rest[2:], 1)
    esm_class = rest[0]
    _, rest = texts(rest[3:], 2)
    receipt, _, coding, _, length = rest[:5]
    words, rest = rest[5 : 5 + length], rest[5 + length :]
    tags = _tags(rest)
    return Submitted(
        sender=sender,
        destination=destination,
        esm_class=esm_class,
        coding=coding,
        receipt_wanted=bool(receipt & 0x03),
        words=tags.get(Tag.MESSAGE_PAYLOAD, words),
        tags=tags,
    )


def receipt(  # noqa: PLR0913 (of which message, to whom, and what became of it)
    sequence: int,
    *,
    reference: str,
    sender: str,
    destination: str,
    state: int,
    words: str,
    mark: int | None,
) -> Pdu:
    """A deliver_sm that is a delivery receipt: fields of 5.3.2, and the words of appendix B."""
    said = words.encode("ascii")
    body = b"\0\1\1" + destination.encode() + b"\0\0\1" + sender.encode() + b"\0"
    body += bytes((0x04, 0, 0)) + b"\0\0" + bytes((0, 0, 0, 0, len(said))) + said
    tags = {
        Tag.RECEIPTED_MESSAGE_ID: reference.encode() + b"\0",
        Tag.MESSAGE_STATE: bytes((state,)),
    }
    if mark is not None:
        tags[Tag.USER_MESSAGE_REFERENCE] = mark.to_bytes(2)
    for tag, value in tags.items():
        body += TLV.pack(tag, len(value)) + value
    return Pdu(Command.DELIVER_SM, sequence, body=body)


def _tags(rest: bytes) -> dict[int, bytes]:
    found = {}
    while rest:
        tag, length = TLV.unpack_from(rest)
        rest = rest[TLV.size :]
        if len(rest) < length:
            raise ValueError("a field without an end")
        found[tag], rest = rest[:length], rest[length:]
    return found
