"""Stored facts as folds read them: nothing unsealed, and nothing built that is not asked for.

The open part is validated by the fact's own schema less the fields that have columns, so that
those need not be written as JSON only to be parsed again. Where a class has more to say about
its input than its fields (an upcaster, a validator of the whole), the mapper's way is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import ValidationError
from pydantic_core import CoreConfig, CoreSchema, SchemaValidator

from domain.base import FACTS, Envelope, Fact
from infrastructure.log.errors import UnreadableFact
from infrastructure.log.sealing import unpack
from infrastructure.log.stored import IN_COLUMNS, Recorded, StoredFact
from infrastructure.log.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.scope import Scope

    Fields = tuple[dict[str, Any], Any, set[str]]
    Opening = Callable[[str], Fields]

NOBODY: Final = ""
_new: Final = object.__new__
_set: Final = object.__setattr__


class PartialEnvelope(Envelope):
    """What a scope has read of the envelope; asking for the rest is a mistake of the fold."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        raise LookupError(f"{name} was not read: the fold has to say that it needs it")


class FactDecoder:
    """Decodes rows of one scope, in the order of its columns."""

    def __init__(self, mapper: FactMapper, scope: Scope) -> None:
        self._mapper = mapper
        self._sealed = scope.sealed
        self._traced = scope.traced
        self._envelope = Envelope if scope.sealed and scope.traced else PartialEnvelope
        self._reads = dict(scope.reads)
        self._openings: dict[tuple[str, int], tuple[type[Fact], Opening] | None] = {}

    def decoded(self, rows: Iterable[tuple[Any, ...]]) -> list[Fact | Unreadable]:
        openings = self._openings
        partial = self._partial
        found: list[Fact | Unreadable] = []
        for row in rows:
            _, aggregate_id, version, topic, schema, occurred_at, received_at, opened = row[:8]
            try:
                known = openings[topic, schema]
            except KeyError:
                names = self._reads.get(topic)
                known = openings[topic, schema] = _opening(topic, schema, names)
            if known is None:
                found.append(self._mapped(row))
                continue
            try:
                fields, _, given = known[1](opened)
                private = {"_envelope": partial(row)}
            except (ValidationError, UnreadableFact):
                found.append(self._mapped(row))
                continue
            fact = _new(known[0])
            fields["originator_id"] = aggregate_id
            fields["originator_version"] = version
            fields["timestamp"] = received_at
            fields["occurred_at"] = occurred_at
            _set(fact, "__dict__", fields)
            _set(fact, "__pydantic_fields_set__", given)
            _set(fact, "__pydantic_extra__", None)
            _set(fact, "__pydantic_private__", private)
            found.append(fact)
        return found

    def _partial(self, row: tuple[Any, ...]) -> Envelope:
        envelope = _new(self._envelope)
        _set(envelope, "position", row[0])
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


def _opening(
    topic: str, schema_version: int, reads: tuple[str, ...] | None
) -> tuple[type[Fact], Opening] | None:
    """How the open part of such facts is validated; None where only the mapper can.

    Fields that are not read are not looked at; the others are validated as ever.
    """
    kind = FACTS.get(topic)
    if kind is None or schema_version != kind.SCHEMA:
        return None
    schema = cast("dict[str, Any]", kind.__pydantic_core_schema__)
    definitions = None
    if schema["type"] == "definitions":
        definitions, schema = schema["definitions"], schema["schema"]
    if schema["type"] != "model" or schema["custom_init"] or schema["root_model"]:
        return None
    inner = schema["schema"]
    if inner["type"] != "model-fields":
        return None
    fields = {
        name: one
        for name, one in inner["fields"].items()
        if name not in IN_COLUMNS and (reads is None or name in reads)
    }
    extra: Any = "forbid" if reads is None else "ignore"
    lean: dict[str, Any] = {**inner, "fields": fields, "extra_behavior": extra}
    if definitions is not None:
        lean = {"type": "definitions", "schema": lean, "definitions": definitions}
    validator = SchemaValidator(cast("CoreSchema", lean), CoreConfig(extra_fields_behavior=extra))
    return kind, validator.validate_json
