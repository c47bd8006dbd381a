"""The texts of an NDEF message, as it stands on an NFC tag.

NFC Forum, Data Exchange Format 1.0, with the record types Text 1.0, URI 1.0 and Smart Poster 1.0.
Whatever is cut off or of another kind says nothing; no bytes make this fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

SHORT: Final = 0x10
HAS_ID: Final = 0x08
TNF: Final = 0x07
UTF_16: Final = 0x80
LANGUAGE_LENGTH: Final = 0x3F
DEPTH_MAX: Final = 2
"""A smart poster holds a message of its own, and that one holds none."""
PREFIXES: Final = (
    *("", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:"),
    *("ftp://anonymous:anonymous@", "ftp://ftp.", "ftps://", "sftp://", "smb://", "nfs://"),
    *("ftp://", "dav://", "news:", "telnet://", "imap:", "rtsp://", "urn:", "pop:", "sip:"),
    *("sips:", "tftp:", "btspp://", "btl2cap://", "btgoep://", "tcpobex://", "irdaobex://"),
    *("file://", "urn:epc:id:", "urn:epc:tag:", "urn:epc:pat:", "urn:epc:raw:", "urn:epc:"),
    "urn:nfc:",
)


def texts_of(message: bytes, depth: int = DEPTH_MAX) -> Iterator[str]:
    """The words and addresses of all records, in order."""
    at = 0
    while at + 3 <= len(message):
        flags, type_length = message[at], message[at + 1]
        at += 2
        size_bytes = 1 if flags & SHORT else 4
        size = int.from_bytes(message[at : at + size_bytes])
        at += size_bytes
        id_length = 0
        if flags & HAS_ID and at < len(message):
            id_length = message[at]
            at += 1
        kind = message[at : at + type_length]
        begins = at + type_length + id_length
        payload = message[begins : begins + size]
        at = begins + size
        yield from _read(flags & TNF, kind, payload, depth)


def _read(tnf: int, kind: bytes, payload: bytes, depth: int) -> Iterator[str]:
    match tnf, kind:  # type name formats: 1 well known, 3 an address
        case 1, b"T" if payload:
            words = payload[1 + (payload[0] & LANGUAGE_LENGTH) :]
            yield words.decode(_utf_16(words) if payload[0] & UTF_16 else "utf-8", "replace")
        case 1, b"U" if payload:
            prefix = PREFIXES[payload[0]] if payload[0] < len(PREFIXES) else ""
            yield prefix + payload[1:].decode("utf-8", "replace")
        case 1, b"Sp" if depth > 1:
            yield from texts_of(payload, depth - 1)
        case 3, _:
            yield kind.decode("utf-8", "replace")
        case _:
            return


def _utf_16(words: bytes) -> str:
    """Big-endian, unless its first two bytes say otherwise."""
    return "utf-16" if words[:2] in {b"\xfe\xff", b"\xff\xfe"} else "utf-16-be"
