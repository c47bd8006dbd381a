"""The migrated tables are the ones that the folds' rows make.

In whatever order their columns stand: a migration adds at the end, and the engine names them all.
"""

from __future__ import annotations

import psycopg
import pytest

from infrastructure.engine.tables import READ, SHADOW, FoldTables, statements, tables_of
from projections.catalogue import FOLDS
from tests.clusters import Database

COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname
"""
INDEXES = """
SELECT replace(indexdef, %s, '') FROM pg_indexes WHERE schemaname = %s AND tablename = %s
ORDER BY 1
"""
OPTIONS = "SELECT reloptions FROM pg_class WHERE oid = %s::regclass"


def described(connection: psycopg.Connection, tables: FoldTables, schema: str) -> list[object]:
    found: list[object] = []
    for table in tables:
        name = f"{schema}.{table.name}"
        found += [
            table.name,
            connection.execute(COLUMNS, (name,)).fetchall(),
            connection.execute(INDEXES, (f"{schema}.", schema, table.name)).fetchall(),
            connection.execute(OPTIONS, (name,)).fetchall(),
        ]
    return found


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.name)
def test_a_migrated_table_is_what_its_fold_says(fold, database: Database) -> None:
    shadow = tables_of(fold, SHADOW)
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        for statement in statements(shadow):
            connection.execute(statement.encode())
        migrated = described(connection, tables_of(fold), READ)
        made = described(connection, shadow, SHADOW)
    assert migrated == made


def test_the_service_writes_rows_but_makes_no_tables(database: Database) -> None:
    with psycopg.connect(database.service_url, autocommit=True) as connection:
        connection.execute("DELETE FROM read.operator_queue")
        for schema in ("read", "shadow", "retired"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"CREATE TABLE {schema}.mine (id int)".encode())
