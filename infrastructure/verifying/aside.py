"""Merkle roots, computed in a process of their own while the log is read."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from domain.merkle import HASH_BYTES, Frontier, leaf_hash, node_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORTH_A_PROCESS: Final = 20_000
"""Leaves; fewer are done before a process has started."""
SUBTREE: Final = 4_096


def roots(leaves: bytes, sizes: Sequence[int]) -> list[bytes]:
    """The root of the tree over the first so many leaves, for each of the sizes.

    Args:
        leaves: joined 32-byte chain hashes.
        sizes: in rising order; one beyond the leaves has the empty bytes for its root.
    """
    found: list[bytes] = []
    tree = Frontier()
    for size in sizes:
        if size * HASH_BYTES > len(leaves):
            found.append(b"")
            continue
        tree = _grown(tree, leaves, size)
        found.append(tree.root())
    return found


def _grown(tree: Frontier, leaves: bytes, size: int) -> Frontier:
    """By whole subtrees at once, which is twice as fast as by leaves."""
    done, peaks = tree.size, list(tree.peaks)
    while done < size:
        count = min(done & -done or SUBTREE, SUBTREE)
        while done + count > size:
            count //= 2
        start, end = done * HASH_BYTES, (done + count) * HASH_BYTES
        peak = _whole(
            [leaf_hash(leaves[at : at + HASH_BYTES]) for at in range(start, end, HASH_BYTES)]
        )
        filled = done // count
        while filled & 1:
            peak = node_hash(peaks.pop(), peak)
            filled //= 2
        peaks.append(peak)
        done += count
    return Frontier(done, peaks)


def _whole(level: list[bytes]) -> bytes:
    """The root over a power of two of leaf hashes."""
    while len(level) > 1:
        pairs = iter(level)
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs)]  # noqa: B905 - as many on both sides
    return level[0]


def roots_aside(leaves: bytes, sizes: Sequence[int]) -> Callable[[], list[bytes]]:
    """Begin to compute ``roots``; call what is returned to have them."""
    if len(leaves) < WORTH_A_PROCESS * HASH_BYTES:
        return lambda: roots(leaves, sizes)
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(ours)
            _send(theirs, b"".join(root or bytes(HASH_BYTES) for root in roots(leaves, sizes)))
        finally:
            os._exit(0)
    os.close(theirs)
    return lambda: _received(ours, child, leaves, sizes)


def _received(ours: int, child: int, leaves: bytes, sizes: Sequence[int]) -> list[bytes]:
    with os.fdopen(ours, "rb") as pipe:
        joined = pipe.read()
    os.waitpid(child, 0)
    if len(joined) != len(sizes) * HASH_BYTES:  # the process was killed
        return roots(leaves, sizes)
    split = [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]
    return [b"" if root == bytes(HASH_BYTES) else root for root in split]


def _send(pipe: int, content: bytes) -> None:
    while content:
        content = content[os.write(pipe, content) :]
