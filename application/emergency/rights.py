"""Who may act on a report."""

from __future__ import annotations

from application.context import Context
from application.errors import Forbidden
from domain.emergency import Emergency
from domain.roles import Role


def may_act(report: Emergency, context: Context) -> None:
    """Refuse everybody in whose district the report does not ring, and never rang.

    Raises:
        Forbidden: the caller is of another district.
    """
    who = context.principal
    if who.role is not Role.COORDINATOR and who.district not in report.districts:
        raise Forbidden(f"{who.role} of {who.district}")
