"""Why a stored fact cannot be read, or a new one cannot be stored."""

from __future__ import annotations

from typing import ClassVar


class UnreadableFact(Exception):
    """A stored fact that this process cannot read; ``reason`` is stable, the text explains."""

    reason: ClassVar[str] = "unreadable"


class UnknownTopic(UnreadableFact):
    """No class in this code has the topic."""

    reason: ClassVar[str] = "topic_unknown"


class NewerSchema(UnreadableFact):
    """The fact was written by a newer version of the code."""

    reason: ClassVar[str] = "schema_newer"


class Misshapen(UnreadableFact):
    """The content does not fit the class, nor any older shape that the class can read."""

    reason: ClassVar[str] = "misshapen"


class SealBroken(UnreadableFact):
    """The ciphertext is not the one that was sealed for this place, or not with this key."""

    reason: ClassVar[str] = "seal_broken"


class ErasedValue(ValueError):
    """A fact cannot be stored with an erased value in it: what was there would be lost."""
