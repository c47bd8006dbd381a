"""The database itself refuses to change what has happened."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from infrastructure.log.append import LogWriter
from tests import clusters
from tests.infrastructure.log.writing import fact, request

CHANGES = [
    "UPDATE events SET open = '{}'",
    "UPDATE events SET open = '{}' WHERE false",
    "DELETE FROM events",
    "TRUNCATE events",
    "TRUNCATE events, log_head CASCADE",
    "MERGE INTO events e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "INSERT INTO events SELECT * FROM events ON CONFLICT (position) DO UPDATE SET actor = 'x'",
    "DELETE FROM log_head",
    "TRUNCATE log_head",
]
BEYOND_THE_SERVICE = [
    *CHANGES,
    "INSERT INTO events SELECT * FROM events",
    "UPDATE log_head SET position = 0",
    "INSERT INTO idempotency SELECT * FROM idempotency",
    "UPDATE idempotency SET receipt = ''",
    "DELETE FROM idempotency",
    "DELETE FROM subject_keys",
    "UPDATE subject_keys SET subject = gen_random_uuid()",
    "INSERT INTO access_records SELECT * FROM access_records",
    "UPDATE access_records SET why = ''",
    "DELETE FROM access_records",
    "UPDATE access_head SET id = 0",
    "UPDATE access_start SET id = 1",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "ALTER TABLE events ADD COLUMN x int",
    "DROP TABLE events",
    "CREATE TABLE mine (x int)",
    "CREATE TEMP TABLE mine (x int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE SCHEMA mine",
    "SET ROLE ansim_owner",
    "SET session_replication_role = replica",
    "SELECT refuse_change()",
    "UPDATE alembic_version SET version_num = 'x'",
]


@pytest.fixture(autouse=True)
def _one_fact(writer: LogWriter) -> None:
    writer.append([request(fact(uuid4(), 1), key="k")])


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["owner_url", "superuser_url"])
def test_nobody_changes_a_stored_fact(database: clusters.Database, role: str, change: str) -> None:
    with (
        psycopg.connect(getattr(database, role), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"),
    ):
        connection.execute(change)


def test_nor_a_superuser_who_says_that_he_replicates(database: clusters.Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"):
            connection.execute("DELETE FROM events")


@pytest.mark.parametrize("statement", BEYOND_THE_SERVICE)
def test_the_service_may_append_and_read_and_nothing_more(
    database: clusters.Database, statement: str
) -> None:
    with (
        psycopg.connect(database.service_url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_the_view_reads_the_open_part_as_json(database: clusters.Database) -> None:
    with psycopg.connect(database.service_url) as connection:
        row = connection.execute("SELECT position, open, has_sealed FROM events_readable")
        assert row.fetchall() == [(1, {}, False)]
