"""Reads facts from the log: in the order of all, or of one aggregate."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import psycopg

import domain.catalogue  # noqa: F401 - makes every topic readable
from application.errors import KeyRingUnavailable, LogUnavailable
from infrastructure.log.decoding import FactDecoder
from infrastructure.log.errors import UnreadableFact
from infrastructure.log.stored import COLUMNS, StoredFact
from infrastructure.log.unreadable import Unreadable
from infrastructure.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.base import Fact
    from infrastructure.database import Connection, Database
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.scope import Scope
    from infrastructure.remembered_keys import DataKey

PAGE = (
    f"SELECT {COLUMNS} FROM events WHERE position > %s ORDER BY position LIMIT %s"  # noqa: S608 - constants
).encode()
STREAM = (
    f"SELECT {COLUMNS} FROM events WHERE aggregate_id = %s ORDER BY version"  # noqa: S608 - constants
).encode()
HEAD = Prepared("log_head", "SELECT position FROM log_head")
TOPICS = Prepared(
    "log_topics",
    "SELECT position, topic FROM events WHERE position > $1::bigint ORDER BY position LIMIT 10000",
)
_BIGINT = struct.Struct(">q").pack


class LogReader:
    """Facts come with their envelope; without ``unseal`` personal fields are ERASED."""

    def __init__(self, database: Database, mapper: FactMapper) -> None:
        self._database = database
        self._mapper = mapper
        self._decoders: dict[Scope, FactDecoder] = {}

    def page(
        self, after: int, upto: int, scope: Scope, *, connection: Connection | None = None
    ) -> list[Fact | Unreadable]:
        """What ``scope`` covers of the positions behind ``after`` up to ``upto``, in order.

        Nothing is unsealed.

        Raises:
            LogUnavailable: the database cannot be asked.
        """
        decoder = self._decoders.get(scope)
        if decoder is None:
            decoder = self._decoders.setdefault(scope, FactDecoder(self._mapper, scope))
        return decoder.decoded(self._rows(scope.page, (after, upto, *scope.values), connection))

    def read(
        self,
        after: int,
        limit: int,
        *,
        unseal: bool = False,
        connection: Connection | None = None,
    ) -> list[Fact | Unreadable]:
        """The next facts after a position, without gaps, at most ``limit``.

        Args:
            after: 0 for the beginning.
            limit: at least 1.
            unseal: open personal fields.
            connection: read there (inside its snapshot) instead of on one of the pool.

        Raises:
            LogUnavailable: the database cannot be asked.
            KeyRingUnavailable: the key ring cannot be read (only with ``unseal``).
        """
        return self._facts(PAGE, (after, limit), unseal=unseal, connection=connection)

    def stream(self, aggregate_id: UUID, *, unseal: bool = False) -> list[Fact | Unreadable]:
        """All facts of one aggregate, by version; errors as in ``read``."""
        return self._facts(STREAM, (aggregate_id,), unseal=unseal, connection=None)

    def head(self, *, connection: Connection | None = None) -> int:
        """The last position; 0 while the log is empty.

        A ``connection`` is asked outside of transactions.
        """
        try:
            if connection is not None:
                return _first(HEAD.rows(connection))
            with self._database.connection() as pooled:
                return _first(HEAD.rows(pooled))
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error

    def topics(self, after: int) -> list[tuple[int, str]]:
        """The next facts behind ``after``, at most 10,000: position and topic of each.

        Raises:
            LogUnavailable: the database cannot be asked.
        """
        try:
            with self._database.connection() as pooled:
                return [(at, topic) for at, topic in TOPICS.rows(pooled, _BIGINT(after))]
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error

    def position_at(self, moment: datetime) -> int:
        """The last position that was recorded at or before ``moment``; 0 for none."""
        return _first(self._rows(b"SELECT position_at(%s)", (moment,), None))

    def _facts(
        self,
        query: bytes,
        values: tuple[Any, ...],
        *,
        unseal: bool,
        connection: Connection | None,
    ) -> list[Fact | Unreadable]:
        rows = self._rows(query, values, connection)
        return [self._fact(StoredFact.from_row(row), unseal=unseal) for row in rows]

    def _fact(self, stored: StoredFact, *, unseal: bool) -> Fact | Unreadable:
        try:
            return self._mapper.to_fact(stored, unseal=unseal)
        except UnreadableFact as error:
            return Unreadable.of(stored, error)

    def _rows(
        self, query: bytes, values: tuple[Any, ...], connection: Connection | None
    ) -> Sequence[tuple[Any, ...]]:
        try:
            if connection is not None:
                return _asked(connection, query, values)
            with self._database.connection() as pooled:
                return _asked(pooled, query, values)
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error


class _NoKeys:
    """The key ring of who opens nothing."""

    def sealing_key(self, subject: UUID) -> DataKey:
        raise KeyRingUnavailable(f"no key ring to seal for {subject}")

    def key_to_seal_with(self, subject: UUID, *, is_new: bool) -> DataKey:
        raise KeyRingUnavailable(f"no key ring to seal for {subject} (new: {is_new})")

    def opening_key(self, key_id: UUID) -> DataKey | None:
        raise KeyRingUnavailable(f"no key ring to open with {key_id}")

    def destroy(self, subject: UUID) -> int:
        raise KeyRingUnavailable(f"no key ring to forget {subject}")


def keyless_reader(database: Database) -> LogReader:
    """A reader that cannot unseal: for processes that fold."""
    from infrastructure.log.mapper import FactMapper

    return LogReader(database, FactMapper(_NoKeys()))


def _first(rows: Sequence[tuple[Any, ...]]) -> int:
    [(number,)] = rows
    return int(number)


def _asked(
    connection: Connection, query: bytes, values: tuple[Any, ...]
) -> Sequence[tuple[Any, ...]]:
    cursor = connection.cursor(binary=True)
    return cursor.execute(query, values, prepare=True).fetchall()
