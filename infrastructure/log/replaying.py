"""One aggregate's facts as a replay takes them: opened, at the cost of one parse each.

They are lean: their fields and the position, nothing else of the envelope. Whatever this way
cannot read, the mapper is asked, which upcasts older schemas and says what is wrong.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.utils import resolve_topic
from pydantic import ValidationError

from application.together import ask
from domain.base import FirstFact
from infrastructure.log.opening import lean, nothing, opening, set_state
from infrastructure.log.sealing import Place
from infrastructure.log.stored import COLUMNS, StoredFact
from infrastructure.log.troubles import translated
from infrastructure.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import TypeGuard
    from uuid import UUID

    from domain.base import Aggregate, Fact
    from infrastructure.database import Database
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.opening import Validate
    from infrastructure.remembered_keys import DataKey

    Opening = tuple[int, type[Fact] | None, Validate]

STREAM: Final = Prepared(
    "replayed_stream",
    "SELECT position, version, topic, schema_version, occurred_at, received_at, open, sealed"
    " FROM events WHERE aggregate_id = $1 ORDER BY version",
)
STREAMS: Final = (
    b"SELECT aggregate_id, position, version, topic, schema_version, occurred_at, received_at,"
    b" open, sealed FROM events WHERE aggregate_id = ANY(%s) ORDER BY aggregate_id, version"
)
EMPTY: Final = "{}"
WHOLE: Final = f"SELECT {COLUMNS} FROM events WHERE aggregate_id = %s".encode()  # noqa: S608 - constants
_new_place: Final = tuple.__new__
_new: Final = object.__new__


class StreamReader:
    """Reads whole streams, oldest fact first."""

    def __init__(self, database: Database, mapper: FactMapper) -> None:
        self._database = database
        self._mapper = mapper
        self._sealer = mapper.sealer
        self._openings: dict[str, Opening] = {}
        """Of each topic the schema that was met last, and how it opens."""

    def to_replay(self, aggregate_id: UUID) -> list[Fact]:
        """All facts of one aggregate with the personal fields that its rules read.

        ERASED are those whose key is destroyed, and what the aggregate leaves sealed.

        Raises:
            UnreadableFact: as ``FactMapper.to_fact``, for the first that cannot be read.
            KeyRingUnavailable: the key ring cannot be read.
            PersistenceError: the database cannot be asked.
        """
        rows = self._rows(aggregate_id)
        begun = self._decoded(aggregate_id, rows[:1], left=())
        left = _left_sealed(begun[0].originator_topic) if _is_first(begun) else ()
        return begun + self._decoded(aggregate_id, rows[1:], left=left)

    def _rows(self, aggregate_id: UUID) -> list[tuple[Any, ...]]:
        return ask(self._rows_of_all, self._rows_of, aggregate_id)

    def _rows_of(self, aggregate_id: UUID) -> list[tuple[Any, ...]]:
        with translated(), self._database.connection() as connection:
            return STREAM.rows(connection, aggregate_id.bytes)

    def _rows_of_all(self, aggregate_ids: Sequence[UUID]) -> list[list[tuple[Any, ...]]]:
        found: dict[UUID, list[tuple[Any, ...]]] = {one: [] for one in aggregate_ids}
        with translated(), self._database.connection() as connection:
            cursor = connection.cursor(binary=True)
            for aggregate_id, *row in cursor.execute(STREAMS, (list(found),), prepare=True):
                found[aggregate_id].append(tuple(row))
        return [found[one] for one in aggregate_ids]

    def _decoded(
        self, aggregate_id: UUID, rows: Sequence[tuple[Any, ...]], *, left: Collection[str]
    ) -> list[Fact]:
        """In one loop: a call for each fact would be a tenth of the time."""
        openings = self._openings
        keys: dict[bytes, DataKey | None] = {}
        stored: dict[int, StoredFact] = {}
        found: list[Fact] = []
        for position, version, topic, schema, occurred, received, content, sealed in rows:
            known = openings.get(topic)
            if known is None or known[0] != schema:
                known = self._opening(topic, schema)
            kind = known[1]
            if kind is None:
                found.append(self._mapped(aggregate_id, position, stored, left))
                continue
            if sealed is not None and topic not in left:
                place = _new_place(Place, (aggregate_id, version, topic, schema))
                for part in self._sealer.opened_at(place, sealed, keys):
                    content = _with(content, part.decode())  # noqa: PLW2901
            try:
                fields, _, _ = known[2](content)
            except ValidationError:
                found.append(self._mapped(aggregate_id, position, stored, left))
                continue
            fields["originator_id"] = aggregate_id
            fields["originator_version"] = version
            fields["timestamp"] = received
            fields["occurred_at"] = occurred
            fields["log_position"] = position
            fact = _new(kind)
            set_state(fact, fields)
            found.append(fact)
        return found

    def _opening(self, topic: str, schema: int) -> Opening:
        found = opening(topic, schema)
        known = (schema, None, nothing) if found is None else (schema, lean(found[0]), found[1])
        self._openings[topic] = known
        return known

    def _mapped(
        self,
        aggregate_id: UUID,
        position: int,
        stored: dict[int, StoredFact],
        left: Collection[str],
    ) -> Fact:
        """One fact by the mapper; ``stored`` is filled when the first is asked for."""
        if not stored:
            with translated(), self._database.connection() as connection:
                cursor = connection.cursor(binary=True)
                rows = cursor.execute(WHOLE, (aggregate_id,), prepare=True).fetchall()
            stored.update((row[0], StoredFact.from_row(row)) for row in rows)
        fact = stored[position]
        return self._mapper.to_fact(fact, unseal=fact.topic not in left)


def _is_first(facts: list[Fact]) -> TypeGuard[list[FirstFact]]:
    return bool(facts) and isinstance(facts[0], FirstFact)


@cache
def _left_sealed(originator_topic: str) -> frozenset[str]:
    """Topics of the facts whose personal fields such an aggregate does not need."""
    kind: type[Aggregate] = resolve_topic(originator_topic)
    return frozenset(fact.TOPIC for fact in kind.LEFT_SEALED)


def _with(content: str, more: str) -> str:
    """One JSON object of two that share no name."""
    if content == EMPTY:
        return more
    if more == EMPTY:
        return content
    return f"{content[:-1]},{more[1:]}"
