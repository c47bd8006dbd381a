"""A citizen who has joined the service."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final, Self
from uuid import UUID

from pydantic import AwareDatetime, model_validator

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
from domain.consents import Consent, Consented, ConsentHolder, GivenBy
from domain.guardian_codes import CodeKeeper
from domain.identity import IdentityWay, Person
from domain.language import Language
from domain.legal_guardian import Ward
from domain.pin import PinHolder
from domain.policy import Policy
from domain.preferences import PreferenceHolder

ON_PAPER: Final = "paper"
"""The version of what was consented to by another way than ours."""


class Registered(FirstFact):
    """She has joined; ``citizen_id`` is the random id that stands in all facts."""

    TOPIC: ClassVar[str] = "member.registered"
    SCHEMA: ClassVar[int] = 2

    citizen_id: UUID
    language: Language
    identity: IdentityWay
    person_id: UUID | None
    """The guard of the one account; None where nobody checked who she is."""
    registration_id: UUID | None
    """The course by which she joined; None where an administrator took her in."""
    lives_in_seoul: bool | None
    """As she said; None where nobody asked."""
    consents: tuple[Consented, ...]
    name: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    phone: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    """E.164."""
    birth_date: Annotated[date | Erased | None, Personal("citizen_id")] = ERASED

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_shape(cls, fields: Any) -> Any:
        """Which said nothing of how she joined: an administrator took her in."""
        if "consents" in fields:
            return fields
        return {
            **fields,
            "identity": IdentityWay.ADMINISTRATOR,
            "person_id": None,
            "registration_id": None,
            "lives_in_seoul": None,
            "consents": _on_paper(fields["timestamp"]),
            "birth_date": None,
        }


def _on_paper(at: Any) -> list[dict[str, Any]]:
    """What an administrator has from her by another way, before she had a door of her own."""
    return [
        {"consent": one, "version": ON_PAPER, "at": at, "by": GivenBy.ADMINISTRATOR}
        for one in Consent
    ]


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


class Member(CodeKeeper, PinHolder, PreferenceHolder, Ward, ConsentHolder):
    """``id`` is the random citizen id that stands in all facts."""

    TOPIC = "member"

    name: str | Erased = ERASED
    phone: str | Erased = ERASED
    identity: IdentityWay = IdentityWay.ADMINISTRATOR
    person_id: UUID | None = None
    card: tuple[Language, str | Erased | None, tuple[Need, ...] | Erased] | None = None
    drill_until: datetime | None = None

    @classmethod
    def register(
        cls, *, citizen_id: UUID, name: str, phone: str, language: Language, at: datetime
    ) -> Self:
        """Take somebody in whose consents an administrator has on paper."""
        return cls.begin(
            Registered,
            id=citizen_id,
            at=at,
            citizen_id=citizen_id,
            language=language,
            identity=IdentityWay.ADMINISTRATOR,
            person_id=None,
            registration_id=None,
            lives_in_seoul=None,
            consents=tuple(map(Consented.model_validate, _on_paper(at))),
            name=name,
            phone=phone,
            birth_date=None,
        )

    @classmethod
    def join(  # noqa: PLR0913 (who she is, how that is known, and to what she consents)
        cls,
        person: Person,
        *,
        citizen_id: UUID,
        language: Language,
        identity: IdentityWay,
        person_id: UUID,
        registration_id: UUID,
        lives_in_seoul: bool,
        consents: tuple[Consented, ...],
        at: datetime,
    ) -> Self:
        """Let somebody in by her own door, once her registration is complete."""
        return cls.begin(
            Registered,
            id=citizen_id,
            at=at,
            citizen_id=citizen_id,
            language=language,
            identity=identity,
            person_id=person_id,
            registration_id=registration_id,
            lives_in_seoul=lives_in_seoul,
            consents=consents,
            **dict(person),
        )

    def set_card(self, card: Card, *, at: datetime) -> None:
        """Say what whoever helps her must know; the same once more changes nothing."""
        if self.card != (card.language, card.medical_note, card.needs):
            self.record(CardSet, at=at, citizen_id=self.id, **dict(card))

    @applies(CardSet)
    def _card_set(self, fact: CardSet) -> None:
        self.language = fact.language
        self.card = (fact.language, fact.medical_note, fact.needs)

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
        self.birth_date = fact.birth_date if isinstance(fact.birth_date, date) else None
        self.language = fact.language
        self.identity = fact.identity
        self.person_id = fact.person_id
        self.consents = {one.consent: one for one in fact.consents}
