"""Holds upon persons and cases: placed, lifted, listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from application.context import Context
from application.desk import Desk, allow
from application.erasure_ports import Traces
from application.errors import Unknown
from application.ports import Secrets
from application.safe_return import Receipt
from application.two_persons import SEEING, entitled
from domain.base import Value
from domain.emergency import Emergency
from domain.hold import HoldBook, HoldUnknown
from domain.hold_kind import HoldKind
from domain.member import Member
from domain.roles import Role
from domain.scout import Scout


class PlaceHold(Value):
    """``target`` is a citizen's id, a scout's or a report's."""

    target: UUID
    kind: HoldKind = HoldKind.LEGAL
    reason: str = Field(min_length=1, max_length=1000)
    placed_by: UUID | None = None
    """For the machine's own commands; staff place in their own name."""


class LiftHold(Value):
    target: UUID
    hold_id: UUID
    reason: str = Field(min_length=1, max_length=1000)
    lifted_by: UUID | None = None


class HoldReceipt(Receipt):
    hold_id: UUID


class StandingHold(Value):
    """As the list shows it; the reason is opened nowhere but in the history."""

    target: UUID
    hold_id: UUID
    kind: HoldKind
    placed_by: UUID
    placed_at: AwareDatetime
    by_machine: bool
    """Placed by the machine's command: whoever it names may lift it, too."""


class HoldDesk(Desk):
    """Places and lifts holds. Administrators and supervisors may, and the machine for them."""

    def __init__(self, *desk: Any, secrets: Secrets, traces: Traces) -> None:
        super().__init__(*desk)
        self._secrets = secrets
        self._traces = traces

    def place(self, command: PlaceHold, context: Context) -> HoldReceipt:
        """Let nothing of a person or a case be forgotten.

        Raises:
            Unknown: there is neither a citizen nor a scout nor a report of that id.
            HoldTooLate: the erasure came first.
        """
        placed_by = entitled(self._app, context, command.placed_by)
        hold_id = self._secrets.new_id()

        def attempt() -> HoldReceipt:
            at = self._clock.now()
            self._known(command.target)
            book = self._app.find(HoldBook, HoldBook.create_id(command.target))
            book = book or HoldBook.begin_for(command.target, at=at)
            book.place(
                hold_id=hold_id,
                kind=command.kind,
                placed_by=placed_by,
                by_machine=context.principal.role is Role.SYSTEM,
                reason=command.reason,
                at=at,
            )
            receipt = HoldReceipt(aggregate_id=book.id, hold_id=hold_id)
            return self._app.commit([book], context=context, receipt=receipt)

        return self._decide(context, HoldReceipt, attempt)

    def lift(self, command: LiftHold, context: Context) -> HoldReceipt:
        """End a hold that another has placed.

        Raises:
            HoldUnknown: it does not stand.
            HoldSamePerson: who placed it.
        """
        lifted_by = entitled(self._app, context, command.lifted_by)

        def attempt() -> HoldReceipt:
            book = self._app.find(HoldBook, HoldBook.create_id(command.target))
            if book is None:
                raise HoldUnknown(str(command.hold_id))
            book.lift(
                hold_id=command.hold_id,
                lifted_by=lifted_by,
                reason=command.reason,
                at=self._clock.now(),
            )
            receipt = HoldReceipt(aggregate_id=book.id, hold_id=command.hold_id)
            return self._app.commit([book], context=context, receipt=receipt)

        return self._decide(context, HoldReceipt, attempt)

    def standing(self, context: Context) -> Sequence[StandingHold]:
        """All holds that stand, by the order of their targets' first."""
        allow(context, *SEEING, Role.SYSTEM)
        books = (self._app.find(HoldBook, one) for one in self._traces.hold_books())
        return [
            StandingHold(target=book.target, **hold.model_dump())
            for book in books
            if book is not None
            for hold in book.standing.values()
        ]

    def _known(self, target: UUID) -> None:
        if not any(self._app.find(kind, target) for kind in (Member, Scout, Emergency)):
            raise Unknown(f"{target}: neither a citizen nor a scout nor a report")
