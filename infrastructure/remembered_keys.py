"""The keys that a process remembers, and how it learns that some were destroyed."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import psycopg

from infrastructure.subject_keys import EPOCH_S

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from infrastructure.database import Database
    from infrastructure.log.stored import NewKey

CACHED_MAX = 10_000
CACHED_S = 30.0


@dataclass(frozen=True, slots=True)
class DataKey:
    """A subject's key, ready for use; never shown."""

    key_id: UUID
    subject: UUID
    cipher: AESGCM = field(repr=False)
    unstored: NewKey | None = field(default=None, repr=False)
    """What has to be stored with the facts that it seals; None when it is stored."""


class RememberedKeys:
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
            self._keep(key)

    def _keep(self, key: DataKey) -> None:
        self._by_id[key.key_id] = (time.monotonic() + CACHED_S, key)
        self._by_id.move_to_end(key.key_id)
        self._ids[key.subject] = key.key_id
        while len(self._by_id) > CACHED_MAX:
            _, (_, oldest) = self._by_id.popitem(last=False)
            self._ids.pop(oldest.subject, None)

    def first(self, draft: DataKey) -> DataKey:
        """Keep a key that is not stored yet; or another of the subject, which was quicker."""
        with self._lock:
            known = self._by_id.get(self._ids.get(draft.subject, draft.key_id))
            if known is None or known[0] < time.monotonic():
                self._keep(draft)
                return draft
            return known[1]

    def settle(self, key: DataKey) -> None:
        """The key is stored; unless it was forgotten meanwhile, which may have had its reason."""
        with self._lock:
            if key.key_id in self._by_id:
                self._keep(key)

    def forget(self, key: DataKey) -> None:
        with self._lock:
            if self._by_id.pop(key.key_id, None) and self._ids.get(key.subject) == key.key_id:
                del self._ids[key.subject]

    def clear(self) -> None:
        with self._lock:
            self._by_id.clear()
            self._ids.clear()


class Epoch:
    """Whether keys have been destroyed since this process looked last, here or elsewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._next = 0.0
        self._seen: int | None = None

    def has_passed(self) -> bool:
        """Asks the database at most every ``EPOCH_S``; while it is away, nothing has passed."""
        if time.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return False
        try:
            with self._database.connection() as connection:
                row = connection.execute("SELECT epoch FROM key_custody").fetchone()
        except psycopg.OperationalError:
            return False
        else:
            now = int(row[0]) if row else 0
            passed, self._seen = self._seen is not None and now != self._seen, now
            return passed
        finally:
            self._next = time.monotonic() + EPOCH_S
            self._lock.release()
