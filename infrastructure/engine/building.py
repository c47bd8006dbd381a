"""A fold's tables, built from the log beside those that are read."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
import structlog
from psycopg.sql import SQL, Identifier

from infrastructure.engine.engine import BATCH_MAX
from infrastructure.engine.loading import Loader, loader_of
from infrastructure.engine.storage import REFUSALS, FoldStore
from infrastructure.engine.tables import (
    SHADOW,
    FoldTables,
    bare,
    indexes,
    keyed,
    promoted,
    statements,
)
from infrastructure.log.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from infrastructure.database import Connection
    from infrastructure.engine.batch import Parked
    from infrastructure.engine.crew import Crew
    from infrastructure.engine.engine import FactReader
    from infrastructure.engine.loading import Progress
    from infrastructure.engine.share import Task
    from projections.fold import Fold

log = structlog.get_logger()


class Build:
    """A fold's tables in a schema of their own, made new."""

    def __init__(
        self,
        connection: Connection,
        fold: Fold[Any],
        reader: FactReader,
        *,
        schema: str = SHADOW,
    ) -> None:
        self.connection = connection
        self.fold = fold
        self.position = 0
        self.parked: list[Parked] = []
        self.store = FoldStore(fold, schema)
        self._reader = reader

    def begin(self, goal: int, progress: Progress | None) -> None:
        """Make the tables and fold up to ``goal``, or the log's end."""
        upto = min(goal, self._reader.head())
        drop(self.connection, self.store.tables)
        try:
            with self.connection.transaction():
                loader = loader_of(self.connection, self.store)
                loader.load(self._reader, upto, progress)
        except REFUSALS:  # fact by fact, to find the one behind it
            log.warning("fold.loading_refused", fold=self.fold.name)
            for statement in statements(self.store.tables):
                self.connection.execute(statement.encode())
            self.catch_up(upto, progress)
        else:
            self.position, self.parked = upto, loader.parked
        self._analyze()

    def begin_shared(self, crew: Crew, task: Task, progress: Progress | None) -> None:
        """As ``begin``, by several processes; others could see the tables, but nobody looks.

        Raises:
            Refused: the database cannot keep a row: ``begin`` finds out which.
            RebuildFailed: a process has died, or could not go on.
        """
        drop(self.connection, self.store.tables)
        for table in self.store.tables:
            self._run(bare(table))
        live, history = self.store.tables.live, self.store.tables.history
        key, *others = keyed(live)  # rows are found by their key when they do not fit in memory
        self._run(key)
        shared = crew.fold(task, len(self.store.totals), progress)
        crew.run(task, [*others, *(indexes(history) if history is not None else ())])
        if history is not None:
            self._run(promoted(history))
        with self.connection.transaction():
            Loader(self.connection, self.store, joint=True).fill_totals(shared.totals)
            for table in self.store.tables.totals:
                for statement in keyed(table):
                    self._run(statement)
        self.position, self.parked = task.goal, shared.parked
        self._analyze()

    def _run(self, statement: str) -> None:
        self.connection.execute(statement.encode())

    def catch_up(self, goal: int, progress: Progress | None) -> None:
        """Fold up to exactly ``goal``, or the log's end; the caller has the transaction."""
        while self.position < goal:
            upto = min(self.position + BATCH_MAX, goal, self._reader.head())
            if upto == self.position:
                break
            facts = self._reader.page(self.position, upto, Scope.of(self.fold))
            blocked = {one.key for one in self.parked}
            self.parked += self.store.fold_in_carefully(self.connection, facts, blocked)
            self.position = upto
            if progress is not None:
                progress(self.position, goal)

    def _analyze(self) -> None:
        self.connection.execute("SET default_statistics_target = 10")  # rows of many columns
        for table in self.store.tables:
            self.connection.execute(SQL("ANALYZE {}").format(name_of(table)))

    @contextmanager
    def gone_on_failure(self) -> Iterator[None]:
        """What was built to be used is dropped; the failure goes on."""
        try:
            yield
        except BaseException:
            with suppress(psycopg.Error):
                drop(self.connection, self.store.tables)
            raise

    @contextmanager
    def undone_on_failure(self) -> Iterator[None]:
        """What is rolled back in the tables is forgotten here, too."""
        position, parked = self.position, list(self.parked)
        try:
            yield
        except BaseException:
            self.position, self.parked = position, parked
            raise


def drop(connection: Connection, tables: FoldTables) -> None:
    for table in tables:
        connection.execute(SQL("DROP TABLE IF EXISTS {}").format(name_of(table)))


def name_of(table: sa.Table) -> Identifier:
    return Identifier(table.schema or "public", table.name)
