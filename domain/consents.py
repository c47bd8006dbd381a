"""What a citizen consents to: each on its own, with the version that she read, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, model_validator

from domain.base import Aggregate, DomainError, Fact, Value, applies
from domain.policy import Policy


class Consent(StrEnum):
    """What is consented to, each on its own (Personal Information Protection Act, art. 22)."""

    TERMS = "terms"
    """The terms of the service."""
    PERSONAL_DATA = "personal_data"
    """Keeping name, phone, and what else she gives (that Act, art. 15)."""
    LOCATION = "location"
    """Following where she is, and telling it to others (Location Information Act, arts. 18, 19)."""


class GivenBy(StrEnum):
    """Whose word a consent is."""

    HERSELF = "herself"
    LEGAL_GUARDIAN = "legal_guardian"
    ADMINISTRATOR = "administrator"
    """On paper, or before the citizens' own door was opened."""


class Consented(Value):
    """One consent, as it was given."""

    consent: Consent
    version: str
    """Of the text that was read."""
    at: AwareDatetime
    by: GivenBy = GivenBy.HERSELF


class ConsentGiven(Fact):
    """She consents to one thing, in the words of a version."""

    TOPIC: ClassVar[str] = "member.consent_given"

    citizen_id: UUID
    consent: Consent
    version: str
    by: GivenBy


class ConsentWithdrawn(Fact):
    """She consents no longer; what she raises is accepted all the same, and flagged.

    Without the location consent alone it is not flagged: who must be rescued is looked for without
    (Location Information Act, art. 29).
    """

    TOPIC: ClassVar[str] = "member.consent_withdrawn"
    SCHEMA: ClassVar[int] = 2

    citizen_id: UUID
    consent: Consent | None
    """None: all of them, as in the first shape."""
    by: GivenBy

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_shape(cls, fields: Any) -> Any:
        """Which knew one consent to everything."""
        return fields if "consent" in fields else {**fields, "consent": None, "by": GivenBy.HERSELF}


class VersionOld(DomainError):
    """Another text stands there now: read it first."""

    code: ClassVar[str] = "member.consent_version_old"


class ConsentMissing(DomainError):
    """What was asked for needs a consent that is not given, or was withdrawn."""

    code: ClassVar[str] = "member.consent_missing"


def must_be_read(consent: Consent, version: str, policy: Policy) -> None:
    """Raises VersionOld: the text has another version now."""
    if version != version_of(consent, policy):
        raise VersionOld(f"{consent}: {version}")


def version_of(consent: Consent, policy: Policy) -> str:
    """The version of the text that is read today."""
    versions: Mapping[Consent, str] = {
        Consent.TERMS: policy.terms_version,
        Consent.PERSONAL_DATA: policy.personal_data_version,
        Consent.LOCATION: policy.location_version,
    }
    return versions[consent]


def needed(policy: Policy) -> frozenset[Consent]:
    """Without these nobody is a member."""
    return frozenset(map(Consent, policy.consents_needed))


class ConsentHolder(Aggregate):
    """What a member remembers of her consents."""

    consents: Mapping[Consent, Consented]
    """Those that stand."""

    def consents_to(self, *wanted: Consent) -> bool:
        """Whether all of these stand."""
        return all(one in self.consents for one in wanted)

    @property
    def consent_withdrawn(self) -> bool:
        """Whether what every service needs is gone: her alarms are flagged from then on."""
        return not self.consents_to(Consent.TERMS, Consent.PERSONAL_DATA)

    def must_consent_to(self, *wanted: Consent) -> None:
        """Raises ConsentMissing: one of these does not stand."""
        missing = [one for one in wanted if one not in self.consents]
        if missing:
            raise ConsentMissing(", ".join(missing))

    def give_consent(
        self, consent: Consent, *, version: str, by: GivenBy, at: datetime, policy: Policy
    ) -> None:
        """Consent to one thing; the same version once more changes nothing.

        Raises:
            VersionOld: the text has another version now.
        """
        must_be_read(consent, version, policy)
        given = self.consents.get(consent)
        if given is None or given.version != version:
            self.record(
                ConsentGiven, at=at, citizen_id=self.id, consent=consent, version=version, by=by
            )

    def withdraw_consent(
        self,
        consent: Consent | None = None,
        *,
        by: GivenBy = GivenBy.HERSELF,
        at: datetime,
    ) -> None:
        """Withdraw one, or all with None; twice is once."""
        stands = self.consents if consent is None else consent in self.consents
        if stands:
            self.record(ConsentWithdrawn, at=at, citizen_id=self.id, consent=consent, by=by)

    @applies(ConsentGiven)
    def _consent_given(self, fact: ConsentGiven) -> None:
        given = Consented(consent=fact.consent, version=fact.version, at=fact.timestamp, by=fact.by)
        self.consents = {**self.consents, fact.consent: given}

    @applies(ConsentWithdrawn)
    def _one_withdrawn(self, fact: ConsentWithdrawn) -> None:
        self.consents = {
            one: given
            for one, given in self.consents.items()
            if fact.consent is not None and one is not fact.consent
        }
