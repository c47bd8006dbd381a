"""What can be wrong with the log, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Finding(StrEnum):
    """What is wrong at the first bad position."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    """Two rows stand in each other's place."""
    REORDERED = "reordered"
    """The row of this position stands at another, or an aggregate's versions run otherwise."""
    TRUNCATED = "truncated"
    HEAD = "head"
    """The rows are whole, but the head names another position, hash or moment than the last's."""
    FORGED = "forged"
    """The chain is whole, and is not the one that was signed and witnessed."""
    WITNESS = "witness"
    """A witness's own hashes are not the ones that were signed, while the log's are."""
    SEAL_MOVED = "seal_moved"
    BACKDATED = "backdated"
    """Recorded earlier than the row before it."""
    UNREADABLE = "unreadable"
    """The server itself calls its stored bytes damaged."""
    SHAPE = "shape"
    """The table is missing, or is no ordinary table with the columns that were hashed."""
    ACCESS_CHANGED = "access_changed"
    ACCESS_REMOVED = "access_removed"
    ACCESS_INSERTED = "access_inserted"
    ACCESS_SWAPPED = "access_swapped"
    ACCESS_REORDERED = "access_reordered"
    ACCESS_TRUNCATED = "access_truncated"
    ACCESS_HEAD = "access_head"
    ACCESS_FORGED = "access_forged"
    ACCESS_WITNESS = "access_witness"
    ACCESS_UNREADABLE = "access_unreadable"
    ACCESS_SHAPE = "access_shape"


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong; ``position`` is the access record's id where ``kind`` says so."""

    position: int
    kind: Finding
    what: str = ""
    """A few words for a person, without personal data."""

    def of_access(self) -> Found:
        return Found(self.position, Finding(f"access_{self.kind}"), self.what)


@dataclass(frozen=True, slots=True)
class Seals:
    """How many rows had their sealed parts opened, and how many could not be for want of keys."""

    opened: int = 0
    unopened: int = 0


NO_SEALS: Final = Seals()


@dataclass(frozen=True, slots=True)
class Verified:
    """The log's state; ``position`` is the last good one, or the first bad one."""

    position: int
    kind: Finding | None = None
    what: str = ""
    also: tuple[Found, ...] = ()
    """What else is wrong: the first of the access records, say."""
    first: int = 1
    """Where the walk began; what stands before was taken on trust."""
    access: int = 0
    """The last good access record."""
    checkpoints: int = 0
    """How many signed by a trusted key agree with the log."""
    witnessed: int = 0
    """The last position that such a checkpoint covers."""
    witnesses: tuple[str, ...] = ()
    seals: Seals = NO_SEALS
    guarded: bool = True
    """Whether the triggers that refuse changes are still on."""
    per_s: int = 0

    @property
    def ok(self) -> bool:
        return self.kind is None

    def shown(self) -> dict[str, Any]:
        """As one JSON object."""
        return {
            "ok": self.ok,
            "position": self.position,
            "kind": self.kind,
            "what": self.what,
            "also": [
                {"position": one.position, "kind": one.kind, "what": one.what} for one in self.also
            ],
            "from": self.first,
            "access": self.access,
            "checkpoints": self.checkpoints,
            "witnessed": self.witnessed,
            "witnesses": list(self.witnesses),
            "seals": {"opened": self.seals.opened, "unopened": self.seals.unopened},
            "guarded": self.guarded,
            "per_s": self.per_s,
        }
