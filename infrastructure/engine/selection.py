"""Reads the rows of a fold as they are, or as they stood at a position of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from application.errors import FoldBehind
from infrastructure.engine.columns import shape_of
from infrastructure.engine.tables import FoldTables, stood, tables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from domain.geography import DistrictCode
    from projections.fold import Fold, Row, RowT

    Condition = Callable[[sa.Table], sa.ColumnElement[bool]]

LAST: Final = 2.0**53
"""A double tells all positions up to here."""


def everywhere(_table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.true()


def standing(
    tables: FoldTables, position: int | None, where: Condition = everywhere
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """The rows of a fold that meet ``where``: now, or once ``position`` was folded."""
    live = sa.select(*_row_columns(tables.live)).where(where(tables.live))
    if position is None:
        return live
    if tables.history is None:
        raise TypeError(f"{tables.live.name} keeps no past states")
    past = sa.select(*_row_columns(tables.history)).where(
        stood(tables.history).op("<@")(_standing_at(position)), where(tables.history)
    )
    return sa.union_all(live.where(tables.live.c.valid_from <= position), past)


def _standing_at(position: int) -> sa.Function[Any]:
    """Where the points of states lie that began at ``position`` or before, and ended later."""
    return sa.func.box(
        sa.func.point(0.0, sa.cast(position + 1, sa.Double)),
        sa.func.point(sa.cast(position, sa.Double), LAST),
    )


def seen_by(table: sa.Table, districts: Collection[DistrictCode] | None) -> sa.ColumnElement[bool]:
    """``audience`` is a JSON list of five-digit codes, so a quoted code is a whole one."""
    if districts is None:
        return sa.true()
    return sa.or_(sa.false(), *(table.c.audience.contains(f'"{one}"') for one in districts))


def read(
    connection: sa.Connection,
    fold: Fold[RowT],
    position: int | None = None,
    where: Condition = everywhere,
) -> list[RowT]:
    """The fold's rows.

    Raises:
        FoldBehind: the fold has not come to ``position``, so nobody can say yet.
    """
    if position is not None:
        must_have_reached(connection, fold.name, position)
    return decoded(connection, fold.row, standing(tables_of(fold), position, where))


def decoded(connection: sa.Connection, row: type[Row], query: sa.Executable) -> list[Any]:
    shape = shape_of(row)
    return [shape.decode(tuple(values)) for values in connection.execute(query)]


def must_have_reached(connection: sa.Connection, fold: str, position: int) -> None:
    """Raises FoldBehind where ``fold`` has not come to ``position``."""
    reached = tracked(connection, fold)
    if reached < position:
        raise FoldBehind(f"{fold} is at {reached}, not yet at {position}")


def tracked(connection: sa.Connection, fold: str) -> int:
    """How far ``fold`` is; 0 when it has never run."""
    found = connection.execute(
        sa.text("SELECT position FROM read.tracking WHERE fold = :fold"), {"fold": fold}
    ).scalar()
    return int(found or 0)


def _row_columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.c if column.name not in {"valid", "valid_from"}]
