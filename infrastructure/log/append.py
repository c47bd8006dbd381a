"""The one way to write: a batch of requests in, one outcome for each out."""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import psycopg
from psycopg.pq import ExecStatus, Format
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random

from application.outbox import Outbox
from application.ports import StoredReceipt
from infrastructure.log.batch import ROW_TYPES, PackedRequest, arrays, pack, rows_of_one
from infrastructure.log.patience import NoAnswer, Patience

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from psycopg.pq.abc import PGresult

    from application.context import Idempotency
    from application.safe_return import SaveRequest
    from infrastructure.database import Connection, Database
    from infrastructure.log.stored import StoredFact

DEADLINE_S = 1.5
KEYS_KEPT = timedelta(days=7)
ATTEMPTS_MAX = 3

ONE, ALONE, TOGETHER = b"append_one", b"append_facts", b"append_durably"
_WAIT_AND_KEEP = f"$1::int4, interval '{KEYS_KEPT.days} days'"
_OUTBOX = "$4::append_timer[], $5::append_delivery[], $6::append_key[]"
_PARAMETERS = f"{_WAIT_AND_KEEP}, $2::append_request[], $3::append_fact[], {_OUTBOX}"
STATEMENTS = {
    ONE: f"SELECT append_one({_WAIT_AND_KEEP}, $2::append_request, $3::append_fact, {_OUTBOX})",
    ALONE: f"SELECT * FROM append_facts({_PARAMETERS})",  # noqa: S608 - constants
    TOGETHER: f"CALL append_durably({_PARAMETERS}, NULL, NULL, NULL, NULL, NULL)",
}
LAST_WAIT_S = 0.1
"""What a batch is given at least, however long its eldest has waited."""
FLUSH_S = 0.4
"""What the server is given to make durable what it has stored, its stand-by included."""
CROWDED_S = 1.0
"""How long after another process was met at the log it is taken to write on."""
FORMATS = [Format.BINARY] * 6
OIDS = (
    "SELECT array_agg(name::regtype::oid ORDER BY n)"
    " FROM unnest(%s::text[]) WITH ORDINALITY AS t(name, n)"
)
OUTCOMES, PLACES, RECEIPTS, BODIES, WAITED = range(5)
STORED, CONFLICT, KEY_REFUSED = b"sck"  # the fourth is a duplicate
TRUE = b"\x01"
_NUMBER = struct.Struct(">i")
_ARRAY_HEAD = struct.Struct(">iiIii")
_PLACE = struct.Struct(">iq")
_POSITION = struct.Struct(">q")


