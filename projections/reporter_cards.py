"""What whoever helps a citizen must know of her, as ciphertext."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, SealedPart
from domain.language import Language
from domain.member import CardSet, Registered
from projections.fold import Fold, Key, Row


class CardRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("citizen_id",)

    citizen_id: UUID
    language: Language
    set_at: AwareDatetime | None = None
    """None while she has said nothing but her language."""
    card: SealedPart | None = None
    """Medical note and needs."""


class ReporterCards(Fold[CardRow]):
    """One card for each member, as it is and as it was."""

    name: ClassVar[str] = "reporter_cards"
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = CardRow
    topics: ClassVar[tuple[str, ...]] = (Registered.TOPIC, CardSet.TOPIC)
    sealed: ClassVar[bool] = True

    def keys(self, fact: Fact) -> Iterable[Key]:
        return ((fact.originator_id,),)

    def evolve(self, row: CardRow | None, fact: Fact) -> CardRow | None:
        match fact:
            case Registered():
                return CardRow(citizen_id=fact.originator_id, language=fact.language)
            case CardSet() if row is not None:
                return row.replace(
                    language=fact.language,
                    set_at=fact.received_at,
                    card=fact.sealed("medical_note"),
                )
            case _:
                return row
