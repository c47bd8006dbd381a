"""A witness as files or objects under names that can be written once and never again.

Of checkpoint 1234 it holds, under ``1/000000001234`` (a thousand to a folder), ``….facts`` and
``….access`` (joined 32-byte chain hashes since the checkpoint before), ``….peaks`` and, last
because it makes the rest count, ``….json``, the signed checkpoint.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from application.errors import WitnessRefused, WitnessUnavailable
from domain.checkpoint import NotACheckpoint, SignedCheckpoint
from domain.merkle import HASH_BYTES
from infrastructure.proof.edge import Edge, follow

if TYPE_CHECKING:
    from application.ports import Tree

FOLDER_OF: Final = 1000


class Exists(Exception):
    """Something is kept under this name already."""


class StoredWitness(ABC):
    """Everything but the store itself."""

    name: str
    _seen: int = 0

    @abstractmethod
    def _put(self, name: str, content: bytes) -> None:
        """Keep under a new name; raises ``Exists``, or ``WitnessUnavailable``."""

    @abstractmethod
    def _get(self, name: str) -> bytes | None: ...

    @abstractmethod
    def _has(self, name: str) -> bool: ...

    def publish(self, signed: SignedCheckpoint, facts_leaves: bytes, access_leaves: bytes) -> None:
        """See ``application.ports.Witness``."""
        number = signed.checkpoint.number
        held = self.latest()
        if held is not None and number <= held.checkpoint.number:
            self._refuse_another(number, signed)
            return
        edge = follow(held, self._edge(held), signed, facts_leaves, access_leaves)
        stem = stem_of(number)
        self._keep_as(f"{stem}.facts", facts_leaves)
        self._keep_as(f"{stem}.access", access_leaves)
        self._keep_as(f"{stem}.peaks", edge.packed())
        self._keep_as(f"{stem}.json", signed.to_json())
        self._seen = number

    def latest(self) -> SignedCheckpoint | None:
        """The newest: numbers have no gap, so it is found in a few looks."""
        low, step = self._seen, 1
        while self._has(f"{stem_of(low + step)}.json"):
            low, step = low + step, step * 2
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            if self._has(f"{stem_of(middle)}.json"):
                low = middle
            else:
                high = middle
        self._seen = low
        return self.get(low) if low else None

    def get(self, number: int) -> SignedCheckpoint | None:
        content = self._get(f"{stem_of(number)}.json") if number > 0 else None
        if content is None:
            return None
        try:
            return SignedCheckpoint.from_json(content)
        except NotACheckpoint as error:
            raise WitnessUnavailable(f"{self.name}: checkpoint {number} is damaged") from error

    def leaves(self, tree: Tree, start: int, count: int) -> bytes:
        """See ``application.ports.Witness``."""
        latest = self.latest()
        if latest is None or count <= 0:
            return b""
        number = self._first_beyond(tree, start, latest.checkpoint.number)
        before = self._size(tree, number - 1)
        joined, skip, wanted = bytearray(), (start - before) * HASH_BYTES, count * HASH_BYTES
        while number <= latest.checkpoint.number and len(joined) < skip + wanted:
            joined += self._get(f"{stem_of(number)}.{tree}") or b""
            number += 1
        return bytes(joined[skip : skip + wanted])

    def _first_beyond(self, tree: Tree, index: int, last: int) -> int:
        """The checkpoint that brought the leaf at ``index``; one more than ``last`` if none did."""
        low, high = 1, last + 1
        while low < high:
            middle = (low + high) // 2
            if self._size(tree, middle) > index:
                high = middle
            else:
                low = middle + 1
        return low

    def _size(self, tree: Tree, number: int) -> int:
        held = self.get(number)
        if held is None:
            return 0
        checkpoint = held.checkpoint
        return checkpoint.facts.size if tree == "facts" else checkpoint.access.size

    def _edge(self, held: SignedCheckpoint | None) -> Edge:
        if held is None:
            return Edge.empty()
        number = held.checkpoint.number
        try:
            return Edge.of(held.checkpoint, self._get(f"{stem_of(number)}.peaks") or b"")
        except ValueError as error:
            raise WitnessUnavailable(f"{self.name}: {number}.peaks is damaged") from error

    def _keep_as(self, name: str, content: bytes) -> None:
        """Also after a publication that was cut short: the same content may lie there already."""
        try:
            self._put(name, content)
        except Exists:
            if self._get(name) != content:
                raise WitnessRefused(f"{self.name} holds other content as {name}") from None

    def _refuse_another(self, number: int, signed: SignedCheckpoint) -> None:
        held = self.get(number)
        if held is None or held.canonical != signed.canonical:
            raise WitnessRefused(f"{self.name} holds another checkpoint {number}")


def stem_of(number: int) -> str:
    return f"{number // FOLDER_OF}/{number:012d}"
