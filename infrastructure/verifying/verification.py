"""Verifies facts and access records in one snapshot of the database."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infrastructure.embedded.errors import AnsimError
from infrastructure.verifying.chain import Walk
from infrastructure.verifying.claims import in_the_database, remembered
from infrastructure.verifying.copying import Row, batches
from infrastructure.verifying.findings import Finding, Found, Verified
from infrastructure.verifying.following import Chained, Outcome
from infrastructure.verifying.heads import NEVER, Head, contradicted_by, head_of
from infrastructure.verifying.order import FactWalk
from infrastructure.verifying.seals import SealCheck
from infrastructure.verifying.tables import (
    ACCESS,
    ACCESS_START,
    CHECKPOINTS,
    FACTS,
    Table,
    shapes_of,
)
from infrastructure.verifying.testimony import Testimony, contradiction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from application.ports import Tree
    from infrastructure.database import Connection
    from infrastructure.proof.trusted import Trusted
    from infrastructure.verifying.seals import Opener

KEPT_S: Final = 729 * 86_400
"""The law's two years but a day: an access record that is younger is never cut off."""
EPOCH_2000_S: Final = 946_684_800
EACH: Final = (FACTS.rows, FACTS.head, ACCESS.rows, ACCESS.head, ACCESS_START, CHECKPOINTS)


class NothingThere(AnsimError):
    """The position to begin at is beyond the log's end."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How far and by what to verify.

    Attributes:
        first: the position to begin at; the row before it is taken on trust, unless witnessed.
        told: what the witnesses say, heard before the snapshot is taken.
        trusted: by whose signature other checkpoints count that lie about; None for nobody's.
        remembered: where this machine keeps what it signed last.
        opener: makes what opens sealed parts.
        all_seals: open those too for which a signature vouches.
        advance: told now and then how many rows are done, and how many there are.
    """

    first: int = 1
    told: tuple[Testimony, ...] = ()
    trusted: Trusted | None = None
    remembered: Path | None = None
    opener: Callable[[], Opener] | None = None
    all_seals: bool = False
    advance: Callable[[int, int], None] = lambda _done, _all: None


def covered_by(told: Iterable[Testimony]) -> int:
    """The last position for which a trusted signature vouches."""
    return max((head.size for one in told for head in one.heads("facts")), default=0)


