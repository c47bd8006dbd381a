"""Who decides upon forms: the staff of the place's district, and the city."""

from __future__ import annotations

from typing import Final

from application.context import Context
from application.desk import allow
from application.errors import Forbidden
from domain.geography import DistrictCode
from domain.roles import Role

DECIDING: Final = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)
FURNISHING: Final = (Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR)
"""Who forms teams and keeps detectors."""
SEEING: Final = (*DECIDING, Role.AUDITOR)


def allow_in(context: Context, district: DistrictCode, *roles: Role) -> None:
    """Refuse other roles, and staff of another district than this.

    Raises:
        Forbidden: the caller may not.
    """
    allow(context, *roles)
    who = context.principal
    if who.role in {Role.OPERATOR, Role.SUPERVISOR} and who.district != district:
        raise Forbidden("another district's")
