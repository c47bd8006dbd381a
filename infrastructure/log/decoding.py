"""Stored facts as folds read them: nothing unsealed, and nothing built that is not asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError

from domain.base import Envelope, Fact
from infrastructure.log.errors import UnreadableFact
from infrastructure.log.opening import (
    PartialEnvelope,
    lean,
    made,
    nothing,
    opening,
    set_position,
    set_state,
)
from infrastructure.log.sealing import unpack
from infrastructure.log.stored import Recorded, StoredFact
from infrastructure.log.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.opening import Validate
    from infrastructure.log.scope import Scope

    Opening = tuple[type[Fact], Validate] | None

NOBODY: Final = ""
UNKNOWN: Final[Any] = object()
_new: Final = object.__new__
_set: Final = object.__setattr__


class FactDecoder:
    """Decodes rows of one scope, in the order of its columns."""

    def __init__(self, mapper: FactMapper, scope: Scope) -> None:
        self._mapper = mapper
        self._sealed = scope.sealed
        self._traced = scope.traced
        self._envelope = Envelope if scope.sealed and scope.traced else PartialEnvelope
        self._reads = dict(scope.reads)
        self._openings: dict[tuple[Any, ...], Opening] = {}
        self._current: dict[str, tuple[int, type[Fact], Validate]] = {}
        """Of each topic the schema that was found to open, and how."""

    def decoded(self, rows: Iterable[tuple[Any, ...]]) -> list[Fact | Unreadable]:
        """Facts in the order of the rows, each unreadable one in its place."""
        return self._whole(rows) if self._sealed or self._traced else self._lean(rows)

    def _lean(self, rows: Iterable[tuple[Any, ...]]) -> list[Fact | Unreadable]:
        """As ``_whole`` where the fold knows the position alone of the envelope."""
        current = self._current
        found: list[Fact | Unreadable] = []
        for row in rows:
            position, aggregate_id, version, topic, schema_version, occurred_at, at, content = row
            known = current.get(topic)
            if known is None or known[0] != schema_version:
                found += self._whole((row,))
                continue
            if known[2] is nothing:
                fields: dict[str, Any] = {}
            else:
                try:
                    fields, _, _ = known[2](content)
                except ValidationError:
                    found.append(self._mapped(row))
                    continue
            fields["originator_id"] = aggregate_id
            fields["originator_version"] = version
            fields["timestamp"] = at
            fields["occurred_at"] = occurred_at
            fields["log_position"] = position
            fact = _new(known[1])
            set_state(fact, fields)
            found.append(fact)
        return found

    def _whole(self, rows: Iterable[tuple[Any, ...]]) -> list[Fact | Unreadable]:
        openings = self._openings
        found: list[Fact | Unreadable] = []
        for row in rows:
            known = openings.get(row[3:5], UNKNOWN)
            if known is UNKNOWN:
                known = self._opening(*row[3:5])
            if known is None:
                found.append(self._mapped(row))
                continue
            try:
                fields, _, given = known[1](row[7])
                envelope = self._partial(row)
            except (ValidationError, UnreadableFact):
                found.append(self._mapped(row))
                continue
            fields["originator_id"] = row[1]
            fields["originator_version"] = row[2]
            fields["timestamp"] = row[6]
            fields["occurred_at"] = row[5]
            found.append(made(known[0], fields, given, envelope))
        return found

    def _opening(self, topic: str, schema_version: int) -> Opening:
        known = opening(topic, schema_version, self._reads.get(topic))
        self._openings[topic, schema_version] = known
        if known is not None:
            self._current[topic] = (schema_version, lean(known[0]), known[1])
        return known

    def _partial(self, row: tuple[Any, ...]) -> Envelope:
        envelope = _new(self._envelope)
        set_position(envelope, row[0])
        if self._sealed:
            _set(envelope, "sealed", _parts(row))
        if self._traced:
            for name, value in zip(_TRACED, row[-5:], strict=True):
                _set(envelope, name, value)
        return envelope

    def _mapped(self, row: tuple[Any, ...]) -> Fact | Unreadable:
        """The mapper's way: slower, upcasts, and says what is wrong."""
        stored = _stored(row, sealed=self._sealed)
        try:
            fact = self._mapper.to_fact(stored, unseal=False)
            return fact.enveloped(self._partial(row))
        except UnreadableFact as error:
            return Unreadable.of(stored, error)


_TRACED: Final = ("event_id", "correlation_id", "causation_id", "actor", "recorded_at")


def _parts(row: tuple[Any, ...]) -> tuple[Any, ...]:
    if row[8] is None:
        return ()
    return unpack(row[8], aggregate_id=row[1], version=row[2], topic=row[3], schema_version=row[4])


def _stored(row: tuple[Any, ...], *, sealed: bool) -> StoredFact:
    position, aggregate_id, version, topic, schema, occurred_at, received_at, opened = row[:8]
    unknown = cast("UUID", aggregate_id)  # the envelope is put right by the caller
    moment = cast("datetime", received_at)
    return StoredFact(
        originator_id=aggregate_id,
        originator_version=version,
        topic=topic,
        state=opened.encode(),
        schema_version=schema,
        event_id=unknown,
        occurred_at=occurred_at,
        received_at=received_at,
        sealed=row[8] if sealed else None,
        recorded=Recorded(position, unknown, None, NOBODY, moment),
    )
