"""One table of a fold: its rows by their keys, a whole batch in one statement."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from psycopg import RawCursor
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from infrastructure.engine.batch import Held
from infrastructure.engine.binary import arrays, image_of
from infrastructure.engine.columns import Column, bigint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from infrastructure.database import Connection
    from infrastructure.engine.batch import Past
    from infrastructure.engine.columns import Shape
    from infrastructure.sent import Sent
    from projections.fold import Key

VALID_FROM: Final = Column("valid_from", "bigint", nullable=False, encode=bigint, decode=int)
VALID_TO: Final = Column("valid_to", "bigint", nullable=False, encode=bigint, decode=int)


class Table:
    """Typed columns made from ``shape``; a temporal table carries ``valid_from``, too."""

    def __init__(self, schema: str, name: str, shape: Shape, *, temporal: bool) -> None:
        self.shape = shape
        self.temporal = temporal
        self.columns = (*shape.columns, VALID_FROM) if temporal else shape.columns
        self.name = Identifier(schema, name)
        self.past = Identifier(schema, f"{name}_history")

    def load(self, connection: Connection, keys: Collection[Key]) -> dict[Key, Held]:
        """The rows that are there."""
        if not keys:
            return {}
        wanted = arrays(self.shape.key_columns, [self.shape.encode_key(key) for key in keys])
        cursor = RawCursor(connection, row_factory=tuple_row)
        found = {}
        for values in cursor.execute(self._select, wanted, prepare=True, binary=True):
            row = self.shape.decode(values[:-1] if self.temporal else values)
            found[self.shape.key_of(row)] = Held(row, values[-1] if self.temporal else 0)
        return found

    def upsert(self, connection: Connection, rows: Collection[Held]) -> None:
        if rows:
            images = [self.image(one) for one in rows]
            _sent(connection, self._upsert, arrays(self.columns, images))

    def delete(self, connection: Connection, keys: Collection[Key]) -> None:
        if keys:
            gone = arrays(self.shape.key_columns, [self.shape.encode_key(key) for key in keys])
            _sent(connection, self._delete, gone)

    def keep_past(self, connection: Connection, past: Collection[Past]) -> None:
        """Add states that have ended to the history of a temporal table."""
        if past:
            images = [
                (*image_of(self.shape, held), bigint(held.valid_from), bigint(valid_to))
                for held, valid_to in past
            ]
            columns = (*self.columns, VALID_TO)
            _sent(connection, self._keep_past, arrays(columns, images))

    def image(self, held: Held) -> list[bytes]:
        """A live row as bytes, one value for each of ``columns``."""
        image = image_of(self.shape, held)
        return [*image, bigint(held.valid_from)] if self.temporal else image

    @cached_property
    def _select(self) -> bytes:
        return _bytes(
            SQL("SELECT {columns} FROM {table} AS t JOIN {wanted} ON {same}").format(
                columns=listed(self.columns, "t"),
                table=self.name,
                wanted=_unnest(self.shape.key_columns),
                same=_same(self.shape.key_columns),
            )
        )

    @cached_property
    def _upsert(self) -> bytes:
        others = [one for one in self.columns if one.name not in self.shape.key]
        return _bytes(
            SQL(
                "INSERT INTO {table} ({columns}) SELECT {given} FROM {rows}"
                " ON CONFLICT ({key}) DO UPDATE SET {changes}"
            ).format(
                table=self.name,
                columns=listed(self.columns),
                given=listed(self.columns, "w"),
                rows=_unnest(self.columns),
                key=listed(self.shape.key_columns),
                changes=SQL(", ").join(
                    SQL("{0} = EXCLUDED.{0}").format(Identifier(one.name)) for one in others
                ),
            )
        )

    @cached_property
    def _delete(self) -> bytes:
        return _bytes(
            SQL("DELETE FROM {table} AS t USING {wanted} WHERE {same}").format(
                table=self.name,
                wanted=_unnest(self.shape.key_columns),
                same=_same(self.shape.key_columns),
            )
        )

    @cached_property
    def _keep_past(self) -> bytes:
        return _bytes(
            SQL(
                "INSERT INTO {table} ({columns}, valid)"
                " SELECT {given}, int8range(w.valid_from, w.valid_to) FROM {rows}"
            ).format(
                table=self.past,
                columns=listed(self.shape.columns),
                given=listed(self.shape.columns, "w"),
                rows=_unnest((*self.columns, VALID_TO)),
            )
        )


def listed(columns: Iterable[Column], alias: str | None = None) -> Composed:
    return SQL(", ").join(
        Identifier(alias, one.name) if alias else Identifier(one.name) for one in columns
    )


def _unnest(columns: Sequence[Column]) -> Composed:
    values = SQL(", ").join(
        SQL("{}::{}[]").format(SQL(_literal(f"${number}")), SQL(_literal(one.sql_type)))
        for number, one in enumerate(columns, start=1)
    )
    return SQL("unnest({}) AS w({})").format(values, listed(columns))


def _literal(constant: str) -> Any:
    """A constant of our own: a type's name, a value's number."""
    return constant


def _bytes(statement: Composed) -> bytes:
    """Put together once: psycopg would do it again for every batch."""
    return statement.as_bytes(None)


def _sent(connection: Connection, statement: bytes, values: Sequence[Sent]) -> None:
    RawCursor(connection).execute(statement, values, prepare=True)


def _same(columns: Sequence[Column]) -> Composed:
    return SQL(" AND ").join(
        SQL("{} = {}").format(Identifier("t", one.name), Identifier("w", one.name))
        for one in columns
    )
