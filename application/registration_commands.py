"""What is asked of who joins, and what she is answered."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from application.safe_return import Receipt
from domain.base import Value
from domain.consents import Consent
from domain.identity import Applicant, IdentityWay, Phone, PlainName
from domain.language import Language
from domain.platform import Platform

Token = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Version = Annotated[str, StringConstraints(pattern=r"^[0-9a-z.-]{1,40}$")]


class BeginRegistration(Value):
    language: Language = Language.KO
    platform: Platform = Platform.UNKNOWN


class GiveConsent(Value):
    """``version``: of the text that was read."""

    consent: Consent
    version: Version


class AskIdentity(Value):
    of: Applicant = Applicant.SHE


class TakeIdentity(Value):
    """What she came back with from the service's page."""

    check_id: UUID
    token: Token


class TakeLegalGuardian(TakeIdentity):
    """The legal guardian came back, and consents to these, each on its own."""

    consents: tuple[GiveConsent, ...] = Field(max_length=len(Consent))


class Document(Value):
    """What one of the staff has read from a document, and asked.

    The document's number is not kept: a keyed hash of it says whether this person has an account.
    """

    way: Literal[IdentityWay.PASSPORT, IdentityWay.RESIDENCE_CARD]
    country: str = Field(pattern=r"^[A-Z]{3}$")
    """Who issued it: ISO 3166-1 alpha-3, as in its machine-readable zone."""
    number: str = Field(pattern=r"^[0-9A-Za-z -]{5,20}$")
    name: PlainName
    birth_date: date
    phone: Phone


class CheckAtOffice(Document):
    registration_id: UUID


class ComeBack(Value):
    """``public_key``: the phone's own; ``proof``: its signature over what ``SetDeviceKey`` says."""

    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    proof: str = Field(pattern=r"^[0-9a-f]{128}$")


class CompleteRegistration(ComeBack):
    lives_in_seoul: bool
    language: Language | None = None
    """None: the one in which she began."""


class Step(StrEnum):
    """What comes next."""

    CONSENTS = "consents"
    IDENTITY = "identity"
    LEGAL_GUARDIAN = "legal_guardian"
    DETAILS = "details"
    COME_BACK = "come_back"
    """She has an account: this phone may speak for it, and those that she lost no longer."""
    DONE = "done"
    OVER = "over"
    """Its time has gone by: begin anew."""


class RegistrationReceipt(Receipt):
    """``token`` is shown once: None in the answer to a repeat, since only its hash is kept."""

    device_id: UUID
    """Under which this phone will speak: its key's proof is made with it."""
    token: str | None
    expires_at: AwareDatetime


class RegistrationState(Receipt):
    """How far it is; nothing personal."""

    next: Step
    expires_at: AwareDatetime
    consents: tuple[Consent, ...]
    identity: IdentityWay | None


class CheckReceipt(Receipt):
    """Where to go: to the identity service's page, with this id."""

    check_id: UUID
