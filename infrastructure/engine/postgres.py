"""The engine over PostgreSQL: rows and the position reached commit together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from infrastructure.engine import selection
from infrastructure.engine.columns import shape_of
from infrastructure.engine.engine import (
    BATCH_MAX,
    FoldOutdated,
    FoldStatus,
    by_name,
    named,
)
from infrastructure.engine.moving import announce, move, tracked
from infrastructure.engine.parking import blocked_in, note_retried, park, waiting_in
from infrastructure.engine.rebuild import Rebuilder
from infrastructure.engine.storage import REFUSALS, FoldStore
from infrastructure.engine.tables import READ, tables_of
from infrastructure.engine.tail import LogTail
from infrastructure.log.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from threading import Event

    from domain.base import Fact
    from infrastructure.database import Connection, Database
    from infrastructure.engine.batch import Parked
    from infrastructure.engine.engine import Difference
    from infrastructure.engine.rebuild import Progress, Rebuilt
    from infrastructure.engine.tail import FollowedLog
    from infrastructure.log.unreadable import Unreadable
    from projections.fold import Fold, Key, Row

log = structlog.get_logger()


class PostgresEngine:
    """Folds the log into the schema ``read``.

    Args:
        database: of the service role.
        reader: the log.
        folds: all that this engine knows.
        owner: of the tables that are read; needed to put others in their place.
        log_database: where other processes find the log; without, a rebuild takes one alone.
    """

    def __init__(
        self,
        database: Database,
        reader: FollowedLog,
        folds: Iterable[Fold[Any]],
        *,
        owner: Database | None = None,
        log_database: Database | None = None,
    ) -> None:
        self._database = database
        self._reader = reader
        self._folds = by_name(folds)
        self._stores = {name: FoldStore(fold) for name, fold in self._folds.items()}
        self._rebuilder = Rebuilder(database, owner, reader, log_database)
        self._tail = LogTail(database, reader)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._folds)

    def step(self, name: str) -> int:
        with self._database.connection() as connection:
            return len(self.advance(connection, name))

    def advance(self, connection: Connection, name: str, limit: int = BATCH_MAX) -> range:
        """Fold the next batch over ``connection``.

        Returns:
            From which position to which it has come; empty at the log's head.

        Raises:
            Overtaken: another runner has folded them; nothing was written.
            FoldOutdated: the rows are of another version than this code.
        """
        fold = named(self._folds, name)
        expected = tracked(connection, fold)
        reached = min(expected + limit, self._reader.head(connection=connection))
        way = range(expected, max(expected, reached))
        if not way:
            return way
        facts = self._reader.page(expected, reached, Scope.of(fold), connection=connection)
        if not facts:
            move(connection, fold, expected, reached, alone=True)
            return way
        store = self._stores[name]
        try:
            parked = _kept(connection, fold, way, facts, store.fold_in)
        except REFUSALS:
            parked = _kept(connection, fold, way, facts, store.fold_in_carefully)
        for one in parked:
            log.error("fact.parked", fold=name, position=one.position, reason=one.reason)
        return way

    def run(self, name: str, stop: Event) -> None:
        """Keep the fold level with the log until ``stop`` is set; others may stand by."""
        from infrastructure.engine.runner import FoldRunner

        with self._tail.followed():
            FoldRunner(self, self._database, named(self._folds, name), self._tail).run(stop)

    def position(self, name: str) -> int:
        with self._database.sqlalchemy.connect() as connection:
            return selection.tracked(connection, named(self._folds, name).name)

    def rows(self, name: str) -> dict[Key, Row]:
        return self._rows(name, None)

    def rows_as_of(self, name: str, position: int) -> dict[Key, Row]:
        return self._rows(name, position)

    def totals(self, name: str) -> dict[str, dict[Key, Row]]:
        fold = named(self._folds, name)
        found = {}
        with self._database.sqlalchemy.connect() as connection:
            for rollup, table in zip(fold.rollups, tables_of(fold).totals, strict=True):
                rows = selection.decoded(connection, rollup.row, table.select())
                found[rollup.name] = {shape_of(rollup.row).key_of(row): row for row in rows}
        return found

    def parked(self, name: str) -> list[Parked]:
        with self._database.connection() as connection:
            return waiting_in(connection, named(self._folds, name).name)

    def retry_parked(self, name: str) -> int:
        """Fold what is parked, in order; how many entries are parked no more.

        Rows get the facts' own positions, as if they had never been parked; ``read.retried``
        notes which rows they are and how far the fold was, for who follows its changes.
        """
        fold = named(self._folds, name)
        with self._database.connection() as connection, connection.transaction():
            reached = tracked(connection, fold, lock=True)
            waiting = waiting_in(connection, name)
            connection.execute("DELETE FROM read.parked WHERE fold = %s", (name,))
            only: dict[int, set[str]] = {}
            for one in waiting:
                only.setdefault(one.position, set()).add(one.key)
            scope = Scope.of(fold)
            facts = [fact for at in only for fact in self._reader.page(at - 1, at, scope)]
            still: list[Parked] = []
            if facts:
                still = self._stores[name].fold_in_carefully(connection, facts, only=only)
            park(connection, name, still)
            note_retried(connection, fold, facts, still, reached)
        with self._database.connection() as connection:
            announce(connection, name, reached)
        if waiting:
            log.info("parked_facts.retried", fold=name, tried=len(waiting), parked=len(still))
        return len(waiting) - len(still)

    def status(self, name: str) -> FoldStatus:
        fold = named(self._folds, name)
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT t.version, t.position, h.position - t.position,"
                " (SELECT count(*) FROM read.parked p WHERE p.fold = t.fold),"
                " coalesce(c.differing, 0), c.compared_at FROM log_head h, read.tracking t"
                " LEFT JOIN read.compared c ON c.fold = t.fold WHERE t.fold = %s",
                (name,),
            ).fetchone()
        if row is None:
            raise FoldOutdated(f"{name} has no rows yet: ansim migrate")
        version, position, lag, parked, differing, compared_at = row
        return FoldStatus(
            name, version, fold.version, position, lag, parked, differing, compared_at
        )

    def compare(self, name: str, progress: Progress | None = None) -> list[Difference]:
        """Fold everything again beside the live rows and name each row that differs.

        Raises:
            FoldOutdated: the rows are of another version, so they mean something else.
        """
        return self._rebuilder.compare(named(self._folds, name), progress)

    def compared_at(self, name: str) -> datetime | None:
        """When the fold was compared with the log or rebuilt last; None for never."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT compared_at FROM read.compared WHERE fold = %s", (name,)
            ).fetchone()
        return row[0] if row is not None else None

    def rebuild(
        self, name: str, progress: Progress | None = None, *, version: int | None = None
    ) -> Rebuilt:
        """Fold everything again beside the live rows, then put it in their place.

        The replaced tables stay in the schema ``retired`` until ``forget_retired`` or the
        next rebuild. Reads see the old rows or the new ones, never a part.

        Raises:
            OwnerNeeded: this process may not replace tables.
            FoldOutdated: another ``version`` is wanted than this code makes.
        """
        fold = named(self._folds, name)
        if version not in {None, fold.version}:
            raise FoldOutdated(f"{name}: this code makes version {fold.version}, not {version}")
        return self._rebuilder.rebuild(fold, progress)

    def forget_retired(self, name: str) -> None:
        self._rebuilder.forget_retired(named(self._folds, name))

    def sha256(self, name: str, schema: str = READ) -> str:
        """Digest of all tables of a fold, rows in the order of their keys."""
        from infrastructure.engine.comparison import digest

        with self._database.connection() as connection, connection.transaction():
            return digest(connection, tables_of(named(self._folds, name), schema))

    def _rows(self, name: str, position: int | None) -> dict[Key, Row]:
        fold = named(self._folds, name)
        shape = shape_of(fold.row)
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(connection, fold, position)
        return {shape.key_of(row): row for row in rows}


def _kept(
    connection: Connection,
    fold: Fold[Any],
    way: range,
    facts: Sequence[Fact | Unreadable],
    fold_in: Callable[..., list[Parked]],
) -> list[Parked]:
    """Rows, what is parked and the way from one position to another, in one transaction."""
    with connection.transaction():
        move(connection, fold, way.start, way.stop, alone=False)
        parked = fold_in(connection, facts, blocked_in(connection, fold.name))
        park(connection, fold.name, parked)
        return parked
