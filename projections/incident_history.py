"""Everything that happened to a report or a session, one row for each fact: what auditors read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, SealedPart
from projections.board.parts import PARTS
from projections.fold import Fold, Key, Row

_IN_COLUMNS = frozenset(
    {"originator_id", "originator_version", "originator_topic", "timestamp", "occurred_at"}
)


class HistoryRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("report_id", "version")

    report_id: UUID
    version: int
    position: int
    topic: str
    schema_version: int
    event_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    actor: str
    occurred_at: AwareDatetime | None
    received_at: AwareDatetime
    recorded_at: AwareDatetime
    open: str
    """The fact's own fields, without the personal ones, as a JSON object."""
    sealed: tuple[SealedPart, ...]
    """The personal ones; they read as erased once their subject's key is destroyed."""


class IncidentHistory(Fold[HistoryRow]):
    """The facts themselves, ready to be read for one report or session."""

    name: ClassVar[str] = "incident_history"
    version: ClassVar[int] = 1
    row: ClassVar[type[Row]] = HistoryRow
    topics: ClassVar[tuple[str, ...]] = ("emergency.", *(f"{part.kind}." for part in PARTS))
    sealed: ClassVar[bool] = True
    traced: ClassVar[bool] = True

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((fact.originator_id, fact.originator_version),)

    def evolve(self, _row: HistoryRow | None, fact: Fact) -> HistoryRow | None:
        known = fact.envelope
        return HistoryRow(
            report_id=fact.originator_id,
            version=fact.originator_version,
            position=known.position,
            topic=fact.TOPIC,
            schema_version=fact.SCHEMA,
            event_id=known.event_id,
            correlation_id=known.correlation_id,
            causation_id=known.causation_id,
            actor=known.actor,
            occurred_at=fact.occurred_at,
            received_at=fact.received_at,
            recorded_at=known.recorded_at,
            open=fact.model_dump_json(exclude={*_IN_COLUMNS, *fact.PERSONAL}),
            sealed=known.sealed,
        )
