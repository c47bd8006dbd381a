"""Requests as ``append_facts`` takes them: arrays of its row types, in PostgreSQL's binary format.

psycopg could write them from Python values at ten times the cost. A request is packed by the
thread that asks, while the batch before is being written; what only the batch knows (pointers to
what goes before) has its place in each row and is put there at the end.

An array is its number of dimensions, whether it has NULLs, the row type's oid, its length and its
first index, then each row after its length; a row is the number of its columns, then for each the
oid of its type, the length of its value (-1 for NULL) and the value.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import psycopg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from application.outbox import Delivery, Timer
    from infrastructure.log.append import AppendRequest
    from infrastructure.log.stored import NewKey, StoredFact

ROW_TYPES = ("append_request", "append_fact", "append_timer", "append_delivery", "append_key")
REQUEST_COLUMNS, FACT_COLUMNS, TIMER_COLUMNS, DELIVERY_COLUMNS, KEY_COLUMNS = 7, 13, 6, 6, 5

_oid_of = {name: psycopg.adapters.types[name].oid for name in ("int4", "uuid", "text", "bytea")}
_INT_OID, _TEXT_OID, _BYTES_OID = _oid_of["int4"], _oid_of["text"], _oid_of["bytea"]
_UUID_OID = _oid_of["uuid"]
_MOMENT_OID = psycopg.adapters.types["timestamptz"].oid
_NUMBER = struct.Struct(">i")
_SIZED = struct.Struct(">Ii")
_ARRAY = struct.Struct(">iiIii")
_EMPTY_ARRAY = struct.Struct(">iiI")
_MOMENT = struct.Struct(">Iiq")
_INT = struct.Struct(">Iii")
_ONE_INT = struct.Struct(">iiIii")
_TWO_INTS = struct.Struct(">iiIiiIii")
_FACT_HEAD = struct.Struct(">iiIiiIi16sIii")
_TWO_MOMENTS = struct.Struct(">IiqIiq")
_ID = struct.Struct(">Ii16s")
_UUID = _SIZED.pack(_UUID_OID, 16)
_NO_UUID = _SIZED.pack(_UUID_OID, -1)
_NO_BYTES = _SIZED.pack(_BYTES_OID, -1)
_NO_MOMENT = _SIZED.pack(_MOMENT_OID, -1)
_NO_TEXT = _SIZED.pack(_TEXT_OID, -1)
_NO_KEY = _NO_TEXT * 3 + _NO_BYTES + _NO_TEXT
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class PackedRequest(NamedTuple):
    """One request, all but its pointers in a batch."""

    key_row: bytes
    """The columns of its row from the idempotency key on."""
    facts: tuple[bytes, ...]
    aggregates: tuple[UUID, ...]
    """Of each fact."""
    timers: tuple[bytes, ...]
    deliveries: tuple[bytes, ...]
    new_keys: tuple[bytes, ...]
    key: tuple[str, str, str] | None
    """Principal, route and key; None without an idempotency key."""


def pack(request: AppendRequest) -> PackedRequest:
    cause = (
        _ID.pack(_UUID_OID, 16, request.correlation_id.bytes)
        + _uuid(request.causation_id)
        + _word(request.actor)
    )
    asked = request.idempotency
    key = None if asked is None else (request.principal, asked.route, asked.key)
    outbox = request.outbox
    return PackedRequest(
        key_row=_key_row(request),
        facts=tuple([_fact(fact, cause) for fact in request.facts]),
        aggregates=tuple([fact.originator_id for fact in request.facts]),  # type: ignore[misc]
        timers=tuple([_timer(timer) for timer in outbox.timers]) if outbox.timers else (),
        deliveries=tuple([_delivery(one) for one in outbox.deliveries])
        if outbox.deliveries
        else (),
        new_keys=tuple([_new_key(key) for fact in request.facts for key in fact.new_keys]),
        key=key,
    )


def arrays(requests: Sequence[PackedRequest], oids: Sequence[int]) -> list[bytes]:
    """The five array parameters of ``append_facts``; ``oids`` are those of ``ROW_TYPES``."""
    request_rows: list[bytes] = []
    fact_rows: list[bytes] = []
    timer_rows: list[bytes] = []
    delivery_rows: list[bytes] = []
    new_key_rows: list[bytes] = []
    of_key: dict[tuple[str, str, str], int] = {}
    of_aggregate: dict[UUID, int] = {}
    for number, one in enumerate(requests, start=1):
        twin = 0
        if one.key is not None:
            twin = of_key.get(one.key, 0)
            of_key[one.key] = number
        for fact, aggregate in zip(one.facts, one.aggregates, strict=True):
            before = of_aggregate.get(aggregate)
            fact_rows.append(fact if before is None else _pointing(fact, _ONE_INT.size, before))
            of_aggregate[aggregate] = len(fact_rows)
        last = len(fact_rows)
        request_rows.append(_request(last, twin, one.key_row))
        timer_rows += [_pointing(timer, _ONE_INT.size, last) for timer in one.timers]
        delivery_rows += [_pointing(one, _ONE_INT.size, last) for one in one.deliveries]
        new_key_rows += [_pointing(key, _ONE_INT.size, last) for key in one.new_keys]
    rows = (request_rows, fact_rows, timer_rows, delivery_rows, new_key_rows)
    return [_array(of_type, oid) for of_type, oid in zip(rows, oids, strict=True)]


def rows_of_one(request: PackedRequest, oids: Sequence[int]) -> list[bytes]:
    """The parameters of ``append_one``, for a request with one fact."""
    [fact] = request.facts
    return [
        _request(1, 0, request.key_row)[_NUMBER.size :],
        fact[_NUMBER.size :],
        _array(request.timers, oids[2]),
        _array(request.deliveries, oids[3]),
        _array(request.new_keys, oids[4]),
    ]


def _array(rows: Sequence[bytes], oid: int) -> bytes:
    if not rows:
        return _EMPTY_ARRAY.pack(0, 0, oid)
    return _ARRAY.pack(1, 0, oid, len(rows), 1) + b"".join(rows)


def _pointing(row: bytes, end: int, number: int) -> bytes:
    """The row with another number in the column that ends at ``end``."""
    return row[: end - _NUMBER.size] + _NUMBER.pack(number) + row[end:]


def _request(ends: int, twin: int, key_row: bytes) -> bytes:
    length = _TWO_INTS.size - _NUMBER.size + len(key_row)
    return _TWO_INTS.pack(length, REQUEST_COLUMNS, _INT_OID, 4, ends, _INT_OID, 4, twin) + key_row


def _key_row(request: AppendRequest) -> bytes:
    key = request.idempotency
    if key is None:
        return _NO_KEY
    return (
        _word(request.principal)
        + _word(key.route)
        + _text(key.key)
        + _bytes(key.body_sha256)
        + _text(request.receipt)
    )


def _fact(fact: StoredFact, cause: bytes) -> bytes:
    state = fact.state
    rest = b"".join(
        (
            _kind(fact.topic, fact.schema_version),
            fact.event_id.bytes,
            cause,
            _moments(fact.occurred_at, fact.received_at),
            _SIZED.pack(_TEXT_OID, len(state)),
            state,
            _NO_BYTES if fact.sealed is None else _bytes(fact.sealed),
        )
    )
    head = _FACT_HEAD.pack(
        _FACT_HEAD.size - _NUMBER.size + len(rest),
        FACT_COLUMNS,
        _INT_OID,
        4,
        0,  # the fact before it
        _UUID_OID,
        16,
        fact.originator_id.bytes,  # type: ignore[union-attr]
        _INT_OID,
        4,
        fact.originator_version,
    )
    return head + rest


def _timer(timer: Timer) -> bytes:
    return _after_a_number(
        TIMER_COLUMNS,
        _UUID,
        timer.timer_id.bytes,
        _UUID,
        timer.aggregate_id.bytes,
        _word(timer.kind),
        _word(timer.name),
        _moment(timer.due_at),
    )


def _delivery(one: Delivery) -> bytes:
    return _after_a_number(
        DELIVERY_COLUMNS,
        _uuid(one.delivery_id),
        _text(one.key),
        _word(one.channel),
        _uuid(one.about),
        _uuid(one.request_id),
    )


def _new_key(key: NewKey) -> bytes:
    return _after_a_number(
        KEY_COLUMNS,
        _uuid(key.key_id),
        _uuid(key.subject),
        _bytes(key.wrapped),
        _word(key.kek_id),
    )


def _after_a_number(columns: int, *rest: bytes) -> bytes:
    """A row with its length whose first column is a number, 0 for now."""
    joined = b"".join(rest)
    length = _ONE_INT.size - _NUMBER.size + len(joined)
    return _ONE_INT.pack(length, columns, _INT_OID, 4, 0) + joined


def _uuid(value: UUID | None) -> bytes:
    return _NO_UUID if value is None else _UUID + value.bytes


def _text(value: str) -> bytes:
    data = value.encode()
    return _SIZED.pack(_TEXT_OID, len(data)) + data


_word = lru_cache(maxsize=1024)(_text)
"""For texts that come again: kinds, routes, actors."""


@lru_cache(maxsize=1024)
def _kind(topic: str, schema_version: int) -> bytes:
    """Topic and schema version, and what stands before the event id."""
    return _text(topic) + _INT.pack(_INT_OID, 4, schema_version) + _UUID


def _bytes(value: bytes) -> bytes:
    return _SIZED.pack(_BYTES_OID, len(value)) + value


def _moments(first: datetime | None, second: datetime | None) -> bytes:
    if first is None or second is None:
        return _moment(first) + _moment(second)
    return _TWO_MOMENTS.pack(
        _MOMENT_OID,
        8,
        (first - _EPOCH) // _MICROSECOND,
        _MOMENT_OID,
        8,
        (second - _EPOCH) // _MICROSECOND,
    )


def _moment(value: datetime | None) -> bytes:
    if value is None:
        return _NO_MOMENT
    return _MOMENT.pack(_MOMENT_OID, 8, (value - _EPOCH) // _MICROSECOND)
