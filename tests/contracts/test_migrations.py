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
KEPT_ACCESSES = [
    ("report.read", "report:0190a1b2-0000-4000-8000-000000000001"),
    ("report.refused", "curious"),
    ("position", "delivery:police"),
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


def test_access_records_kept_so_far_are_numbered_and_chained(empty: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = empty
    command.upgrade(config, "20261124_proof")
    with psycopg.connect(empty, autocommit=True) as connection:
        for gap, (what, why) in enumerate(KEPT_ACCESSES):
            connection.execute(
                sql.SQL("ALTER SEQUENCE access_records_id_seq RESTART {}").format(7 * gap + 3)
            )
            connection.execute(
                "INSERT INTO access_records (actor, subject, what, why, correlation_id)"
                " VALUES ('operator:1', gen_random_uuid(), %s, %s, gen_random_uuid())",
                (what, why),
            )
        migrate(empty)
        kept = connection.execute(
            "SELECT id, what, kind, about IS NOT NULL, recipient FROM access_records ORDER BY id"
        ).fetchall()
        broken = connection.execute(
            "SELECT count(*) FROM (SELECT hash <> access_digest(coalesce(lag(hash) OVER"
            " (ORDER BY id), decode(repeat('00', 32), 'hex')), r) AS bad FROM access_records r) x"
            " WHERE bad"
        ).fetchone()
        head_row = connection.execute(
            "SELECT h.id = r.id, h.hash = r.hash FROM access_head h, access_records r"
            " WHERE r.id = 3"
        ).fetchone()
    assert kept == [
        (1, "report.read", "read", True, None),
        (2, "report.refused", "refusal", False, None),
        (3, "position", "provision", False, "police"),
    ]
    assert (broken, head_row) == ((0,), (True, True))


def _migrate_in_a_process(url: str) -> int:
    # alembic keeps its context in modules: two at once are two processes.
    import subprocess
    import sys

    program = f"from infrastructure.migrations import migrate; migrate({url!r})"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode
