"""The tables of a fold, made from its row models: the same in every schema.

``<fold>`` holds the rows; a temporal fold adds ``valid_from`` (the log position since which
the row is as it is) and ``<fold>_history`` with every earlier state and the positions
``[from, to)`` during which it stood. ``<rollup>`` holds totals.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from domain.emergency.vocabulary import Stage
from infrastructure.engine.columns import Shape, shape_of
from projections.board import ServiceBoard
from projections.operator_queue import OperatorQueue
from projections.queue_row import OPEN_STAGES
from projections.sent_messages import SentMessages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from projections.fold import Fold

READ: Final = "read"
"""What is asked."""
SHADOW: Final = "shadow"
"""What is being built."""
COMPARING: Final = "comparing"
"""What is built to be compared, and gone with its transaction: the service may do that itself."""
RETIRED: Final = "retired"
"""What was replaced by the last rebuild, kept until told."""

_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "boolean": sa.Boolean(),
    "bigint": sa.BigInteger(),
    "double precision": sa.Double(),
    "text": sa.Text(),
    "uuid": sa.Uuid(),
    "timestamptz": sa.DateTime(timezone=True),
    "date": sa.Date(),
}
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_OPEN = ", ".join(f"'{stage.value}'" for stage in OPEN_STAGES)


@dataclass(frozen=True, slots=True)
class FoldTables:
    """All tables of one fold in one schema."""

    live: sa.Table
    history: sa.Table | None
    totals: tuple[sa.Table, ...]

    def __iter__(self) -> Iterator[sa.Table]:
        yield self.live
        if self.history is not None:
            yield self.history
        yield from self.totals


def tables_of(fold: Fold[Any], schema: str = READ) -> FoldTables:
    return _tables_of(type(fold), schema)


@cache
def _tables_of(fold: type[Fold[Any]], schema: str) -> FoldTables:
    metadata = sa.MetaData(schema=schema)
    shape = shape_of(fold.row)
    live = _live(metadata, fold, shape)
    history = _history(metadata, fold, shape) if fold.temporal else None
    totals = tuple(
        sa.Table(rollup.name, metadata, *_columns(shape_of(rollup.row))) for rollup in fold.rollups
    )
    return FoldTables(live, history, totals)


def statements(tables: FoldTables) -> Iterator[str]:
    """The DDL that makes the tables, their keys and their indexes."""
    for table in tables:
        yield bare(table)
        yield from keyed(table)


def bare(table: sa.Table) -> str:
    """The DDL of a table without keys and indexes, to be filled quickly."""
    columns = [sa.Column(one.name, one.type, nullable=one.nullable) for one in table.columns]
    options = table.dialect_options["postgresql"]["with"]
    alone = sa.Table(
        table.name,
        sa.MetaData(schema=table.schema),
        *columns,
        **({"postgresql_with": options} if options else {}),
    )
    return str(CreateTable(alone).compile(dialect=_DIALECT))


def keyed(table: sa.Table) -> Iterator[str]:
    """The DDL that gives a table its key and its indexes."""
    yield str(AddConstraint(table.primary_key).compile(dialect=_DIALECT))
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        yield str(CreateIndex(index).compile(dialect=_DIALECT))


def indexes(table: sa.Table) -> Iterator[str]:
    """As ``keyed``, but nothing that hinders the others; ``promoted`` comes last."""
    columns = ", ".join(column.name for column in table.primary_key.columns)
    yield f"CREATE UNIQUE INDEX {table.name}_pkey ON {table.schema}.{table.name} ({columns})"
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        yield str(CreateIndex(index).compile(dialect=_DIALECT))


def promoted(table: sa.Table) -> str:
    """The DDL that makes the unique index of ``indexes`` the table's key."""
    name = f"{table.name}_pkey"
    return (
        f"ALTER TABLE {table.schema}.{table.name}"
        f" ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}"
    )


def _live(metadata: sa.MetaData, fold: type[Fold[Any]], shape: Shape) -> sa.Table:
    columns = _columns(shape)
    if not fold.temporal:
        table = sa.Table(fold.name, metadata, *columns)
        if issubclass(fold, SentMessages):
            sa.Index("sent_messages_about", table.c.about)
            sa.Index("sent_messages_citizen", table.c.citizen_id)
        return table
    live = sa.Table(
        fold.name,
        metadata,
        *columns,
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        postgresql_with={"fillfactor": "60"},
    )
    if fold.name == OperatorQueue.name:
        sa.Index(
            f"{fold.name}_open", live.c.district, postgresql_where=sa.text(f"stage IN ({_OPEN})")
        )
        sa.Index(f"{fold.name}_changed", live.c.valid_from)
        sa.Index(f"{fold.name}_received", live.c.received_at)
        sa.Index(
            f"{fold.name}_cancelled",
            live.c.reopen_until,
            postgresql_where=sa.text(f"stage = '{Stage.CANCELLED.value}'"),
        )
    if fold.name == ServiceBoard.name:
        sa.Index(f"{fold.name}_open", live.c.district, postgresql_where=sa.text("NOT ended"))
        sa.Index(f"{fold.name}_citizen", live.c.citizen_id)
    return live


def _history(metadata: sa.MetaData, fold: type[Fold[Any]], shape: Shape) -> sa.Table:
    history = sa.Table(
        f"{fold.name}_history",
        metadata,
        *_columns(shape),
        sa.Column("valid", postgresql.INT8RANGE(), primary_key=True),
    )
    sa.Index(f"{fold.name}_history_stood", stood(history), postgresql_using="gist")
    return history


def stood(history: sa.Table) -> sa.Function[Any]:
    """The positions of a past state, as a point of a plane.

    Its index is made in half the time of one over ranges, and asked as quickly.
    """
    return sa.func.point(
        sa.cast(sa.func.lower(history.c.valid), sa.Double),
        sa.cast(sa.func.upper(history.c.valid), sa.Double),
    )


def _columns(shape: Shape) -> list[sa.Column[Any]]:
    return [
        sa.Column(
            one.name,
            _TYPES[one.sql_type],
            primary_key=one.name in shape.key,
            nullable=one.nullable,
            autoincrement=False,
        )
        for one in shape.columns
    ]
