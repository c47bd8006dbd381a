"""Shapes the database, and knows whether it has the shape that this code needs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infrastructure.embedded.errors import AnsimError

if TYPE_CHECKING:
    from psycopg import Connection

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / "alembic" / "versions"


class SchemaMismatch(AnsimError):
    """The database's shape is not this code's; the message says what to do."""


def migrate(admin_url: str) -> None:
    """Bring the database to this code's shape; does nothing where it has it.

    Runs under an advisory lock, so that two at once do it once.

    Args:
        admin_url: the owner's libpq address.

    Raises:
        SchemaMismatch: the database is newer than this code.
    """
    import psycopg
    from alembic import command
    from alembic.config import Config

    with psycopg.connect(admin_url, autocommit=True) as connection:
        _refuse_newer(_revision_of(connection))
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = admin_url
    command.upgrade(config, "head")


@cache
def head() -> str:
    """The newest revision this code knows: the one that none comes after.

    Read from the files' own words: loading alembic would cost every command 0.3 s.
    """
    [newest] = _revisions() - {
        before
        for file in VERSIONS.glob("*.py")
        for before in re.findall(r'^down_revision = "(\w+)"', file.read_text(), re.MULTILINE)
    }
    return newest


def check_shape(connection: Connection[Any]) -> None:
    """Make sure that the database has the shape that this code needs.

    Raises:
        SchemaMismatch: it is older, newer, or empty.
    """
    current = _revision_of(connection)
    if current is None:
        raise SchemaMismatch("the database is empty: run `ansim migrate`")
    _refuse_newer(current)
    if current != head():
        raise SchemaMismatch(
            f"the database is at {current}, older than this code: run `ansim migrate`"
        )


def _revision_of(connection: Connection[Any]) -> str | None:
    found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    if found is None or found[0] is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and revision not in _revisions():
        raise SchemaMismatch(
            f"the database is at {revision}, newer than this code: install the newer version"
        )


def _revisions() -> set[str]:
    """Each file is named after its revision."""
    return {file.stem for file in VERSIONS.glob("*.py")}
