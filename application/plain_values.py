"""Plain values out of untyped JSON: what cannot be used reads as None, and nothing raises."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

TOKEN_CHARS_MAX: Final = 128
MOMENT_CHARS_MAX: Final = 64


def read_json(content: bytes) -> tuple[Any, bool]:
    """The JSON value, and whether it could be read; nothing but blanks says nothing."""
    if not content.strip():
        return None, True
    for text in (content, content.decode("utf-8", "replace")):
        try:
            return json.loads(text), True
        except (ValueError, RecursionError):
            continue
    return None, False


def token(said: object) -> str | None:
    """A text as a name: as it stands, or, when long or strange, by its SHA-256."""
    if not isinstance(said, str) or not said.strip():
        return None
    if is_plain(said, TOKEN_CHARS_MAX):
        return said
    return "sha256:" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def is_plain(said: object, chars_max: int) -> bool:
    """Without control characters and lone surrogates, which cannot be stored or shown."""
    return isinstance(said, str) and len(said) <= chars_max and said.isprintable()


def number(said: object) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    try:
        found = float(said)
    except OverflowError:
        return None
    return found if isfinite(found) else None


def within(found: float | None, limit: float) -> bool:
    return found is not None and -limit <= found <= limit


def moment(said: object) -> datetime | None:
    """An ISO 8601 moment with its zone, in UTC."""
    try:
        if isinstance(said, str) and len(said) <= MOMENT_CHARS_MAX:
            found = datetime.fromisoformat(said)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    return None
