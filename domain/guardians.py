"""Whom a member wants told: named by her, and messaged only once they have confirmed it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.base import ERASED, Aggregate, DomainError, Erased, Fact, Personal, Value, applies
from domain.language import Language
from domain.policy import Policy


class GuardiansFull(DomainError):
    """She has named as many as there may be; the message says how many."""

    code: ClassVar[str] = "member.guardians_full"


class GuardianUnknown(DomainError):
    """She has no such guardian."""

    code: ClassVar[str] = "member.guardian_unknown"


class OwnNumber(DomainError):
    """Nobody is her own guardian."""

    code: ClassVar[str] = "member.own_number"


class NamedBefore(DomainError):
    """This number is a guardian's of hers already."""

    code: ClassVar[str] = "member.guardian_named_before"


class RemovedBy(StrEnum):
    """Either side may end it."""

    MEMBER = "member"
    GUARDIAN = "guardian"


class GuardianNamed(Fact):
    """Each guardian is a subject with a key of her own."""

    TOPIC: ClassVar[str] = "member.guardian_named"

    guardian_id: UUID
    language: Language
    name: Annotated[str | Erased, Personal("guardian_id")] = ERASED
    phone: Annotated[str | Erased, Personal("guardian_id")] = ERASED
    """E.164."""


class GuardianConfirmed(Fact):
    TOPIC: ClassVar[str] = "member.guardian_confirmed"

    guardian_id: UUID


class GuardianRemoved(Fact):
    TOPIC: ClassVar[str] = "member.guardian_removed"

    guardian_id: UUID
    by: RemovedBy


class Guardian(Value):
    """One whom she named; only a confirmed one is ever messaged."""

    guardian_id: UUID
    name: str | Erased
    phone: str | Erased
    language: Language
    confirmed: bool = False


class GuardianKeeper(Aggregate):
    """The part of a member that knows her guardians."""

    phone: str | Erased
    guardians: tuple[Guardian, ...] = ()
    guardians_ever: tuple[UUID, ...] = ()
    """Those removed, too: of whom a hold may have kept what else would be forgotten."""

    @property
    def confirmed_guardians(self) -> tuple[Guardian, ...]:
        """Those who may be messaged, in the order in which they were named."""
        return tuple(one for one in self.guardians if one.confirmed)

    def name_guardian(  # noqa: PLR0913 (who it is, and how to reach her)
        self,
        *,
        guardian_id: UUID,
        name: str,
        phone: str,
        language: Language,
        at: datetime,
        policy: Policy,
    ) -> None:
        """Name a further guardian, who has not confirmed it yet; twice is once.

        Raises:
            OwnNumber: it is her own number.
            NamedBefore: it is the number of another guardian of hers.
            GuardiansFull: she has as many as there may be.
        """
        if any(one.guardian_id == guardian_id for one in self.guardians):
            return
        if phone == self.phone:
            raise OwnNumber("nobody is her own guardian")
        if any(one.phone == phone for one in self.guardians):
            raise NamedBefore("one guardian, one number")
        if len(self.guardians) >= policy.guardians_max:
            raise GuardiansFull(f"at most {policy.guardians_max}")
        self.record(
            GuardianNamed,
            at=at,
            guardian_id=guardian_id,
            name=name,
            phone=phone,
            language=language,
        )

    def confirm_guardian(self, guardian_id: UUID, *, at: datetime) -> None:
        """The guardian agrees to be messaged; twice is once.

        Raises:
            GuardianUnknown: there is none, or none any more.
        """
        if not self._guardian(guardian_id).confirmed:
            self.record(GuardianConfirmed, at=at, guardian_id=guardian_id)

    def remove_guardian(self, guardian_id: UUID, *, by: RemovedBy, at: datetime) -> None:
        """End it, from either side.

        Raises:
            GuardianUnknown: there is none, or none any more.
        """
        self._guardian(guardian_id)
        self.record(GuardianRemoved, at=at, guardian_id=guardian_id, by=by)

    def _guardian(self, guardian_id: UUID) -> Guardian:
        for one in self.guardians:
            if one.guardian_id == guardian_id:
                return one
        raise GuardianUnknown(str(guardian_id))

    @applies(GuardianNamed)
    def _guardian_named(self, fact: GuardianNamed) -> None:
        named = Guardian(
            guardian_id=fact.guardian_id,
            name=fact.name,
            phone=fact.phone,
            language=fact.language,
        )
        self.guardians = (*self.guardians, named)
        self.guardians_ever = (*self.guardians_ever, fact.guardian_id)

    @applies(GuardianConfirmed)
    def _guardian_confirmed(self, fact: GuardianConfirmed) -> None:
        self.guardians = tuple(
            one.model_copy(update={"confirmed": True})
            if one.guardian_id == fact.guardian_id
            else one
            for one in self.guardians
        )

    @applies(GuardianRemoved)
    def _guardian_removed(self, fact: GuardianRemoved) -> None:
        self.guardians = tuple(one for one in self.guardians if one.guardian_id != fact.guardian_id)
