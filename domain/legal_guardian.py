"""Members under 14: a legal guardian consents for them, and may take that back.

Personal Information Protection Act, art. 22-2; Location Information Act, art. 25.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from domain.base import ERASED, Aggregate, DomainError, Erased, Fact, Personal, applies
from domain.identity import years_old
from domain.policy import Policy


class LegalGuardianSet(Fact):
    """Who consented for a member under 14; stored with the member's first fact."""

    TOPIC: ClassVar[str] = "member.legal_guardian_set"

    citizen_id: UUID
    legal_guardian_id: UUID
    name: Annotated[str | Erased, Personal("legal_guardian_id")] = ERASED
    phone: Annotated[str | Erased, Personal("legal_guardian_id")] = ERASED


class LegalGuardianNeeded(DomainError):
    """She is under 14: only her legal guardian can say that."""

    code: ClassVar[str] = "member.legal_guardian_needed"


class NotLegalGuardian(DomainError):
    """Nobody's legal guardian, or the member's no longer: she is 14 by now."""

    code: ClassVar[str] = "member.not_legal_guardian"


class Ward(Aggregate):
    """What a member remembers of her age, and of who spoke for her."""

    birth_date: date | None = None
    """None where nobody asked, or nobody can read it any more."""
    legal_guardian_id: UUID | None = None
    legal_guardian_phone: str | None = None
    """None, too, once it cannot be read any more."""

    def is_ward(self, *, at: datetime, policy: Policy) -> bool:
        """Whether her legal guardian speaks for her.

        One whose age cannot be read any more stays what she was.
        """
        if self.legal_guardian_id is None:
            return False
        return (
            self.birth_date is None or years_old(self.birth_date, at) < policy.legal_guardian_until
        )

    def must_speak_for_herself(self, *, at: datetime, policy: Policy) -> None:
        """Raises LegalGuardianNeeded: she is under 14."""
        if self.is_ward(at=at, policy=policy):
            raise LegalGuardianNeeded(str(self.id))

    def must_be_legal_guardian(self, claimed: UUID, *, at: datetime, policy: Policy) -> None:
        """Raises NotLegalGuardian: somebody else, or she is old enough."""
        if claimed != self.legal_guardian_id or not self.is_ward(at=at, policy=policy):
            raise NotLegalGuardian(str(self.id))

    def set_legal_guardian(
        self, legal_guardian_id: UUID, *, name: str, phone: str, at: datetime
    ) -> None:
        """Have somebody speak for her until she is 14."""
        self.record(
            LegalGuardianSet,
            at=at,
            citizen_id=self.id,
            legal_guardian_id=legal_guardian_id,
            name=name,
            phone=phone,
        )

    @applies(LegalGuardianSet)
    def _legal_guardian_set(self, fact: LegalGuardianSet) -> None:
        self.legal_guardian_id = fact.legal_guardian_id
        self.legal_guardian_phone = fact.phone if isinstance(fact.phone, str) else None
