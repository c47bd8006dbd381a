"""The numbers of joining, phones and guardians; a part of ``domain.policy``."""

from __future__ import annotations

from pydantic import Field

from domain.base import Value


class MembershipNumbers(Value):
    """Each with its source; “ours” where there is none."""

    guardian_code_digits: int = 6
    guardian_code_s: float = Field(default=600.0, gt=0)
    guardian_code_tries_max: int = 5
    """A guardian's code has six digits, is good for ten minutes and bears five tries: ours; it is
    then guessed once in 200,000 (NIST SP 800-63B, 5.1.3.2, asks for six digits and ten minutes)."""

    guardian_codes_max: int = 5
    guardian_codes_within_s: float = 86_400.0
    """So many codes are sent to the guardians of one citizen within a day: ours, so that nobody is
    pestered through us."""

    terms_version: str = "2026-11-29"
    personal_data_version: str = "2026-11-29"
    location_version: str = "2026-11-29"
    """Of the texts that are consented to; a new text is a new version, and read anew: ours."""

    consents_needed: tuple[str, ...] = ("terms", "personal_data")
    """Without these nobody is a member. The location consent is on its own, since the alarm works
    without it (Personal Information Protection Act, arts. 16(3), 22; Location Information Act,
    art. 29)."""

    registration_s: float = Field(default=86_400.0, gt=0)
    """A registration that is not completed within a day is forgotten: ours; a district office that
    checks a document is visited on the same day."""

    identity_tries_max: int = 5
    """Identity checks that one registration bears: ours, as wrong PINs."""

    registrations_max: int = Field(default=30, ge=1)
    registrations_within_s: float = Field(default=600.0, gt=0, le=3600)
    """Registrations that one address may begin within ten minutes, and identity checks that it may
    ask for: ours. Wide, since carriers put many phones behind one address (RFC 6269); whoever is
    turned away has minutes to wait, or is taken in at an office, where nobody is counted."""

    identity_checks_max: int = Field(default=10, ge=1)
    identity_checks_within_s: float = Field(default=3600.0, gt=0, le=3600)
    """Identity checks of one registration, and persons confirmed under one phone number, within an
    hour: ours; a parent registers several children with one."""

    legal_guardian_until: int = 14
    """“만 14세 미만 아동”: Personal Information Protection Act, art. 22-2; Location Information
    Act, art. 25."""

    legal_guardian_from: int = 19
    """“19세로 성년”: Civil Act, art. 4."""

    devices_max: int = 5
    """Phones that speak for one citizen at a time: ours."""
