"""The subjects' keys, wrapped by a key-encryption key that the database never sees.

A data key is 256 random bits. ``wrapped`` is 1 byte of layout (1), 12 bytes of nonce, and the key
under AES-256-GCM with subject and key id as associated data, so that two rows cannot be swapped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.errors import KeyRingUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from infrastructure.database import Connection, Database
    from infrastructure.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12
LAYOUT = b"\x01"
CACHED_MAX = 10_000
CACHED_S = 30.0
"""Also how long another process may still read what was erased here."""

LIVING = (
    "SELECT key_id, subject, wrapped, kek_id FROM subject_keys"
    " WHERE subject = %s AND destroyed_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class DataKey:
    """A subject's key, ready for use; never shown."""

    key_id: UUID
    subject: UUID
    cipher: AESGCM = field(repr=False)


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
        nonce = os.urandom(NONCE_BYTES)
        return LAYOUT + nonce + self._cipher.encrypt(nonce, secret, subject.bytes + key_id.bytes)

    def unwrap(self, wrapped: bytes, *, subject: UUID, key_id: UUID) -> bytes:
        """The data key.

        Raises:
            KeyRingUnavailable: it was wrapped for another row, or has been changed.
        """
        nonce, sealed = wrapped[1 : 1 + NONCE_BYTES], wrapped[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, sealed, subject.bytes + key_id.bytes)
        except (InvalidTag, ValueError) as error:
            raise KeyRingUnavailable(f"the subject key {key_id} is damaged") from error


def read_kek(settings: Settings, default_file: Path) -> KeyEncryptionKey:
    """The key-encryption key from the settings, else from its file.

    Raises:
        KeyRingUnavailable: there is none, or it is no key.
    """
    if settings.key_encryption_key is not None:
        return KeyEncryptionKey.from_text(settings.key_encryption_key.get_secret_value())
    file = settings.key_file or default_file
    try:
        return KeyEncryptionKey.from_text(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise KeyRingUnavailable(
            f"the key-encryption key cannot be read from {file}: "
            "restore the file, or set ANSIM_KEY_ENCRYPTION_KEY or ANSIM_KEY_FILE"
        ) from error


class PostgresKeyRing:
    """Keys in the table ``subject_keys``, beside the log and never without the KEK readable."""

    def __init__(self, database: Database, kek: KeyEncryptionKey) -> None:
        self._database = database
        self._kek = kek
        self._cache = _Cache()

    def sealing_key(self, subject: UUID) -> DataKey:
        """See ``infrastructure.log.sealing.KeyRing``; two at once get the same key."""
        known = self._cache.of_subject(subject)
        if known is not None:
            return known
        try:
            with self._database.connection() as connection:
                row = connection.execute(LIVING, (subject,)).fetchone()
                if row is None:
                    self._make(connection, subject)
                    row = connection.execute(LIVING, (subject,)).fetchone()
        except psycopg.OperationalError as error:
            raise KeyRingUnavailable("the key ring's database is away") from error
        if row is None:
            raise KeyRingUnavailable(f"the key of {subject} was destroyed while it was made")
        return self._unwrapped(*row)

    def opening_key(self, key_id: UUID) -> DataKey | None:
        """See ``infrastructure.log.sealing.KeyRing``."""
        known = self._cache.of_id(key_id)
        if known is not None:
            return known
        try:
            with self._database.connection() as connection:
                row = connection.execute(
                    "SELECT key_id, subject, wrapped, kek_id FROM subject_keys WHERE key_id = %s",
                    (key_id,),
                ).fetchone()
        except psycopg.OperationalError as error:
            raise KeyRingUnavailable("the key ring's database is away") from error
        if row is None:
            raise KeyRingUnavailable(f"the key ring has lost the key {key_id}: restore it")
        if row[2] is None:
            return None
        return self._unwrapped(*row)

    def destroy(self, subject: UUID) -> int:
        """See ``infrastructure.log.sealing.KeyRing``."""
        self._cache.forget(subject)
        with self._database.connection() as connection:
            destroyed = connection.execute(
                "UPDATE subject_keys SET wrapped = NULL, destroyed_at = clock_timestamp()"
                " WHERE subject = %s AND destroyed_at IS NULL",
                (subject,),
            ).rowcount
        self._cache.forget(subject)  # read again between the two
        return destroyed

    def _make(self, connection: Connection, subject: UUID) -> None:
        key_id = uuid4()
        wrapped = self._kek.wrap(os.urandom(KEY_BYTES), subject=subject, key_id=key_id)
        connection.execute(
            "INSERT INTO subject_keys (key_id, subject, wrapped, kek_id) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (subject) WHERE destroyed_at IS NULL DO NOTHING",
            (key_id, subject, wrapped, self._kek.id),
        )

    def _unwrapped(self, key_id: UUID, subject: UUID, wrapped: bytes, kek_id: str) -> DataKey:
        if kek_id != self._kek.id:
            raise KeyRingUnavailable(
                f"subject keys are wrapped under the key-encryption key {kek_id}, "
                f"this process has {self._kek.id}: see ANSIM_KEY_ENCRYPTION_KEY, ANSIM_KEY_FILE"
            )
        secret = self._kek.unwrap(wrapped, subject=subject, key_id=key_id)
        key = DataKey(key_id=key_id, subject=subject, cipher=AESGCM(secret))
        self._cache.keep(key)
        return key


class MemoryKeyRing:
    """The twin for tests that need no database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._living: dict[UUID, DataKey] = {}
        self._all: dict[UUID, DataKey | None] = {}

    def sealing_key(self, subject: UUID) -> DataKey:
        with self._lock:
            key = self._living.get(subject)
            if key is None:
                key = DataKey(uuid4(), subject, AESGCM(os.urandom(KEY_BYTES)))
                self._living[subject] = self._all[key.key_id] = key
            return key

    def opening_key(self, key_id: UUID) -> DataKey | None:
        if key_id not in self._all:
            raise KeyRingUnavailable(f"the key ring has lost the key {key_id}: restore it")
        return self._all[key_id]

    def destroy(self, subject: UUID) -> int:
        with self._lock:
            key = self._living.pop(subject, None)
            if key is None:
                return 0
            self._all[key.key_id] = None
            return 1


class _Cache:
    """The keys used last, each for a short while."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._by_id: OrderedDict[UUID, tuple[float, DataKey]] = OrderedDict()
        self._ids: dict[UUID, UUID] = {}  # of each subject, its living key

    def of_id(self, key_id: UUID) -> DataKey | None:
        with self._lock:
            found = self._by_id.get(key_id)
            if found is None or found[0] < time.monotonic():
                return None
            self._by_id.move_to_end(key_id)
            return found[1]

    def of_subject(self, subject: UUID) -> DataKey | None:
        key_id = self._ids.get(subject)
        return self.of_id(key_id) if key_id is not None else None

    def keep(self, key: DataKey) -> None:
        with self._lock:
            self._by_id[key.key_id] = (time.monotonic() + CACHED_S, key)
            self._by_id.move_to_end(key.key_id)
            self._ids[key.subject] = key.key_id
            while len(self._by_id) > CACHED_MAX:
                _, (_, oldest) = self._by_id.popitem(last=False)
                self._ids.pop(oldest.subject, None)

    def forget(self, subject: UUID) -> None:
        with self._lock:
            self._ids.pop(subject, None)
            for key_id in [i for i, (_, key) in self._by_id.items() if key.subject == subject]:
                del self._by_id[key_id]
