"""What the forgetting of a person needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol
from uuid import UUID

from application.context import Context
from domain.base import SealedPart, Value
from domain.erasure import SubjectKind

Advance = Callable[[int, int], None]
"""Called with how much is done and how much there is in all."""


def unseen(_done: int, _total: int) -> None:
    """For those who watch no progress."""


class Traces(Protocol):
    """Where the log knows of somebody; asked rarely, and of the log itself."""

    def devices_of(self, citizen_id: UUID) -> list[UUID]:
        """Every phone that ever spoke for the citizen."""
        ...

    def erasures(self) -> list[UUID]:
        """Ids of all erasures, oldest first."""
        ...

    def hold_books(self) -> list[UUID]:
        """Ids of all books of holds."""
        ...

    def sealed_under(self, subjects: Collection[UUID], advance: Advance) -> list[SealedPart]:
        """Every part of the log that is sealed under a key of theirs."""
        ...


class SubjectKeys(Protocol):
    def destroy_all(self, subjects: Iterable[UUID]) -> int:
        """Destroy their keys for good; returns how many lived."""
        ...

    def living(self, subjects: Iterable[UUID]) -> list[UUID]:
        """Those of ``subjects`` that have a key."""
        ...

    def wait_until_told(self) -> None:
        """Return when no process can remember a key that was destroyed before."""
        ...


class Tombstone(Value):
    """That somebody was erased; kept outside the database, so that no back-up brings them back."""

    subject: UUID
    kind: SubjectKind
    incidents: tuple[UUID, ...] = ()


class Tombstones(Protocol):
    def bury(self, tombstone: Tombstone) -> None:
        """Keep it for ever; on the disk when this returns. Twice is once."""
        ...

    def all(self) -> Sequence[Tombstone]: ...


class Purged(Value):
    receipts: int
    deliveries: int


class Leftovers(Protocol):
    def purge(self, subject: UUID, incidents: Collection[UUID]) -> Purged:
        """Delete what lies beside the log about them: answers kept for repeats, delivery rows."""
        ...


class Films(Protocol):
    def samples(self, reports: Collection[UUID]) -> frozenset[bytes]:
        """Some clear bytes of each clip of these reports, by which it would be found."""
        ...


class Searched(Value):
    """Where was looked, and where something was found: places only, never values."""

    tables: int
    files: int
    queue_keys: int
    bytes_searched: int
    places: tuple[str, ...]
    found: tuple[str, ...]


class Search(Protocol):
    def ready(self) -> None:
        """Make sure that all places can be searched.

        Raises:
            ApplicationError: one cannot.
        """
        ...

    def search(self, needles: Collection[bytes], advance: Advance) -> Searched:
        """Look for the bytes in the whole database, the data folder and the job queue."""
        ...


class Turns(Protocol):
    def one_at_a_time(self, erasure_id: UUID, work: Callable[[], None]) -> bool:
        """Do ``work`` unless another process is at it; whether it was done."""
        ...


class Recorder(Protocol):
    def record(self, context: Context, *, subject: UUID, what: str, why: str) -> None:
        """See ``application.ports.AccessLog``."""
        ...
