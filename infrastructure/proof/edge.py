"""The right edges of both trees: what a next checkpoint is grown from, and checked against.

An edge needs no trust: its peaks either add up to the signed roots or they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from application.errors import WitnessRefused
from domain.checkpoint import NOTHING
from domain.merkle import HASH_BYTES, Frontier, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.checkpoint import Checkpoint, SignedCheckpoint, TreeHead


@dataclass(frozen=True, slots=True)
class Edge:
    facts: Frontier
    access: Frontier

    @classmethod
    def empty(cls) -> Self:
        return cls(Frontier(), Frontier())

    @classmethod
    def of(cls, checkpoint: Checkpoint, peaks: bytes) -> Self:
        """Read what ``packed`` wrote beside this checkpoint.

        Raises:
            ValueError: these are not the peaks of its trees.
        """
        split = checkpoint.facts.size.bit_count() * HASH_BYTES
        edge = cls(
            Frontier(checkpoint.facts.size, _hashes(peaks[:split])),
            Frontier(checkpoint.access.size, _hashes(peaks[split:])),
        )
        if not edge.is_of(checkpoint):
            raise ValueError("the peaks do not add up to the roots")
        return edge

    def packed(self) -> bytes:
        return b"".join((*self.facts.peaks, *self.access.peaks))

    def is_of(self, checkpoint: Checkpoint) -> bool:
        return all(
            (frontier.size, frontier.root().hex()) == (head.size, head.root)
            for frontier, head in (
                (self.facts, checkpoint.facts),
                (self.access, checkpoint.access),
            )
        )

    def grown(self, facts_leaves: bytes, access_leaves: bytes) -> Edge:
        """The edge after more rows, given as joined chain hashes; this one stays as it is."""
        return Edge(_grown(self.facts, facts_leaves), _grown(self.access, access_leaves))


def follow(
    held: SignedCheckpoint | None,
    edge: Edge,
    signed: SignedCheckpoint,
    facts_leaves: bytes,
    access_leaves: bytes,
) -> Edge:
    """Grow a witness's edge by a newer checkpoint, checking that it continues what is held.

    Raises:
        WitnessRefused: it does not, or its leaves are not the ones that were signed.
    """
    new = signed.checkpoint
    old = held.checkpoint if held else None
    if new.number != (old.number + 1 if old else 1):
        raise WitnessRefused(f"after checkpoint {old.number if old else 0} comes no {new.number}")
    if old and new.origin != old.origin:
        raise WitnessRefused(f"this witness keeps the history of {old.origin}, not {new.origin}")
    if new.previous != (old.digest() if old else NOTHING):
        raise WitnessRefused(f"checkpoint {new.number} follows another one than is held here")
    if old and new.sealed_at < old.sealed_at:
        raise WitnessRefused(f"checkpoint {new.number} is older than the one before")
    grown = edge.grown(facts_leaves, access_leaves)
    if not grown.is_of(new):
        raise WitnessRefused(f"checkpoint {new.number} is not the root over what is held here")
    for head, before, leaves in (
        (new.facts, old.facts if old else None, facts_leaves),
        (new.access, old.access if old else None, access_leaves),
    ):
        if head.head != _last(leaves, before):
            raise WitnessRefused(f"checkpoint {new.number} names another head than its last leaf")
    return grown


def _last(leaves: bytes, before: TreeHead | None) -> str:
    if leaves:
        return leaves[-HASH_BYTES:].hex()
    return before.head if before else NOTHING


def _grown(frontier: Frontier, leaves: bytes) -> Frontier:
    grown = Frontier(frontier.size, frontier.peaks)
    grown.extend(leaf_hash(one) for one in _hashes(leaves))
    return grown


def _hashes(joined: bytes) -> Iterator[bytes]:
    return (joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES))
