"""One account for each person: kept by a guard of each person whose identity was checked.

Its id is made of a keyed hash of what names the person for ever; see docs/decisions/0042.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Aggregate, DomainError, Fact, FirstFact, applies
from domain.identity import IdentityWay


class Began(FirstFact):
    """This person joins for the first time."""

    TOPIC: ClassVar[str] = "person_guard.began"

    way: IdentityWay


class AccountOpened(Fact):
    """The person's one account, from now on."""

    TOPIC: ClassVar[str] = "person_guard.account_opened"

    citizen_id: UUID


class AccountClosed(Fact):
    """The person has none any more, and may join again."""

    TOPIC: ClassVar[str] = "person_guard.account_closed"

    citizen_id: UUID


class AlreadyJoined(DomainError):
    """This person has an account."""

    code: ClassVar[str] = "member.already_joined"


class PersonGuard(Aggregate):
    """Knows the one account of a person."""

    TOPIC = "person_guard"

    account: UUID | None = None

    @staticmethod
    def create_id(person_key: str) -> UUID:
        """``person_key``: keyed hash of what names the person, as hex digits."""
        return uuid5(NAMESPACE_URL, f"/persons/{person_key}")

    @classmethod
    def begin_for(cls, person_id: UUID, way: IdentityWay, *, at: datetime) -> Self:
        return cls.begin(Began, id=person_id, at=at, way=way)

    def open_account(self, citizen_id: UUID, *, at: datetime) -> None:
        """Raises AlreadyJoined: there is one."""
        if self.account is not None:
            raise AlreadyJoined(str(self.id))
        self.record(AccountOpened, at=at, citizen_id=citizen_id)

    def close_account(self, citizen_id: UUID, *, at: datetime) -> None:
        """Only its own; twice is once."""
        if self.account == citizen_id:
            self.record(AccountClosed, at=at, citizen_id=citizen_id)

    @applies(AccountOpened)
    def _account_opened(self, fact: AccountOpened) -> None:
        self.account = fact.citizen_id

    @applies(AccountClosed)
    def _account_closed(self, _fact: AccountClosed) -> None:
        self.account = None
