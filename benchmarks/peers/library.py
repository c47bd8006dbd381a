"""The library as it comes: its application, its default recorder, the same facts of pydantic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent
from psycopg.conninfo import conninfo_to_dict

from benchmarks.life import beforehand as made_beforehand
from domain.catalogue import FACTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from eventsourcing.domain import DomainEventProtocol

CONNECTIONS = 16


class PlainMapper(Mapper[UUID]):
    """Facts as JSON by pydantic, as the library's examples do it; nothing is sealed."""

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
    """The library's application on PostgreSQL."""

    name = "stock"

    def construct_mapper(self) -> Mapper[UUID]:
        return PlainMapper()


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
