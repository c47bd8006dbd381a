"""Folds a whole log into empty tables: rows stay in memory, the past leaves through one COPY.

For tables that nobody sees yet, made in the caller's own transaction. Indexes come last. Rows
that have been held longest go to their table when there are too many of them, and are loaded
again should a later fact touch them.
"""

from __future__ import annotations

import gc
import struct
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from psycopg.sql import SQL, Composed, Identifier

from infrastructure.engine.ahead import read_ahead
from infrastructure.engine.batch import Held, Parked, add_up, evolve, plan
from infrastructure.engine.binary import COPY_BEGIN, COPY_END, image_of, int8range
from infrastructure.log.scope import Scope
from projections.fold import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from psycopg import Copy

    from domain.base import Fact
    from infrastructure.database import Connection
    from infrastructure.engine.batch import Numbers, Outcome, Past
    from infrastructure.engine.engine import FactReader
    from infrastructure.engine.storage import FoldStore
    from infrastructure.engine.table import Table
    from infrastructure.log.unreadable import Unreadable
    from projections.fold import Key

    Progress = Callable[[int, int], None]

PAGE: Final = 5_000
HELD_MAX: Final = 100_000
"""Rows; of the largest fold some 500 MB."""
CHUNK_ROWS: Final = 2_000
FIELDS: Final = struct.Struct(">h")


