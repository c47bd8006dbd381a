"""Searches the database, the data folder and the job queue for bytes that must not be there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

import redis
from psycopg import sql

from application.erasure_ports import Searched
from application.errors import ApplicationError
from infrastructure.away import told_when_away
from infrastructure.deliveries.queue import QueueUnavailable
from infrastructure.embedded.errors import ServerError
from infrastructure.forgetting.sought import PIECE_BYTES, Sought

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from psycopg.abc import Buffer

    from application.erasure_ports import Advance
    from infrastructure.database import Connection, Database

QUEUE_AWAY: Final = (redis.RedisError, ServerError)
_TABLES: Final = """
SELECT format('%I.%I', n.nspname, c.relname), n.nspname, c.relname,
       has_table_privilege(c.oid, 'SELECT')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%'
ORDER BY 1
"""


class SearchIncomplete(ApplicationError):
    """A place cannot be searched, so nothing can be proved: nothing is destroyed before it can."""

    code: ClassVar[str] = "search_incomplete"
    retryable: ClassVar[bool] = True


class WholeSearch:
    """See ``application.erasure_ports.Search``.

    Args:
        database: the owner's where it is known, so that every table can be read.
        home: the data folder, with the servers' files, logs and keys.
        queue: the address of the job queue.
        queue_is_ours: an embedded queue that does not run has nothing but its files.
    """

    def __init__(
        self,
        database: Database,
        home: Path,
        queue: Callable[[], str],
        *,
        queue_is_ours: bool,
    ) -> None:
        self._database = database
        self._home = home
        self._queue = queue
        self._queue_is_ours = queue_is_ours

    def ready(self) -> None:
        with told_when_away(), self._database.connection() as connection:
            closed = [row[0] for row in connection.execute(_TABLES) if not row[3]]
        if closed:
            raise SearchIncomplete(
                f"{', '.join(closed)} cannot be read here: set ANSIM_ADMIN_DATABASE_URL, or let "
                "ansim_service read them"
            )
        try:
            with redis.Redis.from_url(self._queue()) as client:
                client.ping()
        except QUEUE_AWAY as error:
            if not self._queue_is_ours:
                raise QueueUnavailable(
                    "the job queue must be searched, too: start it, or mend ANSIM_REDIS_URL"
                ) from error

    def search(self, needles: Collection[bytes], advance: Advance) -> Searched:
        sought = Sought(needles)
        files = sorted(self._files())
        with told_when_away(), self._database.dedicated() as connection:
            connection.execute("SET statement_timeout = 0")
            tables = [
                (row[0], sql.Identifier(row[1], row[2])) for row in connection.execute(_TABLES)
            ]
            total = len(tables) + len(files)
            found = []
            for number, (name, table) in enumerate(tables):
                if sought.is_in(_rows(connection, table)):
                    found.append(f"table {name}")
                advance(number, total)
        for number, file in enumerate(files, len(tables)):
            if sought.is_in(_pieces(file)):
                found.append(f"file {file.relative_to(self._home)}")
            advance(number, total)
        keys, in_queue = self._search_queue(sought)
        advance(total, total)
        return Searched(
            tables=len(tables),
            files=len(files),
            queue_keys=keys,
            bytes_searched=sought.bytes_searched,
            places=(f"{len(tables)} tables", f"{len(files)} files", f"{keys} queue keys"),
            found=(*found, *in_queue),
        )

    def _files(self) -> Iterator[Path]:
        if self._home.exists():
            for path in self._home.rglob("*"):
                with suppress(OSError):
                    if path.is_file() and not path.is_symlink():
                        yield path

    def _search_queue(self, sought: Sought) -> tuple[int, list[str]]:
        found = []
        keys = 0
        try:
            with redis.Redis.from_url(self._queue()) as client:
                for key in client.scan_iter(count=1_000):
                    keys += 1
                    if sought.is_in([key, *_values(client, key)]):
                        found.append("a key of the job queue")
        except QUEUE_AWAY as error:
            if not self._queue_is_ours:
                raise QueueUnavailable(str(error)) from error
        return keys, found


def _rows(connection: Connection, table: sql.Identifier) -> Iterator[Buffer]:
    """The table's rows in PostgreSQL's binary form: text and bytea as they are."""
    dump = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT binary)").format(table)
    with connection.cursor().copy(dump) as copy:
        yield from copy


def _pieces(file: Path) -> Iterator[bytes]:
    """A file that goes while it is read has nothing any more."""
    with suppress(OSError), file.open("rb", buffering=0) as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece


def _values(client: Any, key: bytes) -> Iterator[bytes]:
    """Everything under one key; by its kind, since a dump may be compressed."""
    match client.type(key):
        case b"string":
            yield client.get(key) or b""
        case b"list":
            yield from client.lrange(key, 0, -1)
        case b"set":
            yield from client.sscan_iter(key)
        case b"hash":
            for field, value in client.hscan_iter(key):
                yield from (field, value)
        case b"zset":
            yield from (member for member, _ in client.zscan_iter(key))
        case b"stream":
            for _, fields in client.xrange(key):
                for field, value in fields.items():
                    yield from (field, value)
        case _:
            return