class Verification:
    """One verification over a connection whose transaction sees one snapshot."""

    def __init__(self, connection: Connection, wanted: Wanted) -> None:
        self._connection = connection
        self._wanted = wanted
        self._shapes = shapes_of(connection, EACH)
        self._told = [*wanted.told, *self._claims()]
        self._covered = covered_by(self._told)
        self._walk = FactWalk()
        self._seals = SealCheck(wanted.opener, after=0 if wanted.all_seals else self._covered)
        self._rows = 0
        self._done = 0

    def run(self) -> Verified:
        """Walk both chains and compare them with what the witnesses say.

        Raises:
            NothingThere: the log ends before the position to begin at.
            psycopg.Error: the log cannot be read; nothing is said about it then.
        """
        began = time.perf_counter()
        heads = self._head(FACTS.head), self._head(ACCESS.head)
        self._rows = sum(head.number for head in heads if head) - self._wanted.first + 1
        facts = self._facts(heads[0])
        access = Outcome(Walk(ACCESS.fields)) if facts.unreadable else self._access(heads[1])
        seconds = time.perf_counter() - began
        return self._verified(facts, access, round(self._done / seconds))

    def _facts(self, head: Head | None) -> Outcome:
        outcome = Outcome(self._walk)
        wrong = self._shapes.wrong.get(FACTS.rows.name)
        if wrong:
            outcome.add(Found(1, Finding.SHAPE, wrong))
            return outcome
        if self._wanted.first > 1:
            before = self._wanted.first - 1
            digest = self._digest_of(before, head)
            if digest is None:
                outcome.add(Found(before, Finding.REMOVED, "the row before the first is missing"))
                return outcome
            self._walk = FactWalk(reached=before, digest=digest)
            outcome.walk = self._walk
        self._follow("facts", head, outcome)
        outcome.add(self._walk.found)
        outcome.add(self._seals.found)
        if outcome.whole:
            moment = self._walk.moment if self._walk.reached else NEVER
            outcome.add(contradicted_by(head, outcome.walk, moment))
        return outcome

    def _access(self, head: Head | None) -> Outcome:
        outcome = Outcome(Walk(ACCESS.fields))
        wrong = self._shapes.wrong.get(ACCESS.rows.name)
        if wrong:
            outcome.add(Found(1, Finding.SHAPE, wrong))
            return outcome
        start = self._head(ACCESS_START)
        if start is None or start.number < 0:
            outcome.add(Found(0, Finding.HEAD, "the chain's start is missing"))
            return outcome
        outcome.walk = Walk(ACCESS.fields, reached=start.number, digest=start.hash)
        outcome.add(self._cut_too_soon(start.number))
        self._follow("access", head, outcome)
        if outcome.whole:
            outcome.add(contradicted_by(head, outcome.walk, None))
        return outcome

    def _follow(self, tree: Tree, head: Head | None, outcome: Outcome) -> None:
        of_facts = tree == "facts"
        chained = Chained(
            self._connection,
            FACTS if of_facts else ACCESS,
            head,
            first=self._wanted.first if of_facts else 1,
            witnessed=max((one.leaves.get(tree, b"") for one in self._told), key=len, default=b""),
        )
        chained.follow(outcome, self._see_facts if of_facts else self._see)
        for told in self._told:
            outcome.add(contradiction(told, tree, outcome.walk, whole=outcome.whole))

    def _see_facts(self, rows: Sequence[bytes]) -> None:
        self._seals.take(rows)
        self._see(rows)

    def _see(self, rows: Sequence[bytes]) -> None:
        self._done += len(rows)
        self._wanted.advance(self._done, max(self._rows, self._done))

    def _head(self, table: Table) -> Head | None:
        return None if table.name in self._shapes.wrong else head_of(self._connection, table)

    def _digest_of(self, position: int, head: Head | None) -> bytes | None:
        """The stored hash of the row before the first; None where there is no such row."""
        last = head.number if head else position
        if position >= last > 0:
            raise NothingThere(f"the log has {last} facts: give --from a number up to that")
        sent = [*batches(self._connection, FACTS.copy(position, position))]
        return Row.of(sent[0][0]).hash if sent else None

    def _cut_too_soon(self, start: int) -> Found | None:
        """Whether records have been cut off that cannot have been old enough.

        Those that were there when a checkpoint of the last two years had been sealed may have
        been; those that came after it may not, nor any when the log itself is younger.
        """
        if start == 0:
            return None
        since = time.time() - KEPT_S
        first = self._walk.first_moment
        if first is not None and self._wanted.first == 1 and first / 1e6 + EPOCH_2000_S > since:
            return Found(1, Finding.REMOVED, "cut off before the law's two years were over")
        recent = [
            one.access.size
            for told in self._told
            for one in told.checkpoints
            if one.sealed_at.timestamp() > since
        ]
        if recent and start > min(recent):
            what = "cut off before the law's two years were over"
            return Found(min(recent) + 1, Finding.REMOVED, what)
        return None

    def _claims(self) -> Iterator[Testimony]:
        """Signed checkpoints that go further than the witnesses do."""
        trusted, file = self._wanted.trusted, self._wanted.remembered
        if trusted is None:
            return
        beyond = covered_by(self._wanted.told)
        if CHECKPOINTS.name not in self._shapes.wrong:
            yield in_the_database(self._connection, trusted, beyond=beyond)
        if file is not None:
            yield remembered(file, trusted, beyond=beyond)

    def _verified(self, facts: Outcome, access: Outcome, per_s: int) -> Verified:
        found = [one for one in (facts.first, access.first and access.first.of_access()) if one]
        distrusted = [one.distrusted for one in self._told if one.distrusted]
        if distrusted and not facts.first:
            found = [min(distrusted, key=lambda one: one.position), *found]
        worst = found[0] if found else None
        return Verified(
            position=worst.position if worst else facts.walk.reached,
            kind=worst.kind if worst else None,
            what=worst.what if worst else "",
            also=tuple(found[1:]),
            first=self._wanted.first,
            access=access.walk.reached,
            checkpoints=len({one.number for told in self._told for one in told.checkpoints}),
            witnessed=self._covered,
            witnesses=tuple(one.name for one in self._wanted.told),
            seals=self._seals.seals,
            guarded=self._shapes.guarded,
            per_s=per_s,
        )
