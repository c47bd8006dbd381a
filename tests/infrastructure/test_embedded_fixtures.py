"""The fixtures keep tests apart."""

from __future__ import annotations

import psycopg
import pytest
import redis

from tests.clusters import Database


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(database: Database, turn: int) -> None:
    with psycopg.connect(database.owner_url) as connection:
        connection.execute("CREATE TABLE only_mine (turn int)")
    with (
        psycopg.connect(database.service_url) as service,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        service.execute(f"CREATE TABLE not_mine_{turn} (id int)".encode())


@pytest.mark.parametrize("turn", ["1", "2"])
def test_each_test_finds_redis_empty(redis_url: str, turn: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set(turn, turn)
