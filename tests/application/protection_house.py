"""The desks of protections over twins, and how their tests begin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from application.context import Context
from application.outbox import TimerKind
from application.protection.commands import AssignOperator, EnrollProtection, NewPlace, RecordLook
from application.protection.desk import ProtectionDesk
from application.protection.reading import ProtectionReading
from application.safe_return import Receipt
from application.timers import DueTimer
from domain.language import Language
from domain.member import Member
from domain.protection import Protection
from domain.protection.looking import Look
from domain.protection.vocabulary import LookFinding, Measure
from domain.roles import Role
from domain.staff import StaffMember
from tests.application.house import (
    CITIZEN,
    CORRELATION,
    JIYOUNG,
    KIM,
    LEE,
    PARTNER,
    SYSTEM,
    DeskHouse,
    asked_by,
    id_of,
)
from tests.domain.protections import EVENINGS, NUMBER
from tests.memory import GANGDONG, GANGDONG_OFFICE

PARK = asked_by(Role.SUPERVISOR, "park-of-gangdong", GANGDONG)
HOME = NewPlace(
    label="집 앞 골목", position=GANGDONG_OFFICE, cameras=("GD-0417",), times=(EVENINGS,)
)
WHY = "당직 중 긴급 확인 요청을 받음"


class Rows:
    """A view that says what it was asked for."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def rows(self, _district: object) -> list[Any]:
        return self.shown

    def figures(self) -> list[Any]:
        return ["all"]


class ProtectionHouse(DeskHouse):
    """Beside the usual desks, those of protections; Jiyoung is a member."""

    def restart(self) -> None:
        super().restart()
        desk = (self.app, self.clock, self.log)
        self.protections = ProtectionDesk(
            *desk, secrets=self.secrets, policy=self.policy, presence=self.presence
        )
        self.rows = Rows()
        self.reading = ProtectionReading(
            *desk, view=self.rows, access_log=self.access, policy=self.policy
        )

    def join(self, citizen_id: UUID = JIYOUNG) -> None:
        member = Member.register(
            citizen_id=citizen_id,
            name="지영",
            phone="+821012345678",
            language=Language.KO,
            at=self.clock.now(),
        )
        self.app.commit([member], context=SYSTEM, receipt=Receipt(aggregate_id=citizen_id))

    def serve(self, context: Context) -> None:
        person = StaffMember.enroll(
            staff_id=id_of(context),
            name="김",
            role=context.principal.role,
            district=context.principal.district,
            at=self.clock.now(),
        )
        self.app.commit([person], context=SYSTEM, receipt=Receipt(aggregate_id=person.id))

    def enrolls(self, context: Context = PARTNER, **changes: Any) -> UUID:
        """Watched over for a month; Jiyoung joined the service before."""
        if self.app.find(Member, JIYOUNG) is None:
            self.join()
        body = {
            "citizen_id": JIYOUNG,
            "district": GANGDONG,
            "measure": Measure.EMERGENCY,
            "decision_number": NUMBER,
            "ends_at": self.clock.now() + timedelta(days=30),
            "places": (HOME,),
        }
        command = EnrollProtection(**(body | changes))
        return self.protections.enroll(command, context).protection_id

    def assigned(self, *contexts: Context) -> UUID:
        """Enrolled by the police, and operators assigned; Kim, where none is named."""
        protection_id = self.enrolls()
        for context in contexts or (KIM,):
            self.serve(context)
            command = AssignOperator(protection_id=protection_id, operator_id=id_of(context))
            self.protections.assign(command, PARK)
        return protection_id

    def protection(self, protection_id: UUID) -> Protection:
        return self.app.load(Protection, protection_id)

    def due_look(self, protection_id: UUID) -> Look:
        """The first look's moment has come."""
        look = next(iter(self.protection(protection_id).looks.values()))
        self.clock.advance((look.due_at - self.clock.now()).total_seconds())
        self.fire(protection_id, TimerKind.PROTECTION_LOOK)
        return self.protection(protection_id).due_looks[0]

    def looks(self, protection_id: UUID, look_id: UUID, context: Context = KIM) -> Receipt:
        command = RecordLook(protection_id=protection_id, look_id=look_id, finding=LookFinding.CALM)
        return self.protections.record_look(command, context)

    def fire(self, protection_id: UUID, kind: TimerKind) -> None:
        """Put the questions of all timers of a kind that are due."""
        ask = self.protections.timed()[kind]
        now = self.clock.now()
        for one in list(self.log.timers.values()):
            if (one.aggregate_id, one.kind) == (protection_id, kind) and one.due_at <= now:
                timer = DueTimer(
                    timer_id=one.timer_id,
                    aggregate_id=protection_id,
                    kind=kind,
                    name=one.name,
                    due_at=one.due_at,
                    correlation_id=CORRELATION,
                    causation_id=None,
                    attempts=1,
                    late_s=0,
                )
                ask(timer, SYSTEM)


__all__ = ["CITIZEN", "KIM", "LEE", "PARK", "WHY", "ProtectionHouse"]
