"""Translates the driver's errors into the library's, at the place of the call."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from eventsourcing import persistence

if TYPE_CHECKING:
    from collections.abc import Iterator

TRANSLATIONS: tuple[tuple[type[psycopg.Error], type[persistence.PersistenceError]], ...] = (
    (psycopg.DataError, persistence.DataError),
    (psycopg.OperationalError, persistence.OperationalError),
    (psycopg.IntegrityError, persistence.IntegrityError),
    (psycopg.InternalError, persistence.InternalError),
    (psycopg.ProgrammingError, persistence.ProgrammingError),
    (psycopg.NotSupportedError, persistence.NotSupportedError),
    (psycopg.DatabaseError, persistence.DatabaseError),
    (psycopg.InterfaceError, persistence.InterfaceError),
)


@contextmanager
def translated() -> Iterator[None]:
    """Let only the library's errors out."""
    try:
        yield
    except psycopg.Error as error:
        raise translation(error) from error


def translation(error: psycopg.Error) -> persistence.PersistenceError:
    """The library's error for one of the driver's."""
    for ours, theirs in TRANSLATIONS:
        if isinstance(error, ours):
            return theirs(str(error))
    return persistence.PersistenceError(str(error))
