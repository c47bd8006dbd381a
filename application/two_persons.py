"""Who may ask for an erasure, confirm it, and place holds; never twice the same."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from application.context import Context
from application.desk import allow
from application.errors import Forbidden
from application.safe_return import SafeReturn
from domain.roles import Role
from domain.staff import StaffMember

FITTING: Final = (Role.ADMINISTRATOR, Role.SUPERVISOR)
SEEING: Final = (*FITTING, Role.AUDITOR)
"""Who sees what waits and what stands."""


def entitled(app: SafeReturn, context: Context, named: UUID | None) -> UUID:
    """The person who decides: staff for themselves, the machine's command for whom it names.

    Raises:
        Forbidden: the caller's role does not allow it, they name another, or who is named has
            left or has not the role.
    """
    allow(context, *FITTING, Role.SYSTEM)
    if context.principal.role is not Role.SYSTEM:
        if named not in {None, UUID(context.principal.id)}:
            raise Forbidden("staff decide in their own name")
        return UUID(context.principal.id)
    if named is None:
        raise Forbidden("a command names the person who decides")
    person = app.find(StaffMember, named)
    if person is None or person.left or person.role not in FITTING:
        raise Forbidden(f"{named} is no administrator or supervisor in service")
    return named
