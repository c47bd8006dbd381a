"""Compare facts with what they call for, and put right what is missing.

Facts, timers and deliveries are stored in one transaction, so nothing should ever be missing;
the reconciler is there for the day on which that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infrastructure.away import told_when_away
from infrastructure.log.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from application.outbox import Delivery, Outbox, Timer
    from domain.base import Fact
    from infrastructure.database import Connection, Database
    from infrastructure.log.reader import LogReader

PAGE: Final = 1_000
PAGES_MAX: Final = 3
"""A long log is caught up with in steps, because deliveries wait meanwhile."""

_FROM: Final = "SELECT position FROM reconciled"
_REACHED: Final = "UPDATE reconciled SET position = %s WHERE position < %s"
_TIMER: Final = """
INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id, causation_id,
                    position)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_DELIVERY: Final = """
INSERT INTO deliveries (delivery_id, key, channel, about, request_id, correlation_id,
                        causation_id, position)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was missing and has been put in its place."""

    timers: tuple[UUID, ...] = ()
    deliveries: tuple[UUID, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.timers or self.deliveries)


class Reconciler:
    def __init__(
        self,
        database: Database,
        reader: LogReader,
        called_for: Callable[[Iterable[Fact]], Outbox],
    ) -> None:
        self._database = database
        self._reader = reader
        self._called_for = called_for

    def compare(self) -> Restored:
        """Go through the next facts since the last comparison; harmless when two do it at once.

        Raises:
            LogUnavailable: the database is away.
        """
        timers: list[UUID] = []
        deliveries: list[UUID] = []
        with told_when_away(), self._database.connection() as connection:
            position = _position(connection)
            for _ in range(PAGES_MAX):
                read = self._reader.read(position, PAGE)
                if not read:
                    break
                with connection.transaction():
                    for fact in read:
                        if isinstance(fact, Unreadable):
                            continue
                        outbox = self._called_for([fact])
                        timers += _missing_timers(connection, fact, outbox.timers)
                        deliveries += _missing_deliveries(connection, fact, outbox.deliveries)
                    position = position_of(read[-1])
                    connection.execute(_REACHED, (position, position))
        return Restored(tuple(timers), tuple(deliveries))


def position_of(read: Fact | Unreadable) -> int:
    return read.position if isinstance(read, Unreadable) else read.envelope.position


def _position(connection: Connection) -> int:
    row = connection.execute(_FROM).fetchone()
    return int(row[0]) if row else 0


def _missing_timers(connection: Connection, fact: Fact, timers: Sequence[Timer]) -> list[UUID]:
    return [
        timer.timer_id
        for timer in timers
        if connection.execute(
            _TIMER,
            (
                timer.timer_id,
                timer.aggregate_id,
                timer.kind,
                timer.name,
                timer.due_at,
                *_cause(fact),
            ),
        ).rowcount
    ]


def _missing_deliveries(
    connection: Connection, fact: Fact, deliveries: Sequence[Delivery]
) -> list[UUID]:
    return [
        delivery.delivery_id
        for delivery in deliveries
        if connection.execute(
            _DELIVERY,
            (
                delivery.delivery_id,
                delivery.key,
                delivery.channel,
                delivery.about,
                delivery.request_id,
                *_cause(fact),
            ),
        ).rowcount
    ]


def _cause(fact: Fact) -> tuple[UUID, UUID, int]:
    return fact.envelope.correlation_id, fact.envelope.event_id, fact.envelope.position
