"""Who works in a district, by name: those whom its supervisors may ask to look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from application.access import Access
from application.context import Context
from application.inspection.rights import allow_in
from application.ports import AccessLog, Credential
from application.safe_return import SafeReturn
from domain.base import Value
from domain.geography import DistrictCode
from domain.roles import Role
from domain.staff import StaffMember


class LogIns(Protocol):
    def log_ins(self) -> Sequence[Credential]:
        """Everybody with a log-in, disabled ones too."""
        ...


class Colleague(Value):
    staff_id: UUID
    name: str | None
    """None: forgotten."""


class Colleagues:
    """A name is somebody's, too: that it was read is kept."""

    def __init__(self, app: SafeReturn, *, log_ins: LogIns, access_log: AccessLog) -> None:
        self._app = app
        self._log_ins = log_ins
        self._access_log = access_log

    def operators(self, district: DistrictCode, context: Context) -> Sequence[Colleague]:
        """The operators in service there, by name.

        Raises:
            Forbidden: neither a supervisor of the district nor the city's coordinator.
        """
        allow_in(context, district, Role.SUPERVISOR, Role.COORDINATOR)
        found = [
            person
            for one in self._log_ins.log_ins()
            if not one.disabled
            and (person := self._app.find(StaffMember, one.staff_id)) is not None
            and (person.role, person.district, person.left) == (Role.OPERATOR, district, False)
        ]
        self._access_log.record_all(
            context,
            [Access(subject=one.id, what="staff.name", why="colleagues") for one in found],
        )
        told = [
            Colleague(staff_id=one.id, name=one.name if isinstance(one.name, str) else None)
            for one in found
        ]
        return sorted(told, key=lambda one: (one.name is None, one.name or "", one.staff_id))
