"""Names the one trouble that every question to the database may meet: it is away."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg

from application.errors import LogUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

AWAY: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
)


@contextmanager
def told_when_away() -> Iterator[None]:
    """Let a database that is gone, too busy, or has cut us off appear as ``LogUnavailable``."""
    try:
        yield
    except AWAY as error:
        raise LogUnavailable(str(error)) from error
