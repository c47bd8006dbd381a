"""One house on real servers, with a citizen whose case is over, and two people who decide."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID, uuid4

from application.context import Context, Principal, system
from application.emergency.commands import AddNote, ClaimReport, ResolveReport, TriggerReceipt
from application.erasing import Forgotten
from application.erasure_commands import ConfirmErasure, ErasureReceipt, RequestErasure
from application.identity import DeviceIdentity
from application.member_desk import MemberReceipt, RegisterMember
from application.safe_return import Receipt
from application.triggers import TriggerReport
from domain.emergency.vocabulary import Outcome
from domain.erasure import ErasureReason
from domain.platform import Platform
from domain.policy import Policy
from domain.roles import Role
from domain.staff import StaffMember
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.memory import Staffed

PHONE, NAME, NOTE = "+821055667788", "나잊음", "the brother of the caller waits at exit four"
LATITUDE, LONGITUDE = 37.5301417, 127.1238294
KEK = b64encode(bytes(32)).decode()
COMMAND = system("test", correlation_id=uuid4())


def settings_of(home: Path, database_url: str | None, redis_url: str | None) -> Settings:
    return Settings(
        home=home, database_url=database_url, redis_url=redis_url, key_encryption_key=KEK
    )


class Forgetful:
    """A house with people in it."""

    def __init__(self, settings: Settings) -> None:
        self.house = House(settings, role="test")
        self.house.home.prepare()
        self.house.policy = Policy(cancel_window_s=0.0)
        self.house.presence = Staffed()

    def staff(self, role: Role = Role.ADMINISTRATOR) -> UUID:
        """Somebody in service, without a log-in: to hash its password would take longest."""
        at = self.house.clock.now()
        person = StaffMember.enroll(
            staff_id=uuid4(), name="김하나", role=role, district=None, at=at
        )
        receipt = Receipt(aggregate_id=person.id)
        return self.house.app.commit([person], context=COMMAND, receipt=receipt).aggregate_id

    def member(self, phone: str = PHONE, name: str = NAME) -> MemberReceipt:
        return self.house.member_desk.register(RegisterMember(name=name, phone=phone), COMMAND)

    def raises(self, member: MemberReceipt, *, revoked: bool = False) -> TriggerReceipt:
        identity = DeviceIdentity(
            citizen_id=member.citizen_id,
            device_id=member.device_id,
            platform=Platform.ANDROID,
            revoked=revoked,
        )
        position = {"latitude_deg": LATITUDE, "longitude_deg": LONGITUDE, "accuracy_m": 8}
        body = {"trigger_id": str(uuid4()), "how": "button", "position": position}
        report = TriggerReport(sent=body, identity=identity, fallback_id=str(uuid4()))
        return self.house.emergency_desk.trigger(report, COMMAND)

    def ends(self, receipt: TriggerReceipt) -> None:
        """The window elapses; a coordinator notes something, and resolves it."""
        desk, report_id = self.house.emergency_desk, receipt.report_id
        remaining = receipt.cancel_until - self.house.clock.now()
        Event().wait(max(remaining, timedelta(0)).total_seconds())
        desk.window_elapsed(report_id, COMMAND)
        who = Principal(id=str(uuid4()), role=Role.COORDINATOR)
        context = Context(principal=who, correlation_id=uuid4())
        desk.claim(ClaimReport(report_id=report_id), context)
        desk.add_note(AddNote(report_id=report_id, note=NOTE), context)
        end = ResolveReport(
            report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=f"{NOTE}, again"
        )
        desk.resolve(end, context)

    def asks(self, subject: UUID, asked_by: UUID) -> ErasureReceipt:
        command = RequestErasure(
            subject=subject, reason=ErasureReason.WITHDRAWN, text="by letter", asked_by=asked_by
        )
        return self.house.erasure_desk.request(command, COMMAND)

    def confirms(self, erasure_id: UUID, confirmed_by: UUID) -> ErasureReceipt:
        command = ConfirmErasure(erasure_id=erasure_id, confirmed_by=confirmed_by)
        return self.house.erasure_desk.confirm(command, COMMAND)

    def forgets(self, subject: UUID) -> Forgotten:
        """By two persons, and carried out."""
        request = self.asks(subject, self.staff()).aggregate_id
        self.confirms(request, self.staff())
        forgotten = self.house.eraser.carry_out(request, COMMAND)
        assert forgotten is not None
        return forgotten

    def folds(self) -> None:
        """Let every fold come up to the log's head."""
        engine = self.house.engine
        for name in engine.names:
            while engine.step(name):
                pass

    def topics(self, aggregate_id: UUID) -> list[str]:
        return [fact.TOPIC for fact in self.house.app.history(aggregate_id)]

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.house.database.connection() as connection:
            return connection.execute(query.encode(), values).fetchall()
