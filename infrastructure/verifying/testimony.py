"""What a witness holds, and whether the log is still the one that it saw.

A checkpoint counts only when a key of our own list has signed it, and a witness's leaves only
when they add up to the signed root. So a witness can be lied to by nobody but the signer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    """What one witness tells; ``checkpoints`` are signed by trusted keys, the oldest first.

    ``leaves`` and their ``roots`` for each checkpoint's size are missing where it keeps none.
    """

    name: str
    checkpoints: tuple[Checkpoint, ...]
    leaves: dict[Tree, bytes] = field(default_factory=dict)
    roots: dict[Tree, Callable[[], list[bytes]]] = field(default_factory=dict)
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
        return Testimony(witness.name, ())
    if trusted is None:
        raise CheckpointKeyLost(
            f"{witness.name} holds checkpoints, and there is no list of trusted keys: "
            "restore keys/checkpoint/trusted.json, or name one with --trusted"
        )
    newest = latest.checkpoint.number
    numbers = range(max(1, newest - LOOKED_AT + 1), newest)
    signed = [*filter(None, map(witness.get, numbers)), latest]
    believed, distrusted = _believed(witness.name, signed, trusted)
    told = Testimony(witness.name, tuple(believed), distrusted=distrusted)
    trees: tuple[Tree, Tree] = ("facts", "access")
    for tree in trees:
        sizes = [head.size for head in told.heads(tree)]
        leaves = witness.leaves(tree, 0, max(sizes, default=0))
        told.leaves[tree] = leaves
        told.roots[tree] = roots_aside(leaves, sizes)
    return told


def claimed(name: str, signed: Sequence[SignedCheckpoint], trusted: Trusted) -> Testimony:
    """Checkpoints that nobody keeps out of the adversary's reach: their signatures speak."""
    believed, distrusted = _believed(name, signed, trusted)
    return Testimony(name, tuple(believed), distrusted=distrusted)


def _believed(
    name: str, signed: Sequence[SignedCheckpoint], trusted: Trusted
) -> tuple[list[Checkpoint], Found | None]:
    """Those that a trusted key signed; and what the first is that none did."""
    believed: list[Checkpoint] = []
    distrusted = None
    for one in signed:
        try:
            believed.append(trusted.check(one))
        except NotTrusted as error:
            if distrusted is None:
                good = believed[-1].facts.size if believed else 0
                distrusted = Found(good + 1, Finding.FORGED, f"{name}: {error}")
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
    leaves = told.leaves.get(tree, b"")
    computed = told.roots[tree]() if tree in told.roots else []
    if [root.hex() for root in computed] != [head.root for head in heads]:
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
    """Without leaves that were signed: compare what was computed with the signed heads."""
    place = first_difference(walk, leaves)
    # A root needs every row; the last row's hash stands for all before it, too.
    ours = roots(bytes(walk.digests), [head.size for head in heads]) if not walk.began else None
    good = walk.began
    for at, head in enumerate(heads):
        if head.size > walk.reached:
            if whole:
                return Found(walk.reached + 1, Finding.TRUNCATED, "a signed checkpoint covers more")
            return None
        if head.size <= walk.began:
            continue
        same = walk.digest_at(head.size).hex() == head.head
        if not same or (ours is not None and ours[at].hex() != head.root):
            where = place if place is not None and good < place <= head.size else good + 1
            return Found(where, Finding.FORGED, f"{good + 1} to {head.size} are not as signed")
        good = head.size
    if not leaves:
        return None
    where = place or good
    return Found(where, Finding.WITNESS, "the witness's hashes are not those that were signed")
