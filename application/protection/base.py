"""What the parts of the desk for protections share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from application.consoles import Presence
from application.context import Context
from application.desk import Desk
from application.errors import Forbidden
from application.ports import Secrets
from application.safe_return import Receipt
from domain.base import Aggregate
from domain.geography import DistrictCode
from domain.policy import Policy
from domain.protection import Protection
from domain.protection.reading import Reader
from domain.roles import Role

Step = Callable[[Protection, datetime], Sequence[Aggregate]]
STAFF = frozenset({Role.OPERATOR, Role.SUPERVISOR})


class ProtectionSteps(Desk):
    """Loads, decides, saves."""

    def __init__(self, *desk: Any, secrets: Secrets, policy: Policy, presence: Presence) -> None:
        super().__init__(*desk)
        self._secrets = secrets
        self._policy = policy
        self._presence = presence

    def _step(
        self,
        protection_id: UUID,
        context: Context,
        step: Step,
        *,
        may: Callable[[Protection, Context], None],
    ) -> Receipt:
        """``may`` raises Forbidden; ``step`` returns what else is saved."""

        def attempt() -> Receipt:
            protection = self._app.load(Protection, protection_id)
            may(protection, context)
            more = step(protection, self._clock.now())
            return self._app.commit(
                [protection, *more],
                context=context,
                receipt=Receipt(aggregate_id=protection_id),
            )

        return self._decide(context, Receipt, attempt)

    def _duty(self, district: DistrictCode, at: datetime) -> UUID | None:
        return self._presence.supervisor(district, at)


def reader_of(context: Context) -> Reader | None:
    """Who asks, if it is somebody of the staff."""
    who = context.principal
    try:
        return Reader(staff_id=UUID(who.id), role=who.role, district=who.district)
    except ValueError:
        return None


def supervises(protection: Protection, context: Context) -> None:
    """Raises Forbidden: only the district's supervisors may."""
    who = context.principal
    if who.role is not Role.SUPERVISOR or who.district != protection.district:
        raise Forbidden(who.role)


def watches(protection: Protection, context: Context) -> None:
    """Raises Forbidden: only who is assigned, and the district's supervisors, may."""
    reader = reader_of(context)
    own = context.principal.district == protection.district
    assigned = reader is not None and reader.staff_id in protection.assigned
    if context.principal.role not in STAFF or not own:
        raise Forbidden(context.principal.role)
    if context.principal.role is Role.OPERATOR and not assigned:
        raise Forbidden("not assigned")


def nobody_else(_protection: Protection, context: Context) -> None:
    """Raises Forbidden: only timers may."""
    if context.principal.role is not Role.SYSTEM:
        raise Forbidden(context.principal.role)


def police(_protection: Protection, context: Context) -> None:
    """Raises Forbidden: only the police may."""
    if context.principal.role is not Role.PARTNER:
        raise Forbidden(context.principal.role)


def herself(protection: Protection, context: Context) -> None:
    """Raises Forbidden: only her own phone may."""
    who = context.principal
    if who.role is not Role.CITIZEN or who.id != str(protection.citizen_id):
        raise Forbidden(who.role)
