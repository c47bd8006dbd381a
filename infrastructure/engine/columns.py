"""How the fields of a row model stand in a table: one column each, the same every time.

Simple values have typed columns; whatever is nested stands as JSON text in the declared
order of its fields, so that the same row is always the same bytes.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Callable

    from projections.fold import Row

SQL_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "bigint",
    float: "double precision",
    str: "text",
    UUID: "uuid",
    date: "date",
}
JSON_TYPE = "text"
TIME_TYPE = "timestamptz"


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row; ``encode`` and ``decode`` never see None."""

    name: str
    sql_type: str
    nullable: bool
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


class Shape:
    """A row model as columns."""

    def __init__(self, row: type[Row]) -> None:
        self.row = row
        self.columns = tuple(
            _column(name, field.rebuild_annotation()) for name, field in row.model_fields.items()
        )
        self.key = row.KEY
        self.key_columns = tuple(
            one for name in row.KEY for one in self.columns if one.name == name
        )

    def encode(self, row: Row) -> tuple[Any, ...]:
        """The row's values as psycopg takes them, in the order of ``columns``."""
        state = row.__dict__
        return tuple(
            None if (value := state[one.name]) is None else one.encode(value)
            for one in self.columns
        )

    def decode(self, values: tuple[Any, ...]) -> Row:
        return self.row.model_construct(
            **{
                one.name: None if value is None else one.decode(value)
                for one, value in zip(self.columns, values, strict=True)
            }
        )

    def key_of(self, row: Row) -> tuple[Any, ...]:
        state = row.__dict__
        return tuple(state[name] for name in self.key)

    def encode_key(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(one.encode(value) for one, value in zip(self.key_columns, key, strict=True))


@cache
def shape_of(row: type[Row]) -> Shape:
    return Shape(row)


def _column(name: str, annotation: Any) -> Column:
    plain, nullable = _without_none(_bare(annotation))
    plain = _bare(plain)
    if isinstance(plain, type) and issubclass(plain, Enum):
        return Column(name, "text", nullable, _enum_value, plain)
    if plain is str:
        return Column(name, "text", nullable, _storable, _same)
    if plain in {datetime, AwareDatetime}:
        return Column(name, TIME_TYPE, nullable, _in_utc, _in_utc)
    if plain in SQL_TYPES:
        return Column(name, SQL_TYPES[plain], nullable, _same, _same)
    adapter: TypeAdapter[Any] = TypeAdapter(plain)
    return Column(
        name,
        JSON_TYPE,
        nullable,
        lambda value: adapter.dump_json(value).decode(),
        adapter.validate_json,
    )


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in {Union, types.UnionType}:
        return annotation, False
    arms = get_args(annotation)
    others = tuple(arm for arm in arms if arm is not type(None))
    return Union[others], len(others) < len(arms)  # noqa: UP007


def _same(value: Any) -> Any:
    return value


def _enum_value(value: Enum) -> str:
    return str(value.value)


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _storable(value: str) -> str:
    """PostgreSQL keeps no NUL in text: it reads back as the replacement character."""
    return value.replace("\x00", "\ufffd")
