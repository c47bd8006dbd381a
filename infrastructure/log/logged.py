"""A row of one aggregate's stream, as it came: what nobody asks for is not made.

A replay looks at a fact's content and, now and then, at its position. The ids of the envelope come
as one value, because objects that are made for nothing cost most where a stream is long: by the
garbage collector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from infrastructure.log.stored import Recorded, StoredFact

if TYPE_CHECKING:
    from datetime import datetime

COLUMNS: Final = (
    "position, version, topic, schema_version, occurred_at, received_at, open, sealed,"
    " recorded_at, actor,"
    " uuid_send(event_id) || uuid_send(correlation_id) || coalesce(uuid_send(causation_id), '')"
)
_set: Final = object.__setattr__


class LoggedFact(StoredFact):
    """One row of ``COLUMNS``; see ``StoredFact`` for what its attributes mean."""

    __slots__ = ("aggregate_id", "row")
    aggregate_id: UUID
    row: tuple[Any, ...]

    def __init__(self, aggregate_id: UUID, row: tuple[Any, ...]) -> None:
        _set(self, "aggregate_id", aggregate_id)
        _set(self, "row", row)

    @property
    def originator_id(self) -> UUID:
        return self.aggregate_id

    @property
    def originator_version(self) -> int:
        version: int = self.row[1]
        return version

    @property
    def topic(self) -> str:
        topic: str = self.row[2]
        return topic

    @property
    def schema_version(self) -> int:
        schema_version: int = self.row[3]
        return schema_version

    @property
    def occurred_at(self) -> datetime | None:
        occurred_at: datetime | None = self.row[4]
        return occurred_at

    @property
    def received_at(self) -> datetime:
        received_at: datetime = self.row[5]
        return received_at

    @property
    def state(self) -> bytes:
        opened: str = self.row[6]
        return opened.encode()

    @property
    def sealed(self) -> bytes | None:
        sealed: bytes | None = self.row[7]
        return sealed

    @property
    def event_id(self) -> UUID:
        return UUID(bytes=self.row[10][:16])

    @property
    def recorded(self) -> Recorded:
        ids: bytes = self.row[10]
        return Recorded(
            position=self.row[0],
            correlation_id=UUID(bytes=ids[16:32]),
            causation_id=UUID(bytes=ids[32:]) if len(ids) > 32 else None,  # noqa: PLR2004
            actor=self.row[9],
            recorded_at=self.row[8],
        )
