"""The course by which a citizen joins: consents, then the identity check, then she is a member.

Nothing personal is asked for before the consents that allow it. What a registration holds is
sealed under the key of the citizen that it would make, and goes with that key when it is abandoned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from domain.consents import Consent, Consented, GivenBy, must_be_read, needed
from domain.geography import DistrictCode
from domain.identity import Applicant, IdentityTrouble, IdentityWay, Person, years_old
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy
from domain.registration import facts
from domain.registration.refusals import (
    CheckUnknown,
    ConsentNeeded,
    IdentityKnown,
    IdentityLocked,
    IdentityNeeded,
    LegalGuardianUnfit,
    LegalGuardianWanted,
    NoAccount,
    NotInSeoul,
    RegistrationOver,
)
from domain.registration.state import Course, Known


class Registration(Course):
    TOPIC = "registration"

    @classmethod
    def begin_for(  # noqa: PLR0913 (all that the phone says)
        cls,
        registration_id: UUID,
        *,
        citizen_id: UUID,
        language: Language,
        platform: Platform,
        secret: str,
        at: datetime,
        policy: Policy,
    ) -> Self:
        return cls.begin(
            facts.Begun,
            id=registration_id,
            at=at,
            citizen_id=citizen_id,
            language=language,
            platform=platform,
            secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
            expires_at=at + timedelta(seconds=policy.registration_s),
        )

    def consent(self, consent: Consent, *, version: str, at: datetime, policy: Policy) -> None:
        """Consent to one thing; the same once more changes nothing.

        Raises:
            VersionOld: the text has another version now.
            RegistrationOver: completed, abandoned, or too late.
        """
        self._must_be_open(at)
        must_be_read(consent, version, policy)
        given = self.said.get(consent)
        if given is None or given.version != version:
            self.record(facts.ConsentGiven, at=at, consent=consent, version=version)

    def take_back(self, consent: Consent, *, at: datetime) -> None:
        """Consent to it no longer; twice is once."""
        self._must_be_open(at)
        if consent in self.said:
            self.record(facts.ConsentTakenBack, at=at, consent=consent)

    def ask_identity(self, check_id: UUID, of: Applicant, *, at: datetime, policy: Policy) -> None:
        """Send somebody to the identity service; a new check takes the place of the last.

        Raises:
            ConsentNeeded: a consent comes first without which nothing may be asked.
            IdentityKnown, IdentityNeeded, IdentityLocked: not this one, not yet, or not any more.
        """
        self._must_consent(at, policy)
        if of is Applicant.SHE and self.way is not None:
            raise IdentityKnown(str(self.id))
        if of is Applicant.LEGAL_GUARDIAN and not self.is_under_age(at=at, policy=policy):
            raise IdentityNeeded(str(self.id))
        if self.failures.get(of, 0) >= policy.identity_tries_max:
            raise IdentityLocked(str(self.id))
        self.record(facts.IdentityAsked, at=at, check_id=check_id, of=of)

    def must_await(self, check_id: UUID) -> None:
        """Raises CheckUnknown: this is not the check that is under way."""
        self._of(check_id)

    def fail_identity(self, check_id: UUID, cause: IdentityTrouble, *, at: datetime) -> None:
        """The service did not confirm it: counts among the tries."""
        of = self._of(check_id)
        self.record(facts.IdentityFailed, at=at, check_id=check_id, of=of, cause=cause)

    def confirm_identity(
        self, check_id: UUID, person: Person, person_id: UUID, *, at: datetime
    ) -> None:
        """The identity service says who she is.

        Raises:
            CheckUnknown: another check is under way, or none, or the legal guardian's.
        """
        if self._of(check_id) is not Applicant.SHE:
            raise CheckUnknown(str(check_id))
        self._must_be_open(at)
        self._confirmed(IdentityWay.CARRIER, person, person_id, check_id=check_id, at=at)

    def confirm_at_office(  # noqa: PLR0913 (who, how known, and by whom)
        self,
        way: IdentityWay,
        person: Person,
        person_id: UUID,
        *,
        checked_by: UUID,
        district: DistrictCode | None,
        at: datetime,
        policy: Policy,
    ) -> None:
        """Somebody of a district's staff has seen her document.

        Raises:
            ConsentNeeded, IdentityKnown, RegistrationOver: not yet, or not any more.
        """
        self._must_consent(at, policy)
        if self.way is not None:
            raise IdentityKnown(str(self.id))
        self._confirmed(way, person, person_id, checked_by=checked_by, district=district, at=at)

    def legal_guardian_consents(  # noqa: PLR0913 (who, how known, and to what)
        self,
        check_id: UUID,
        person: Person,
        person_id: UUID,
        consents: Iterable[tuple[Consent, str]],
        *,
        legal_guardian_id: UUID,
        at: datetime,
        policy: Policy,
    ) -> None:
        """The identified legal guardian consents for her, to each thing on its own.

        Raises:
            CheckUnknown: another check is under way.
            LegalGuardianUnfit: too young, or she herself.
            VersionOld: a text has another version now.
        """
        if self._of(check_id) is not Applicant.LEGAL_GUARDIAN:
            raise CheckUnknown(str(check_id))
        self._must_be_open(at)
        if self.known is None or person_id == self.known.person_id:
            raise LegalGuardianUnfit("the same person")
        if years_old(person.birth_date, at) < policy.legal_guardian_from:
            raise LegalGuardianUnfit("too young")
        said = dict(consents)
        for consent, version in said.items():
            must_be_read(consent, version, policy)
        self.record(
            facts.LegalGuardianConsented,
            at=at,
            legal_guardian_id=legal_guardian_id,
            check_id=check_id,
            consents=tuple(
                Consented(consent=one, version=version, at=at, by=GivenBy.LEGAL_GUARDIAN)
                for one, version in said.items()
            ),
            name=person.name,
            phone=person.phone,
        )

    def complete(self, *, lives_in_seoul: bool, at: datetime, policy: Policy) -> Known:
        """Let her be a member; tells who she is.

        Raises:
            RegistrationOver, ConsentNeeded, IdentityNeeded, NotInSeoul: not yet, or not at all.
            LegalGuardianWanted: she is under 14, and nobody has consented for her.
        """
        self._must_consent(at, policy)
        if self.known is None:
            raise IdentityNeeded(str(self.id))
        given = {one.consent for one in self.standing(at=at, policy=policy)}
        if not needed(policy) <= given:
            raise LegalGuardianWanted(str(self.id))
        if not lives_in_seoul:
            raise NotInSeoul(str(self.id))
        self.record(facts.Completed, at=at, lives_in_seoul=lives_in_seoul)
        return self.known

    def come_back(self, account: UUID | None, *, at: datetime) -> UUID:
        """Let this phone speak for the account that the identified person has; tells which.

        Raises:
            RegistrationOver, IdentityNeeded: not yet, or not any more.
            NoAccount: there is none; ``account`` is None.
        """
        self._must_be_open(at)
        if self.known is None:
            raise IdentityNeeded(str(self.id))
        if account is None:
            raise NoAccount(str(self.id))
        self.record(facts.Returned, at=at, account=account)
        return account

    def abandon(self, *, at: datetime) -> None:
        """Its time is over; nothing changes once it came to an end."""
        over = self.completed or self.is_to_be_forgotten
        if not over and at >= self.expires_at:
            self.record(facts.Abandoned, at=at)

    def _confirmed(  # noqa: PLR0913 (each way says other things)
        self,
        way: IdentityWay,
        person: Person,
        person_id: UUID,
        *,
        at: datetime,
        check_id: UUID | None = None,
        checked_by: UUID | None = None,
        district: DistrictCode | None = None,
    ) -> None:
        self.record(
            facts.IdentityConfirmed,
            at=at,
            citizen_id=self.citizen_id,
            way=way,
            person_id=person_id,
            check_id=check_id,
            checked_by=checked_by,
            district=district,
            **dict(person),
        )

    def _of(self, check_id: UUID) -> Applicant:
        if self.asked is None or self.asked[0] != check_id:
            raise CheckUnknown(str(check_id))
        return self.asked[1]

    def _must_be_open(self, at: datetime) -> None:
        if not self.is_open(at=at):
            raise RegistrationOver(str(self.id))

    def _must_consent(self, at: datetime, policy: Policy) -> None:
        self._must_be_open(at)
        missing = needed(policy) - self.said.keys()
        if missing:
            raise ConsentNeeded(", ".join(sorted(missing)))
