"""What stands against forgetting: legal holds and protections, on a person or on a case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import (
    ERASED,
    Aggregate,
    DomainError,
    Erased,
    Fact,
    FirstFact,
    Personal,
    Value,
    applies,
)
from domain.hold_kind import BY_THEMSELVES, HoldKind

SealedReason = Annotated[str | Erased, Personal("originator_id")]


class HoldUnknown(DomainError):
    """There is no such hold, or it has been lifted."""

    code: ClassVar[str] = "hold.unknown"


class HoldNotPlaced(DomainError):
    """An open case, or a scout's service, holds by itself, and ends with its end."""

    code: ClassVar[str] = "hold.not_placed"


class HoldSamePerson(DomainError):
    """Whoever placed a hold does not lift it, too."""

    code: ClassVar[str] = "hold.same_person"


class HoldTooLate(DomainError):
    """The subject's erasure has been confirmed: there is nothing left to hold."""

    code: ClassVar[str] = "hold.too_late"


class Began(FirstFact):
    """Somebody or something is held for the first time, or can no more be."""

    TOPIC: ClassVar[str] = "hold.began"

    target: UUID


class Placed(Fact):
    TOPIC: ClassVar[str] = "hold.placed"
    SCHEMA: ClassVar[int] = 2

    hold_id: UUID
    kind: HoldKind
    placed_by: UUID
    by_machine: bool = False
    """By a command, which names a person and asks for no password. Not told in schema 1."""
    reason: SealedReason = ERASED


class Lifted(Fact):
    TOPIC: ClassVar[str] = "hold.lifted"

    hold_id: UUID
    lifted_by: UUID
    reason: SealedReason = ERASED


class Closed(Fact):
    """The target's erasure is confirmed; saved in the same append, so that one of both wins."""

    TOPIC: ClassVar[str] = "hold.closed"

    erasure_id: UUID


class Hold(Value):
    """One hold that stands."""

    hold_id: UUID
    kind: HoldKind
    placed_by: UUID
    placed_at: datetime
    by_machine: bool


class HoldBook(Aggregate):
    """All holds upon one target: a subject's id, or a report's."""

    TOPIC = "hold"

    target: UUID
    standing: dict[UUID, Hold]
    closed: bool

    @staticmethod
    def create_id(target: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"/holds/{target}")

    @classmethod
    def begin_for(cls, target: UUID, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(target), at=at, target=target)

    @property
    def kinds(self) -> tuple[HoldKind, ...]:
        """What stands, each kind once."""
        return tuple(dict.fromkeys(hold.kind for hold in self.standing.values()))

    def place(  # noqa: PLR0913 (what, by whom, why)
        self,
        *,
        hold_id: UUID,
        kind: HoldKind,
        placed_by: UUID,
        reason: str,
        at: datetime,
        by_machine: bool = False,
    ) -> None:
        """Let nothing of the target be forgotten until this hold is lifted.

        Raises:
            HoldTooLate: the erasure came first.
            HoldNotPlaced: the kind is not one that people place.
        """
        if self.closed:
            raise HoldTooLate(str(self.target))
        if kind in BY_THEMSELVES:
            raise HoldNotPlaced(kind)
        if hold_id not in self.standing:
            self.record(
                Placed,
                at=at,
                hold_id=hold_id,
                kind=kind,
                placed_by=placed_by,
                by_machine=by_machine,
                reason=reason,
            )

    def lift(self, *, hold_id: UUID, lifted_by: UUID, reason: str, at: datetime) -> None:
        """End a hold that another has placed; one of the machine's own ends by anybody's word.

        Raises:
            HoldUnknown: it does not stand.
            HoldSamePerson: who placed it.
        """
        hold = self.standing.get(hold_id)
        if hold is None:
            raise HoldUnknown(str(hold_id))
        if hold.placed_by == lifted_by and not hold.by_machine:
            raise HoldSamePerson("another person than the one who placed it must lift it")
        self.record(Lifted, at=at, hold_id=hold_id, lifted_by=lifted_by, reason=reason)

    def close(self, *, erasure_id: UUID, at: datetime) -> None:
        """Let no further hold be placed; twice is once."""
        if not self.closed:
            self.record(Closed, at=at, erasure_id=erasure_id)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.target = fact.target
        self.standing = {}
        self.closed = False

    @applies(Placed)
    def _placed(self, fact: Placed) -> None:
        self.standing = self.standing | {
            fact.hold_id: Hold(
                hold_id=fact.hold_id,
                kind=fact.kind,
                placed_by=fact.placed_by,
                placed_at=fact.timestamp,
                by_machine=fact.by_machine,
            )
        }

    @applies(Lifted)
    def _lifted(self, fact: Lifted) -> None:
        self.standing = {
            hold_id: hold for hold_id, hold in self.standing.items() if hold_id != fact.hold_id
        }

    @applies(Closed)
    def _closed(self, _fact: Closed) -> None:
        self.closed = True
