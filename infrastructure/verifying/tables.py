"""The two chained tables, as they must be, and whether they are.

Names are written out with their schema and the search path holds ``pg_catalog`` alone, so that
nothing can be put in a table's or an operator's way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infrastructure.database import Connection

BIGINT: Final = "bigint"
BYTEA: Final = "bytea"
INTEGER: Final = "integer"
MOMENT: Final = "timestamp with time zone"
TEXT: Final = "text"
UUID: Final = "uuid"
BOOLEAN: Final = "boolean"


@dataclass(frozen=True, slots=True)
class Table:
    """A table and every column of it, with its type, in the table's order."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def qualified(self) -> str:
        return f"public.{self.name}"


@dataclass(frozen=True, slots=True)
class Chain:
    """A chained table and the row that tells where its chain ends.

    The number that counts its rows is the first column, the hash the last.
    """

    rows: Table
    head: Table
    sealed: bool = False
    """Whether the column before the hash holds sealed parts."""

    @property
    def number(self) -> str:
        return self.rows.columns[0][0]

    @property
    def fields(self) -> int:
        return len(self.rows.columns)

    def copy(self, first: int, last: int | None = None) -> bytes:
        """What copies the rows out, in the server's binary format, from a number on.

        From 1 on is from the beginning, whatever numbers rows have there.
        """
        names = ", ".join(name for name, _ in self.rows.columns)
        since = self._since(first)
        if last is not None:
            since = f" WHERE {self.number} BETWEEN {first:d} AND {last:d}"
        query = f"SELECT {names} FROM ONLY {self.rows.qualified}{since} ORDER BY {self.number}"  # noqa: S608 - constants
        return f"COPY ({query}) TO STDOUT (FORMAT binary)".encode()

    def count(self, first: int) -> bytes:
        """What counts the rows that ``copy`` sends."""
        since = self._since(first)
        return f"SELECT pg_catalog.count(*) FROM ONLY {self.rows.qualified}{since}".encode()  # noqa: S608 - constants

    def _since(self, first: int) -> str:
        return f" WHERE {self.number} OPERATOR(pg_catalog.>=) {first:d}" if first > 1 else ""


FACTS: Final = Chain(
    rows=Table(
        "events",
        (
            ("position", BIGINT),
            ("aggregate_id", UUID),
            ("version", INTEGER),
            ("topic", TEXT),
            ("schema_version", INTEGER),
            ("event_id", UUID),
            ("correlation_id", UUID),
            ("causation_id", UUID),
            ("actor", TEXT),
            ("occurred_at", MOMENT),
            ("received_at", MOMENT),
            ("recorded_at", MOMENT),
            ("open", TEXT),
            ("sealed", BYTEA),
            ("hash", BYTEA),
        ),
    ),
    head=Table(
        "log_head",
        (("single", BOOLEAN), ("position", BIGINT), ("hash", BYTEA), ("recorded_at", MOMENT)),
    ),
    sealed=True,
)
ANCHOR: Final = (("single", BOOLEAN), ("id", BIGINT), ("hash", BYTEA))
ACCESS_START: Final = Table("access_start", ANCHOR)
"""Tells where the chain begins once its oldest rows have been cut off."""
ACCESS: Final = Chain(
    rows=Table(
        "access_records",
        (
            ("id", BIGINT),
            ("accessed_at", MOMENT),
            ("actor", TEXT),
            ("district", TEXT),
            ("address", TEXT),
            ("subject", UUID),
            ("what", TEXT),
            ("why", TEXT),
            ("correlation_id", UUID),
            ("kind", TEXT),
            ("about", UUID),
            ("task", TEXT),
            ("recipient", TEXT),
            ("account", TEXT),
            ("hash", BYTEA),
        ),
    ),
    head=Table("access_head", ANCHOR),
)

CHECKPOINTS: Final = Table(
    "checkpoints",
    (
        ("number", BIGINT),
        ("facts_size", BIGINT),
        ("access_size", BIGINT),
        ("sealed_at", MOMENT),
        ("reason", TEXT),
        ("canonical", BYTEA),
        ("signature", BYTEA),
        ("public_key", BYTEA),
        ("peaks", BYTEA),
    ),
)

RELATIONS: Final = """
SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relrowsecurity, c.relhasrules,
       EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
       ARRAY(SELECT a.attname::text || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
             FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum),
       NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
                   WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'A')
       AND EXISTS (SELECT FROM pg_catalog.pg_trigger t
                   WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname::text = ANY(%s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
"""


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is wrong with each table, by name, in words; and whether all are guarded."""

    wrong: dict[str, str]
    guarded: bool


def shapes_of(connection: Connection, tables: tuple[Table, ...]) -> Shapes:
    """Look every table up in the catalogue."""
    names = [table.name for table in tables]
    found = connection.execute(RELATIONS, (names,)).fetchall()
    wrong = {}
    for table in tables:
        words = _wrong(table, [one for one in found if one[1] == table.name])
        if words:
            wrong[table.name] = words
    return Shapes(wrong, guarded=all(one[-1] for one in found))


def _wrong(table: Table, found: list[tuple[object, ...]]) -> str:
    ours = [one for one in found if one[0] == "public"]
    if not ours:
        return f"the table {table.qualified} is missing"
    others = sorted(str(one[0]) for one in found if one[0] != "public")
    if others:
        return f"another {table.name} stands in the schema {others[0]}"
    [[_, _, kind, row_security, rules, children, columns, _]] = ours
    if kind != "r":
        return f"{table.qualified} is no ordinary table"
    if columns != [f"{name} {of_type}" for name, of_type in table.columns]:
        return f"{table.qualified} has other columns than it was made with"
    if row_security or rules or children:
        return f"{table.qualified} has rules, row security or children: it shows not all to all"
    return ""
