"""A fold's tables, built from the log beside those that are read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from psycopg.sql import SQL, Identifier

from infrastructure.engine.engine import BATCH_MAX
from infrastructure.engine.loading import loader_of
from infrastructure.engine.storage import REFUSALS, FoldStore
from infrastructure.engine.tables import SHADOW, FoldTables, statements
from infrastructure.log.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from infrastructure.database import Connection
    from infrastructure.engine.batch import Parked
    from infrastructure.engine.engine import FactReader
    from infrastructure.engine.loading import Progress
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
        drop(connection, self.store.tables)

    def begin(self, goal: int, progress: Progress | None) -> None:
        """Make the tables and fold up to ``goal``, or the log's end."""
        upto = min(goal, self._reader.head())
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
        for table in self.store.tables:
            self.connection.execute(SQL("ANALYZE {}").format(name_of(table)))

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
