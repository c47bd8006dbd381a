from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text

from infrastructure.database import Database
from infrastructure.log.bell import Bell, Listener
from infrastructure.prepared import Prepared
from tests import clusters
from tests.waiting import until


@pytest.fixture
def owner(database: clusters.Database) -> Iterator[Database]:
    owner = Database(database.owner_url, application_name="ansim-test", size=2)
    yield owner
    owner.close()


def terminate_all(database: clusters.Database) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'ansim-test'"
        )


def test_every_connection_gives_up_in_time_and_says_whose_it_is(owner: Database) -> None:
    with owner.connection() as pooled, owner.writer() as writer, owner.dedicated() as own:
        for connection in (pooled, writer, own):
            assert connection.autocommit
            found = {
                name: connection.execute(f"SHOW {name}").fetchone()[0]
                for name in ("lock_timeout", "timezone", "application_name")
            }
            assert found == {
                "lock_timeout": "1500ms",
                "timezone": "UTC",
                "application_name": "ansim-test",
            }
            for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
                assert connection.execute(f"SHOW {name}").fetchone()[0] == "30s"


def test_sqlalchemy_is_transactional_over_the_same_pool(owner: Database) -> None:
    for _ in range(5):
        with owner.sqlalchemy.connect() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS never (x int)"))
            connection.rollback()
            assert connection.execute(text("SELECT to_regclass('never')")).scalar() is None
    with owner.sqlalchemy.begin() as connection:
        connection.execute(text("CREATE TABLE once (x int)"))
    with owner.connection() as connection:
        assert connection.autocommit
        assert connection.execute("SELECT count(*) FROM once").fetchone() == (0,)


def test_dead_connections_are_not_handed_out(owner: Database, database: clusters.Database) -> None:
    with owner.connection(), owner.writer():
        pass
    terminate_all(database)
    with owner.connection() as connection, owner.writer() as writer:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            writer.execute("SELECT 1")
    with owner.writer() as writer:
        assert writer.execute("SELECT 1").fetchone() == (1,)


def test_a_prepared_statement_is_asked_again_and_on_every_connection(owner: Database) -> None:
    doubled = Prepared("doubled", "SELECT $1::int8 * 2, $2::text")
    with owner.connection() as one, owner.connection() as other:
        for connection in (one, other, one):
            assert doubled.rows(connection, (21).to_bytes(8), b"x") == [(42, "x")]
        with pytest.raises(psycopg.errors.NumericValueOutOfRange):
            doubled.rows(one, (2**62).to_bytes(8), b"x")
        assert doubled.rows(one, (1).to_bytes(8), b"y") == [(2, "y")]


def test_a_prepared_statement_on_a_lost_connection_is_an_operational_error(
    owner: Database, database: clusters.Database
) -> None:
    one = Prepared("one", "SELECT 1")
    with owner.connection() as connection:
        assert one.rows(connection) == [(1,)]
        terminate_all(database)
        with pytest.raises(psycopg.OperationalError):
            one.rows(connection)
        with pytest.raises(psycopg.OperationalError):
            one.rows(connection)
    with owner.connection() as connection:
        assert one.rows(connection) == [(1,)]


def test_the_writer_is_one_threads_at_a_time(owner: Database) -> None:
    def second() -> str:
        with pytest.raises(psycopg.OperationalError, match="not free") as trouble:
            owner.writer(wait_s=0.05).__enter__()
        return str(trouble.value)

    with owner.writer(), ThreadPoolExecutor(1) as thread:
        assert "0.1 s" in thread.submit(second).result()


def test_a_closed_database_opens_again_when_asked(owner: Database) -> None:
    owner.close()
    with owner.connection() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_bell_is_heard_and_several_rings_are_one(owner: Database) -> None:
    bell = Bell(owner)
    with Listener(owner) as listener:
        listener.open()
        for position in range(1, 51):
            bell.ring(position)
        heard: list[str] = []

        def all_told() -> bool:
            heard.extend(listener.wait(1.0))
            return "50" in heard

        until(all_told)
    assert len(heard) < 50
    bell.close()
    bell.ring(51)  # closed: nobody is told, nothing fails


def test_bell_and_listener_come_back_after_a_break(
    owner: Database, database: clusters.Database
) -> None:
    bell = Bell(owner)
    with Listener(owner) as listener:
        listener.open()
        bell.ring(1)
        until(lambda: "1" in listener.wait(1.0))
        terminate_all(database)
        numbers = iter(range(2, 1000))

        def heard_again() -> list[str]:
            bell.ring(next(numbers))
            return listener.wait(0.1)

        assert until(heard_again)
    bell.close()


def test_a_statement_that_the_server_was_told_to_forget_is_prepared_again(
    owner: Database,
) -> None:
    doubled = Prepared("doubled", "SELECT $1::int4 * 2")
    four = (4).to_bytes(4)
    with owner.connection() as connection:
        assert doubled.rows(connection, four) == [(8,)]
        connection.execute("SELECT 1", prepare=True)
        with pytest.raises(psycopg.errors.DivisionByZero), connection.transaction():
            connection.execute("SELECT 1 / 0")
        connection.execute("SELECT 1")  # psycopg tells the server now
        assert doubled.rows(connection, four) == [(8,)]
