"""How a guardian confirms: by a code that is sent to her, and that the member then says.

The code itself is kept nowhere: the fact has a hash of it, which only this house can make.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import DomainError, Fact, applies
from domain.guardians import GuardianConfirmed, GuardianKeeper, GuardianRemoved
from domain.policy import Policy


class CodeSent(Fact):
    """A guardian is asked to confirm; only the last code counts."""

    TOPIC: ClassVar[str] = "member.guardian_code_sent"

    guardian_id: UUID
    number: int
    """How many codes were sent for this member before: each makes another code."""
    code_hash: str
    expires_at: AwareDatetime
    tries: int
    """How many wrong ones it bears."""


class CodeMistaken(Fact):
    """The member said another code."""

    TOPIC: ClassVar[str] = "member.guardian_code_mistaken"

    guardian_id: UUID
    tries_left: int


class CodeWrong(DomainError):
    """It is another code; so many tries are left."""

    code: ClassVar[str] = "member.guardian_code_wrong"


class CodeExpired(DomainError):
    """No code is out for this guardian, or its time is over."""

    code: ClassVar[str] = "member.guardian_code_expired"


class CodeLocked(DomainError):
    """Too many wrong ones; have another code sent."""

    code: ClassVar[str] = "member.guardian_code_locked"


class CodesSpent(DomainError):
    """As many codes were sent for this member today as may be."""

    code: ClassVar[str] = "member.guardian_codes_spent"


class OpenCode(NamedTuple):
    """A code that may still be said."""

    guardian_id: UUID
    code_hash: str
    expires_at: datetime
    tries_left: int


class CodeKeeper(GuardianKeeper):
    """The part of a member that asks her guardians to confirm."""

    codes: tuple[OpenCode, ...] = ()
    codes_sent_at: tuple[datetime, ...] = ()

    @property
    def next_code(self) -> int:
        """The number of the code that would be sent next."""
        return len(self.codes_sent_at) + 1

    def send_code(self, guardian_id: UUID, code_hash: str, *, at: datetime, policy: Policy) -> bool:
        """Ask a guardian to confirm; whether there is anything to ask.

        Raises:
            GuardianUnknown: there is none, or none any more.
            CodesSpent: as many were sent today as may be.
        """
        if self._guardian(guardian_id).confirmed:
            return False
        since = at - timedelta(seconds=policy.guardian_codes_within_s)
        if sum(one > since for one in self.codes_sent_at) >= policy.guardian_codes_max:
            raise CodesSpent(str(self.id))
        self.record(
            CodeSent,
            at=at,
            guardian_id=guardian_id,
            number=self.next_code,
            code_hash=code_hash,
            expires_at=at + timedelta(seconds=policy.guardian_code_s),
            tries=policy.guardian_code_tries_max,
        )
        return True

    def try_code(self, guardian_id: UUID, code_hash: str, *, at: datetime) -> bool:
        """Say a guardian's code; whether it was the right one. A wrong one is kept.

        Raises:
            GuardianUnknown: there is none, or none any more.
            CodeExpired: no code is out, or not any more.
            CodeLocked: too many wrong ones; not even the right one counts now.
        """
        if self._guardian(guardian_id).confirmed:
            return True
        code = next((one for one in self.codes if one.guardian_id == guardian_id), None)
        if code is None or at >= code.expires_at:
            raise CodeExpired(str(guardian_id))
        if code.tries_left == 0:
            raise CodeLocked(str(guardian_id))
        if not hmac.compare_digest(code.code_hash, code_hash):
            self.record(
                CodeMistaken, at=at, guardian_id=guardian_id, tries_left=code.tries_left - 1
            )
            return False
        self.confirm_guardian(guardian_id, at=at)
        return True

    @applies(CodeSent)
    def _code_sent(self, fact: CodeSent) -> None:
        code = OpenCode(fact.guardian_id, fact.code_hash, fact.expires_at, fact.tries)
        self.codes = (*self._codes_but(fact.guardian_id), code)
        self.codes_sent_at = (*self.codes_sent_at, fact.timestamp)

    @applies(CodeMistaken)
    def _code_mistaken(self, fact: CodeMistaken) -> None:
        self.codes = tuple(
            one._replace(tries_left=fact.tries_left) if one.guardian_id == fact.guardian_id else one
            for one in self.codes
        )

    @applies(GuardianConfirmed)
    def _code_said(self, fact: GuardianConfirmed) -> None:
        self.codes = self._codes_but(fact.guardian_id)

    @applies(GuardianRemoved)
    def _code_void(self, fact: GuardianRemoved) -> None:
        self.codes = self._codes_but(fact.guardian_id)

    def _codes_but(self, guardian_id: UUID) -> tuple[OpenCode, ...]:
        return tuple(one for one in self.codes if one.guardian_id != guardian_id)
