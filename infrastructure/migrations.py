"""Shapes the database, and knows whether it has the shape that this code needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infrastructure.embedded.errors import AnsimError

if TYPE_CHECKING:
    from alembic.config import Config
    from psycopg import Connection

ROOT = Path(__file__).resolve().parent.parent


class SchemaMismatch(AnsimError):
    """The database's shape is not this code's; the message says what to do."""


def migrate(admin_url: str) -> None:
    """Bring the database to this code's shape; does nothing where it has it.

    Runs under an advisory lock, so that two at once do it once.

    Args:
        admin_url: the owner's libpq address.
    """
    from alembic import command

    config = _config()
    config.attributes["url"] = admin_url
    command.upgrade(config, "head")


@cache
def head() -> str:
    """The newest revision this code knows."""
    from alembic.script import ScriptDirectory

    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise SchemaMismatch("no migrations are installed: reinstall ansim")
    return revision


def check_shape(connection: Connection[Any]) -> None:
    """Make sure that the database has the shape that this code needs.

    Raises:
        SchemaMismatch: it is older, newer, or empty.
    """
    from alembic.script import ScriptDirectory

    found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    if found is None or found[0] is None:
        raise SchemaMismatch("the database is empty: run `ansim migrate`")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    current = row[0] if row else None
    if current == head():
        return
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current in known:
        raise SchemaMismatch(f"the database is at {current}, older than this code: `ansim migrate`")
    raise SchemaMismatch(f"the database is at {current}, newer than this code: install a newer one")


def _config() -> Config:
    from alembic.config import Config

    return Config(str(ROOT / "alembic.ini"))
