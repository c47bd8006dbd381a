"""Reads facts from the log: in the order of all, or of one aggregate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import psycopg

import domain.catalogue  # noqa: F401 - makes every topic readable
from application.errors import LogUnavailable
from infrastructure.log.errors import UnreadableFact
from infrastructure.log.stored import COLUMNS, StoredFact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.base import Fact
    from infrastructure.database import Connection, Database
    from infrastructure.log.mapper import FactMapper

PAGE = f"SELECT {COLUMNS} FROM events WHERE position > %s ORDER BY position LIMIT %s"  # noqa: S608
STREAM = f"SELECT {COLUMNS} FROM events WHERE aggregate_id = %s ORDER BY version"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored fact that this process cannot read; ``reason`` holds no personal data."""

    position: int
    aggregate_id: UUID
    version: int
    topic: str
    reason: str


class LogReader:
    """Facts come with their envelope; without ``unseal`` personal fields are ERASED."""

    def __init__(self, database: Database, mapper: FactMapper) -> None:
        self._database = database
        self._mapper = mapper

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

    def head(self) -> int:
        """The last position; 0 while the log is empty."""
        return self._number("SELECT position FROM log_head", ())

    def position_at(self, moment: datetime) -> int:
        """The last position that was recorded at or before ``moment``; 0 for none."""
        return self._number("SELECT position_at(%s)", (moment,))

    def _facts(
        self,
        query: str,
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
            return Unreadable(
                position=stored.recorded.position if stored.recorded else 0,
                aggregate_id=cast("UUID", stored.originator_id),
                version=stored.originator_version,
                topic=stored.topic,
                reason=f"{error.reason}: {error}",
            )

    def _number(self, query: str, values: tuple[Any, ...]) -> int:
        [(number,)] = self._rows(query, values, None)
        return int(number)

    def _rows(
        self, query: str, values: tuple[Any, ...], connection: Connection | None
    ) -> Sequence[tuple[Any, ...]]:
        try:
            if connection is not None:
                return _asked(connection, query, values)
            with self._database.connection() as pooled:
                return _asked(pooled, query, values)
        except psycopg.OperationalError as error:
            raise LogUnavailable(str(error)) from error


def _asked(
    connection: Connection, query: str, values: tuple[Any, ...]
) -> Sequence[tuple[Any, ...]]:
    cursor = connection.cursor(binary=True)
    return cursor.execute(query.encode(), values, prepare=True).fetchall()
