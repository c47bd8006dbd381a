"""A statement for the short ways: prepared once on each connection, executed by libpq directly.

psycopg's cursor costs as much as the reading of thirty rows, or half the making of a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import DiagnosticField, ExecStatus, Format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg.pq.abc import PGresult

    from infrastructure.database import Connection

FORGOTTEN = b"26000"
"""``invalid_sql_statement_name``: PostgreSQL's appendix A."""


class Prepared:
    """Takes parameters in PostgreSQL's binary format, each with its type in the statement.

    Args:
        name: no other statement on the same connections has it.
        query: with ``$1`` and so on.
    """

    def __init__(self, name: str, query: str) -> None:
        self._name = name.encode()
        self._query = query.encode()
        self._known: WeakSet[Connection] = WeakSet()

    def rows(self, connection: Connection, *values: bytes) -> list[tuple[Any, ...]]:
        """What it finds; to be asked outside a transaction, it is one of its own.

        psycopg lets the server forget all statements of a connection after a ROLLBACK, ours too:
        then it is prepared again.

        Raises:
            psycopg.Error: as a cursor does.
        """
        if connection not in self._known:
            self._prepare(connection)
        result = self._executed(connection, values)
        if result.error_field(DiagnosticField.SQLSTATE) == FORGOTTEN:
            self._prepare(connection)
            result = self._executed(connection, values)
        if result.status != ExecStatus.TUPLES_OK:
            raise _error(connection, result)
        transformer = Transformer(connection)
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    def _prepare(self, connection: Connection) -> None:
        done = connection.pgconn.prepare(self._name, self._query)
        if done.status != ExecStatus.COMMAND_OK:
            raise _error(connection, done)
        self._known.add(connection)

    def _executed(self, connection: Connection, values: Sequence[bytes]) -> PGresult:
        formats = [Format.BINARY] * len(values)
        return connection.pgconn.exec_prepared(self._name, values, formats, Format.BINARY)


def _error(connection: Connection, result: PGresult) -> psycopg.Error:
    """Of a lost connection libpq says nothing that could be told from other errors."""
    if connection.closed:
        return psycopg.OperationalError("the connection was lost")
    return psycopg.errors.error_from_result(result)
