"""Who somebody is, and how that was made sure."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from domain.base import Value
from domain.policy import SEOUL

Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{6,14}$")]
"""E.164, of any country."""
PlainName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$")
]


class IdentityWay(StrEnum):
    """How it was made sure who somebody is."""

    CARRIER = "carrier"
    """The identity service of the Korean carriers."""
    PASSPORT = "passport"
    """Shown at a district office."""
    RESIDENCE_CARD = "residence_card"
    """Shown at a district office, by foreigners who live here."""
    ADMINISTRATOR = "administrator"
    """Taken in by an administrator, or before the citizens' own door was opened."""


class IdentityTrouble(StrEnum):
    """Why an identity service does not confirm somebody."""

    MISMATCH = "mismatch"
    """What was said does not belong together."""
    FROZEN = "frozen"
    """The person has had the service closed against misuse."""
    REFUSED = "refused"
    """Given up, or turned down for another reason."""


class Applicant(StrEnum):
    """Whose identity is checked."""

    SHE = "she"
    """Who joins."""
    LEGAL_GUARDIAN = "legal_guardian"


class Person(Value):
    """Somebody as an identity check has found her."""

    name: PlainName
    birth_date: date
    phone: Phone


def years_old(birth_date: date, at: datetime) -> int:
    """Full years, by the calendar of Seoul (Civil Act, art. 158)."""
    today = at.astimezone(SEOUL).date()
    before = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before
