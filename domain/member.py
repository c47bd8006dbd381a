"""A citizen who has joined the service (the full life of a membership has its own issue)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import (
    ERASED,
    DomainError,
    Erased,
    Fact,
    FirstFact,
    Personal,
    Value,
    applies,
)
from domain.language import Language
from domain.pin import PinHolder
from domain.policy import Policy


class Registered(FirstFact):
    TOPIC: ClassVar[str] = "member.registered"

    citizen_id: UUID
    language: Language
    name: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    phone: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    """E.164."""


class Need(StrEnum):
    """What whoever helps her must know."""

    DEAF = "deaf"
    """She does not hear: write, or come."""
    SPEECH = "speech"
    """She cannot speak, or not clearly."""
    BLIND = "blind"
    """She does not see."""
    WHEELCHAIR = "wheelchair"
    """She cannot take stairs."""
    COGNITIVE = "cognitive"
    """She needs simple words and time."""
    PREGNANT = "pregnant"
    """She expects a child."""


class CardSet(Fact):
    """She said what whoever helps her must know; the newest card counts."""

    TOPIC: ClassVar[str] = "member.card_set"

    citizen_id: UUID
    language: Language
    medical_note: Annotated[str | Erased | None, Personal("citizen_id")] = ERASED
    needs: Annotated[tuple[Need, ...] | Erased, Personal("citizen_id")] = ERASED


class Card(Value):
    """What whoever helps her must know: shown to those who answer her reports."""

    language: Language
    medical_note: str | None = None
    needs: tuple[Need, ...] = ()


class ConsentWithdrawn(Fact):
    """She consents no longer; what she raises is accepted all the same, and flagged."""

    TOPIC: ClassVar[str] = "member.consent_withdrawn"

    citizen_id: UUID


class DrillModeOn(Fact):
    """Until then, what this citizen's phone calls a drill is one."""

    TOPIC: ClassVar[str] = "member.drill_mode_on"

    until: AwareDatetime


class DrillModeOff(Fact):
    """Switched off before its time."""

    TOPIC: ClassVar[str] = "member.drill_mode_off"


class DrillDuringReport(DomainError):
    """An open report comes first: nobody practises now."""

    code: ClassVar[str] = "member.drill_during_report"


class Member(PinHolder):
    """``id`` is the random citizen id that stands in all facts."""

    TOPIC = "member"

    name: str | Erased = ERASED
    phone: str | Erased = ERASED
    language: Language = Language.KO
    consent_withdrawn: bool = False
    card: tuple[Language, str | Erased | None, tuple[Need, ...] | Erased] | None = None
    drill_until: datetime | None = None

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

    def set_card(self, card: Card, *, at: datetime) -> None:
        """Say what whoever helps her must know; the same once more changes nothing."""
        if self.card != (card.language, card.medical_note, card.needs):
            self.record(CardSet, at=at, citizen_id=self.id, **dict(card))

    @applies(CardSet)
    def _card_set(self, fact: CardSet) -> None:
        self.language = fact.language
        self.card = (fact.language, fact.medical_note, fact.needs)

    def withdraw_consent(self, *, at: datetime) -> None:
        """Twice is once."""
        if not self.consent_withdrawn:
            self.record(ConsentWithdrawn, at=at, citizen_id=self.id)

    def is_practising(self, *, at: datetime) -> bool:
        """Whether drill mode is on; it ends by itself, by our clock."""
        return self.drill_until is not None and at < self.drill_until

    def practise(self, *, at: datetime, policy: Policy) -> None:
        """Switch drill mode on for a while; again, it begins anew."""
        until = at + timedelta(seconds=policy.drill_mode_s)
        self.record(DrillModeOn, at=at, until=until)

    def stop_practising(self, *, at: datetime) -> None:
        """Switch drill mode off; off already, nothing changes."""
        if self.is_practising(at=at):
            self.record(DrillModeOff, at=at)

    @applies(DrillModeOn)
    def _drill_mode_on(self, fact: DrillModeOn) -> None:
        self.drill_until = fact.until

    @applies(DrillModeOff)
    def _drill_mode_off(self, _fact: DrillModeOff) -> None:
        self.drill_until = None

    @applies(Registered)
    def _registered(self, fact: Registered) -> None:
        self.name = fact.name
        self.phone = fact.phone
        self.language = fact.language

    @applies(ConsentWithdrawn)
    def _consent_withdrawn(self, _fact: ConsentWithdrawn) -> None:
        self.consent_withdrawn = True
