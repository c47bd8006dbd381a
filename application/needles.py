"""What a person's values look like wherever they might lie in clear."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

TELLING_BYTES: Final = 5
"""A shorter text stands in every file by chance."""
TELLING_DECIMALS: Final = 3
KOREA: Final = "+82"


def needles(values: Iterable[Mapping[str, Any]]) -> frozenset[bytes]:
    """The byte strings by which ``values``, as they were sealed, can be found again."""
    return frozenset(
        form
        for value in values
        for leaf in _leaves(value)
        for form in _forms(leaf)
        if len(form) >= TELLING_BYTES
    )


def _leaves(value: Any) -> Iterator[Any]:
    match value:
        case Mapping():
            for part in value.values():
                yield from _leaves(part)
        case list() | tuple():
            for part in value:
                yield from _leaves(part)
        case str() | float():
            yield value
        case _:
            return


def _forms(leaf: str | float) -> Iterator[bytes]:
    if isinstance(leaf, float):
        text = repr(leaf)
        if len(text.partition(".")[2]) >= TELLING_DECIMALS:
            yield text.encode()
            yield struct.pack(">d", leaf)
            yield struct.pack("<d", leaf)
        return
    yield leaf.encode()
    yield json.dumps(leaf)[1:-1].encode()
    if leaf.startswith("+") and leaf[1:].isdigit():
        yield from _numbers(leaf)


def _numbers(phone: str) -> Iterator[bytes]:
    """A telephone number as people write it."""
    yield phone[1:].encode()
    if phone.startswith(KOREA):
        national = "0" + phone.removeprefix(KOREA)
        yield national.encode()
        yield f"{national[:3]}-{national[3:-4]}-{national[-4:]}".encode()
