"""How many members there are: counts for all of the staff, and nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from application.context import Context
from application.desk import allow
from application.past import AsOf, Past
from domain.roles import Role
from domain.staff import STAFF_ROLES


class MembershipView(Protocol):
    def members(self, as_of: int | None) -> Mapping[str, Any]:
        """The counts, now or as the log knew them at a position."""
        ...


class MembershipFiguresDesk:
    def __init__(self, view: MembershipView, past: Past) -> None:
        self._view = view
        self._past = past

    def members(self, context: Context, *, as_of: AsOf | None = None) -> Mapping[str, Any]:
        """By language, identity check and consents; joined and left by day.

        Raises:
            Forbidden: the caller is none of the staff.
            InFuture: that has not come.
        """
        allow(context, *STAFF_ROLES, Role.SYSTEM)
        return self._view.members(self._past.position(as_of))
