"""What part of the log one reader reads: which topics, and how much of each fact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from projections.fold import Fold

LEAN: Final = (
    "position, aggregate_id, version, topic, schema_version, occurred_at, received_at, open"
)
SEALED: Final = "sealed"
TRACED: Final = "event_id, correlation_id, causation_id, actor, recorded_at"


@dataclass(frozen=True)
class Scope:
    """Columns and topics; see ``projections.fold.Fold`` for what they mean."""

    topics: tuple[str, ...]
    sealed: bool = True
    traced: bool = True
    reads: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """By topic, the fields that are decoded; of topics that are not here, all."""
    share: tuple[int, int] | None = None
    """Only the aggregates of one share: its number, and of how many."""

    @classmethod
    def of(cls, fold: Fold[Any]) -> Scope:
        return _of(type(fold))

    def shared(self, number: int, of: int) -> Scope:
        return replace(self, share=(number, of))

    @cached_property
    def whole(self) -> list[str]:
        """Topics that are read by their full name."""
        return [topic for topic in self.topics if not topic.endswith(".")]

    @cached_property
    def families(self) -> list[str]:
        return [topic for topic in self.topics if topic.endswith(".")]

    def concerns(self, topic: str) -> bool:
        return topic in self.whole or topic.startswith(tuple(self.families))

    @cached_property
    def page(self) -> bytes:
        """The statement that reads a range of positions, the first excluded.

        Its values: after, up to, and as many as ``values`` has.
        """
        columns = ", ".join(
            (LEAN, *((SEALED,) if self.sealed else ()), *((TRACED,) if self.traced else ()))
        )
        conditions = [
            condition
            for topics, condition in (
                (self.whole, "topic = ANY(%s)"),
                (self.families, "topic ^@ ANY(%s)"),
            )
            if topics
        ]
        query = (
            f"SELECT {columns} FROM events WHERE position > %s AND position <= %s"  # noqa: S608 - constants
            f" AND ({' OR '.join(conditions) or 'false'})"
        )
        if self.share is not None:
            number, of = self.share
            query += f" AND abs(uuid_hash(aggregate_id) %% {of:d}) = {number:d}"
        query += " ORDER BY position"
        return query.encode()

    @cached_property
    def values(self) -> tuple[list[str], ...]:
        return tuple(topics for topics in (self.whole, self.families) if topics)


@cache
def _of(fold: type[Fold[Any]]) -> Scope:
    reads = tuple((kind.TOPIC, names) for kind, names in fold.reads.items())
    return Scope(fold.topics, sealed=fold.sealed, traced=fold.traced, reads=reads)
