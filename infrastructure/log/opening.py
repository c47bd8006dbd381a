"""Stored facts as aggregates replay them: personal fields opened, at the cost of one parse.

The open part, joined by what was sealed, is validated by the fact's own schema less the fields
that have columns, so that those need not be written as JSON only to be parsed again. Where a
class has more to say about its input than its fields (an upcaster, a validator of the whole), the
mapper's own way is taken.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic_core import CoreSchema, SchemaValidator

from domain.base import FACTS, Envelope, Fact, SealedPart
from infrastructure.log.sealing import unpack
from infrastructure.log.stored import IN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from infrastructure.log.logged import LoggedFact
    from infrastructure.log.stored import StoredFact

_new: Final = object.__new__
_set: Final = object.__setattr__


class Opening:
    """Makes facts of one class and its present schema."""

    __slots__ = ("_kind", "_validate")

    def __init__(self, kind: type[Fact], validate: Callable[[bytes | str], Any]) -> None:
        self._kind = kind
        self._validate = validate

    def fact(self, stored: LoggedFact, content: bytes | str) -> Fact:
        """The fact that ``content``, a JSON object, tells together with the columns.

        Raises:
            ValidationError: it does not.
        """
        fields, _, given = self._validate(content)
        fields["originator_id"] = stored.aggregate_id
        row = stored.row
        fields["originator_version"] = row[1]
        fields["timestamp"] = row[5]
        fields["occurred_at"] = row[4]
        given |= IN_COLUMNS
        fact = _new(self._kind)
        _set(fact, "__dict__", fields)
        _set(fact, "__pydantic_fields_set__", given)
        _set(fact, "__pydantic_extra__", None)
        envelope = _new(LazyEnvelope)
        _set(envelope, "_stored", stored)
        _set(fact, "__pydantic_private__", {"_envelope": envelope})
        return fact


class LazyEnvelope(Envelope):
    """Filled when first looked at: a replay does not, but for the position now and then."""

    __slots__ = ("_stored",)
    _stored: LoggedFact

    def __getattr__(self, name: str) -> Any:
        if name not in ENVELOPE:
            raise AttributeError(name)
        stored = self._stored
        if name == "position":
            return stored.row[0]
        full = envelope_of(stored, sealed_parts(stored))
        for one in ENVELOPE:
            _set(self, one, getattr(full, one))
        return getattr(full, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Envelope) and all(
            getattr(self, one) == getattr(other, one) for one in ENVELOPE
        )

    __hash__ = None  # type: ignore[assignment]


ENVELOPE: Final = tuple(field.name for field in dataclasses.fields(Envelope))


def envelope_of(stored: StoredFact, parts: tuple[SealedPart, ...]) -> Envelope | None:
    """What the log knows of a fact that was read from it; None for one that was not."""
    recorded = stored.recorded
    if recorded is None:
        return None
    return Envelope(
        position=recorded.position,
        event_id=stored.event_id,
        correlation_id=recorded.correlation_id,
        causation_id=recorded.causation_id,
        actor=recorded.actor,
        recorded_at=recorded.recorded_at,
        sealed=parts,
    )


def sealed_parts(stored: StoredFact) -> tuple[SealedPart, ...]:
    if stored.sealed is None:
        return ()
    return unpack(
        stored.sealed,
        aggregate_id=cast("UUID", stored.originator_id),
        version=stored.originator_version,
        topic=stored.topic,
        schema_version=stored.schema_version,
    )


def opening(topic: str, schema_version: int) -> Opening | None:
    """How such facts are made; None where only the mapper can."""
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
    fields = {name: one for name, one in inner["fields"].items() if name not in IN_COLUMNS}
    lean: dict[str, Any] = {**inner, "fields": fields, "extra_behavior": "forbid"}
    if definitions is not None:
        lean = {"type": "definitions", "schema": lean, "definitions": definitions}
    return Opening(kind, SchemaValidator(cast("CoreSchema", lean)).validate_json)
