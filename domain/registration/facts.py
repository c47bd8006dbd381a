"""What happens while somebody joins; sealed under the key of the citizen that she would be."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import ERASED, Erased, Fact, FirstFact, Personal
from domain.consents import Consent, Consented
from domain.geography import DistrictCode
from domain.identity import Applicant, IdentityTrouble, IdentityWay
from domain.language import Language
from domain.platform import Platform


class Begun(FirstFact):
    """Somebody wants to join; ``citizen_id`` is who she would be."""

    TOPIC: ClassVar[str] = "registration.begun"

    citizen_id: UUID
    language: Language
    platform: Platform
    secret_sha256: str
    """Of a random 256-bit secret that the phone shows from then on."""
    expires_at: AwareDatetime


class ConsentGiven(Fact):
    TOPIC: ClassVar[str] = "registration.consent_given"

    consent: Consent
    version: str


class ConsentTakenBack(Fact):
    TOPIC: ClassVar[str] = "registration.consent_taken_back"

    consent: Consent


class IdentityAsked(Fact):
    """Somebody is sent to the identity service, under this id."""

    TOPIC: ClassVar[str] = "registration.identity_asked"

    check_id: UUID
    of: Applicant


class IdentityFailed(Fact):
    """The service did not confirm who it is."""

    TOPIC: ClassVar[str] = "registration.identity_failed"

    check_id: UUID
    of: Applicant
    cause: IdentityTrouble


class IdentityConfirmed(Fact):
    """It is known who joins."""

    TOPIC: ClassVar[str] = "registration.identity_confirmed"

    citizen_id: UUID
    way: IdentityWay
    person_id: UUID
    """The guard of the one account; made of a keyed hash."""
    check_id: UUID | None
    """None at a district's office."""
    checked_by: UUID | None
    """Who looked at the document there."""
    district: DistrictCode | None
    name: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    phone: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    birth_date: Annotated[date | Erased, Personal("citizen_id")] = ERASED


class LegalGuardianConsented(Fact):
    """The legal guardian of somebody under 14 was identified, and consents for her."""

    TOPIC: ClassVar[str] = "registration.legal_guardian_consented"

    legal_guardian_id: UUID
    check_id: UUID
    consents: tuple[Consented, ...]
    name: Annotated[str | Erased, Personal("legal_guardian_id")] = ERASED
    phone: Annotated[str | Erased, Personal("legal_guardian_id")] = ERASED


class Completed(Fact):
    """She is a member."""

    TOPIC: ClassVar[str] = "registration.completed"

    lives_in_seoul: bool


class Returned(Fact):
    """She was a member already, and lost her phones: this one speaks for her from now on."""

    TOPIC: ClassVar[str] = "registration.returned"

    account: UUID
    """Her citizen id; not the one that this registration would have made."""


class Abandoned(Fact):
    """It was not brought to its end in time; what it held is forgotten."""

    TOPIC: ClassVar[str] = "registration.abandoned"
