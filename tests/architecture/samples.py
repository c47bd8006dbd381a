"""Samples of facts, made once from their types and then kept for ever.

Each shape of a fact has two: ``full`` with every field filled, ``bare`` with None wherever a
field may be None and nothing personal readable.
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict, Union, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel

from domain.base import ERASED, Erased, Fact
from domain.catalogue import FACTS

GOLDEN = Path(__file__).parents[1] / "golden" / "facts.json"
GOLDEN_CODES = GOLDEN.with_name("codes.json")
SINCE = "0.1.0"

MOMENT = datetime(2023, 2, 2, 14, 41, 7, 250_000, tzinfo=UTC)
ID = uuid5(NAMESPACE_URL, "/golden")
PLAIN: dict[Any, Any] = {
    UUID: ID,
    datetime: MOMENT,
    AwareDatetime: MOMENT,
    date: date(2023, 8, 26),
    bool: True,
    int: 3,
    float: 12.5,
}
PATTERNS = {
    r"^[A-Z0-9][A-Z0-9-]{0,19}$": "GD-1",
    r"^\d{5}$": "11740",
    r"^\d{1,5}_\d{1,5}$": "2110_5497",
    r"^[a-z0-9][a-z0-9_-]{0,39}$": "play_store",
    r"^[0-9a-f]{64}$": "0123456789abcdef" * 4,
}


class Sample(TypedDict):
    """One stored fact: ``stored`` is what was read from the log, whole and unsealed."""

    topic: str
    schema: int
    shape: str
    since: str
    stored: str


def kept() -> list[Sample]:
    samples: list[Sample] = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else []
    return samples


def read(fact_class: type[Fact], sample: Sample) -> Fact:
    """Read as the log's mapper does: an older shape is told which one it is."""
    older = sample["schema"] < fact_class.SCHEMA
    return fact_class.model_validate_json(
        sample["stored"], context={"schema_version": sample["schema"]} if older else None
    )


def current(fact: Fact, sample: Sample) -> Sample:
    """The sample as it would be stored today."""
    return Sample(**sample | {"schema": fact.SCHEMA, "stored": fact.model_dump_json()})


def missing(samples: list[Sample]) -> Iterator[Sample]:
    """Samples of shapes that have none yet."""
    known = {(one["topic"], one["schema"]) for one in samples}
    for topic, fact_class in sorted(FACTS.items()):
        if (topic, fact_class.SCHEMA) in known:
            continue
        for shape in ("full", "bare"):
            fact = sample_of(fact_class, bare=shape == "bare")
            yield Sample(
                topic=topic,
                schema=fact_class.SCHEMA,
                shape=shape,
                since=SINCE,
                stored=fact.model_dump_json(),
            )


def write(samples: list[Sample]) -> None:
    GOLDEN.write_text(json.dumps(samples, indent=1, ensure_ascii=False) + "\n")


def codes() -> dict[str, list[str]]:
    """Every code list that stored facts use, with its values."""
    found: dict[str, list[str]] = {}
    for fact_class in FACTS.values():
        for field in fact_class.model_fields.values():
            _collect_codes(field.annotation, found)
    return found


def _collect_codes(annotation: Any, found: dict[str, list[str]]) -> None:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        found[annotation.__name__] = [str(one.value) for one in annotation]
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            _collect_codes(field.annotation, found)
    for argument in get_args(annotation):
        _collect_codes(argument, found)


def kept_codes() -> dict[str, list[str]]:
    known: dict[str, list[str]] = (
        json.loads(GOLDEN_CODES.read_text()) if GOLDEN_CODES.exists() else {}
    )
    return known


def missing_codes() -> list[str]:
    """Codes in use that are not kept yet, as ``List.value``."""
    known = kept_codes()
    return [
        f"{name}.{value}"
        for name, values in codes().items()
        for value in values
        if value not in known.get(name, [])
    ]


def write_codes() -> None:
    known = kept_codes()
    for name, values in codes().items():
        kept_values = known.setdefault(name, [])
        kept_values += [value for value in values if value not in kept_values]
    GOLDEN_CODES.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")


def sample_of(fact_class: type[Fact], *, bare: bool) -> Fact:
    fields = _fields(fact_class, bare=bare)
    fields["originator_id"] = ID
    fields["originator_version"] = 1 if "originator_topic" in fields else 2
    if "originator_topic" in fields:
        fields["originator_topic"] = fact_class.TOPIC.split(".")[0]
    return fact_class.model_validate(fields)


def _value(annotation: Any, *, bare: bool, name: str) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        patterns = [mark.pattern for mark in arguments[1:] if getattr(mark, "pattern", None)]
        return PATTERNS[patterns[0]] if patterns else _value(arguments[0], bare=bare, name=name)
    if origin in (Union, types.UnionType):
        return _chosen(arguments, bare=bare, name=name)
    if origin is Literal:
        return arguments[0]
    if origin in (tuple, dict):
        return _several(origin, arguments, bare=bare, name=name)
    if issubclass(annotation, Enum | BaseModel):
        return _made(annotation, bare=bare)
    return PLAIN.get(annotation, f"the {name.replace('_', ' ')}")


def _several(origin: Any, arguments: tuple[Any, ...], *, bare: bool, name: str) -> Any:
    if bare:
        return origin()
    kinds = arguments if origin is dict else arguments[:1]
    values = tuple(_value(kind, bare=bare, name=name) for kind in kinds)
    return dict([values]) if origin is dict else values


def _made(kind: type[Enum | BaseModel], *, bare: bool) -> Any:
    return next(iter(kind)) if issubclass(kind, Enum) else kind(**_fields(kind, bare=bare))


def _chosen(kinds: tuple[Any, ...], *, bare: bool, name: str) -> Any:
    if bare and Erased in kinds:
        return ERASED
    if bare and types.NoneType in kinds:
        return None
    return _value(kinds[0], bare=bare, name=name)


def _fields(model: type[BaseModel], *, bare: bool) -> dict[str, Any]:
    return {
        name: _value(
            Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation,
            bare=bare,
            name=name,
        )
        for name, field in model.model_fields.items()
    }
