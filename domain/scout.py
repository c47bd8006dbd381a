"""A scout of a district: who walks citizens home, on which nights, and which phone is hers."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from domain.base import ERASED, Aggregate, DomainError, Erased, Fact, FirstFact, Personal, applies
from domain.geography import DistrictCode
from domain.language import Language


class ScoutLeft(DomainError):
    """She is a scout no longer."""

    code: ClassVar[str] = "scout.has_left"


class Enlisted(FirstFact):
    """A district has a scout more."""

    TOPIC: ClassVar[str] = "scout.enlisted"

    scout_id: UUID
    district: DistrictCode
    language: Language
    """In which she is written to."""
    name: Annotated[str | Erased, Personal("scout_id")] = ERASED
    phone: Annotated[str | Erased, Personal("scout_id")] = ERASED
    """E.164."""


class PhoneEnrolled(Fact):
    """This phone speaks for her from now on, and no other."""

    TOPIC: ClassVar[str] = "scout.phone_enrolled"

    secret_sha256: str
    """Of a random 256-bit secret, so the hash alone gives nothing away."""
    enrolled_by: UUID


class PhoneRevoked(Fact):
    """No phone speaks for her; what one raises is an alarm all the same."""

    TOPIC: ClassVar[str] = "scout.phone_revoked"

    revoked_by: UUID


class Assigned(Fact):
    """She is in a team of that night."""

    TOPIC: ClassVar[str] = "scout.assigned"

    night: date
    team_id: UUID


class Unassigned(Fact):
    """She is in no team of that night any more."""

    TOPIC: ClassVar[str] = "scout.unassigned"

    night: date


class Discharged(Fact):
    TOPIC: ClassVar[str] = "scout.discharged"

    discharged_by: UUID


class Scout(Aggregate):
    """``id`` is the random scout id that stands in facts."""

    TOPIC = "scout"

    district: DistrictCode
    language: Language
    name: str | Erased
    phone: str | Erased
    secret_sha256: str | None
    teams: dict[date, UUID]
    """By night; of the last nights only those matter that are not over."""
    left: bool

    @classmethod
    def enlist(  # noqa: PLR0913 (who she is)
        cls,
        *,
        scout_id: UUID,
        district: DistrictCode,
        language: Language,
        name: str,
        phone: str,
        at: datetime,
    ) -> Self:
        return cls.begin(
            Enlisted,
            id=scout_id,
            at=at,
            scout_id=scout_id,
            district=district,
            language=language,
            name=name,
            phone=phone,
        )

    def enroll_phone(self, secret: str, *, enrolled_by: UUID, at: datetime) -> None:
        """Let a phone speak for her, in place of the one before.

        Raises:
            ScoutLeft: she is a scout no longer.
        """
        self._must_serve()
        self.record(PhoneEnrolled, at=at, secret_sha256=_sha256(secret), enrolled_by=enrolled_by)

    def revoke_phone(self, *, revoked_by: UUID, at: datetime) -> None:
        """Take the phone's word away; twice is once."""
        if self.secret_sha256 is not None:
            self.record(PhoneRevoked, at=at, revoked_by=revoked_by)

    def assign(self, *, night: date, team_id: UUID, at: datetime) -> None:
        """Be in a team of that night; the same again changes nothing.

        Raises:
            ScoutLeft: she is a scout no longer.
        """
        self._must_serve()
        if self.teams.get(night) != team_id:
            self.record(Assigned, at=at, night=night, team_id=team_id)

    def unassign(self, *, night: date, at: datetime) -> None:
        """Be in no team of that night; where she is in none, nothing."""
        if night in self.teams:
            self.record(Unassigned, at=at, night=night)

    def discharge(self, *, discharged_by: UUID, at: datetime) -> None:
        """End the service; twice is once."""
        if not self.left:
            self.record(Discharged, at=at, discharged_by=discharged_by)

    def knows(self, secret: str) -> bool:
        known = self.secret_sha256
        return known is not None and hmac.compare_digest(known, _sha256(secret))

    def _must_serve(self) -> None:
        if self.left:
            raise ScoutLeft(str(self.id))

    @applies(Enlisted)
    def _enlisted(self, fact: Enlisted) -> None:
        self.district = fact.district
        self.language = fact.language
        self.name = fact.name
        self.phone = fact.phone
        self.secret_sha256 = None
        self.teams = {}
        self.left = False

    @applies(PhoneEnrolled)
    def _phone_enrolled(self, fact: PhoneEnrolled) -> None:
        self.secret_sha256 = fact.secret_sha256

    @applies(PhoneRevoked)
    def _phone_revoked(self, _fact: PhoneRevoked) -> None:
        self.secret_sha256 = None

    @applies(Assigned)
    def _assigned(self, fact: Assigned) -> None:
        self.teams = self.teams | {fact.night: fact.team_id}

    @applies(Unassigned)
    def _unassigned(self, fact: Unassigned) -> None:
        self.teams = {night: team for night, team in self.teams.items() if night != fact.night}

    @applies(Discharged)
    def _discharged(self, _fact: Discharged) -> None:
        self.left = True
        self.secret_sha256 = None


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
