"""The library's projection runner, folding the same facts with the same folds into equal tables.

One transaction an event, as the library has it; the rows are loaded and written by our own code,
over prepared binary statements, so that the difference is the runner's alone.
"""

from __future__ import annotations

import time
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent, Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict

from domain.base import FACTS, Envelope, Fact
from infrastructure.engine.storage import FoldStore
from infrastructure.engine.tables import READ, tables_of
from projections.operator_queue import OperatorQueue
from projections.usage_reports import UsageReports

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from eventsourcing.domain import DomainEventProtocol

    from infrastructure.log.unreadable import Unreadable
    from projections.fold import Fold

STORED_AT_ONCE = 500
LOOK_EVERY_S = 0.02


class PlainMapper(Mapper[UUID]):
    """Facts as JSON by pydantic, as the library's examples do it."""

    def __init__(self) -> None:
        """Needs no transcoder."""

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        fact: Any = domain_event
        return StoredEvent(
            originator_id=fact.originator_id,
            originator_version=fact.originator_version,
            topic=fact.TOPIC,
            state=fact.model_dump_json().encode(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return FACTS[stored_event.topic].model_validate_json(stored_event.state)


class Stock(Application[UUID]):
    name = "stock"

    def construct_mapper(self) -> Mapper[UUID]:
        return PlainMapper()


class View(PostgresTrackingRecorder):
    """The tables of one fold."""

    fold: ClassVar[Fold[Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._store = FoldStore(self.fold)

    def take(self, fact: Fact, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            parked = self._store.fold_in(cursor.connection, [fact])  # type: ignore[arg-type]
            if parked:
                raise ValueError(parked[0].reason)
            self._insert_tracking(cursor, tracking)


class OneByOne(Projection[View]):
    """Folds until it has seen enough, and knows when it began and ended."""

    enough: ClassVar[int]
    took_s: ClassVar[float | None]

    def __init__(self, view: View) -> None:
        super().__init__(view)
        self._seen = 0
        self._began = 0.0

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        if self._seen == self.enough:
            return
        if self._seen == 0:
            self._began = time.perf_counter()
        fact: Fact = domain_event
        self.view.take(fact.enveloped(_placed(tracking.notification_id)), tracking)
        self._seen += 1
        if self._seen == self.enough:
            type(self).took_s = time.perf_counter() - self._began


class QueueView(View):
    fold = OperatorQueue()


class UsageView(View):
    fold = UsageReports()


class QueueRunner(OneByOne):
    name = "queue"
    topics: tuple[str, ...] = ()


class UsageRunner(OneByOne):
    name = "usage"
    topics = UsageReports.topics


SIDES: dict[str, tuple[type[OneByOne], type[View]]] = {
    OperatorQueue.name: (QueueRunner, QueueView),
    UsageReports.name: (UsageRunner, UsageView),
}


class Library:
    """A migrated database with the library's own table of events beside ours."""

    def __init__(self, url: str) -> None:
        self._url = url
        parts = conninfo_to_dict(url)
        self._env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_PORT": str(parts["port"]),
            "POSTGRES_USER": str(parts["user"]),
            "POSTGRES_PASSWORD": str(parts["password"]),
        }

    def store(self, facts: Iterable[Fact | Unreadable]) -> None:
        """Keep the same facts under the same positions."""
        app = Stock(env=self._env)
        waiting: list[StoredEvent] = []
        for fact in facts:
            if not isinstance(fact, Fact):
                raise TypeError(fact)
            waiting.append(app.mapper.to_stored_event(fact))
            if len(waiting) == STORED_AT_ONCE:
                app.recorder.insert_events(waiting)
                waiting = []
        if waiting:
            app.recorder.insert_events(waiting)
        app.close()

    def facts_per_s(self, name: str, facts: int) -> float:
        """Fold so many facts that are the fold's matter, from nothing."""
        projection, view = SIDES[name]
        self._empty(view.fold)
        projection.enough = facts
        projection.took_s = None
        with ProjectionRunner(
            application_class=Stock, projection_class=projection, view_class=view, env=self._env
        ) as runner:
            idle = Event()
            while projection.took_s is None and not runner.is_interrupted.is_set():
                idle.wait(LOOK_EVERY_S)
        if projection.took_s is None:
            raise RuntimeError(f"the library's runner of {name} has ended")
        return facts / projection.took_s

    def _empty(self, fold: Fold[Any]) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            tables: Sequence[Any] = tuple(tables_of(fold, READ))
            names = ", ".join(f"{READ}.{table.name}" for table in tables)
            connection.execute(f"TRUNCATE {names}".encode())
            # Dropped with the copy that the library makes of a table that it finds empty.
            tracking = f"{SIDES[fold.name][0].name}_tracking"
            connection.execute(f"DROP TABLE IF EXISTS {tracking}, bkup1_{tracking}".encode())


def _placed(position: int) -> Envelope:
    """What these folds read of the envelope: the position."""
    envelope = object.__new__(Envelope)
    object.__setattr__(envelope, "position", position)
    return envelope
