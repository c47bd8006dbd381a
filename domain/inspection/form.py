"""An online form: who asks, and how they look up what became of it.

Whoever has no membership is known here by a random id, under whose key name, phone and code lie
sealed. A reference names the form; the code, which only the applicant was told, opens it.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import Annotated, ClassVar, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, Erased, Personal, Value
from domain.geography import DistrictCode
from domain.inspection.vocabulary import FormDecline
from domain.language import Language

OfApplicant: Final = Personal("applicant_id")
SealedWord = Annotated[str | Erased, OfApplicant]


class Applicant(Value):
    """Who asks, as the desk knows them; personal."""

    applicant_id: UUID
    """A member's citizen id, or a random one."""
    member: bool
    name: str
    phone: str
    language: Language
    code: str


class Form(Aggregate):
    """What checks and loans share."""

    PREFIX: ClassVar[str]
    reference: str
    applicant_id: UUID
    member: bool
    district: DistrictCode
    language: Language
    code: str | Erased
    name_told: str | Erased
    phone: str | Erased
    declined: FormDecline | None
    """Why it was; None when it was not."""

    @classmethod
    def create_id(cls, reference: str) -> UUID:
        """The reference alone leads to the form."""
        return uuid5(NAMESPACE_URL, f"/forms/{reference}")

    @classmethod
    def named(cls, drawn: str) -> str:
        """The reference made of ten drawn characters."""
        return f"{cls.PREFIX}-{drawn[:5]}-{drawn[5:10]}"

    def opens(self, code: str) -> bool:
        """Whether it is the applicant's code; never once the applicant is erased."""
        return isinstance(self.code, str) and compare_digest(self.code.encode(), code.encode())
