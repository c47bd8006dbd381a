"""A person who works in a control room, or for the city.

Log-in names and password hashes are no facts: they lie beside the log and go with the
account (``application.staff_desk``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final, Self
from uuid import UUID

from domain.base import ERASED, Aggregate, DomainError, Erased, Fact, FirstFact, Personal, applies
from domain.geography import DistrictCode
from domain.roles import Role

STAFF_ROLES: Final = frozenset(
    {
        Role.OPERATOR,
        Role.SUPERVISOR,
        Role.COORDINATOR,
        Role.AUDITOR,
        Role.STATISTICIAN,
        Role.ADMINISTRATOR,
    }
)
DISTRICT_ROLES: Final = frozenset({Role.OPERATOR, Role.SUPERVISOR})


class NotAStaffRole(DomainError):
    code: ClassVar[str] = "staff.role_unfit"


class DistrictMismatch(DomainError):
    """Operators and supervisors belong to one district, everybody else to the city."""

    code: ClassVar[str] = "staff.district_mismatch"


class HasLeft(DomainError):
    code: ClassVar[str] = "staff.has_left"


class Enrolled(FirstFact):
    TOPIC: ClassVar[str] = "staff.enrolled"

    staff_id: UUID
    role: Role
    district: DistrictCode | None
    name: Annotated[str | Erased, Personal("staff_id")] = ERASED


class Moved(Fact):
    """The person has another role or another district from now on."""

    TOPIC: ClassVar[str] = "staff.moved"

    role: Role
    district: DistrictCode | None


class Left(Fact):
    TOPIC: ClassVar[str] = "staff.left"


class StaffMember(Aggregate):
    """``id`` is the random staff id that stands in facts as the actor."""

    TOPIC = "staff"

    name: str | Erased
    role: Role
    district: DistrictCode | None
    left: bool

    @classmethod
    def enroll(
        cls, *, staff_id: UUID, name: str, role: Role, district: DistrictCode | None, at: datetime
    ) -> Self:
        """Take a person into service.

        Raises:
            NotAStaffRole: the role belongs to no person in a control room.
            DistrictMismatch: the role needs a district, or must not have one.
        """
        _check(role, district)
        return cls.begin(
            Enrolled,
            id=staff_id,
            at=at,
            staff_id=staff_id,
            role=role,
            district=district,
            name=name,
        )

    def move(self, *, role: Role, district: DistrictCode | None, at: datetime) -> None:
        """Give the person another post; the same post again changes nothing."""
        _check(role, district)
        if self.left:
            raise HasLeft(str(self.id))
        if (role, district) != (self.role, self.district):
            self.record(Moved, at=at, role=role, district=district)

    def leave(self, *, at: datetime) -> None:
        """End the service; twice is once."""
        if not self.left:
            self.record(Left, at=at)

    @applies(Enrolled)
    def _enrolled(self, fact: Enrolled) -> None:
        self.name = fact.name
        self.role = fact.role
        self.district = fact.district
        self.left = False

    @applies(Moved)
    def _moved(self, fact: Moved) -> None:
        self.role = fact.role
        self.district = fact.district

    @applies(Left)
    def _left(self, _fact: Left) -> None:
        self.left = True


def _check(role: Role, district: DistrictCode | None) -> None:
    if role not in STAFF_ROLES:
        raise NotAStaffRole(role)
    if (role in DISTRICT_ROLES) != (district is not None):
        raise DistrictMismatch(role)
