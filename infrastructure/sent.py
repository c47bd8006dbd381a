"""Values that are handed to PostgreSQL as the bytes that it would send itself.

Imported before the first connection is opened: a connection knows the adapters of that moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    from psycopg.abc import Buffer


class Sent(bytes):
    """A value in PostgreSQL's binary format; its type is named in the statement."""

    __slots__ = ()


class SentDumper(Dumper):
    format = Format.BINARY
    oid = 0

    def dump(self, obj: Any) -> Buffer | None:
        return bytes(obj)


psycopg.adapters.register_dumper(Sent, SentDumper)