class AppendRequest(NamedTuple):
    """Facts that are stored together or not at all, and what goes with them."""

    facts: Sequence[StoredFact]
    correlation_id: UUID
    causation_id: UUID | None
    actor: str
    principal: str
    idempotency: Idempotency | None = None
    receipt: str = ""
    outbox: Outbox = Outbox()
    urgent: bool = False
    """Goes before all that waits, and is never turned away: a trigger."""

    @classmethod
    def of(cls, facts: Sequence[StoredFact], save: SaveRequest) -> AppendRequest:
        context = save.context
        principal = context.principal
        return cls(
            facts,
            context.correlation_id,
            context.causation_id,
            principal.actor,
            principal.id,
            context.idempotency,
            save.receipt,
            save.outbox,
            context.urgent,
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


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """A new key came too late: the subject has another, or keys are wrapped otherwise now."""


Outcome: TypeAlias = Stored | Overtaken | Answered | KeyRefused


class ConnectionLost(psycopg.OperationalError):
    """The connection broke; whether the facts were stored is not known."""


class LogWriter:
    """Writes over the process's one writer connection; one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Connection | None = None
        self._oids: list[int] = []
        self._met_others = -CROWDED_S
        self._patience = Patience()
        self._warned = False

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
                lost and did not come back, or the stand-by did not confirm) nobody knows.
        """
        if not requests:
            return []
        try:
            return self._send(requests, deadline)
        except ConnectionLost:
            return self._send_again(requests, deadline)

    def _send_again(self, requests: Sequence[PackedRequest], deadline: float) -> list[Outcome]:
        retrying = Retrying(
            retry=retry_if_exception_type(ConnectionLost),
            stop=stop_after_attempt(ATTEMPTS_MAX - 1),
            wait=wait_random(0.01, 0.1),
            reraise=True,
        )
        return retrying(self._send, requests, deadline)

    def _send(self, requests: Sequence[PackedRequest], deadline: float) -> list[Outcome]:
        with self._database.writer(wait_s=max(deadline - time.monotonic(), 0)) as connection:
            try:
                if connection is not self._known:
                    self._meet(connection)
                left_s = max(deadline - time.monotonic(), LAST_WAIT_S)
                with self._patience.until(time.monotonic() + left_s + FLUSH_S, connection):
                    return self._asked(connection, requests, int(left_s * 1000))
            except psycopg.errors.LockNotAvailable as error:
                raise psycopg.OperationalError("another writer holds the log") from error
            except NoAnswer:
                connection.close()
                raise
            except psycopg.Error as error:
                if connection.closed:
                    raise ConnectionLost(str(error)) from error
                raise

    def _asked(
        self, connection: Connection, requests: Sequence[PackedRequest], wait_ms: int
    ) -> list[Outcome]:
        wait = _NUMBER.pack(wait_ms)
        self._warned = False
        if len(requests) > 1 or self._is_crowded():
            outcomes = self._append(connection, TOGETHER, requests, wait)
        else:
            [request] = requests
            has_one_fact = len(request.facts) == 1
            stored = has_one_fact and self._append_one(connection, request, wait)
            outcomes = [stored] if stored else self._append(connection, ALONE, requests, wait)
        if self._warned:  # of one thing only: that the stand-by was not waited for
            raise NoAnswer("the server no longer waits for its stand-by")
        return outcomes

    def _take_warning(self, notice: psycopg.errors.Diagnostic) -> None:
        self._warned = self._warned or notice.severity_nonlocalized == "WARNING"

    def _append_one(
        self, connection: Connection, request: PackedRequest, wait_ms: bytes
    ) -> Stored | None:
        """None when nothing was stored."""
        values = [wait_ms, *rows_of_one(request, self._oids)]
        [position] = _POSITION.unpack(_executed(connection, ONE, values).get_value(0, 0) or b"")
        if position < 0:
            self._met_others = time.monotonic()
        return Stored([abs(position)]) if position else None

    def _append(
        self, connection: Connection, name: bytes, requests: Sequence[PackedRequest], wait_ms: bytes
    ) -> list[Outcome]:
        result = _executed(connection, name, [wait_ms, *arrays(requests, self._oids)])
        if result.get_value(0, WAITED) == TRUE:
            self._met_others = time.monotonic()
        return _outcomes(requests, result)

    def _is_crowded(self) -> bool:
        return time.monotonic() - self._met_others < CROWDED_S

    def _meet(self, connection: Connection) -> None:
        [(self._oids,)] = connection.execute(OIDS, [list(ROW_TYPES)]).fetchall()
        for name, statement in STATEMENTS.items():
            prepared = connection.pgconn.prepare(name, statement.encode())
            if prepared.status != ExecStatus.COMMAND_OK:
                raise psycopg.errors.error_from_result(prepared)
        connection.add_notice_handler(self._take_warning)
        self._known = connection


def _executed(connection: Connection, name: bytes, values: Sequence[bytes]) -> PGresult:
    """Past psycopg's cursor, which costs more than the rest of an append's client side."""
    formats = FORMATS[: len(values)]
    result = connection.pgconn.exec_prepared(name, values, formats, Format.BINARY)
    if result.status != ExecStatus.TUPLES_OK:
        raise psycopg.errors.error_from_result(result)
    return result


def _outcomes(requests: Sequence[PackedRequest], answers: PGresult) -> list[Outcome]:
    letters = answers.get_value(0, OUTCOMES)
    if letters is None:
        return _all_stored(requests, answers.get_value(0, PLACES) or b"")
    places = (answers.get_value(0, PLACES) or b"")[_ARRAY_HEAD.size :]
    receipts = _elements(answers.get_value(0, RECEIPTS))
    bodies = _elements(answers.get_value(0, BODIES))
    outcomes: list[Outcome] = []
    for request, letter, (_, place) in zip(
        requests, letters, _PLACE.iter_unpack(places), strict=True
    ):
        if letter == STORED:
            outcomes.append(Stored(list(range(place, place + len(request.facts)))))
        elif letter == CONFLICT:
            outcomes.append(Overtaken())
        elif letter == KEY_REFUSED:
            outcomes.append(KeyRefused())
        else:
            receipt = next(receipts).decode()
            answer = StoredReceipt(receipt=receipt, position=place, body_sha256=next(bodies))
            outcomes.append(Answered(answer))
    return outcomes


def _all_stored(requests: Sequence[PackedRequest], first: bytes) -> list[Outcome]:
    _, place = _PLACE.unpack_from(first, _ARRAY_HEAD.size)
    outcomes: list[Outcome] = []
    for request in requests:
        after = place + len(request.facts)
        outcomes.append(Stored(list(range(place, after))))
        place = after
    return outcomes


def _elements(array: bytes | None) -> Iterator[bytes]:
    """The values of an array without NULLs, in PostgreSQL's binary format."""
    at = _ARRAY_HEAD.size
    while array is not None and at < len(array):
        [length] = _NUMBER.unpack_from(array, at)
        at += _NUMBER.size
        yield array[at : at + length]
        at += length
