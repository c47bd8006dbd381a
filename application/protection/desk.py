"""Enrols, extends and ends protections; keeps the rota of looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from application.context import Context
from application.desk import allow
from application.errors import Forbidden, Unknown
from application.outbox import TimerKind
from application.protection.base import herself, nobody_else, police, supervises
from application.protection.commands import (
    AssignOperator,
    EndProtection,
    EnrollProtection,
    ExtendProtection,
    HerProtection,
    ProtectionReceipt,
)
from application.protection.watching import Watching, place_of
from application.safe_return import Receipt
from application.sheltering import tell
from application.timers import DueTimer
from domain.base import Aggregate, Erased
from domain.emergency import Emergency
from domain.member import Member
from domain.protection import Protection
from domain.protection.refusals import ProtectionActive, ProtectionExpired
from domain.protection.vocabulary import EndCause, Enroller
from domain.report_guard import ReportGuard
from domain.roles import Role
from domain.staff import StaffMember


class ProtectionDesk(Watching):
    """The police, the person, the district's supervisors, and those whom they assign."""

    def enroll(self, command: EnrollProtection, context: Context) -> ProtectionReceipt:
        """Watch over somebody from now on: the police, or the person by a decision's number.

        Raises:
            Unknown: there is no such citizen.
            Forbidden: the caller is somebody else.
            ProtectionActive: she is protected already.
            PeriodUnfit, DecisionMalformed, PlacesTooMany, TimesUnfit: it cannot be.
        """
        allow(context, Role.PARTNER, Role.CITIZEN)
        who = context.principal
        by_person = who.role is Role.CITIZEN
        if by_person and who.id != str(command.citizen_id):
            raise Forbidden(who.role)
        protection_id = self._secrets.new_id()

        def attempt() -> ProtectionReceipt:
            at = self._clock.now()
            member = self._app.find(Member, command.citizen_id)
            if member is None or isinstance(member.phone, Erased):
                raise Unknown(str(command.citizen_id))
            guard = self._guard(command.citizen_id, at)
            if guard.protection is not None:
                raise ProtectionActive(str(guard.protection))
            protection = Protection.enroll(
                protection_id=protection_id,
                citizen_id=command.citizen_id,
                district=command.district,
                enroller=Enroller.PERSON if by_person else Enroller.POLICE,
                measure=command.measure,
                decision_number=command.decision_number,
                ends_at=command.ends_at,
                at=at,
                policy=self._policy,
            )
            places = [uuid5(protection_id, f"places/{n}") for n in range(len(command.places))]
            for place_id, place in zip(places, command.places, strict=True):
                protection.name_place(
                    place_id=place_id, place=place_of(place), at=at, policy=self._policy
                )
            guard.protect(protection_id=protection_id, at=at)
            receipt = ProtectionReceipt(
                aggregate_id=protection_id, protection_id=protection_id, places=tuple(places)
            )
            saved = [protection, guard, *self._sheltered(protection, guard, at)]
            return self._app.commit(saved, context=context, receipt=receipt)

        return self._decide(context, ProtectionReceipt, attempt)

    def extend(self, command: ExtendProtection, context: Context) -> Receipt:
        """Watch longer, by another decision: the police, or a supervisor who has seen it.

        Raises:
            ProtectionExpired, ExtensionsSpent, PeriodUnfit, DecisionMalformed: it cannot be.
        """
        by_police = context.principal.role is Role.PARTNER

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.extend(
                enroller=Enroller.POLICE if by_police else protection.enroller,
                decision_number=command.decision_number,
                ends_at=command.ends_at,
                at=at,
                policy=self._policy,
            )
            return ()

        may = police if by_police else supervises
        return self._step(command.protection_id, context, step, may=may)

    def end(self, command: EndProtection, context: Context) -> Receipt:
        """Watch no more: the police's word, or hers, of which a supervisor has made sure.

        Raises:
            Forbidden: the cause is not the caller's to name.
        """
        by_police = context.principal.role is Role.PARTNER
        if command.cause is not (EndCause.POLICE if by_police else EndCause.PERSON):
            raise Forbidden(command.cause)

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            staff_id = None if by_police else UUID(context.principal.id)
            protection.end(cause=command.cause, staff_id=staff_id, at=at)
            return self._unguarded(protection, at)

        may = police if by_police else supervises
        return self._step(command.protection_id, context, step, may=may)

    def hers(self, context: Context) -> HerProtection | None:
        """What her own phone is told; None where nothing stands."""
        allow(context, Role.CITIZEN)
        protection = self._hers(context)
        if protection is None:
            return None
        return HerProtection(
            protection_id=protection.id,
            ends_at=protection.ends_at,
            verified=protection.verified,
            end_asked=protection.end_asked,
        )

    def ask_end(self, context: Context) -> Receipt:
        """Her phone asks that it end; somebody makes sure that it is her own wish.

        Raises:
            ProtectionExpired: nothing stands.
        """
        allow(context, Role.CITIZEN)
        protection = self._hers(context)
        if protection is None:
            raise ProtectionExpired(context.principal.id)

        def step(one: Protection, at: datetime) -> Sequence[Aggregate]:
            one.ask_end(at=at)
            return ()

        return self._step(protection.id, context, step, may=herself)

    def verify(self, protection_id: UUID, context: Context) -> Receipt:
        """A supervisor made sure that the decision stands."""

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.verify(staff_id=UUID(context.principal.id), at=at)
            return ()

        return self._step(protection_id, context, step, may=supervises)

    def refute(self, protection_id: UUID, context: Context) -> Receipt:
        """A supervisor found that there is no such decision. Raises DecisionVerified."""

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.refute(staff_id=UUID(context.principal.id), at=at)
            return self._unguarded(protection, at)

        return self._step(protection_id, context, step, may=supervises)

    def assign(self, command: AssignOperator, context: Context) -> Receipt:
        """Have an operator of the district look, who may then read all of it.

        Raises:
            Unknown: there is no such operator in service there.
        """

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            person = self._app.find(StaffMember, command.operator_id)
            serves = person is not None and not person.left and person.role is Role.OPERATOR
            if person is None or not serves or person.district != protection.district:
                raise Unknown(str(command.operator_id))
            protection.assign(
                operator_id=command.operator_id, staff_id=UUID(context.principal.id), at=at
            )
            return ()

        return self._step(command.protection_id, context, step, may=supervises)

    def relieve(self, command: AssignOperator, context: Context) -> Receipt:
        """Have an operator look no more."""

        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.relieve(
                operator_id=command.operator_id, staff_id=UUID(context.principal.id), at=at
            )
            return ()

        return self._step(command.protection_id, context, step, may=supervises)

    def timed(self) -> Mapping[TimerKind, Callable[[DueTimer, Context], Receipt]]:
        """What its timers ask."""
        return {
            TimerKind.PROTECTION_LOOK: self._look_due,
            TimerKind.PROTECTION_MISSED: self._look_missed,
            TimerKind.PROTECTION_ENDS: self._period_over,
        }

    def _period_over(self, timer: DueTimer, context: Context) -> Receipt:
        def step(protection: Protection, at: datetime) -> Sequence[Aggregate]:
            protection.period_over(at=max(at, timer.due_at))
            return self._unguarded(protection, at)

        return self._step(timer.aggregate_id, context, step, may=nobody_else)

    def _unguarded(self, protection: Protection, at: datetime) -> Sequence[Aggregate]:
        if protection.ended is None:
            return ()
        guard = self._guard(protection.citizen_id, at)
        guard.end_protection(protection_id=protection.id, at=at)
        return (guard,)

    def _sheltered(
        self, protection: Protection, guard: ReportGuard, at: datetime
    ) -> list[Aggregate]:
        """Her reports that are open already go before others from now on, too."""
        reports = [self._app.load(Emergency, one) for one in guard.open_real]
        for report in reports:
            report.protect(protection.id, at=at)
            tell(protection, report, at=at)
        return [*reports]

    def _guard(self, citizen_id: UUID, at: datetime) -> ReportGuard:
        found = self._app.find(ReportGuard, ReportGuard.create_id(citizen_id))
        return found or ReportGuard.begin_for(citizen_id, at=at)

    def _hers(self, context: Context) -> Protection | None:
        guard = self._guard(UUID(context.principal.id), self._clock.now())
        return None if guard.protection is None else self._app.find(Protection, guard.protection)
