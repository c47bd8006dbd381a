"""The desk of the city's numbers: who may see them, and who may change them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import Field

from application.context import Context
from application.desk import Desk, allow
from application.safe_return import Receipt
from domain.base import Value
from domain.policy import Policy
from domain.policy_book import Change, PolicyBook
from domain.roles import Role

SEEING: Final = (
    Role.OPERATOR,
    Role.SUPERVISOR,
    Role.COORDINATOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.SYSTEM,
)


class ChangePolicy(Value):
    """Numbers by name; null switches off what may be switched off."""

    changes: dict[str, Any] = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=500)


class PolicyChange(Value):
    """One change, without its reason, which is sealed."""

    changes: tuple[Change, ...]
    changed_by: UUID | None
    changed_at: datetime
    in_force_from: datetime


class PolicyShown(Value):
    numbers: dict[str, Any]
    """Those in force now."""
    changed: tuple[PolicyChange, ...]
    """Oldest first."""


class PolicyDesk(Desk):
    """Shows and changes what a city decides."""

    def __init__(self, *desk: Any, base: Policy) -> None:
        super().__init__(*desk)
        self._base = base

    def show(self, context: Context) -> PolicyShown:
        """Every number in force, and how it came to be so.

        Raises:
            Forbidden: the caller is neither staff of a control room nor of the city.
        """
        allow(context, *SEEING)
        at = self._clock.now()
        book = self._app.find(PolicyBook, PolicyBook.ID)
        numbers = self._base if book is None else book.at(at, self._base)
        return PolicyShown(
            numbers=numbers.model_dump(mode="json"), changed=tuple(_told(book) if book else ())
        )

    def change(self, command: ChangePolicy, context: Context) -> Receipt:
        """Change numbers for every process, from two seconds on.

        Raises:
            Forbidden: only an administrator, or the machine's own shell, may.
            DomainError: a name or a value does not fit; nothing is changed.
        """
        allow(context, Role.ADMINISTRATOR, Role.SYSTEM)
        who, at = context.principal, self._clock.now()

        def attempt() -> Receipt:
            book = self._app.find(PolicyBook, PolicyBook.ID) or PolicyBook.open(at=at)
            book.change(
                command.changes,
                base=self._base,
                reason=command.reason,
                changed_by=None if who.role is Role.SYSTEM else UUID(who.id),
                at=at,
            )
            if not book.changed:
                return Receipt(aggregate_id=book.id)
            return self._app.commit([book], context=context, receipt=Receipt(aggregate_id=book.id))

        return self._decide(context, Receipt, attempt)


def _told(book: PolicyBook) -> Sequence[PolicyChange]:
    return [
        PolicyChange(
            changes=one.changes,
            changed_by=one.changed_by,
            changed_at=one.timestamp,
            in_force_from=one.in_force_from,
        )
        for one in book.changed
    ]
