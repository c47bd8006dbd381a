"""The library as it comes: its application, its default recorder, the same facts of pydantic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent, Transcoder
from eventsourcing.utils import get_topic, resolve_topic
from psycopg.conninfo import conninfo_to_dict

import domain.catalogue  # noqa: F401 - registers every topic
from benchmarks.life import beforehand as made_beforehand

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventsourcing.domain import DomainEventProtocol

CONNECTIONS = 16


class PydanticMapper(Mapper[UUID]):
    """Facts of pydantic in the manner of the library's examples for its version 9."""

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        fact: Any = domain_event
        return StoredEvent(
            originator_id=fact.originator_id,
            originator_version=fact.originator_version,
            topic=get_topic(type(fact)),
            state=self.transcoder.encode(fact.model_dump()),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        kind = resolve_topic(stored_event.topic)
        return kind(**self.transcoder.decode(stored_event.state))


class OrjsonTranscoder(Transcoder):
    """As those examples have it."""

    def encode(self, obj: Any) -> bytes:
        return orjson.dumps(obj)

    def decode(self, data: bytes) -> Any:
        return orjson.loads(data)


class Stock(Application[UUID]):
    """The library's application on PostgreSQL."""

    name = "stock"

    def construct_mapper(self) -> Mapper[UUID]:
        return PydanticMapper(OrjsonTranscoder())


def application_on(url: str, *, make_tables: bool = False) -> Stock:
    parts = conninfo_to_dict(url)
    return Stock(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_PORT": str(parts["port"]),
            "POSTGRES_USER": str(parts["user"]),
            "POSTGRES_PASSWORD": str(parts["password"]),
            "POSTGRES_POOL_SIZE": str(CONNECTIONS),
            "CREATE_TABLE": "y" if make_tables else "n",
        }
    )


class Library:
    def __init__(self, url: str) -> None:
        self._app = application_on(url)

    def writer(self, name: str, beforehand: int) -> Callable[[], None]:
        save = self._app.save
        coming = made_beforehand(name, beforehand)

        def write() -> None:
            report, _ = next(coming)
            save(report)

        return write

    def close(self) -> None:
        self._app.close()
