"""Rows on their way into PostgreSQL: as arrays of a statement, or as lines of a COPY.

Both are made of the same bytes, an image of each row; see ``columns``.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from infrastructure.engine.columns import microseconds, word
from infrastructure.sent import Sent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from infrastructure.engine.batch import Held
    from infrastructure.engine.columns import Column, Shape

OIDS: Final = {
    "boolean": 16,
    "bigint": 20,
    "text": 25,
    "double precision": 701,
    "date": 1082,
    "timestamptz": 1184,
    "uuid": 2950,
}
COPY_BEGIN: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_END: Final = b"\xff\xff"
_ARRAY: Final = struct.Struct(">iiIii")
_RANGE: Final = struct.Struct(">ibiqiq")
_STOOD: Final = struct.Struct(">iqiqibiqiq")
_LOWER_INCLUDED: Final = 2
_RANGE_BYTES: Final = 25


def arrays(columns: Sequence[Column], images: Sequence[Sequence[bytes]]) -> list[Sent]:
    """One array for each column, an element for each image."""
    return [
        Sent(_ARRAY.pack(1, 1, OIDS[column.sql_type], len(images), 1) + b"".join(values))
        for column, values in zip(columns, zip(*images, strict=True), strict=True)
    ]


def int8range(lower: int, upper: int) -> bytes:
    """The positions from ``lower`` on, before ``upper``."""
    return _RANGE.pack(_RANGE_BYTES, _LOWER_INCLUDED, 8, lower, 8, upper)


def stood(topic: str, at: datetime, since: int, until: int) -> bytes:
    """The end of a line of history: the newest fact of a state, and the positions it stood."""
    moment = microseconds(at)
    return word(topic) + _STOOD.pack(
        8, moment, 8, since, _RANGE_BYTES, _LOWER_INCLUDED, 8, since, 8, until
    )


def image_of(shape: Shape, held: Held) -> list[bytes]:
    """The image of a state, made of the one before where that is known."""
    image = held.image
    if image is None:
        before = held.before
        if before is None or before.image is None:
            image = shape.image(held.row)
        else:
            image = shape.image(held.row, before.image, held.changed)
        held.image = image
        held.before = None
    return image
