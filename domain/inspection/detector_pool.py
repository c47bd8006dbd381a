"""The detectors of one district: each is at home, with somebody, or being repaired."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import StringConstraints

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.geography import DistrictCode
from domain.inspection.refusals import NoneFree, PieceKnown, PieceUnknown

Mark = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")]
"""What is written on a detector."""


class Began(FirstFact):
    """A district lends detectors."""

    TOPIC: ClassVar[str] = "detector_pool.began"

    district: DistrictCode


class PieceAdded(Fact):
    TOPIC: ClassVar[str] = "detector_pool.piece_added"

    mark: Mark


class PieceReserved(Fact):
    """From here on the detector is this loan's, until it is freed."""

    TOPIC: ClassVar[str] = "detector_pool.piece_reserved"

    mark: Mark
    loan_id: UUID


class PieceFreed(Fact):
    """The detector is at home and whole."""

    TOPIC: ClassVar[str] = "detector_pool.piece_freed"

    mark: Mark
    loan_id: UUID


class PieceDamaged(Fact):
    """The detector came back broken, and is lent to nobody until it is repaired."""

    TOPIC: ClassVar[str] = "detector_pool.piece_damaged"

    mark: Mark
    loan_id: UUID | None
    """None where it broke at home."""


class PieceRepaired(Fact):
    TOPIC: ClassVar[str] = "detector_pool.piece_repaired"

    mark: Mark


class PieceGone(Fact):
    """The detector is lost, or worn out, and will be lent no more."""

    TOPIC: ClassVar[str] = "detector_pool.piece_gone"

    mark: Mark
    loan_id: UUID | None


class DetectorPool(Aggregate):
    """Says which detector a loan gets: decided in the append of the loan's own fact."""

    TOPIC = "detector_pool"

    district: DistrictCode
    free: tuple[Mark, ...]
    """Whoever came home first is lent first."""
    reserved: dict[UUID, Mark]
    """By the loan."""
    broken: frozenset[Mark]

    @staticmethod
    def create_id(district: DistrictCode) -> UUID:
        return uuid5(NAMESPACE_URL, f"/detector_pools/{district}")

    @classmethod
    def begin_for(cls, district: DistrictCode, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(district), at=at, district=district)

    @property
    def marks(self) -> frozenset[Mark]:
        return frozenset({*self.free, *self.reserved.values(), *self.broken})

    def add(self, mark: Mark, *, at: datetime) -> None:
        """Raises PieceKnown."""
        if mark in self.marks:
            raise PieceKnown(mark)
        self.record(PieceAdded, at=at, mark=mark)

    def reserve(self, *, loan_id: UUID, at: datetime) -> Mark:
        """Keep a detector for a loan, and say which; the same loan gets the same.

        Raises:
            NoneFree: there is none to give.
        """
        kept = self.reserved.get(loan_id)
        if kept is not None:
            return kept
        if not self.free:
            raise NoneFree(self.district)
        mark = self.free[0]
        self.record(PieceReserved, at=at, mark=mark, loan_id=loan_id)
        return mark

    def take_back(self, *, loan_id: UUID, damaged: bool, at: datetime) -> None:
        """The loan's detector is at home; nothing where it has none."""
        mark = self.reserved.get(loan_id)
        if mark is not None:
            self.record(PieceDamaged if damaged else PieceFreed, at=at, mark=mark, loan_id=loan_id)

    def write_off(self, *, loan_id: UUID, at: datetime) -> None:
        """The loan's detector is lost; nothing where it has none."""
        mark = self.reserved.get(loan_id)
        if mark is not None:
            self.record(PieceGone, at=at, mark=mark, loan_id=loan_id)

    def damage(self, mark: Mark, *, at: datetime) -> None:
        """It broke at home. Raises PieceUnknown where it is not there."""
        if mark not in self.free:
            raise PieceUnknown(mark)
        self.record(PieceDamaged, at=at, mark=mark, loan_id=None)

    def repair(self, mark: Mark, *, at: datetime) -> None:
        """Raises PieceUnknown where it is not broken."""
        if mark not in self.broken:
            raise PieceUnknown(mark)
        self.record(PieceRepaired, at=at, mark=mark)

    def retire(self, mark: Mark, *, at: datetime) -> None:
        """Lend it no more. Raises PieceUnknown where it is not at home."""
        if mark not in {*self.free, *self.broken}:
            raise PieceUnknown(mark)
        self.record(PieceGone, at=at, mark=mark, loan_id=None)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.district = fact.district
        self.free = ()
        self.reserved = {}
        self.broken = frozenset()

    @applies(PieceAdded)
    def _added(self, fact: PieceAdded) -> None:
        self.free = (*self.free, fact.mark)

    @applies(PieceReserved)
    def _reserved(self, fact: PieceReserved) -> None:
        self.free = self._without(fact.mark)
        self.reserved = self.reserved | {fact.loan_id: fact.mark}

    @applies(PieceFreed)
    def _freed(self, fact: PieceFreed) -> None:
        self._is_no_longer_lent(fact.mark)
        self.free = (*self.free, fact.mark)

    @applies(PieceDamaged)
    def _damaged(self, fact: PieceDamaged) -> None:
        self._is_no_longer_lent(fact.mark)
        self.free = self._without(fact.mark)
        self.broken = self.broken | {fact.mark}

    @applies(PieceRepaired)
    def _repaired(self, fact: PieceRepaired) -> None:
        self.broken = self.broken - {fact.mark}
        self.free = (*self.free, fact.mark)

    @applies(PieceGone)
    def _gone(self, fact: PieceGone) -> None:
        self._is_no_longer_lent(fact.mark)
        self.free = self._without(fact.mark)
        self.broken = self.broken - {fact.mark}

    def _without(self, mark: Mark) -> tuple[Mark, ...]:
        return tuple(one for one in self.free if one != mark)

    def _is_no_longer_lent(self, mark: Mark) -> None:
        self.reserved = {loan: one for loan, one in self.reserved.items() if one != mark}
