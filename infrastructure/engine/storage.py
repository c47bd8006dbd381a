"""Folds batches onto the tables of one fold in one schema."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import psycopg

from infrastructure.engine.batch import Held, Outcome, Parked, evolve, plan, position_of, summed
from infrastructure.engine.columns import Unkeepable, shape_of
from infrastructure.engine.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from domain.base import Fact
    from infrastructure.database import Connection
    from infrastructure.engine.tables import FoldTables
    from infrastructure.log.unreadable import Unreadable
    from projections.fold import Fold

REFUSALS: Final = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
    Unkeepable,
)
"""The database cannot keep a row: the fact behind it is poison, and the fold goes on."""


class FoldStore:
    """The tables of ``fold`` in ``schema``; the caller has the transaction."""

    def __init__(self, fold: Fold[Any], schema: str = "read") -> None:
        self.fold = fold
        self.schema = schema
        self.live = Table(schema, fold.name, shape_of(fold.row), temporal=fold.temporal)
        self.totals = tuple(
            Table(schema, one.name, shape_of(one.row), temporal=False) for one in fold.rollups
        )

    @cached_property
    def tables(self) -> FoldTables:
        from infrastructure.engine.tables import tables_of

        return tables_of(self.fold, self.schema)

    def fold_in(
        self,
        connection: Connection,
        facts: Sequence[Fact | Unreadable],
        blocked: Iterable[str] = (),
        *,
        refused: Mapping[int, str] | None = None,
        only: Mapping[int, AbstractSet[str]] | None = None,
    ) -> list[Parked]:
        """Fold ``facts`` onto the rows; what could not be folded comes back.

        Raises:
            REFUSALS: the database refuses a row, and the transaction is lost; do it again with
                ``fold_in_carefully``.
        """
        closed = set(blocked)
        planned = plan(self.fold, facts, closed, refused=refused, only=only)
        held = self.live.load(connection, planned.touches)
        outcome = evolve(self.fold, planned, held, closed)
        self._write(connection, outcome)
        return outcome.parked

    def fold_in_carefully(
        self,
        connection: Connection,
        facts: Sequence[Fact | Unreadable],
        blocked: Iterable[str] = (),
        *,
        only: Mapping[int, AbstractSet[str]] | None = None,
        refused: Mapping[int, str] | None = None,
    ) -> list[Parked]:
        """As ``fold_in``; a batch that is refused is halved until the fact is found."""
        closed = set(blocked)
        try:
            with connection.transaction():
                return self.fold_in(connection, facts, closed, refused=refused, only=only)
        except REFUSALS as error:
            if len(facts) == 1:
                known = {position_of(facts[0]): f"{type(error).__name__} of the database"}
                if refused == known:
                    raise
                return self.fold_in_carefully(connection, facts, closed, only=only, refused=known)
        half = len(facts) // 2
        parked = self.fold_in_carefully(connection, facts[:half], closed, only=only)
        closed.update(one.key for one in parked)
        return parked + self.fold_in_carefully(connection, facts[half:], closed, only=only)

    def _write(self, connection: Connection, outcome: Outcome) -> None:
        self.live.keep_past(connection, outcome.past)
        self.live.upsert(connection, outcome.written.values())
        self.live.delete(connection, outcome.removed)
        for table, deltas in zip(self.totals, outcome.totals, strict=True):
            changed = {key: numbers for key, numbers in deltas.items() if any(numbers)}
            known = {
                key: table.shape.numbers_of(held.row)
                for key, held in table.load(connection, changed).items()
            }
            sums = {key: summed(known.get(key), delta) for key, delta in changed.items()}
            table.upsert(
                connection,
                [
                    Held(table.shape.total(key, numbers), 0)
                    for key, numbers in sums.items()
                    if numbers is not None
                ],
            )
            table.delete(connection, [key for key, numbers in sums.items() if numbers is None])
