"""Ways to PostgreSQL: a pool for short questions, own connections for long ones."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from select import POLLIN, poll
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

import infrastructure.sent  # noqa: F401 - every connection can take such values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

LOCK_TIMEOUT_MS = 1_500
STATEMENT_TIMEOUT_MS = 30_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_S = 2
POOL_WAIT_S = 2.0
URGENT_SIZE = 8
RECONNECT_S = 2.0  # then the next caller tries, instead of a background task ever more rarely
WRITER_WAIT_S = 2.0
SETTINGS = {
    "lock_timeout": LOCK_TIMEOUT_MS,
    "statement_timeout": STATEMENT_TIMEOUT_MS,
    "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_TIMEOUT_MS,
    "timezone": "UTC",
}
# A peer that vanished without a word is noticed within about ten seconds.
KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


URGENT: Final = ContextVar("urgent", default=False)


class Database:
    """One database as one process sees it; nothing is opened before the first use.

    All connections are in autocommit (a transaction is ``with connection.transaction()``), in
    UTC, and give up on locks, long statements and forgotten transactions.

    Args:
        url: a libpq address.
        application_name: what ``pg_stat_activity`` shows.
        size: most connections in the pool; ``writer``, ``dedicated`` and the reserve for what is
            ``urgent`` come on top.

    Raises:
        psycopg.ProgrammingError: ``url`` is no such address.
    """

    def __init__(self, url: str, *, application_name: str, size: int = 8) -> None:
        conninfo_to_dict(url)
        self._url = url
        self._options = {
            "application_name": application_name,
            "client_encoding": "UTF8",
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": " ".join(f"-c {name}={value}" for name, value in SETTINGS.items()),
            **KEEPALIVES,
        }
        self._name = application_name
        self._size = size
        self._pool_lock = Lock()
        self._pools: dict[bool, ConnectionPool[Connection]] = {}
        """The one for all, and the one for what is urgent."""
        self._writer: Connection | None = None
        self._writer_lock = Lock()

    @property
    def url(self) -> str:
        """For other processes; it may hold a password."""
        return self._url

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection of the pool, for a short while; one that has died is not handed out.

        Raises:
            psycopg.OperationalError: none came free in time (``PoolTimeout``), or the server is
                away.
        """
        pool = self._opened_pool()
        connection = pool.getconn(timeout=POOL_WAIT_S)
        try:
            yield connection
        finally:
            pool.putconn(connection)

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Let whatever is asked here meanwhile have connections that nothing else can take."""
        before = URGENT.set(True)
        try:
            yield
        finally:
            URGENT.reset(before)

    def dedicated(self) -> Connection:
        """A new connection of the caller's own, who closes it: for LISTEN and for leadership."""
        return psycopg.connect(self._url, autocommit=True, **self._options)  # type: ignore[arg-type]

    @contextmanager
    def writer(self, *, wait_s: float = WRITER_WAIT_S) -> Iterator[Connection]:
        """The one connection of this process that writes facts, held by one thread at a time.

        A broken one is replaced at the next call.

        Raises:
            psycopg.OperationalError: other threads hold it too long, or the server is away.
        """
        if not self._writer_lock.acquire(timeout=wait_s):
            raise psycopg.OperationalError(f"the writer was not free within {wait_s:.1f} s")
        try:
            if self._writer is None or self._writer.closed:
                self._writer = self.dedicated()
            yield self._writer
        finally:
            self._writer_lock.release()

    @cached_property
    def sqlalchemy(self) -> Engine:
        """SQLAlchemy over the same pool; its connections are transactional, as it expects."""
        from sqlalchemy import NullPool, create_engine

        return create_engine(
            "postgresql+psycopg://", creator=self._transactional, poolclass=NullPool
        )

    def close(self) -> None:
        """Give every connection back; those in use end with their users."""
        with self._pool_lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _transactional(self) -> Connection:
        connection = self._opened_pool().getconn(timeout=POOL_WAIT_S)
        connection.autocommit = False
        return connection

    def _opened_pool(self) -> ConnectionPool[Connection]:
        urgent = URGENT.get()
        with self._pool_lock:
            if urgent not in self._pools:
                self._pools[urgent] = ConnectionPool(
                    self._url,
                    kwargs={"autocommit": True, **self._options},
                    min_size=1,
                    max_size=URGENT_SIZE if urgent else self._size,
                    name=f"{self._name}-urgent" if urgent else self._name,
                    open=True,
                    check=_make_ready,
                    close_returns=True,
                    reconnect_timeout=RECONNECT_S,
                )
            return self._pools[urgent]


def _make_ready(connection: Connection) -> None:
    """Undo what SQLAlchemy asked for, and see whether the server is still there.

    It is undone now and not at the return, for which the pool would wake a thread each time. Asked
    is only a connection that has something to say, the end of a lost one or a warning: a round
    trip at each use would cost more than most questions.
    """
    if not connection.autocommit:
        connection.autocommit = True
    unread = poll()
    unread.register(connection.fileno(), POLLIN)
    if unread.poll(0):
        ConnectionPool.check_connection(connection)
