"""What a witness holds, and whether the log is still the one that it saw.

A checkpoint counts only when a key of our own list has signed it, and a witness's leaves only
when they add up to the signed root. So a witness can be lied to by nobody but the signer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from application.errors import CheckpointKeyLost
from domain.merkle import HASH_BYTES
from infrastructure.proof.trusted import NotTrusted
from infrastructure.verifying.aside import roots, roots_aside
from infrastructure.verifying.findings import Finding, Found

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from application.ports import Tree, Witness
    from domain.checkpoint import Checkpoint, SignedCheckpoint, TreeHead
    from infrastructure.proof.trusted import Trusted
    from infrastructure.verifying.chain import Walk

LOOKED_AT: Final = 256
"""How many of a witness's newest checkpoints are checked; each stands for all before it."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """What one witness tells; ``checkpoints`` are signed by trusted keys, the oldest first."""

    name: str
    checkpoints: tuple[Checkpoint, ...]
    leaves: dict[Tree, bytes]
    roots: dict[Tree, Callable[[], list[bytes]]]
    """Over the leaves, for each checkpoint's size; see ``roots_aside``."""
    distrusted: Found | None = None

    def heads(self, tree: Tree) -> list[TreeHead]:
        return [one.facts if tree == "facts" else one.access for one in self.checkpoints]


def heard(witness: Witness, trusted: Trusted | None) -> Testimony:
    """Ask a witness for all that is needed of it.

    Raises:
        WitnessUnavailable: it does not answer.
        CheckpointKeyLost: it holds checkpoints and nobody says whose to believe.
    """
    latest = witness.latest()
    if latest is None:
        return Testimony(witness.name, (), {}, {})
    if trusted is None:
        raise CheckpointKeyLost(
            f"{witness.name} holds checkpoints, and there is no list of trusted keys: "
            "restore keys/checkpoint/trusted.json, or name one with --trusted"
        )
    believed, distrusted = _believed(witness, latest, trusted)
    leaves: dict[Tree, bytes] = {}
    computed: dict[Tree, Callable[[], list[bytes]]] = {}
    trees: tuple[Tree, Tree] = ("facts", "access")
    for tree in trees:
        sizes = [(one.facts if tree == "facts" else one.access).size for one in believed]
        leaves[tree] = witness.leaves(tree, 0, max(sizes, default=0))
        computed[tree] = roots_aside(leaves[tree], sizes)
    return Testimony(witness.name, tuple(believed), leaves, computed, distrusted)


def _believed(
    witness: Witness, latest: SignedCheckpoint, trusted: Trusted
) -> tuple[list[Checkpoint], Found | None]:
    """The newest checkpoints that a trusted key signed; and the first that none did."""
    newest = latest.checkpoint.number
    believed: list[Checkpoint] = []
    distrusted = None
    for number in range(max(1, newest - LOOKED_AT + 1), newest + 1):
        signed = latest if number == newest else witness.get(number)
        if signed is None:
            continue
        try:
            believed.append(trusted.check(signed))
        except NotTrusted as error:
            if distrusted is None:
                good = believed[-1].facts.size if believed else 0
                distrusted = Found(good + 1, Finding.FORGED, f"{witness.name}: {error}")
    return believed, distrusted


def contradiction(told: Testimony, tree: Tree, walk: Walk, *, whole: bool) -> Found | None:
    """The first row that is not the one that this witness saw.

    Args:
        told: the witness's testimony.
        tree: which of the two chains.
        walk: what was computed.
        whole: whether the walk came to the table's end.
    """
    heads = told.heads(tree)
    if not heads:
        return None
    leaves = told.leaves[tree]
    computed = told.roots[tree]()
    if any(root.hex() != head.root for root, head in zip(computed, heads, strict=True)):
        return _not_the_signed(heads, leaves, walk, whole=whole)
    place = first_difference(walk, leaves)
    if place is not None:
        return Found(place, Finding.FORGED, f"{told.name} saw another row")
    if whole and heads[-1].size > walk.reached:
        missing = heads[-1].size - walk.reached
        return Found(walk.reached + 1, Finding.TRUNCATED, f"{told.name} saw {missing} more")
    return None


def first_difference(walk: Walk, leaves: bytes) -> int | None:
    """The number of the first good row whose hash is not the leaf of its place.

    Also compares the hash from which the walk began.
    """
    if 0 < walk.began <= len(leaves) // HASH_BYTES:
        before = leaves[(walk.began - 1) * HASH_BYTES : walk.began * HASH_BYTES]
        if before != walk.first_digest:
            return walk.began
    theirs = leaves[walk.began * HASH_BYTES : walk.reached * HASH_BYTES]
    ours = bytes(walk.digests[: len(theirs)])
    if ours == theirs:
        return None
    low, high = 0, len(theirs) // HASH_BYTES
    while high - low > 1:  # the first difference lies in [low, high)
        middle = (low + high) // 2
        start, end = low * HASH_BYTES, middle * HASH_BYTES
        if ours[start:end] == theirs[start:end]:
            low = middle
        else:
            high = middle
    return walk.began + low + 1


def _not_the_signed(
    heads: Sequence[TreeHead], leaves: bytes, walk: Walk, *, whole: bool
) -> Found | None:
    """The leaves are no evidence: compare our own with what was signed."""
    place = first_difference(walk, leaves)
    if walk.began > 0:
        at = place or walk.reached
        return Found(at, Finding.WITNESS, "the witness's hashes are not those that were signed")
    ours = bytes(walk.digests)
    computed = roots(ours, [head.size for head in heads])
    good = 0
    for root, head in zip(computed, heads, strict=True):
        if not root and whole:
            return Found(walk.reached + 1, Finding.TRUNCATED, "a signed checkpoint covers more")
        if root and root.hex() != head.root:
            at = place if place is not None and good < place <= head.size else good + 1
            return Found(at, Finding.FORGED, f"not what was signed, within {good + 1}-{head.size}")
        good = head.size
    at = place or heads[-1].size
    return Found(at, Finding.WITNESS, "the witness's hashes are not those that were signed")
