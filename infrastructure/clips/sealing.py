"""How clips are sealed: in chunks, so that reading can begin anywhere, and nothing can be moved.

A whole clip in the store:

    4 bytes   "ANSC"          1 byte    layout, 1         3 bytes   0
    16 bytes  clip id         16 bytes  key id
    8 bytes   length of the clear clip, big-endian
    4 bytes   length of a clear chunk, big-endian
    then for each chunk: 12 bytes nonce, AES-256-GCM ciphertext with its 16-byte tag

The associated data of a chunk is the header, the report's id and the chunk's number: a chunk that
is changed, moved, doubled, left out, or another clip's does not open, and since the length stands
in the header, neither does a clip that was cut. A piece of an upload is one nonce and ciphertext,
bound to its clip, number, offset and length. Nonces are random: an upload that is gone on with
after a crash never meets one again.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag

from application.clips.errors import ClipAltered
from domain.emergency.filming import clips_of
from infrastructure.log.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from application.clips.ports import Piece, Upload
    from infrastructure.log.sealing import KeyRing
    from infrastructure.remembered_keys import DataKey

MAGIC: Final = b"ANSC"
LAYOUT: Final = 1
HEADER: Final = struct.Struct(">4sB3x16s16sQI")
CHUNK_BYTES: Final = 64 * 1024
NONCE_BYTES: Final = 12
OVER_BYTES: Final = NONCE_BYTES + 16
BLOCK_CHUNKS: Final = 16
"""How many chunks are fetched from the store at once."""
_NUMBER: Final = struct.Struct(">Q")
_PIECE: Final = struct.Struct(">16s16s16sQQQ")
_new_nonce: Final = Drawn(NONCE_BYTES)


class KeyedSeals:
    """See ``application.clips.ports.ClipSeals``."""

    def __init__(self, key_ring: KeyRing) -> None:
        self._key_ring = key_ring

    def key_of(self, report_id: UUID) -> UUID:
        return self._key_ring.sealing_key(clips_of(report_id)).key_id

    def seal_piece(self, upload: Upload, piece: Piece, clear: bytes) -> bytes | None:
        key = self._key_ring.opening_key(upload.key_id)
        return None if key is None else _sealed(key, clear, _piece_bound(upload, piece))

    def open_piece(self, upload: Upload, piece: Piece, sealed: bytes) -> bytes | None:
        key = self._key_ring.opening_key(upload.key_id)
        return None if key is None else _opened(key, sealed, _piece_bound(upload, piece))

    def seal(self, upload: Upload, clear: bytes) -> bytes | None:
        key = self._key_ring.opening_key(upload.key_id)
        if key is None:
            return None
        return seal_whole(key, clear, report_id=upload.report_id, clip_id=upload.clip_id)

    def opened(  # noqa: PLR0913
        self,
        read: Callable[[int, int], bytes],
        *,
        report_id: UUID,
        clip_id: UUID,
        size_bytes: int,
        start: int,
        stop: int,
    ) -> Iterator[bytes] | None:
        header = read(0, HEADER.size)
        key_id, chunk_bytes = _understood(header, clip_id, size_bytes)
        key = self._key_ring.opening_key(key_id)
        if key is None:
            return None
        return _blocks(
            key, read, header + report_id.bytes, size_bytes, chunk_bytes, range(start, stop)
        )


def seal_whole(
    key: DataKey, clear: bytes, *, report_id: UUID, clip_id: UUID, chunk_bytes: int = CHUNK_BYTES
) -> bytes:
    header = HEADER.pack(MAGIC, LAYOUT, clip_id.bytes, key.key_id.bytes, len(clear), chunk_bytes)
    bound = header + report_id.bytes
    chunks = (
        _sealed(key, clear[at : at + chunk_bytes], bound + _NUMBER.pack(number))
        for number, at in enumerate(range(0, len(clear), chunk_bytes))
    )
    return header + b"".join(chunks)


def _understood(header: bytes, clip_id: UUID, size_bytes: int) -> tuple[UUID, int]:
    """Key id and length of a chunk."""
    try:
        magic, layout, clip, key_id, size, chunk_bytes = HEADER.unpack(header)
    except struct.error as error:
        raise ClipAltered("cut short before its chunks") from error
    told = (magic, layout, clip, size)
    if told != (MAGIC, LAYOUT, clip_id.bytes, size_bytes) or not chunk_bytes:
        raise ClipAltered(f"not the clip {clip_id} of {size_bytes} bytes")
    return UUID(bytes=key_id), chunk_bytes


def _blocks(  # noqa: PLR0913, PLR0917
    key: DataKey,
    read: Callable[[int, int], bytes],
    bound: bytes,
    size_bytes: int,
    chunk_bytes: int,
    wanted: range,
) -> Iterator[bytes]:
    first = wanted.start // chunk_bytes
    behind = -(-wanted.stop // chunk_bytes) if len(wanted) else first
    stored = chunk_bytes + OVER_BYTES
    for begin in range(first, behind, BLOCK_CHUNKS):
        end = min(begin + BLOCK_CHUNKS, behind)
        last = min(end * chunk_bytes, size_bytes) - (end - 1) * chunk_bytes + OVER_BYTES
        length = (end - begin - 1) * stored + last
        block = read(HEADER.size + begin * stored, length)
        if len(block) != length:
            raise ClipAltered(f"cut short after chunk {begin + len(block) // stored}")
        clear = b"".join(
            _opened(key, block[at : at + stored], bound + _NUMBER.pack(number))
            for number, at in enumerate(range(0, length, stored), begin)
        )
        offset = begin * chunk_bytes
        yield clear[max(wanted.start - offset, 0) : wanted.stop - offset]


def _piece_bound(upload: Upload, piece: Piece) -> bytes:
    return b"piece" + _PIECE.pack(
        upload.report_id.bytes,
        upload.clip_id.bytes,
        upload.key_id.bytes,
        piece.number,
        piece.offset,
        piece.size_bytes,
    )


def _sealed(key: DataKey, clear: bytes, bound: bytes) -> bytes:
    nonce = _new_nonce()
    return nonce + key.cipher.encrypt(nonce, clear, bound)


def _opened(key: DataKey, sealed: bytes, bound: bytes) -> bytes:
    try:
        return key.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise ClipAltered("not sealed for here, or changed") from error
