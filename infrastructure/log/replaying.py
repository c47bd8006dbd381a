"""One aggregate's facts as a replay takes them: opened, at the cost of one parse each.

Of the envelope they carry position and event id alone. Whatever this way cannot read, the mapper
is asked, which upcasts older schemas and says what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from domain.base import Envelope
from infrastructure.log.decoding import PartialEnvelope
from infrastructure.log.opening import made, opening
from infrastructure.log.sealing import Place
from infrastructure.log.stored import COLUMNS, StoredFact
from infrastructure.log.troubles import translated

if TYPE_CHECKING:
    from uuid import UUID

    from domain.base import Fact
    from infrastructure.database import Database
    from infrastructure.key_ring import DataKey
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.opening import Validate

STREAM: Final = (
    b"SELECT position, version, topic, schema_version, occurred_at, received_at, open, sealed,"
    b" event_id FROM events WHERE aggregate_id = %s ORDER BY version"
)
EMPTY: Final = "{}"
WHOLE: Final = f"SELECT {COLUMNS} FROM events WHERE position = %s".encode()  # noqa: S608 - constants
_new_place: Final = tuple.__new__
_new: Final = object.__new__
_set_position: Final = Envelope.__dict__["position"].__set__
_set_event_id: Final = Envelope.__dict__["event_id"].__set__


class StreamReader:
    """Reads whole streams, oldest fact first."""

    def __init__(self, database: Database, mapper: FactMapper) -> None:
        self._database = database
        self._mapper = mapper
        self._sealer = mapper.sealer
        self._openings: dict[tuple[str, int], tuple[type[Fact], Validate] | None] = {}

    def facts(self, aggregate_id: UUID) -> list[Fact]:
        """All facts of one aggregate with their personal fields, ERASED where a key is destroyed.

        Raises:
            UnreadableFact: as ``FactMapper.to_fact``, for the first that cannot be read.
            KeyRingUnavailable: the key ring cannot be read.
            PersistenceError: the database cannot be asked.
        """
        with translated(), self._database.connection() as connection:
            cursor = connection.cursor(binary=True)
            rows = cursor.execute(STREAM, (aggregate_id,), prepare=True).fetchall()
        keys: dict[bytes, DataKey | None] = {}
        return [self._fact(aggregate_id, row, keys) or self._mapped(row[0]) for row in rows]

    def _fact(
        self, aggregate_id: UUID, row: tuple[Any, ...], keys: dict[bytes, DataKey | None]
    ) -> Fact | None:
        """None where only the mapper can."""
        position, version, topic, schema, occurred_at, received_at, content, sealed, event_id = row
        try:
            opened = self._openings[topic, schema]
        except KeyError:
            opened = self._openings[topic, schema] = opening(topic, schema)
        if opened is None:
            return None
        if sealed is not None:
            place = _new_place(Place, (aggregate_id, version, topic, schema))
            for part in self._sealer.opened_at(place, sealed, keys):
                content = _with(content, part.decode())
        try:
            fields, _, given = opened[1](content)
        except ValidationError:
            return None
        fields["originator_id"] = aggregate_id
        fields["originator_version"] = version
        fields["timestamp"] = received_at
        fields["occurred_at"] = occurred_at
        envelope = _new(PartialEnvelope)
        _set_position(envelope, position)
        _set_event_id(envelope, event_id)
        return made(opened[0], fields, given, envelope)

    def _mapped(self, position: int) -> Fact:
        with translated(), self._database.connection() as connection:
            cursor = connection.cursor(binary=True)
            [row] = cursor.execute(WHOLE, (position,), prepare=True).fetchall()
        return self._mapper.to_fact(StoredFact.from_row(row), unseal=True)


def _with(content: str, more: str) -> str:
    """One JSON object of two that share no name."""
    if content == EMPTY:
        return more
    if more == EMPTY:
        return content
    return f"{content[:-1]},{more[1:]}"
