"""Walks a stored chain to its end or to its first bad row."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from infrastructure.verifying.chain import HASH_BYTES, Walk
from infrastructure.verifying.copying import Damaged, Row, batches
from infrastructure.verifying.diagnosis import Break, diagnose
from infrastructure.verifying.findings import Finding, Found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infrastructure.database import Connection
    from infrastructure.verifying.heads import Head
    from infrastructure.verifying.tables import Chain

END: Final = 2**63 - 1


class Watch(Protocol):
    """Sees every good row once, in order, many at a time."""

    def __call__(self, rows: Sequence[bytes]) -> None: ...


@dataclass(slots=True)
class Outcome:
    """What became of one chain; ``whole`` says that the walk came to the table's end."""

    walk: Walk
    whole: bool = False
    found: list[Found] = field(default_factory=list)

    def add(self, found: Found | None) -> None:
        if found is not None:
            self.found.append(found)

    @property
    def first(self) -> Found | None:
        """The lowest; of several in one place that which was found first."""
        return min(self.found, key=lambda one: one.position, default=None)

    @property
    def unreadable(self) -> bool:
        return any(one.kind is Finding.UNREADABLE for one in self.found)


@dataclass(frozen=True, slots=True)
class Chained:
    """One chain in one database, and what is known of it beforehand.

    Attributes:
        first: the number from which rows are asked for; 1 asks for all, whatever their numbers.
        witnessed: joined hashes that a witness holds, from number 1 on.
    """

    connection: Connection
    chain: Chain
    head: Head | None
    first: int = 1
    witnessed: bytes = b""

    def follow(self, outcome: Outcome, watch: Watch) -> None:
        """Walk on from where the outcome's walk stands."""
        try:
            stopped = self._walk(outcome.walk, watch)
            if stopped is None:
                outcome.whole = True
                self._count(outcome)
            else:
                outcome.add(diagnose(self._rows(), self._break(outcome.walk, stopped)))
        except Damaged as error:
            outcome.add(Found(outcome.walk.reached + 1, Finding.UNREADABLE, str(error)))

    def _walk(self, walk: Walk, watch: Watch) -> Row | None:
        """The row that does not follow; None when all do."""
        with closing(batches(self.connection, self.chain.copy(self.first))) as sent:
            for batch in sent:
                good = walk.take(batch)
                watch(batch[:good] if good < len(batch) else batch)
                if good < len(batch):
                    return Row.of(batch[good])
        return None

    def _rows(self) -> Iterator[Row]:
        for batch in batches(self.connection, self.chain.copy(self.first)):
            for sent in batch:
                yield Row.of(sent)

    def _break(self, walk: Walk, stopped: Row) -> Break:
        place = walk.reached + 1
        at = walk.reached * HASH_BYTES
        return Break(
            place=place,
            previous=walk.digest,
            before_previous=walk.digest_at(place - 2) if walk.reached > walk.began else b"",
            last=self.head.number if self.head else END,
            witnessed=self.witnessed[at : at + HASH_BYTES],
            stopped=stopped,
            began=walk.began,
            sealed=self.chain.sealed,
        )

    def _count(self, outcome: Outcome) -> None:
        """Whether the index that gives the order leaves rows out which others see."""
        walk = outcome.walk
        self.connection.execute("SET LOCAL enable_indexscan = off")
        self.connection.execute("SET LOCAL enable_indexonlyscan = off")
        self.connection.execute("SET LOCAL enable_bitmapscan = off")
        row = self.connection.execute(self.chain.count(self.first)).fetchone()
        self.connection.execute("SET LOCAL enable_indexscan = on")
        if row is not None and row[0] != walk.reached - walk.began:
            what = "the index leaves rows out that the table holds"
            outcome.add(Found(walk.reached + 1, Finding.INSERTED, what))
