"""Seals personal fields, and opens them again while the subject's key lives.

The column ``sealed`` holds one or more parts, one for each subject of the fact:

    1 byte    layout, 1
    1 byte    number of parts
    for each part:
      16 bytes  subject          16 bytes  key id          12 bytes  nonce
      4 bytes   length of the ciphertext, big-endian
      n bytes   AES-256-GCM ciphertext with its 16-byte tag, over a JSON object of the fields

The associated data binds a part to its place: each of aggregate id, version (4 bytes), topic,
subject, key id, schema version (4 bytes) after its own length in 4 bytes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag

from domain.base import SealedPart
from infrastructure.log.drawn import Drawn
from infrastructure.log.errors import SealBroken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infrastructure.remembered_keys import DataKey

LAYOUT = 1
NONCE_BYTES = 12
PART = struct.Struct(f">16s16s{NONCE_BYTES}sI")
ONE_PART = bytes((LAYOUT, 1))
FIRST_CIPHERTEXT = 2 + PART.size
BEFORE_TOPIC = struct.Struct(">I16sIiI")
AFTER_TOPIC = struct.Struct(">I16sI16sIi")
_new_nonce = Drawn(NONCE_BYTES)


class KeyRing(Protocol):
    """One living key for each subject; destroying it erases the person from every fact."""

    def sealing_key(self, subject: UUID) -> DataKey:
        """The subject's living key, made at the first call.

        Raises:
            KeyRingUnavailable: the key ring is missing or locked.
        """
        ...

    def key_to_seal_with(self, subject: UUID, *, is_new: bool) -> DataKey:
        """The subject's living key; one that has still to be made is stored with the facts.

        Args:
            subject: whose.
            is_new: whether the subject is taken to have no key yet; it is not looked for then.

        Raises:
            KeyRingUnavailable: the key ring is missing or locked.
        """
        ...

    def opening_key(self, key_id: UUID) -> DataKey | None:
        """The key with that id; None when it has been destroyed.

        Raises:
            KeyRingUnavailable: the key ring is missing or locked, or has lost the key.
        """
        ...

    def destroy(self, subject: UUID) -> int:
        """Destroy all keys of the subject, for good; returns how many lived."""
        ...


class Sealer:
    """Seals and opens with the keys of one key ring."""

    def __init__(self, key_ring: KeyRing) -> None:
        self._key_ring = key_ring

    def seal(self, fields: bytes, key: DataKey, place: Place) -> bytes:
        """Encrypt ``fields``, a JSON object, for this place only: a part as ``pack`` takes it."""
        nonce = _new_nonce()
        subject, key_id = key.subject.bytes, key.key_id.bytes
        ciphertext = key.cipher.encrypt(nonce, fields, _bound(place, subject, key_id))
        return PART.pack(subject, key_id, nonce, len(ciphertext)) + ciphertext

    def open(self, part: SealedPart) -> bytes | None:
        """The JSON object that was sealed; None when the key is destroyed.

        Raises:
            SealBroken: it was not sealed for this place, or has been changed.
            KeyRingUnavailable: the key ring cannot be read.
        """
        key = self._key_ring.opening_key(part.key_id)
        if key is None:
            return None
        return _decrypted(key, part.nonce, part.ciphertext, associated_data(part), part)

    def opened_at(
        self, place: Place, sealed: bytes, keys: dict[bytes, DataKey | None] | None = None
    ) -> list[bytes]:
        """What is sealed in a row: a JSON object for each part whose key lives.

        Args:
            place: where the row stands.
            sealed: the row's column.
            keys: by key id; those that were needed are kept there, for as long as one reads.

        Raises:
            SealBroken, KeyRingUnavailable: as ``open``.
        """
        keys = {} if keys is None else keys
        found = []
        for subject, key_id, nonce, ciphertext in _split(sealed, place):
            if key_id in keys:
                key = keys[key_id]
            else:
                key = keys[key_id] = self._key_ring.opening_key(UUID(bytes=key_id))
            if key is not None:
                bound = _bound(place, subject, key_id)
                found.append(_decrypted(key, nonce, ciphertext, bound, place))
        return found

    def unseal(self, part: SealedPart) -> Mapping[str, Any] | None:
        """See ``application.ports.Unsealer``; values as JSON has them."""
        fields = self.open(part)
        if fields is None:
            return None
        found: dict[str, Any] = orjson.loads(fields)
        return found


class Place(NamedTuple):
    """Where in the log something is sealed."""

    aggregate_id: UUID
    version: int
    topic: str
    schema_version: int


def associated_data(part: SealedPart) -> bytes:
    place = Place(part.aggregate_id, part.version, part.topic, part.schema_version)
    return _bound(place, part.subject.bytes, part.key_id.bytes)


def _bound(place: Place, subject: bytes, key_id: bytes) -> bytes:
    topic = place.topic.encode()
    return (
        BEFORE_TOPIC.pack(16, place.aggregate_id.bytes, 4, place.version, len(topic))
        + topic
        + AFTER_TOPIC.pack(16, subject, 16, key_id, 4, place.schema_version)
    )


def _decrypted(
    key: DataKey, nonce: bytes, ciphertext: bytes, bound: bytes, place: SealedPart | Place
) -> bytes:
    try:
        return key.cipher.decrypt(nonce, ciphertext, bound)
    except InvalidTag as error:
        raise _broken(place, "not sealed for here") from error


def pack(parts: Sequence[bytes]) -> bytes | None:
    """The column's bytes; None for no parts."""
    return bytes((LAYOUT, len(parts))) + b"".join(parts) if parts else None


def unpack(
    sealed: bytes, *, aggregate_id: UUID, version: int, topic: str, schema_version: int
) -> tuple[SealedPart, ...]:
    """The parts of one row's column.

    Raises:
        SealBroken: the bytes have not this layout.
    """
    place = Place(aggregate_id, version, topic, schema_version)
    return tuple(
        SealedPart.model_construct(
            aggregate_id=aggregate_id,
            version=version,
            topic=topic,
            schema_version=schema_version,
            subject=UUID(bytes=subject),
            key_id=UUID(bytes=key_id),
            nonce=nonce,
            ciphertext=ciphertext,
        )
        for subject, key_id, nonce, ciphertext in _split(sealed, place)
    )


def _split(sealed: bytes, place: Place) -> list[tuple[bytes, bytes, bytes, bytes]]:
    """Subject, key id, nonce and ciphertext of each part."""
    if sealed[:2] == ONE_PART and len(sealed) >= FIRST_CIPHERTEXT:  # as nearly always
        subject, key_id, nonce, length = PART.unpack_from(sealed, 2)
        if length == len(sealed) - FIRST_CIPHERTEXT:
            return [(subject, key_id, nonce, sealed[FIRST_CIPHERTEXT:])]
    parts = []
    offset = 2
    try:
        layout, count = sealed[0], sealed[1]
        if layout != LAYOUT:
            raise _broken(place, f"layout {layout} unknown")
        for _ in range(count):
            subject, key_id, nonce, length = PART.unpack_from(sealed, offset)
            offset += PART.size
            parts.append((subject, key_id, nonce, sealed[offset : offset + length]))
            offset += length
    except (IndexError, struct.error) as error:
        raise _broken(place, "cut short") from error
    if offset != len(sealed):
        raise _broken(place, "wrong length")
    return parts


def _broken(place: SealedPart | Place, how: str) -> SealBroken:
    return SealBroken(f"{place.topic} {place.aggregate_id} version {place.version}: {how}")
