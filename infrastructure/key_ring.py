"""The subjects' keys, wrapped by a key-encryption key that the database never sees.

A data key is 256 random bits; what stands in ``wrapped`` is the wrapper's (``infrastructure.kek``).
Keys are kept in memory for a short while. When one is destroyed anywhere, the epoch in the table
``key_custody`` grows, which every process looks at before it uses what it remembers.
"""

from __future__ import annotations

import os
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.errors import KeyRingUnavailable
from infrastructure.log.stored import NewKey
from infrastructure.prepared import Prepared
from infrastructure.remembered_keys import DataKey, Epoch, RememberedKeys
from infrastructure.subject_keys import PostgresSubjectKeys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infrastructure.database import Connection, Database
    from infrastructure.kek import KeyWrapper

KEY_BYTES = 32
MAKE_ATTEMPTS_MAX = 3

LIVING = Prepared(
    "living_subject_key",
    "SELECT key_id, subject, wrapped, kek_id FROM subject_keys"
    " WHERE subject = $1 AND destroyed_at IS NULL",
)
MAKE = Prepared("make_subject_key", "SELECT make_subject_key($1, $2, $3, $4)")
MADE_UNDER = "SELECT kek_id FROM key_custody"


class PostgresKeyRing:
    """Keys in the table ``subject_keys``, beside the log and never without the KEK readable.

    Args:
        database: where the table is.
        kek: the key-encryption key of the settings.
        further: reads all that this process may use, by id: called when a key turns up that was
            wrapped by another, as during a rotation.
    """

    def __init__(
        self,
        database: Database,
        kek: KeyWrapper,
        *,
        further: Callable[[], Mapping[str, KeyWrapper]] = dict,
    ) -> None:
        self._database = database
        self._kek = self._current = kek
        self._further = further
        self._wrappers: dict[str, KeyWrapper] = {kek.id: kek}
        self._remembered = RememberedKeys()
        self._epoch = Epoch(database)

    def sealing_key(self, subject: UUID) -> DataKey:
        """See ``infrastructure.log.sealing.KeyRing``; two at once get the same key."""
        self._forget_the_destroyed()
        known = self._remembered.of_subject(subject)
        if known is not None and known.unstored is None:
            return known
        try:
            with self._database.connection() as connection:
                key = self._living(connection, subject) or self._made(connection, subject)
        except psycopg.OperationalError as error:
            raise KeyRingUnavailable("the key ring's database is away") from error
        if key is None:
            raise KeyRingUnavailable(f"the key of {subject} was destroyed while it was made")
        return key

    def key_to_seal_with(self, subject: UUID, *, is_new: bool) -> DataKey:
        """See ``infrastructure.log.sealing.KeyRing``; what is made here opens nothing elsewhere.

        A key that nobody is told of stays remembered, and is sent again with the next facts: it
        may be stored by now, which does no harm.
        """
        self._forget_the_destroyed()
        known = self._remembered.of_subject(subject)
        if known is not None:
            return known
        if not is_new:
            try:
                with self._database.connection() as connection:
                    living = self._living(connection, subject)
            except psycopg.OperationalError as error:
                raise KeyRingUnavailable("the key ring's database is away") from error
            if living is not None:
                return living
        return self._remembered.first(self._drafted(subject))

    def opening_key(self, key_id: UUID) -> DataKey | None:
        """See ``infrastructure.log.sealing.KeyRing``."""
        self._forget_the_destroyed()
        known = self._remembered.of_id(key_id)
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
        destroyed = PostgresSubjectKeys(self._database).destroy_all([subject])
        self._remembered.clear()
        return destroyed

    def _forget_the_destroyed(self) -> None:
        if self._epoch.has_passed():
            self._remembered.clear()

    def _living(self, connection: Connection, subject: UUID) -> DataKey | None:
        rows = LIVING.rows(connection, subject.bytes)
        return self._unwrapped(*rows[0]) if rows else None

    def _drafted(self, subject: UUID) -> DataKey:
        """A new key that is stored together with the first facts it seals."""
        key_id, secret = uuid4(), os.urandom(KEY_BYTES)
        wrapper = self._current
        wrapped = wrapper.wrap(secret, subject=subject, key_id=key_id)
        key = DataKey(key_id, subject, AESGCM(secret))

        def told(is_stored: bool) -> None:  # noqa: FBT001 - an answer
            if is_stored:
                self._remembered.settle(key)
            else:
                self._remembered.forget(key)
                self.sealing_key(subject)

        return replace(key, unstored=NewKey(key_id, subject, wrapped, wrapper.id, told))

    def _made(self, connection: Connection, subject: UUID) -> DataKey | None:
        """A new key; or the one that another has made meanwhile, None when it is gone again."""
        for _ in range(MAKE_ATTEMPTS_MAX):
            key_id, secret = uuid4(), os.urandom(KEY_BYTES)
            wrapper = self._current
            wrapped = wrapper.wrap(secret, subject=subject, key_id=key_id)
            place = (subject.bytes, key_id.bytes)
            [(is_made,)] = MAKE.rows(connection, *place, wrapped, wrapper.id.encode())
            if is_made:
                return self._kept(DataKey(key_id, subject, AESGCM(secret)))
            key = self._living(connection, subject)
            if key is not None:
                return key
            under = connection.execute(MADE_UNDER).fetchone()
            if under is not None and under[0]:
                self._current = self._wrapper(under[0])
        return None

    def _unwrapped(self, key_id: UUID, subject: UUID, wrapped: bytes, kek_id: str) -> DataKey:
        secret = self._wrapper(kek_id).unwrap(wrapped, subject=subject, key_id=key_id)
        return self._kept(DataKey(key_id, subject, AESGCM(secret)))

    def _kept(self, key: DataKey) -> DataKey:
        self._remembered.keep(key)
        return key

    def _wrapper(self, kek_id: str) -> KeyWrapper:
        found = self._wrappers.get(kek_id)
        if found is None:
            self._wrappers |= self._further()
            found = self._wrappers.get(kek_id)
        if found is None:
            raise KeyRingUnavailable(
                f"subject keys are wrapped under the key-encryption key {kek_id}, "
                f"this process has {self._kek.id}: see ANSIM_KEY_ENCRYPTION_KEY, ANSIM_KEY_FILE"
            )
        return found


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

    def key_to_seal_with(self, subject: UUID, *, is_new: bool) -> DataKey:  # noqa: ARG002
        return self.sealing_key(subject)

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