class Loader:
    """Fills the tables of ``store``; makes them, bare, when it is made.

    With ``joint`` they are there, the live one has its key, and others fill them, too.
    """

    def __init__(
        self,
        connection: Connection,
        store: FoldStore,
        *,
        held_max: int = HELD_MAX,
        page: int = PAGE,
        joint: bool = False,
    ) -> None:
        self.parked: list[Parked] = []
        self.totals: tuple[dict[Key, Numbers], ...] = tuple({} for _ in store.totals)
        self._connection = connection
        self._store = store
        self._fold = store.fold
        self._held_max = held_max
        self._page = page
        self._held: dict[Key, Held] = {}
        self._stored: set[Key] = set()
        """Held rows that the table has, too, maybe in an older state."""
        self._gone: set[Key] = set()
        """Rows that the table has and must not keep."""
        self._spilt = False
        """Whether rows have left before the end, so that some must be looked for."""
        self._keyed = joint
        self._joint = joint
        self._past = self._lines(store.live, past=True)
        if not joint:
            from infrastructure.engine.tables import bare

            for table in store.tables:
                connection.execute(bare(table).encode())

    def load(self, reader: FactReader, goal: int, progress: Progress | None = None) -> None:
        """Fold everything up to ``goal``, which the log has.

        Raises:
            REFUSALS: the database cannot keep a row; another way has to find out which.
        """
        self._connection.execute("SET LOCAL maintenance_work_mem = '256MB'")
        self.take(reader, Scope.of(self._fold), goal, progress)
        from infrastructure.engine.tables import keyed

        self.fill_totals(self.totals)
        for made in self._store.tables:
            if made is not self._store.tables.live or not self._keyed:
                self._run(keyed(made))

    def take(
        self, reader: FactReader, scope: Scope, goal: int, progress: Progress | None = None
    ) -> None:
        """Fold what ``scope`` covers up to ``goal``: rows and history, no totals, no indexes."""
        with _collecting_nothing(), read_ahead(reader, scope, 0, goal, size=self._page) as pages:
            for reached, facts in pages:
                self._fold_in(facts)
                if progress is not None:
                    progress(reached, goal)
            self._spill()

    def fill_totals(self, known: Iterable[Mapping[Key, Numbers]]) -> None:
        for table, totals in zip(self._store.totals, known, strict=True):
            self._fill(table, (Held(table.shape.total(*one), 0) for one in totals.items()))

    def _fold_in(self, facts: Sequence[Fact | Unreadable]) -> None:
        blocked = {one.key for one in self.parked}
        planned = plan(self._fold, facts, blocked)
        if self._spilt:
            self._load_again(planned.touches)
        outcome = evolve(self._fold, planned, self._held, blocked)
        self.parked += outcome.parked
        self._keep_past(outcome.past)
        self._hold(outcome)
        for totals, deltas in zip(self.totals, outcome.totals, strict=True):
            add_up(totals, deltas.items())
        self._spill_some()

    def _spill_some(self) -> None:
        if len(self._held) > self._held_max:
            self._spill()
            if not self._keyed:
                from infrastructure.engine.tables import keyed

                self._run(keyed(self._store.tables.live))
            self._keyed = self._spilt = True

    def _hold(self, outcome: Outcome) -> None:
        self._held.update(outcome.written)
        for key in outcome.removed:
            del self._held[key]
            if key in self._stored:
                self._stored.remove(key)
                self._gone.add(key)
        if self._fold.temporal:  # now, or each state would keep the one before alive
            for held in outcome.written.values():
                image_of(self._store.live.shape, held)

    def _load_again(self, keys: Iterable[Key]) -> None:
        self._past.close()
        wanted = [key for key in keys if key not in self._held and key not in self._gone]
        found = self._store.live.load(self._connection, wanted)
        self._held.update(found)
        self._stored.update(found)

    def _keep_past(self, past: Sequence[Past]) -> None:
        shape = self._store.live.shape
        begin = FIELDS.pack(len(shape.columns) + 1)
        parts: list[bytes] = []
        for held, valid_to in past:
            parts.append(begin)
            parts += image_of(shape, held)
            parts.append(int8range(held.valid_from, valid_to))
        if parts:
            self._past.write(b"".join(parts))

    def _spill(self) -> None:
        """Give what is held to the table."""
        self._past.close()
        live = self._store.live
        live.delete(self._connection, self._gone)
        known = [held for key, held in self._held.items() if key in self._stored]
        for start in range(0, len(known), CHUNK_ROWS):
            live.upsert(self._connection, known[start : start + CHUNK_ROWS])
        self._fill(live, (held for key, held in self._held.items() if key not in self._stored))
        self._held.clear()
        self._stored.clear()
        self._gone.clear()

    def _fill(self, table: Table, rows: Iterable[Held]) -> None:
        begin = FIELDS.pack(len(table.columns))
        lines = self._lines(table)
        for some in _chunks(rows):
            parts: list[bytes] = []
            for one in some:
                parts.append(begin)
                parts += table.image(one)
            lines.write(b"".join(parts))
        lines.close()

    def _lines(self, table: Table, *, past: bool = False) -> _Lines:
        return _Lines(
            self._connection,
            _copy(
                table.past if past else table.name,
                [*self._past_columns(), "valid"] if past else [one.name for one in table.columns],
                frozen=not self._joint,
            ),
        )

    def _past_columns(self) -> list[str]:
        """What a line of history says of a row, in this order."""
        return [one.name for one in self._store.live.shape.columns]

    def _run(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._connection.execute(statement.encode())


def loader_of(connection: Connection, store: FoldStore, **options: Any) -> Loader:
    """The quickest loader that the fold allows; see ``Loader`` for the options."""
    if isinstance(store.fold, Course):
        from infrastructure.engine.courses import CourseLoader

        return CourseLoader(connection, store, **options)
    return Loader(connection, store, **options)


class _Lines:
    """A COPY that begins with its first lines and can be ended and begun again."""

    def __init__(self, connection: Connection, statement: Composed) -> None:
        self._connection = connection
        self._statement = statement
        self._open = ExitStack()
        self._copy: Copy | None = None

    def write(self, lines: bytes) -> None:
        if self._copy is None:
            cursor = self._connection.cursor()
            self._copy = self._open.enter_context(cursor.copy(self._statement))
            self._copy.write(COPY_BEGIN)
        self._copy.write(lines)

    def close(self) -> None:
        if self._copy is not None:
            self._copy.write(COPY_END)
            self._copy = None
            self._open.close()


def _copy(table: Identifier, columns: Iterable[str], *, frozen: bool) -> Composed:
    """Frozen: nobody sees the table before it is whole, so every row may be seen by all.

    That needs a table which the same transaction has made.
    """
    return SQL("COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE {})").format(
        table, SQL(", ").join(map(Identifier, columns)), SQL("on" if frozen else "off")
    )


def _chunks(rows: Iterable[Held]) -> Iterator[list[Held]]:
    remaining = iter(rows)
    while some := list(islice(remaining, CHUNK_ROWS)):
        yield some


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Facts and rows make no cycles: looking for some would add a quarter to the work."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
