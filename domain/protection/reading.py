"""Who may read a protection: who is assigned, supervisors, and whom an open report lets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.base import Aggregate, applies
from domain.geography import CITY, DistrictCode
from domain.policy import Policy
from domain.protection import facts
from domain.protection.refusals import ReasonNeeded
from domain.protection.vocabulary import Because
from domain.roles import Role


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks."""

    staff_id: UUID
    role: Role
    district: DistrictCode | None


class Readable(Aggregate):
    """Rights are facts; ``Protection`` gives the rest."""

    citizen_id: UUID
    district: DistrictCode
    assigned: frozenset[UUID]
    granted: frozenset[tuple[UUID, DistrictCode | None, UUID | None]]
    """By the report: to a centre, or to one operator."""

    def may_read(self, reader: Reader) -> bool:
        """Without a reason.

        The city may once a report has risen to it; auditors and all others break the glass.
        """
        if reader.role is Role.SUPERVISOR and reader.district == self.district:
            return True
        if reader.role is Role.COORDINATOR:
            return any(district == CITY for _, district, _ in self.granted)
        if reader.role not in {Role.OPERATOR, Role.SUPERVISOR}:
            return False
        return reader.staff_id in self.assigned or any(
            reader.staff_id == operator_id or (district is not None and reader.district == district)
            for _, district, operator_id in self.granted
        )

    def break_glass(self, *, staff_id: UUID, reason: str, at: datetime, policy: Policy) -> None:
        """Read it all the same; each time is kept.

        Raises:
            ReasonNeeded: nothing is said that explains it.
        """
        said = reason.strip()
        if len(said) < policy.protection_reason_chars_min:
            raise ReasonNeeded(str(self.id))
        self.record(
            facts.GlassBroken, at=at, staff_id=staff_id, citizen_id=self.citizen_id, reason=said
        )

    def assign(self, *, operator_id: UUID, staff_id: UUID, at: datetime) -> None:
        """Twice is once. Raises ProtectionExpired."""
        self._must_stand(at)
        if operator_id not in self.assigned:
            self.record(facts.OperatorAssigned, at=at, operator_id=operator_id, staff_id=staff_id)

    def relieve(self, *, operator_id: UUID, staff_id: UUID, at: datetime) -> None:
        """Twice is once."""
        if operator_id in self.assigned:
            self.record(facts.OperatorRelieved, at=at, operator_id=operator_id, staff_id=staff_id)

    def emergency_raised(self, *, report_id: UUID, at: datetime) -> None:
        """Know of a report of hers; twice is once."""
        if report_id not in self.reports:
            self.record(facts.EmergencyRaised, at=at, report_id=report_id)

    def grant(
        self,
        *,
        report_id: UUID,
        because: Because,
        at: datetime,
        district: DistrictCode | None = None,
        operator_id: UUID | None = None,
    ) -> None:
        """Let a centre or an operator read it while that report is open; twice is once."""
        if district == self.district or (operator_id is not None and operator_id in self.assigned):
            return
        if (report_id, district, operator_id) not in self.granted:
            self.record(
                facts.AccessGranted,
                at=at,
                report_id=report_id,
                district=district,
                operator_id=operator_id,
                because=because,
            )

    def withdraw(self, *, report_id: UUID, at: datetime) -> None:
        """Take back what that report had granted; nothing where it had granted nothing."""
        if any(one == report_id for one, _, _ in self.granted):
            self.record(facts.AccessWithdrawn, at=at, report_id=report_id)

    reports: frozenset[UUID]

    def _must_stand(self, at: datetime) -> None:
        raise NotImplementedError

    @applies(facts.OperatorAssigned)
    def _assigned(self, fact: facts.OperatorAssigned) -> None:
        self.assigned = self.assigned | {fact.operator_id}

    @applies(facts.OperatorRelieved)
    def _relieved(self, fact: facts.OperatorRelieved) -> None:
        self.assigned = self.assigned - {fact.operator_id}

    @applies(facts.EmergencyRaised)
    def _emergency_raised(self, fact: facts.EmergencyRaised) -> None:
        self.reports = self.reports | {fact.report_id}

    @applies(facts.AccessGranted)
    def _granted(self, fact: facts.AccessGranted) -> None:
        self.granted = self.granted | {(fact.report_id, fact.district, fact.operator_id)}

    @applies(facts.AccessWithdrawn)
    def _withdrawn(self, fact: facts.AccessWithdrawn) -> None:
        self.granted = frozenset(one for one in self.granted if one[0] != fact.report_id)
