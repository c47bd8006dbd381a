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

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from application.context import Idempotency
    from application.outbox import Delivery, Timer
    from application.safe_return import SaveRequest
    from infrastructure.database import Database
    from infrastructure.log.stored import StoredFact

DEADLINE_S = 1.5
KEYS_KEPT = timedelta(days=7)
ATTEMPTS_MAX = 3

REQUEST_TYPES = "uuid uuid text text text text bytea text"
EVENT_TYPES = "int uuid int text int uuid timestamptz timestamptz text bytea"
TIMER_TYPES = "int uuid uuid text text timestamptz"
DELIVERY_TYPES = "int uuid text text uuid uuid"
TYPES = [kinds.split() for kinds in (REQUEST_TYPES, EVENT_TYPES, TIMER_TYPES, DELIVERY_TYPES)]
ARRAYS = ", ".join(f"%s::{kind}[]" for kinds in TYPES for kind in kinds)
STATEMENT = (
    "SELECT outcome, positions, receipt, receipt_position, body_sha256"  # noqa: S608 - constants
    f" FROM append_facts(%s::int, %s::interval, {ARRAYS}) ORDER BY request"
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
    """Writes over the process's one writer connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, requests: Sequence[AppendRequest]) -> list[Outcome]:
        """Store each request whole or not at all, in order, in one transaction.

        A connection that breaks is replaced and the batch sent again: the database knows facts
        that it has already stored by their event ids, and reports their positions.

        Raises:
            psycopg.OperationalError: within 2 s nothing could be stored, or (the connection was
                lost and did not come back) nobody knows.
        """
        batch = columns(requests)
        deadline = time.monotonic() + DEADLINE_S
        for attempt in Retrying(
            retry=retry_if_exception_type(ConnectionLost),
            stop=stop_after_attempt(ATTEMPTS_MAX),
            wait=wait_random(0.01, 0.1),
            reraise=True,
        ):
            with attempt:
                rows = self._send(batch, deadline)
        return [_outcome(*row) for row in rows]

    def _send(self, batch: list[list[Any]], deadline: float) -> list[tuple[Any, ...]]:
        with self._database.writer(wait_s=max(deadline - time.monotonic(), 0)) as connection:
            wait_ms = max(int((deadline - time.monotonic()) * 1000), 1)
            try:
                cursor = connection.execute(STATEMENT, [wait_ms, KEYS_KEPT, *batch], prepare=True)
                return cursor.fetchall()
            except psycopg.errors.LockNotAvailable as error:
                raise psycopg.OperationalError("another writer holds the log") from error
            except psycopg.OperationalError as error:
                if connection.closed:
                    raise ConnectionLost(str(error)) from error
                raise


def columns(requests: Sequence[AppendRequest]) -> list[list[Any]]:
    """The arguments of ``append_facts``: one list for each array."""
    of_requests: list[list[Any]] = [[] for _ in TYPES[0]]
    of_events: list[list[Any]] = [[] for _ in TYPES[1]]
    of_timers: list[list[Any]] = [[] for _ in TYPES[2]]
    of_deliveries: list[list[Any]] = [[] for _ in TYPES[3]]
    for number, request in enumerate(requests, start=1):
        _add(of_requests, _request(request))
        for fact in request.facts:
            _add(of_events, (number, *_event(fact)))
        for timer in request.outbox.timers:
            _add(of_timers, (number, *_timer(timer)))
        for delivery in request.outbox.deliveries:
            _add(of_deliveries, (number, *_delivery(delivery)))
    return of_requests + of_events + of_timers + of_deliveries


def _add(lists: list[list[Any]], values: tuple[Any, ...]) -> None:
    for one, value in zip(lists, values, strict=True):
        one.append(value)


def _request(request: AppendRequest) -> tuple[Any, ...]:
    key = request.idempotency
    return (
        request.correlation_id,
        request.causation_id,
        request.actor,
        request.principal,
        key.route if key else None,
        key.key if key else None,
        key.body_sha256 if key else None,
        request.receipt,
    )


def _event(fact: StoredFact) -> tuple[Any, ...]:
    return (
        fact.originator_id,
        fact.originator_version,
        fact.topic,
        fact.schema_version,
        fact.event_id,
        fact.occurred_at,
        fact.received_at,
        fact.state.decode(),
        fact.sealed,
    )


def _timer(timer: Timer) -> tuple[Any, ...]:
    return (timer.timer_id, timer.aggregate_id, timer.kind.value, timer.name, timer.due_at)


def _delivery(one: Delivery) -> tuple[Any, ...]:
    return (one.delivery_id, one.key, one.channel.value, one.about, one.request_id)


def _outcome(
    outcome: str,
    positions: list[int],
    receipt: str | None,
    receipt_position: int | None,
    body_sha256: bytes | None,
) -> Outcome:
    if outcome == "stored":
        return Stored(positions)
    if outcome == "conflict":
        return Overtaken()
    return Answered(
        StoredReceipt(
            receipt=receipt or "", position=receipt_position, body_sha256=body_sha256 or b""
        )
    )
