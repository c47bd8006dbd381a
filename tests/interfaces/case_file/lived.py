"""A report that is raised, answered and resolved."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from application.case_file import Case
from application.context import Context, Principal, system
from application.emergency import EmergencyDesk, commands
from application.export_desk import Exported, ExportReport
from application.identity import DeviceIdentity
from application.triggers import TriggerReport
from domain.emergency.vocabulary import Outcome
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.case_file.papers import VERIFIER, CasePapers
from tests.memory import Staffed

GANGDONG = "11740"
NOTE = "순찰차가 신고자를 집까지 동행함."
LATITUDE = 37.5385
REASON = "서울동부지방법원 사실조회 2026고단1234"
RECIPIENT = "서울동부지방법원"


def asked_by(role: Role, district: str | None = None) -> Context:
    who = Principal(id=str(uuid4()), role=role, district=district)
    return Context(principal=who, correlation_id=uuid4())


AUDITOR = asked_by(Role.AUDITOR)
OPERATOR = asked_by(Role.OPERATOR, GANGDONG)


@dataclass(frozen=True)
class Lived:
    house: House
    report_id: UUID
    citizen_id: UUID

    def export(
        self,
        context: Context = AUDITOR,
        *,
        reason: str = REASON,
        report_id: UUID | None = None,
        language: Language | None = None,
        on_behalf_of: UUID | None = None,
    ) -> Exported:
        """With its papers in a language, or the verifier only: setting a PDF takes its time."""
        command = ExportReport(
            report_id=report_id or self.report_id,
            reason=reason,
            recipient=RECIPIENT,
            on_behalf_of=on_behalf_of,
        )
        papers = CasePapers(language, self.house.districts.codes()) if language else verifier_only
        return self.house.export_desk.export(command, context, papers)

    def topics(self) -> list[str]:
        return [fact.TOPIC for fact in self.house.app.history(self.report_id)]

    def accesses(self, what: str) -> list[tuple[UUID, str, str]]:
        """Subject, actor and reason of every record of that kind, the newest first."""
        with self.house.database.connection() as connection:
            return connection.execute(
                "SELECT subject, actor, why FROM access_records WHERE what = %s ORDER BY id DESC",
                (what,),
            ).fetchall()


def verifier_only(_case: Case) -> dict[str, bytes]:
    return {"verify.py": VERIFIER.read_bytes()}


def lived(house: House) -> Lived:
    desk = EmergencyDesk(
        house.app,
        house.clock,
        house.receipts,
        districts=house.districts,
        policy=Policy(cancel_window_s=0),
        access_log=house.access_log,
        pins=house.pin_desk,
        presence=Staffed(),
    )
    citizen_id = uuid4()
    raised = desk.trigger(
        TriggerReport(
            sent={
                "trigger_id": "t-1",
                "how": "button",
                "language": "ko",
                "position": {"latitude_deg": LATITUDE, "longitude_deg": 127.1376},
            },
            identity=DeviceIdentity(
                citizen_id=citizen_id, device_id=uuid4(), platform=Platform.ANDROID
            ),
            fallback_id="t-1",
        ),
        asked_by(Role.CITIZEN),
    )
    report_id = raised.report_id
    desk.window_elapsed(report_id, system("schedule", correlation_id=uuid4()))
    desk.claim(commands.ClaimReport(report_id=report_id), OPERATOR)
    desk.view_camera(commands.ViewCamera(report_id=report_id, camera_id="GD-0417"), OPERATOR)
    desk.request_police(commands.RequestPolice(report_id=report_id), OPERATOR)
    desk.resolve(
        commands.ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE),
        OPERATOR,
    )
    return Lived(house, report_id, citizen_id)
