"""Loads and writes the rows of one fold in one schema, a whole batch in one statement."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from infrastructure.engine.batch import (
    Held,
    Outcome,
    Parked,
    evolve,
    plan,
    position_of,
    summed,
)
from infrastructure.engine.columns import Column, shape_of
from infrastructure.engine.tables import READ, tables_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from domain.base import Fact
    from infrastructure.database import Connection
    from infrastructure.engine.columns import Shape
    from infrastructure.log.reader import Unreadable
    from projections.fold import Fold, Key, Row

REFUSALS: Final = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.ProgramLimitExceeded,
)
"""The database cannot keep a row: the fact behind it is poison, and the fold goes on."""

POSITION = Column("valid_from", "bigint", nullable=False, encode=int, decode=int)


class FoldStore:
    """The tables of ``fold`` in ``schema``; the caller has the transaction."""

    def __init__(self, fold: Fold[Any], schema: str = READ) -> None:
        self.fold = fold
        self.schema = schema
        self.tables = tables_of(fold, schema)
        self._live = _Table(schema, fold.name, shape_of(fold.row), temporal=fold.temporal)
        self._totals = tuple(
            _Table(schema, one.name, shape_of(one.row), temporal=False) for one in fold.rollups
        )

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

        A batch with a row that the database refuses is halved until the fact is found.
        """
        closed = set(blocked)
        try:
            with connection.transaction():
                planned = plan(self.fold, facts, closed, refused=refused, only=only)
                held = self._live.load(connection, planned.keys)
                outcome = evolve(self.fold, planned, held, closed)
                self._write(connection, outcome)
                return outcome.parked
        except REFUSALS as error:
            if len(facts) == 1:
                known = {position_of(facts[0]): f"{type(error).__name__} of the database"}
                if refused == known:
                    raise
                return self.fold_in(connection, facts, closed, refused=known, only=only)
        half = len(facts) // 2
        parked = self.fold_in(connection, facts[:half], closed, only=only)
        closed.update(one.key for one in parked)
        return parked + self.fold_in(connection, facts[half:], closed, only=only)

    def _write(self, connection: Connection, outcome: Outcome) -> None:
        self._live.upsert(connection, outcome.written.values())
        self._live.delete(connection, outcome.removed)
        if self.fold.temporal and outcome.past:
            lists = _turned(
                [
                    (*self._live.shape.encode(one.row), one.valid_from, one.valid_to)
                    for one in outcome.past
                ]
            )
            connection.execute(self._live.insert_past, lists, prepare=True)
        for table, rollup, deltas in zip(
            self._totals, self.fold.rollups, outcome.totals, strict=True
        ):
            known = table.load(connection, deltas)
            sums = {
                key: summed(rollup, known[key].row if key in known else None, key, delta)
                for key, delta in deltas.items()
            }
            table.upsert(connection, [Held(row, 0) for row in sums.values() if row is not None])
            table.delete(connection, [key for key, row in sums.items() if row is None])


class _Table:
    """One table with typed columns; a temporal one carries ``valid_from``."""

    def __init__(self, schema: str, name: str, shape: Shape, *, temporal: bool) -> None:
        self.shape = shape
        self.temporal = temporal
        self._name = Identifier(schema, name)
        self._past = Identifier(schema, f"{name}_history")
        self._columns = (*shape.columns, POSITION) if temporal else shape.columns

    def load(self, connection: Connection, keys: Collection[Key]) -> dict[Key, Held]:
        if not keys:
            return {}
        lists = _turned([self.shape.encode_key(key) for key in keys])
        found = {}
        for values in connection.execute(self._select, lists, prepare=True):
            row = self.shape.decode(values[:-1] if self.temporal else values)
            found[self.shape.key_of(row)] = Held(row, values[-1] if self.temporal else 0)
        return found

    def upsert(self, connection: Connection, rows: Collection[Held]) -> None:
        if rows:
            connection.execute(
                self._upsert, _turned([self._values(one) for one in rows]), prepare=True
            )

    def delete(self, connection: Connection, keys: Collection[Key]) -> None:
        if keys:
            lists = _turned([self.shape.encode_key(key) for key in keys])
            connection.execute(self._delete, lists, prepare=True)

    def _values(self, held: Held) -> tuple[Any, ...]:
        row: Row = held.row
        values = self.shape.encode(row)
        return (*values, held.valid_from) if self.temporal else values

    @cached_property
    def _select(self) -> Composed:
        return SQL("SELECT {columns} FROM {table} AS t JOIN {wanted} ON {same}").format(
            columns=_listed(self._columns, "t"),
            table=self._name,
            wanted=_unnest(self.shape.key_columns),
            same=_same(self.shape.key_columns),
        )

    @cached_property
    def _upsert(self) -> Composed:
        others = [one for one in self._columns if one.name not in self.shape.key]
        return SQL(
            "INSERT INTO {table} ({columns}) SELECT {given} FROM {rows}"
            " ON CONFLICT ({key}) DO UPDATE SET {changes}"
        ).format(
            table=self._name,
            columns=_listed(self._columns),
            given=_listed(self._columns, "w"),
            rows=_unnest(self._columns),
            key=_listed(self.shape.key_columns),
            changes=SQL(", ").join(
                SQL("{0} = EXCLUDED.{0}").format(Identifier(one.name)) for one in others
            ),
        )

    @cached_property
    def _delete(self) -> Composed:
        return SQL("DELETE FROM {table} AS t USING {wanted} WHERE {same}").format(
            table=self._name,
            wanted=_unnest(self.shape.key_columns),
            same=_same(self.shape.key_columns),
        )

    @cached_property
    def insert_past(self) -> Composed:
        until = Column("valid_to", "bigint", nullable=False, encode=int, decode=int)
        return SQL(
            "INSERT INTO {table} ({columns}, valid)"
            " SELECT {given}, int8range(w.valid_from, w.valid_to) FROM {rows}"
        ).format(
            table=self._past,
            columns=_listed(self.shape.columns),
            given=_listed(self.shape.columns, "w"),
            rows=_unnest((*self._columns, until)),
        )


def _turned(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """One list for each column."""
    return [list(values) for values in zip(*rows, strict=True)]


def _listed(columns: Iterable[Column], alias: str | None = None) -> Composed:
    return SQL(", ").join(
        Identifier(alias, one.name) if alias else Identifier(one.name) for one in columns
    )


def _unnest(columns: Sequence[Column]) -> Composed:
    arrays = SQL(", ").join(SQL("%s::{}[]").format(SQL(_cast(one))) for one in columns)
    return SQL("unnest({}) AS w({})").format(arrays, _listed(columns))


def _cast(column: Column) -> Any:
    """The type's name is one of our own constants."""
    return column.sql_type


def _same(columns: Sequence[Column]) -> Composed:
    return SQL(" AND ").join(
        SQL("{} = {}").format(Identifier("t", one.name), Identifier("w", one.name))
        for one in columns
    )
