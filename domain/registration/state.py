"""What a registration remembers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain.base import Aggregate, applies
from domain.consents import Consent, Consented
from domain.identity import Applicant, IdentityWay, Person, years_old
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy
from domain.registration import facts


class Known(NamedTuple):
    """Who joins, and how that was made sure."""

    person: Person
    way: IdentityWay
    person_id: UUID


class LegalGuardian(NamedTuple):
    """Who consents for somebody under 14."""

    id: UUID
    name: str
    phone: str


class Course(Aggregate):
    """How far a registration has come."""

    citizen_id: UUID
    language: Language
    platform: Platform
    secret_sha256: str
    expires_at: datetime
    said: Mapping[Consent, Consented]
    """What she herself consents to."""
    said_for_her: Mapping[Consent, Consented]
    """What her legal guardian consents to."""
    failures: Mapping[Applicant, int]
    asked: tuple[UUID, Applicant] | None = None
    """The check that is under way."""
    way: IdentityWay | None = None
    known: Known | None = None
    """None, too, once it cannot be read any more; ``way`` still says that it was known."""
    legal_guardian: LegalGuardian | None = None
    completed: bool = False
    returned: bool = False
    abandoned: bool = False

    def knows(self, secret: str) -> bool:
        return hmac.compare_digest(self.secret_sha256, hashlib.sha256(secret.encode()).hexdigest())

    def is_open(self, *, at: datetime) -> bool:
        return not (self.completed or self.returned or self.abandoned) and at < self.expires_at

    def is_under_age(self, *, at: datetime, policy: Policy) -> bool:
        """Whether it is known that a legal guardian must consent, too."""
        if self.known is None:
            return False
        return years_old(self.known.person.birth_date, at) < policy.legal_guardian_until

    @property
    def is_to_be_forgotten(self) -> bool:
        """Whether what it holds of her serves nothing any more."""
        return self.returned or self.abandoned

    def standing(self, *, at: datetime, policy: Policy) -> tuple[Consented, ...]:
        """The consents that count: hers, and under 14 those that both have given."""
        if not self.is_under_age(at=at, policy=policy):
            return tuple(self.said.values())
        return tuple(self.said_for_her[one] for one in self.said if one in self.said_for_her)

    @applies(facts.Begun)
    def _begun(self, fact: facts.Begun) -> None:
        self.citizen_id = fact.citizen_id
        self.language = fact.language
        self.platform = fact.platform
        self.secret_sha256 = fact.secret_sha256
        self.expires_at = fact.expires_at
        self.said = {}
        self.said_for_her = {}
        self.failures = {}

    @applies(facts.ConsentGiven)
    def _consent_given(self, fact: facts.ConsentGiven) -> None:
        given = Consented(consent=fact.consent, version=fact.version, at=fact.timestamp)
        self.said = {**self.said, fact.consent: given}

    @applies(facts.ConsentTakenBack)
    def _consent_taken_back(self, fact: facts.ConsentTakenBack) -> None:
        self.said = {one: given for one, given in self.said.items() if one is not fact.consent}

    @applies(facts.IdentityAsked)
    def _identity_asked(self, fact: facts.IdentityAsked) -> None:
        self.asked = (fact.check_id, fact.of)

    @applies(facts.IdentityFailed)
    def _identity_failed(self, fact: facts.IdentityFailed) -> None:
        self.asked = None
        self.failures = {**self.failures, fact.of: self.failures.get(fact.of, 0) + 1}

    @applies(facts.IdentityConfirmed)
    def _identity_confirmed(self, fact: facts.IdentityConfirmed) -> None:
        self.asked = None
        self.way = fact.way
        if (
            isinstance(fact.name, str)
            and isinstance(fact.phone, str)
            and isinstance(fact.birth_date, date)
        ):
            person = Person(name=fact.name, phone=fact.phone, birth_date=fact.birth_date)
            self.known = Known(person, fact.way, fact.person_id)

    @applies(facts.LegalGuardianConsented)
    def _legal_guardian_consented(self, fact: facts.LegalGuardianConsented) -> None:
        self.asked = None
        if isinstance(fact.name, str) and isinstance(fact.phone, str):
            self.legal_guardian = LegalGuardian(fact.legal_guardian_id, fact.name, fact.phone)
        self.said_for_her = {one.consent: one for one in fact.consents}

    @applies(facts.Completed)
    def _completed(self, _fact: facts.Completed) -> None:
        self.completed = True

    @applies(facts.Returned)
    def _returned(self, _fact: facts.Returned) -> None:
        self.returned = True

    @applies(facts.Abandoned)
    def _abandoned(self, _fact: facts.Abandoned) -> None:
        self.abandoned = True
