"""How the fields of a row model stand in a table: one column each, the same every time.

Simple values have typed columns; whatever is nested stands as JSON text in the declared
order of its fields, so that the same row is always the same bytes.

On the way in, a value is what PostgreSQL sends itself in binary, behind its length in four
bytes: the same for COPY and for the elements of an array.
"""

from __future__ import annotations

import struct
import types
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache, lru_cache
from itertools import compress
from operator import is_not, itemgetter
from typing import TYPE_CHECKING, Annotated, Any, Final, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter
from pydantic_core import PydanticUndefined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from projections.fold import Row

JSON_TYPE: Final = "text"
NULL: Final = b"\xff\xff\xff\xff"
_LENGTH: Final = struct.Struct(">i")
_BIGINT: Final = struct.Struct(">iq")
_DOUBLE: Final = struct.Struct(">id")
_DATE: Final = struct.Struct(">ii")
_TRUE: Final = b"\x00\x00\x00\x01\x01"
_FALSE: Final = b"\x00\x00\x00\x01\x00"
_UUID: Final = b"\x00\x00\x00\x10"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FIRST_DAY: Final = date(2000, 1, 1)
_MICROSECOND: Final = timedelta(microseconds=1)
WORDS_CACHED: Final = 4_096


class Unkeepable(ValueError):
    """PostgreSQL has no room for a value: a number too large, a text that is no text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a row; ``encode`` and ``decode`` never see None."""

    name: str
    sql_type: str
    nullable: bool
    encode: Callable[[Any], bytes]
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
        self.numbers = tuple(one.name for one in self.columns if one.name not in row.KEY)
        self._encoders = tuple(one.encode for one in self.columns)
        self._names = tuple(one.name for one in self.columns)
        self._places = range(len(self.columns))
        self._defaults = tuple(one.default for one in row.model_fields.values())
        self._blank = [
            NULL if value is None or value is PydanticUndefined else one.encode(value)
            for one, value in zip(self.columns, self._defaults, strict=True)
        ]
        self._key_of = itemgetter(*self.key)
        self._numbers_of = itemgetter(*self.numbers) if self.numbers else None

    def changes(self, old: Row, new: Row) -> list[int]:
        """The places of the columns that may differ; none when the rows are equal."""
        before, after = old.__dict__, new.__dict__
        others = list(compress(self._places, map(is_not, before.values(), after.values())))
        for place in others:
            name = self._names[place]
            if before[name] != after[name]:
                return others
        return []

    def image(
        self, row: Row, base: list[bytes] | None = None, changed: Iterable[int] = ()
    ) -> list[bytes]:
        """The row's columns as bytes, in their order.

        Args:
            row: any.
            base: the image of another state of the same row; by default that of a row of which
                nothing but its model is known.
            changed: the places in which it differs.

        Raises:
            Unkeepable: a value fits no column.
        """
        known = tuple(row.__dict__.values())
        if base is None:
            base, changed = self._blank, compress(self._places, map(is_not, known, self._defaults))
        image = base.copy()
        encoders = self._encoders
        with must_fit():
            for place in changed:
                value = known[place]
                image[place] = NULL if value is None else encoders[place](value)
        return image

    def decode(self, values: tuple[Any, ...]) -> Row:
        return self.row.of(
            **{
                one.name: None if value is None else one.decode(value)
                for one, value in zip(self.columns, values, strict=True)
            }
        )

    def key_of(self, row: Row) -> tuple[Any, ...]:
        found = self._key_of(row.__dict__)
        return found if len(self.key) > 1 else (found,)

    def numbers_of(self, row: Row) -> tuple[int, ...]:
        """All fields outside the key: for the rows of rollups."""
        if self._numbers_of is None:
            return ()
        found = self._numbers_of(row.__dict__)
        return found if len(self.numbers) > 1 else (found,)

    def total(self, key: tuple[Any, ...], numbers: tuple[int, ...]) -> Row:
        """A rollup's row of its parts."""
        parts = dict(zip(self.key, key, strict=True)) | dict(
            zip(self.numbers, numbers, strict=True)
        )
        return self.row.of(**{one.name: parts[one.name] for one in self.columns})

    def encode_key(self, key: tuple[Any, ...]) -> tuple[bytes, ...]:
        return tuple(one.encode(value) for one, value in zip(self.key_columns, key, strict=True))


class must_fit:  # noqa: N801 - stands behind ``with``; a generator's would take thrice as long
    """What cannot be encoded raises Unkeepable."""

    __slots__ = ()

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ValueError | LookupError | OverflowError | struct.error):
            raise Unkeepable(type(error).__name__) from error


@cache
def shape_of(row: type[Row]) -> Shape:
    return Shape(row)


def bigint(value: int) -> bytes:
    return _BIGINT.pack(8, value)


def _column(name: str, annotation: Any) -> Column:
    plain, nullable = _without_none(_bare(annotation))
    plain = _bare(plain)
    if isinstance(plain, type) and issubclass(plain, Enum):
        words = {member: _text(str(member.value)) for member in plain}
        return Column(name, "text", nullable, words.__getitem__, plain)
    if plain is str:
        return Column(name, "text", nullable, _text, _same)
    if plain in {datetime, AwareDatetime}:
        return Column(name, "timestamptz", nullable, _moment, _in_utc)
    if plain in SIMPLE:
        sql_type, encode = SIMPLE[plain]
        return Column(name, sql_type, nullable, encode, _same)
    adapter: TypeAdapter[Any] = TypeAdapter(plain)

    def as_json(value: Any) -> bytes:
        written = adapter.dump_json(value)
        return _LENGTH.pack(len(written)) + written

    encode = lru_cache(WORDS_CACHED)(as_json) if _is_words(plain) else as_json
    return Column(name, JSON_TYPE, nullable, encode, adapter.validate_json)


def _is_words(annotation: Any) -> bool:
    """Whether it is a tuple of words, of which few kinds come again and again."""
    return get_origin(annotation) is tuple and all(
        isinstance(one, type) and issubclass(one, str)
        for one in map(_bare, get_args(annotation))
        if one is not Ellipsis
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


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _boolean(value: bool) -> bytes:  # noqa: FBT001 - a value of a column
    return _TRUE if value else _FALSE


def _double(value: float) -> bytes:
    return _DOUBLE.pack(8, value)


def _uuid(value: UUID) -> bytes:
    return _UUID + value.bytes


def _date(value: date) -> bytes:
    return _DATE.pack(4, (value - _FIRST_DAY).days)


def microseconds(value: datetime) -> int:
    """Since PostgreSQL's epoch."""
    return (value - _EPOCH) // _MICROSECOND


def _moment(value: datetime) -> bytes:
    return _BIGINT.pack(8, microseconds(value))


def _text(value: str) -> bytes:
    return word(value) if len(value) < WORD_CHARS else _written(value)


def _written(value: str) -> bytes:
    """PostgreSQL keeps no NUL in text: it reads back as the replacement character."""
    written = value.replace("\x00", "\ufffd").encode()
    return _LENGTH.pack(len(written)) + written


word = lru_cache(WORDS_CACHED)(_written)
WORD_CHARS: Final = 40
"""So short a text is likely to come again: a district, a topic, a reference."""

SIMPLE: Final[dict[type, tuple[str, Callable[[Any], bytes]]]] = {
    bool: ("boolean", _boolean),
    int: ("bigint", bigint),
    float: ("double precision", _double),
    UUID: ("uuid", _uuid),
    date: ("date", _date),
}
