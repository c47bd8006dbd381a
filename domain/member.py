"""A citizen who has joined the service (the full life of a membership has its own issue)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from domain.base import ERASED, Aggregate, Erased, FirstFact, Personal, applies
from domain.language import Language


class Registered(FirstFact):
    TOPIC: ClassVar[str] = "member.registered"

    citizen_id: UUID
    language: Language
    name: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    phone: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    """E.164."""


class Member(Aggregate):
    """``id`` is the random citizen id that stands in all facts."""

    TOPIC = "member"

    name: str | Erased
    phone: str | Erased
    language: Language

    @classmethod
    def register(
        cls, *, citizen_id: UUID, name: str, phone: str, language: Language, at: datetime
    ) -> Self:
        return cls.begin(
            Registered,
            id=citizen_id,
            at=at,
            citizen_id=citizen_id,
            name=name,
            phone=phone,
            language=language,
        )

    @applies(Registered)
    def _registered(self, fact: Registered) -> None:
        self.name = fact.name
        self.phone = fact.phone
        self.language = fact.language
