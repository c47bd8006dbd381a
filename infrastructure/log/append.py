"""The one way to write: a batch of requests in, one outcome for each out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import psycopg
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from application.outbox import Outbox
from application.ports import StoredReceipt
from infrastructure.log.batch import ROW_TYPES, Packed, PackedDumper, PackedRequest, arrays, pack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from application.context import Idempotency
    from application.safe_return import SaveRequest
    from infrastructure.database import Connection, Database
    from infrastructure.log.stored import StoredFact

DEADLINE_S = 1.5
KEYS_KEPT = timedelta(days=7)
ATTEMPTS_MAX = 3

STATEMENT = (
    b"CALL append_durably(%b::int4, %s, %b::append_request[], %b::append_fact[],"
    b" %b::append_timer[], %b::append_delivery[], NULL, NULL, NULL, NULL)"
)
OIDS = (
    "SELECT array_agg(name::regtype::oid ORDER BY n)"
    " FROM unnest(%s::text[]) WITH ORDINALITY AS t(name, n)"
)


@dataclass(frozen=True, slots=True)
class AppendRequest:
    """Facts that are stored together or not at all, and what goes with them."""

    facts: Sequence[StoredFact]
    correlation_id: UUID
    causation_id: UUID | None
    actor: str
    principal: str
    idempotency: Idempotency | None = None
    receipt: str = ""
    outbox: Outbox = Outbox()  # noqa: RUF009 - frozen
    urgent: bool = False
    """Goes before all that waits, and is never turned away: a trigger."""

    @classmethod
    def of(cls, facts: Sequence[StoredFact], save: SaveRequest) -> AppendRequest:
        context = save.context
        return cls(
            facts=facts,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
            actor=context.principal.actor,
            principal=context.principal.id,
            idempotency=context.idempotency,
            receipt=save.receipt,
            outbox=save.outbox,
            urgent=context.urgent,
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """The facts are in the log, at these positions."""

    positions: list[int]


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A version of one of the aggregates is taken, or its predecessor is missing."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The idempotency key has an answer; nothing was stored."""

    receipt: StoredReceipt


Outcome: TypeAlias = Stored | Overtaken | Answered


class ConnectionLost(psycopg.OperationalError):
    """The connection broke; whether the facts were stored is not known."""


class LogWriter:
    """Writes over the process's one writer connection; one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Connection | None = None
        self._oids: list[int] = []

    def append(self, requests: Sequence[AppendRequest]) -> list[Outcome]:
        """Store each request whole or not at all, in order, in one transaction.

        Raises:
            psycopg.OperationalError: as ``write`` does.
        """
        packed = [pack(request) for request in requests]
        return self.write(packed, deadline=time.monotonic() + DEADLINE_S)

    def write(self, requests: Sequence[PackedRequest], *, deadline: float) -> list[Outcome]:
        """Store each request whole or not at all, in order, in one transaction.

        A connection that breaks is replaced and the batch sent again: the database knows facts
        that it has already stored by their event ids, and reports their positions.

        Args:
            requests: packed beforehand.
            deadline: until when to wait for other writers, by ``time.monotonic``.

        Raises:
            psycopg.OperationalError: nothing could be stored in time, or (the connection was
                lost and did not come back) nobody knows.
        """
        if not requests:
            return []
        try:
            rows = self._send(requests, deadline)
        except ConnectionLost:
            rows = self._send_again(requests, deadline)
        return [_outcome(one, *row) for one, row in zip(requests, rows, strict=True)]

    def _send_again(
        self, requests: Sequence[PackedRequest], deadline: float
    ) -> list[tuple[Any, ...]]:
        retrying = Retrying(
            retry=retry_if_exception_type(ConnectionLost),
            stop=stop_after_attempt(ATTEMPTS_MAX - 1),
            wait=wait_random(0.01, 0.1),
            reraise=True,
        )
        return retrying(self._send, requests, deadline)

    def _send(self, requests: Sequence[PackedRequest], deadline: float) -> list[tuple[Any, ...]]:
        with self._database.writer(wait_s=max(deadline - time.monotonic(), 0)) as connection:
            wait_ms = max(int((deadline - time.monotonic()) * 1000), 1)
            try:
                if connection is not self._known:
                    self._meet(connection)
                cursor = connection.cursor(binary=True)
                values = (wait_ms, KEYS_KEPT, *arrays(requests, self._oids))
                [answers] = cursor.execute(STATEMENT, values, prepare=True).fetchall()
                return list(zip(*answers, strict=True))
            except psycopg.errors.LockNotAvailable as error:
                raise psycopg.OperationalError("another writer holds the log") from error
            except psycopg.OperationalError as error:
                if connection.closed:
                    raise ConnectionLost(str(error)) from error
                raise

    def _meet(self, connection: Connection) -> None:
        connection.adapters.register_dumper(Packed, PackedDumper)
        [(self._oids,)] = connection.execute(OIDS, [list(ROW_TYPES)]).fetchall()
        self._known = connection


def _outcome(
    request: PackedRequest,
    outcome: str,
    place: int | None,
    receipt: str | None,
    body_sha256: bytes | None,
) -> Outcome:
    if outcome == "stored" and place is not None:
        return Stored(list(range(place, place + len(request.facts))))
    if outcome == "conflict":
        return Overtaken()
    return Answered(
        StoredReceipt(receipt=receipt or "", position=place, body_sha256=body_sha256 or b"")
    )
