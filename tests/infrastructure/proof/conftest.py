"""Houses that seal: each with a home of its own, on one database."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from application.context import system
from application.member_desk import RegisterMember
from infrastructure.bootstrap import House
from infrastructure.settings import Settings

KEK = b64encode(bytes(32)).decode()


class Sealed(House):
    """A house with short ways to what the tests write."""

    def register(self, count: int = 1) -> None:
        for _ in range(count):
            self.member_desk.register(
                RegisterMember(name="이두리", phone="+821012345678"),
                system("test", correlation_id=uuid4()),
            )

    def look(self) -> None:
        self.access_log.record(
            system("test", correlation_id=uuid4()), subject=uuid4(), what="report.read", why="test"
        )

    @property
    def head(self) -> int:
        with self.database.connection() as connection:
            [(position,)] = connection.execute("SELECT position FROM log_head").fetchall()
        return position


@pytest.fixture
def new_house(database, tmp_path: Path) -> Iterator[Callable[..., Sealed]]:
    """Makes houses; ``home`` names the folder, so that two may share one."""
    with ExitStack() as closing:

        def new(home: str = "home", **settings: object) -> Sealed:
            (tmp_path / home).mkdir(exist_ok=True)
            told = {
                "home": tmp_path / home,
                "database_url": database.service_url,
                "key_encryption_key": KEK,
                "witnesses": f"file:{tmp_path / 'witness'}",
            }
            house = Sealed(Settings(**(told | settings)), role="test")
            return closing.enter_context(house)

        yield new


@pytest.fixture
def house(new_house) -> Sealed:
    return new_house()


@pytest.fixture
def superuser(database) -> Iterator[psycopg.Connection]:
    """The adversary, with every trigger off."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        for table in ("events", "log_head", "checkpoints", "access_records"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        yield connection
