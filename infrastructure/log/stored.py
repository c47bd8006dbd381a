"""A fact as the log keeps it: open text, sealed bytes, and the log's own columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, SafeUUID

from eventsourcing.persistence import StoredEvent

from infrastructure.log.drawn import Drawn

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

COLUMNS = (
    "position, aggregate_id, version, topic, schema_version, event_id, correlation_id,"
    " causation_id, actor, occurred_at, received_at, recorded_at, open, sealed"
)
IN_COLUMNS = frozenset({"originator_id", "originator_version", "timestamp", "occurred_at"})
"""Fields of a fact with a column of their own; the rest stands in ``open`` or ``sealed``."""
_drawn = Drawn(16)
_VERSION_4 = UUID(int=0, version=4).int
_RANDOM = UUID(int=(1 << 128) - 1, version=4).int ^ _VERSION_4


def new_event_id() -> UUID:
    """A random id (version 4); made so, it costs half of what ``UUID`` takes for it."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", int.from_bytes(_drawn()) & _RANDOM | _VERSION_4)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


class NewKey(NamedTuple):
    """A subject's key that is stored together with the facts that it seals."""

    key_id: UUID
    subject: UUID
    wrapped: bytes
    kek_id: str
    told: Callable[[bool], None]
    """Is told whether it is stored now, or refused; nothing when nobody knows."""


class Recorded(NamedTuple):
    """What the log adds when it takes a fact."""

    position: int
    correlation_id: UUID
    causation_id: UUID | None
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, eq=False)
class StoredFact(StoredEvent):
    """One row of ``events``; ``state`` is the column ``open``.

    ``received_at`` is None before storing where nobody gave a moment (the database's is taken
    then); ``recorded`` is None until the fact has been read from the log.
    """

    schema_version: int = 1
    event_id: UUID = field(default_factory=new_event_id)
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    sealed: bytes | None = None
    recorded: Recorded | None = None
    new_keys: tuple[NewKey, ...] = ()

    def __eq__(self, other: object) -> bool:
        """Equal to any stored event with the same place and content."""
        if not isinstance(other, StoredEvent):
            return NotImplemented
        return (
            self.originator_id == other.originator_id
            and self.originator_version == other.originator_version
            and self.topic == other.topic
            and self.state == other.state
        )

    def __hash__(self) -> int:
        return hash((self.originator_id, self.originator_version))

    @classmethod
    def of(cls, event: StoredEvent) -> StoredFact:
        """The library's plain event as a fact without personal fields, under a new event id."""
        if isinstance(event, cls):
            return event
        return cls(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=event.topic,
            state=event.state,
        )

    @classmethod
    def new(  # noqa: PLR0913 - its columns
        cls,
        *,
        originator_id: UUID,
        originator_version: int,
        topic: str,
        state: bytes,
        schema_version: int,
        occurred_at: datetime | None,
        received_at: datetime,
        sealed: bytes | None,
        new_keys: tuple[NewKey, ...],
    ) -> StoredFact:
        """A fact under a new event id."""
        stored = object.__new__(cls)
        object.__setattr__(  # at once: a frozen dataclass would set its fields one by one
            stored,
            "__dict__",
            {
                "originator_id": originator_id,
                "originator_version": originator_version,
                "topic": topic,
                "state": state,
                "schema_version": schema_version,
                "event_id": new_event_id(),
                "occurred_at": occurred_at,
                "received_at": received_at,
                "sealed": sealed,
                "recorded": None,
                "new_keys": new_keys,
            },
        )
        return stored

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> StoredFact:
        """Take the columns in the order of ``COLUMNS``."""
        (
            position,
            aggregate_id,
            version,
            topic,
            schema_version,
            event_id,
            correlation_id,
            causation_id,
            actor,
            occurred_at,
            received_at,
            recorded_at,
            opened,
            sealed,
        ) = row
        stored = object.__new__(cls)
        object.__setattr__(  # at once, as in ``new``
            stored,
            "__dict__",
            {
                "originator_id": aggregate_id,
                "originator_version": version,
                "topic": topic,
                "state": opened.encode(),
                "schema_version": schema_version,
                "event_id": event_id,
                "occurred_at": occurred_at,
                "received_at": received_at,
                "sealed": sealed,
                "recorded": Recorded(position, correlation_id, causation_id, actor, recorded_at),
                "new_keys": (),
            },
        )
        return stored
