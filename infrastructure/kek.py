"""Key-encryption keys: what wraps the subjects' keys, and never lies in the database.

A local one wraps with AES-256-GCM: 1 byte of layout (1), 12 bytes of nonce, ciphertext and tag,
with subject and key id as associated data, so that two rows cannot be swapped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.errors import KeyRingUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from uuid import UUID

    from infrastructure.settings import Settings
    from infrastructure.transit import Transit

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
LAYOUT: Final = b"\x01"
NEXT: Final = ".next"
"""Ends the name of the key file's successor while a rotation is under way."""
RETIRED: Final = ".retired-"
"""Before the id, in the names of key files that only older back-ups need."""


class KeyWrapper(Protocol):
    """Where data keys are wrapped: here, or in a key management service."""

    @property
    def id(self) -> str:
        """Stands beside each key that it has wrapped; gives nothing away."""
        ...

    def wrap(self, secret: bytes, *, subject: UUID, key_id: UUID) -> bytes:
        """The data key as the database may hold it.

        Raises:
            KeyRingUnavailable: it cannot be wrapped now.
        """
        ...

    def unwrap(self, wrapped: bytes, *, subject: UUID, key_id: UUID) -> bytes:
        """The data key.

        Raises:
            KeyRingUnavailable: it was wrapped for another row, has been changed, or the service
                is away.
        """
        ...


class KeyEncryptionKey:
    """Wraps and unwraps data keys; ``id`` tells keys apart and gives nothing away."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise KeyRingUnavailable(
                f"the key-encryption key has {len(secret)} bytes in place of {KEY_BYTES}: "
                "see ANSIM_KEY_ENCRYPTION_KEY and ANSIM_KEY_FILE"
            )
        self.id = hashlib.sha256(secret).hexdigest()[:16]
        self._cipher = AESGCM(secret)

    @classmethod
    def from_text(cls, text: str) -> KeyEncryptionKey:
        """Read 32 bytes in base64.

        Raises:
            KeyRingUnavailable: the text is something else.
        """
        try:
            return cls(base64.b64decode(text.strip(), validate=True))
        except binascii.Error as error:
            raise KeyRingUnavailable(
                "the key-encryption key is not base64: "
                "see ANSIM_KEY_ENCRYPTION_KEY and ANSIM_KEY_FILE"
            ) from error

    def wrap(self, secret: bytes, *, subject: UUID, key_id: UUID) -> bytes:
        """See ``KeyWrapper``."""
        nonce = os.urandom(NONCE_BYTES)
        return LAYOUT + nonce + self._cipher.encrypt(nonce, secret, subject.bytes + key_id.bytes)

    def unwrap(self, wrapped: bytes, *, subject: UUID, key_id: UUID) -> bytes:
        """See ``KeyWrapper``."""
        nonce, sealed = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, sealed, subject.bytes + key_id.bytes)
        except (InvalidTag, ValueError) as error:
            raise KeyRingUnavailable(f"the subject key {key_id} is damaged") from error


def read_kek(settings: Settings, default_file: Path) -> KeyWrapper:
    """The key-encryption key that the settings name: a service's, one by value, or a file's.

    Raises:
        KeyRingUnavailable: there is none, or it is no key.
    """
    service = transit_of(settings)
    if service is not None:
        return service.current()
    if settings.key_encryption_key is not None:
        return KeyEncryptionKey.from_text(settings.key_encryption_key.get_secret_value())
    return read_file(settings.key_file or default_file)


def read_file(file: Path) -> KeyEncryptionKey:
    """The key in one file; errors as in ``read_kek``."""
    try:
        return KeyEncryptionKey.from_text(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRingUnavailable(
            f"the key-encryption key cannot be read from {file}: "
            "restore the file, or set ANSIM_KEY_ENCRYPTION_KEY or ANSIM_KEY_FILE"
        ) from error


def read_further(settings: Settings, default_file: Path) -> Mapping[str, KeyWrapper]:
    """Every key that may be needed, by id: a service's versions, the file, successors, retired."""
    file = settings.key_file or default_file
    names = [file, file.with_name(file.name + NEXT), *file.parent.glob(f"{file.name}{RETIRED}*")]
    found: list[KeyWrapper] = [read_file(one) for one in names if one.exists()]
    if settings.key_encryption_key is not None:
        text = settings.key_encryption_key.get_secret_value()
        found.append(KeyEncryptionKey.from_text(text))
    service = transit_of(settings)
    return {one.id: one for one in found} | (dict(service.all()) if service else {})


def transit_of(settings: Settings) -> Transit | None:
    """The key management service of the settings; None when they name none.

    Raises:
        KeyRingUnavailable: they name one without a token.
    """
    if settings.kms_url is None:
        return None
    if settings.kms_token is None:
        raise KeyRingUnavailable("ANSIM_KMS_URL is set: set ANSIM_KMS_TOKEN, too")
    from infrastructure.transit import Transit

    token = settings.kms_token.get_secret_value()
    return Transit(settings.kms_url, token=token, key=settings.kms_key)
