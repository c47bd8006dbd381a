"""From empty to this code's shape, on every PostgreSQL that is installed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from infrastructure.embedded.postgres_binaries import installed_binaries
from infrastructure.embedded.postgres_roles import create_database, grant
from infrastructure.migrations import ROOT, SchemaMismatch, check_shape, head, migrate
from tests.clusters import Cluster, Database

EVENTS = [
    ("position", "bigint", "NO"),
    ("aggregate_id", "uuid", "NO"),
    ("version", "integer", "NO"),
    ("topic", "text", "NO"),
    ("schema_version", "integer", "NO"),
    ("event_id", "uuid", "NO"),
    ("correlation_id", "uuid", "NO"),
    ("causation_id", "uuid", "YES"),
    ("actor", "text", "NO"),
    ("occurred_at", "timestamp with time zone", "YES"),
    ("received_at", "timestamp with time zone", "NO"),
    ("recorded_at", "timestamp with time zone", "NO"),
    ("open", "text", "NO"),
    ("sealed", "bytea", "YES"),
    ("hash", "bytea", "NO"),
]


@pytest.fixture(params=installed_binaries())
def migrated(
    request: pytest.FixtureRequest, cluster_on: Callable[[str], Cluster]
) -> Iterator[Database]:
    with cluster_on(request.param).database() as database:
        yield database


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The owner's address of a database without anything in it."""
    superuser = cluster.server.url("superuser", "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        create_database(connection, "empty")
        grant(connection, "empty")
        yield cluster.server.url("owner", "empty")
        connection.execute(sql.SQL("DROP DATABASE empty WITH (FORCE)"))


def test_the_hashed_columns_and_their_order_stay_for_ever(migrated: Database) -> None:
    with psycopg.connect(migrated.owner_url) as connection:
        check_shape(connection)
        columns = connection.execute(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_name = 'events' ORDER BY ordinal_position"
        ).fetchall()
        rights = connection.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE table_name = 'events' AND grantee = 'ansim_service'"
        ).fetchall()
    assert columns == EVENTS
    assert rights == [("SELECT",)]


def test_there_is_one_head_and_every_migration_explains_itself() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))
    assert scripts.get_heads() == [head()]
    for script in scripts.walk_revisions():
        assert script.doc.strip()
        assert script.revision[:8].isdigit()
        assert Path(script.path).stem == script.revision


def test_two_at_once_and_once_more_do_it_once(empty: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        processes = [threads.submit(_migrate_in_a_process, empty) for _ in range(2)]
        assert [one.result() for one in processes] == [0, 0]
    migrate(empty)
    with psycopg.connect(empty) as connection:
        check_shape(connection)
        assert connection.execute("SELECT count(*) FROM log_head").fetchone() == (1,)


def test_another_shape_is_named_with_what_to_do(empty: str) -> None:
    with psycopg.connect(empty, autocommit=True) as connection:
        with pytest.raises(SchemaMismatch, match="ansim migrate"):
            check_shape(connection)
        migrate(empty)
        for version, said in (("20261122_log", "older"), ("20991231_stars", "newer")):
            connection.execute("UPDATE alembic_version SET version_num = %s", (version,))
            with pytest.raises(SchemaMismatch, match=said):
                check_shape(connection)
        with pytest.raises(SchemaMismatch, match="newer"):
            migrate(empty)


def test_the_log_is_never_taken_back(empty: str) -> None:
    from alembic import command
    from alembic.config import Config

    migrate(empty)
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = empty
    with pytest.raises(NotImplementedError, match="back-up"):
        command.downgrade(config, "base")


def _migrate_in_a_process(url: str) -> int:
    # alembic keeps its context in modules: two at once are two processes.
    import subprocess
    import sys

    program = f"from infrastructure.migrations import migrate; migrate({url!r})"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode
