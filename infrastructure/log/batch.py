"""Requests as ``append_facts`` takes them: arrays of its row types, in PostgreSQL's binary format.

psycopg could write them from Python values at ten times the cost. A request is packed by the
thread that asks, while the batch before is being written; what only the batch knows (numbers and
pointers) stands first in each row and is put before the rest at the end.

An array is its number of dimensions, whether it has NULLs, the row type's oid, its length and its
first index, then each row after its length; a row is the number of its columns, then for each the
oid of its type, the length of its value (-1 for NULL) and the value.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from application.outbox import Delivery, Timer
    from infrastructure.log.append import AppendRequest
    from infrastructure.log.stored import StoredFact

ROW_TYPES = ("append_request", "append_fact", "append_timer", "append_delivery")

_oid_of = {name: psycopg.adapters.types[name].oid for name in ("int4", "uuid", "text", "bytea")}
_LENGTH = struct.Struct(">i")
_SIZED = struct.Struct(">Ii")
_ARRAY = struct.Struct(">iiIii")
_EMPTY_ARRAY = struct.Struct(">iiI")
_MOMENT = struct.Struct(">Iiq")
_INT = struct.Struct(">Iii")
_ONE_INT = struct.Struct(">iIii")
_TWO_INTS = struct.Struct(">iIiiIii")
_INT_OID, _TEXT_OID, _BYTES_OID = _oid_of["int4"], _oid_of["text"], _oid_of["bytea"]
_MOMENT_OID = psycopg.adapters.types["timestamptz"].oid
_UUID = _SIZED.pack(_oid_of["uuid"], 16)
_NO_UUID = _SIZED.pack(_oid_of["uuid"], -1)
_NO_TEXT = _SIZED.pack(_TEXT_OID, -1)
_NO_BYTES = _SIZED.pack(_BYTES_OID, -1)
_NO_MOMENT = _SIZED.pack(_MOMENT_OID, -1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Packed(bytes):
    """A parameter in binary format already; its type is that of its place in the statement."""

    __slots__ = ()


class PackedDumper(Dumper):
    """Hands ``Packed`` on as it is."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: Packed) -> bytes:
        return obj


@dataclass(frozen=True, slots=True)
class PackedRequest:
    """One request, all but its numbers in a batch."""

    row: bytes
    facts: tuple[bytes, ...]
    aggregates: tuple[UUID, ...]
    """Of each fact."""
    timers: tuple[bytes, ...]
    deliveries: tuple[bytes, ...]
    key: tuple[str, str, str] | None
    """Principal, route and key; None without an idempotency key."""


def pack(request: AppendRequest) -> PackedRequest:
    key = request.idempotency
    row = (
        _uuid(request.correlation_id)
        + _uuid(request.causation_id)
        + _word(request.actor)
        + _word(request.principal)
    )
    if key is None:
        row += _NO_TEXT + _NO_TEXT + _NO_BYTES + _NO_TEXT
    else:
        row += _word(key.route) + _text(key.key) + _bytes(key.body_sha256) + _text(request.receipt)
    outbox = request.outbox
    return PackedRequest(
        row=row,
        facts=tuple([_fact(fact) for fact in request.facts]),
        aggregates=tuple([fact.originator_id for fact in request.facts]),  # type: ignore[misc]
        timers=tuple([_timer(timer) for timer in outbox.timers]),
        deliveries=tuple([_delivery(delivery) for delivery in outbox.deliveries]),
        key=None if key is None else (request.principal, key.route, key.key),
    )


def arrays(requests: Sequence[PackedRequest], oids: Sequence[int]) -> tuple[Packed, ...]:
    """The four array parameters of ``append_facts``; ``oids`` are those of ``ROW_TYPES``."""
    request_rows: list[bytes] = []
    fact_rows: list[bytes] = []
    timer_rows: list[bytes] = []
    delivery_rows: list[bytes] = []
    of_key: dict[tuple[str, str, str], int] = {}
    of_aggregate: dict[UUID, int] = {}
    for number, one in enumerate(requests, start=1):
        twin = 0
        if one.key is not None:
            twin = of_key.get(one.key, 0)
            of_key[one.key] = number
        request_rows.append(_two_ints(10, len(one.facts), twin) + one.row)
        for fact, aggregate in zip(one.facts, one.aggregates, strict=True):
            before = of_aggregate.get(aggregate, 0)
            fact_rows.append(_two_ints(11, number, before) + fact)
            of_aggregate[aggregate] = len(fact_rows)
        last = len(fact_rows)
        timer_rows += [_one_int(6, last) + timer for timer in one.timers]
        delivery_rows += [_one_int(6, last) + delivery for delivery in one.deliveries]
    rows = (request_rows, fact_rows, timer_rows, delivery_rows)
    return tuple([_array(of_type, oid) for of_type, oid in zip(rows, oids, strict=True)])


def _array(rows: Sequence[bytes], oid: int) -> Packed:
    if not rows:
        return Packed(_EMPTY_ARRAY.pack(0, 0, oid))
    length = _LENGTH.pack
    parts = [_ARRAY.pack(1, 0, oid, len(rows), 1)]
    for row in rows:
        parts += (length(len(row)), row)
    return Packed(b"".join(parts))


def _fact(fact: StoredFact) -> bytes:
    return b"".join(
        (
            _UUID,
            fact.originator_id.bytes,  # type: ignore[union-attr]
            _int(fact.originator_version),
            _word(fact.topic),
            _int(fact.schema_version),
            _UUID,
            fact.event_id.bytes,
            _moment(fact.occurred_at),
            _moment(fact.received_at),
            _SIZED.pack(_TEXT_OID, len(fact.state)),
            fact.state,
            _NO_BYTES if fact.sealed is None else _bytes(fact.sealed),
        )
    )


def _timer(timer: Timer) -> bytes:
    return (
        _uuid(timer.timer_id)
        + _uuid(timer.aggregate_id)
        + _word(timer.kind.value)
        + _word(timer.name)
        + _moment(timer.due_at)
    )


def _delivery(one: Delivery) -> bytes:
    return (
        _uuid(one.delivery_id)
        + _text(one.key)
        + _word(one.channel.value)
        + _uuid(one.about)
        + _uuid(one.request_id)
    )


def _one_int(columns: int, value: int) -> bytes:
    return _ONE_INT.pack(columns, _INT_OID, 4, value)


def _two_ints(columns: int, first: int, second: int) -> bytes:
    return _TWO_INTS.pack(columns, _INT_OID, 4, first, _INT_OID, 4, second)


def _int(value: int) -> bytes:
    return _INT.pack(_INT_OID, 4, value)


def _uuid(value: UUID | None) -> bytes:
    return _NO_UUID if value is None else _UUID + value.bytes


def _text(value: str) -> bytes:
    data = value.encode()
    return _SIZED.pack(_TEXT_OID, len(data)) + data


_word = lru_cache(maxsize=1024)(_text)
"""For texts that come again: topics, kinds, routes, actors."""


def _bytes(value: bytes) -> bytes:
    return _SIZED.pack(_BYTES_OID, len(value)) + value


def _moment(value: datetime | None) -> bytes:
    if value is None:
        return _NO_MOMENT
    return _MOMENT.pack(_MOMENT_OID, 8, (value - _EPOCH) // _MICROSECOND)
