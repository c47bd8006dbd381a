"""How the content of a fact is validated apart from what has columns.

By the fact's own schema less the fields that have columns, so that those need not be written as
JSON only to be parsed again. An upcaster leaves the present shape alone, and is left out. Where a
class has more to say about its input than that, and for older schemas, only the mapper's way is
right.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from pydantic import BaseModel
from pydantic_core import CoreConfig, CoreSchema, SchemaValidator

from domain.base import FACTS, Envelope, Fact, FactT
from infrastructure.log.stored import IN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Fields = tuple[dict[str, Any], Any, set[str]]
    Validate = Callable[[bytes | str], Fields]

_new: Final = object.__new__
set_state, _set_given, _set_extra, _set_private = (
    BaseModel.__dict__[name].__set__
    for name in (
        "__dict__",
        "__pydantic_fields_set__",
        "__pydantic_extra__",
        "__pydantic_private__",
    )
)


def opening(
    topic: str, schema_version: int, reads: Collection[str] | None = None
) -> tuple[type[Fact], Validate] | None:
    """The class of such facts and what validates their content; None where only the mapper can.

    Args:
        topic: theirs.
        schema_version: theirs.
        reads: the fields that are asked for, when not all: the others are not looked at.
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
    while inner["type"] == "function-before":  # an upcaster has nothing to do here
        inner = inner["schema"]
    if inner["type"] != "model-fields":
        return None
    fields = {
        name: one
        for name, one in inner["fields"].items()
        if name not in IN_COLUMNS and (reads is None or name in reads)
    }
    if reads is not None and not fields:
        return kind, nothing
    extra: Any = "forbid" if reads is None else "ignore"
    lean: dict[str, Any] = {**inner, "fields": fields, "extra_behavior": extra}
    if definitions is not None:
        lean = {"type": "definitions", "schema": lean, "definitions": definitions}
    config = cast("CoreConfig", {**schema.get("config", {}), "extra_fields_behavior": extra})
    return kind, SchemaValidator(cast("CoreSchema", lean), config).validate_json


def made(kind: type[FactT], fields: dict[str, Any], given: set[str], envelope: Envelope) -> FactT:
    """What pydantic makes of validated fields, in a fraction of its time."""
    fact = _new(kind)
    set_state(fact, fields)
    _set_given(fact, given)
    _set_extra(fact, None)
    _set_private(fact, {"_envelope": envelope})
    return fact


class PartialEnvelope(Envelope):
    """What a scope has read of the envelope; asking for the rest is a mistake of who asks."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        raise LookupError(f"{name} was not read: the fold has to say that it needs it")


set_position: Final = Envelope.__dict__["position"].__set__


class _OfPosition:
    """The envelope of a lean fact, made when it is asked for."""

    def __get__(self, fact: Any, _kind: type[Fact]) -> Envelope:
        envelope = _new(PartialEnvelope)
        set_position(envelope, fact.log_position)
        return envelope


@cache
def lean(kind: type[Fact]) -> type[Fact]:
    """A kind of fact whose instances are their fields alone, ``log_position`` among them.

    The position needs no private place and no envelope, so that such a fact is made in half the
    time; it cannot be compared, copied or stored.
    """
    namespace = {
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__annotations__": {"envelope": ClassVar[Any], "log_position": ClassVar[Any]},
        "envelope": _OfPosition(),
        "log_position": None,
        "model_config": {"defer_build": True},
    }
    metaclass: Any = type(kind)
    return cast("type[Fact]", metaclass(kind.__name__, (kind,), namespace))


def nothing(_content: bytes | str) -> Fields:
    """Of facts of which no field is asked for."""
    return {}, None, set()
