"""Compares a fold's tables in two schemas, and digests them."""

from __future__ import annotations

import hashlib
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from psycopg.sql import SQL, Composed, Identifier

from infrastructure.engine.batch import key_text
from infrastructure.engine.engine import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from infrastructure.database import Connection
    from infrastructure.engine.tables import FoldTables

SHOWN_MAX: Final = 10_000
"""Rows that are named at most for each table; more are as bad as these."""


def differences(
    connection: Connection, fold: str, live: FoldTables, rebuilt: FoldTables
) -> list[Difference]:
    """Every row of ``live`` that is not as in ``rebuilt``, within one snapshot."""
    found: list[Difference] = []
    for mine, right in zip(live, rebuilt, strict=True):
        found += _table_differences(connection, fold, mine, right)
    return found


def _table_differences(
    connection: Connection, fold: str, live: sa.Table, rebuilt: sa.Table
) -> Iterator[Difference]:
    names = [column.name for column in live.columns]
    keys = [names.index(column.name) for column in live.primary_key.columns]
    key_of = itemgetter(*[place + 1 for place in keys])
    rows = connection.execute(_only_in_one(live, rebuilt), (SHOWN_MAX,)).fetchall()
    rows.sort(key=lambda row: (str(key_of(row)), row[0]))
    for _, group in groupby(rows, key=key_of):
        sides: dict[str, list[tuple[Any, ...]]] = {}
        for side, *values in group:
            sides.setdefault(side, []).append(tuple(values))
        extra, missing = sides.get("extra", []), sides.get("missing", [])
        some = (extra or missing)[0]
        key = key_text(tuple(_shown(some[place]) for place in keys))
        if len(extra) == len(missing) == 1:
            changed = tuple(
                name
                for name, mine, right in zip(names, extra[0], missing[0], strict=True)
                if mine != right
            )
            yield Difference(fold, live.name, key, changed, "changed")
        else:
            kind = "extra" if len(extra) > len(missing) else "missing"
            yield Difference(fold, live.name, key, (), kind)


def digest(connection: Connection, tables: FoldTables) -> str:
    """SHA-256 over every table's rows as PostgreSQL writes them, in the order of their keys."""
    whole = hashlib.sha256()
    for table in tables:
        whole.update(table.name.encode() + b"\n")
        with connection.cursor() as cursor, cursor.copy(_ordered(table)) as copy:
            for line in copy:
                whole.update(line)
    return whole.hexdigest()


def _only_in_one(live: sa.Table, rebuilt: sa.Table) -> Composed:
    return SQL(
        "(SELECT 'extra', * FROM (SELECT {columns} FROM {live} EXCEPT ALL"
        " SELECT {columns} FROM {rebuilt}) AS one"
        " UNION ALL"
        " SELECT 'missing', * FROM (SELECT {columns} FROM {rebuilt} EXCEPT ALL"
        " SELECT {columns} FROM {live}) AS other) LIMIT %s"
    ).format(columns=_columns(live), live=_name(live), rebuilt=_name(rebuilt))


def _ordered(table: sa.Table) -> Composed:
    keys = SQL(", ").join(
        SQL('{} COLLATE "C"').format(Identifier(column.name))
        if str(column.type) == "TEXT"
        else Identifier(column.name)
        for column in table.primary_key.columns
    )
    return SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _columns(table), _name(table), keys
    )


def _columns(table: sa.Table) -> Composed:
    return SQL(", ").join(Identifier(column.name) for column in table.columns)


def _name(table: sa.Table) -> Identifier:
    return Identifier(table.schema or "public", table.name)


def _shown(value: Any) -> Any:
    """A range as PostgreSQL writes it; everything else as it is."""
    return f"[{value.lower},{value.upper})" if hasattr(value, "lower_inc") else value
