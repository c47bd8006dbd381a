"""Why somebody does not join, or not yet."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class RegistrationOver(DomainError):
    """It is completed, or its time is over: begin anew."""

    code: ClassVar[str] = "registration.over"


class ConsentNeeded(DomainError):
    """A consent comes first without which nothing may be asked."""

    code: ClassVar[str] = "registration.consent_needed"


class IdentityNeeded(DomainError):
    """It is not known yet who joins."""

    code: ClassVar[str] = "registration.identity_needed"


class IdentityKnown(DomainError):
    """It is known who joins; another person begins anew."""

    code: ClassVar[str] = "registration.identity_known"


class IdentityLocked(DomainError):
    """Too many checks have failed."""

    code: ClassVar[str] = "registration.identity_locked"


class CheckUnknown(DomainError):
    """This is not the check that is under way."""

    code: ClassVar[str] = "registration.check_unknown"


class IdentityMismatch(DomainError):
    """What was said to the identity service does not belong together."""

    code: ClassVar[str] = "registration.identity_mismatch"


class IdentityFrozen(DomainError):
    """The person has had the identity service closed against misuse: open it there first."""

    code: ClassVar[str] = "registration.identity_frozen"


class IdentityRefused(DomainError):
    """The identity service said no."""

    code: ClassVar[str] = "registration.identity_refused"


class NoAccount(DomainError):
    """This person has no account to come back to: join."""

    code: ClassVar[str] = "registration.no_account"


class NotInSeoul(DomainError):
    """The service is for who lives in Seoul."""

    code: ClassVar[str] = "registration.not_in_seoul"


class LegalGuardianWanted(DomainError):
    """She is under 14: a legal guardian must consent to what is needed, too."""

    code: ClassVar[str] = "registration.legal_guardian_needed"


class LegalGuardianUnfit(DomainError):
    """No legal guardian: she herself, or not of age."""

    code: ClassVar[str] = "registration.legal_guardian_unfit"
