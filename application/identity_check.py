"""The identity service of the Korean carriers (본인확인), and what is kept of its answer.

Who joins is sent to the service's own page under an id of ours, and comes back with a token; with
both we ask the service, signed, who it was. Its unique person key (CI, 연계정보) is never stored:
a keyed hash of it names the guard of the person's one account.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import ClassVar, Protocol
from uuid import UUID

from pydantic import Field

from application.errors import PartnerUnavailable
from domain.base import Value
from domain.identity import IdentityTrouble, Person
from domain.person_guard import PersonGuard


class IdentityQuestion(Value):
    """Who came back with this token from the check of this id."""

    check_id: UUID
    token: str
    correlation_id: UUID


class Identified(Value):
    """Somebody whom the service knows."""

    ci: str = Field(min_length=1, max_length=200)
    """The same for one person at all services, for ever; 88 characters as the carriers make it."""
    person: Person


class IdentityService(Protocol):
    """Asked twice the same, it answers the same."""

    def result(self, question: IdentityQuestion) -> Identified | IdentityTrouble:
        """Who it was, or why that is not confirmed.

        Raises:
            IdentityUnavailable: no answer, or none that can be read; ask again.
        """
        ...

    def close(self) -> None:
        """Give back its connections."""
        ...


class IdentityUnavailable(PartnerUnavailable):
    """The identity service cannot be asked now."""

    code: ClassVar[str] = "identity_unavailable"


class PersonKeys:
    """What names a person for ever, as a hash that only this house can make.

    Args:
        secret: never changed and never in the database: with another one everybody is new.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of_carrier(self, ci: str) -> UUID:
        """The guard of whom the carriers' service knows under ``ci``."""
        return self._guard(f"ci:{ci}")

    def of_document(self, kind: str, country: str, number: str) -> UUID:
        """The guard of who showed a document, however its number was typed."""
        typed = "".join(one for one in number.upper() if one.isalnum())
        return self._guard(f"{kind}:{country.upper()}:{typed}")

    def of_phone(self, number: str) -> str:
        """Under which a phone number is counted."""
        return hmac.new(self._secret, f"phone:{number}".encode(), hashlib.sha256).hexdigest()

    def _guard(self, name: str) -> UUID:
        digest = hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()
        return PersonGuard.create_id(digest)
