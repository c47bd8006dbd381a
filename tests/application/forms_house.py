"""The desks of checks and loans over twins, and how their tests begin."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from application.context import Context
from application.inspection.applying import FormDesk
from application.inspection.checking import InspectionDesk
from application.inspection.commands import (
    AddPiece,
    AskDetector,
    AskInspection,
    DecideForm,
    FormReceipt,
    FormTeam,
    ScheduleInspection,
)
from application.inspection.lending import DetectorDesk
from application.outbox import TimerKind
from application.safe_return import Receipt
from application.timers import DueTimer
from domain.inspection import DetectorLoan, DetectorPool, Inspection, InspectionTeam
from domain.inspection.vocabulary import Building, Span
from domain.message import Message
from domain.roles import Role
from tests.application.house import CORRELATION, KIM, NOBODY, SYSTEM, DeskHouse, asked_by
from tests.memory import GANGDONG, FixedDistricts

PARK = asked_by(Role.SUPERVISOR, "park", GANGDONG)
SOMEBODY = NOBODY.model_copy(update={"address": "203.0.113.7"})
MINA = {"name": "김미나", "phone": "+821055556666"}


class MemoryTries:
    """See ``application.tries.Tries``."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, str, datetime]] = []

    def keep(self, door: str, who: str, at: datetime) -> None:
        self._kept.append((door, who, at))

    def since(self, door: str, who: str, moment: datetime) -> list[datetime]:
        return [at for one, whose, at in self._kept if (one, whose) == (door, who) and at > moment]


class FormsHouse(DeskHouse):
    """Beside the usual desks, those of the forms."""

    def restart(self) -> None:
        super().restart()
        desk = (self.app, self.clock, self.log)
        self.tries = MemoryTries()
        self.form_desk = FormDesk(
            *desk,
            districts=FixedDistricts(),
            secrets=self.secrets,
            tries=self.tries,
            policy=self.policy,
        )
        self.checks = InspectionDesk(*desk, secrets=self.secrets, policy=self.policy)
        self.loans = DetectorDesk(*desk, policy=self.policy)

    def span(self, first_h: float, last_h: float) -> Span:
        now = self.clock.now()
        return Span(begins_at=now + timedelta(hours=first_h), ends_at=now + timedelta(hours=last_h))

    def asks_check(self, context: Context = SOMEBODY, **changes: Any) -> FormReceipt:
        form = {
            "district": GANGDONG,
            "building": Building.OPEN_TOILET,
            "place": "성내로 25, 2층 화장실",
            "wished": (self.span(24, 30),),
        }
        return self.form_desk.ask_inspection(AskInspection(**(form | MINA | changes)), context)

    def asks_detector(self, context: Context = SOMEBODY, **changes: Any) -> FormReceipt:
        form = {"district": GANGDONG, "building": Building.HOME, "days": 3}
        return self.form_desk.ask_detector(AskDetector(**(form | MINA | changes)), context)

    def approved_check(self) -> UUID:
        form_id = self.asks_check().aggregate_id
        self.checks.approve(DecideForm(form_id=form_id), KIM)
        return form_id

    def team(self, number: int = 1, district: str = GANGDONG) -> UUID:
        command = FormTeam(district=district, number=number)
        return self.checks.form_team(command, SYSTEM).aggregate_id

    def scheduled_check(self, team_id: UUID | None = None) -> UUID:
        """The visit begins in 25 hours, and takes one."""
        form_id = self.approved_check()
        self.send(form_id, team_id or self.team(), self.span(25, 26))
        return form_id

    def send(self, form_id: UUID, team_id: UUID, visit: Span) -> Receipt:
        command = ScheduleInspection(form_id=form_id, team_id=team_id, visit=visit)
        return self.checks.schedule(command, KIM)

    def stock(self, *marks: str) -> None:
        for mark in marks:
            self.loans.add_piece(AddPiece(district=GANGDONG, mark=mark), PARK)

    def lent(self) -> UUID:
        """One who asked for three days has the detector from now on."""
        form_id = self.asks_detector().aggregate_id
        self.loans.approve(DecideForm(form_id=form_id), KIM)
        self.loans.hand_over(DecideForm(form_id=form_id), KIM)
        return form_id

    def check(self, form_id: UUID) -> Inspection:
        return self.app.load(Inspection, form_id)

    def loan(self, form_id: UUID) -> DetectorLoan:
        return self.app.load(DetectorLoan, form_id)

    def pool(self) -> DetectorPool:
        return self.app.load(DetectorPool, DetectorPool.create_id(GANGDONG))

    def visits(self, team_id: UUID) -> dict[UUID, Span]:
        return self.app.load(InspectionTeam, team_id).visits

    def told(self, form_id: UUID) -> list[str]:
        """What the applicant was told of a form, oldest first."""
        messages = [
            self.app.load(Message, fact.originator_id)
            for fact in self.log.facts()
            if fact.TOPIC == "message.composed"
        ]
        return [one.phrase for one in messages if one.about == form_id]

    def fire(self, form_id: UUID, kind: TimerKind) -> list[Receipt]:
        """Put the questions of all timers of a kind that a form has set, as if each were due."""
        ask = {**self.checks.timed(), **self.loans.timed()}[kind]
        due = [
            one
            for one in self.log.timers.values()
            if (one.aggregate_id, one.kind) == (form_id, kind)
        ]
        return [
            ask(
                DueTimer(
                    timer_id=one.timer_id,
                    aggregate_id=form_id,
                    kind=kind,
                    name=one.name,
                    due_at=one.due_at,
                    correlation_id=CORRELATION,
                    causation_id=None,
                    attempts=1,
                    late_s=0,
                ),
                SYSTEM,
            )
            for one in due
        ]
