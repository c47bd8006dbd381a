"""Who reads a protection: whom its own facts name, or who breaks the glass; each look is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from pydantic import BaseModel

from application.access import AccessKind, Task
from application.context import Context
from application.desk import Desk, allow
from application.errors import Forbidden, Unknown
from application.ports import AccessLog
from application.protection.base import reader_of
from application.protection.commands import OpenedLook, OpenedPlace, OpenedProtection
from application.safe_return import Receipt
from domain.base import Erased
from domain.emergency import Emergency
from domain.geography import DistrictCode
from domain.policy import Policy
from domain.protection import Protection
from domain.roles import Role
from domain.staff import STAFF_ROLES

PROTOCOL: Final = ("watch", "call_quietly", "police_at_once", "tell_decision", "stay")
"""What is done when she raises; ours, after the guidelines that the Act's decisions come with."""
BREAKING: Final = "break_glass"
READERS: Final = (
    Role.OPERATOR,
    Role.SUPERVISOR,
    Role.COORDINATOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class ProtectionsView(Protocol):
    """Rows hold ids, codes and times alone."""

    def rows(self, district: DistrictCode | None) -> Sequence[BaseModel]:
        """Those that stand, oldest first; ``district`` None: of the whole city."""
        ...

    def figures(self) -> Sequence[BaseModel]: ...


class ProtectionReading(Desk):
    """Opens protections for those who may, and keeps that they did."""

    def __init__(
        self,
        *desk: object,
        view: ProtectionsView,
        access_log: AccessLog,
        policy: Policy,
    ) -> None:
        super().__init__(*desk)  # type: ignore[arg-type]
        self._view = view
        self._access_log = access_log
        self._policy = policy

    def watch_list(self, context: Context) -> Sequence[BaseModel]:
        """The protections that the asker watches: a supervisor the district's, others their own."""
        allow(context, Role.OPERATOR, Role.SUPERVISOR)
        rows = self._view.rows(context.principal.district)
        if context.principal.role is Role.SUPERVISOR:
            return rows
        own = UUID(context.principal.id)
        return [row for row in rows if own in dict(row)["assigned"]]

    def figures(self, context: Context) -> Sequence[BaseModel]:
        """How many, of the whole city by month alone: a district's would point at somebody."""
        allow(context, *STAFF_ROLES, Role.SYSTEM)
        return self._view.figures()

    def read(
        self, protection_id: UUID, context: Context, *, why: str | None = None
    ) -> OpenedProtection:
        """All of it, opened and recorded.

        Args:
            protection_id: which.
            context: who asks.
            why: the reason of somebody who may not read it otherwise; kept as a fact.

        Raises:
            Unknown: there is none.
            Forbidden: the asker may not, and gives no reason; that is recorded, too.
            ReasonNeeded: what is given explains nothing.
        """
        allow(context, *READERS)
        protection = self._app.load(Protection, protection_id)
        reader = reader_of(context)
        if reader is not None and protection.may_read(reader):
            self._record(context, protection, "protection.read", "assigned")
        elif why is None:
            self._record(
                context, protection, "protection.refused", "not_assigned", AccessKind.REFUSAL
            )
            raise Forbidden("not assigned")
        else:
            self._break(protection_id, why, context)
            self._record(context, protection, "protection.read", BREAKING)
        return _opened(protection)

    def card(
        self, report_id: UUID, context: Context, *, why: str | None = None
    ) -> OpenedProtection:
        """The protocol card of a protected person's report; as ``read``.

        Raises:
            Unknown: there is no such report, or its citizen is not protected.
        """
        report = self._app.load(Emergency, report_id)
        if report.protection_id is None:
            raise Unknown(str(report_id))
        return self.read(report.protection_id, context, why=why)

    def _break(self, protection_id: UUID, why: str, context: Context) -> None:
        def attempt() -> Receipt:
            protection = self._app.load(Protection, protection_id)
            protection.break_glass(
                staff_id=UUID(context.principal.id),
                reason=why,
                at=self._clock.now(),
                policy=self._policy,
            )
            receipt = Receipt(aggregate_id=protection_id)
            return self._app.commit([protection], context=context, receipt=receipt)

        self._decide(context, Receipt, attempt)

    def _record(
        self,
        context: Context,
        protection: Protection,
        what: str,
        why: str,
        kind: AccessKind = AccessKind.READ,
    ) -> None:
        auditor = context.principal.role is Role.AUDITOR
        self._access_log.record(
            context,
            subject=protection.citizen_id,
            what=what,
            why=why,
            kind=kind,
            about=protection.id,
            task=Task.OVERSIGHT if auditor else Task.RESPONSE,
        )


def _opened(one: Protection) -> OpenedProtection:
    number = one.decision_number
    return OpenedProtection(
        protection_id=one.id,
        citizen_id=one.citizen_id,
        district=one.district,
        measure=one.measure,
        enroller=one.enroller,
        verified=one.verified,
        decision_number=number if isinstance(number, str) else None,
        begun_at=one.begun_at,
        ends_at=one.ends_at,
        end_asked=one.end_asked,
        ended=one.ended,
        places=tuple(
            OpenedPlace(place_id=place_id, **dict(place))
            for place_id, place in one.places.items()
            if not isinstance(place, Erased)
        ),
        looks=tuple(
            OpenedLook(
                look_id=look.look_id,
                place_id=look.place_id,
                due_at=look.due_at,
                missed_at=look.missed_at,
            )
            for look in one.due_looks
        ),
        assigned=tuple(sorted(one.assigned)),
        protocol=PROTOCOL,
    )
