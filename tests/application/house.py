"""The desks over twins, and the people who come to them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from application.consent_desk import ConsentDesk
from application.consents import Stops
from application.context import Context, Idempotency, Principal, system
from application.emergency import EmergencyDesk
from application.emergency.commands import ClaimReport, TriggerReceipt
from application.identity import DeviceIdentity
from application.member_desk import MemberDesk
from application.outbox import Channel
from application.paging import PageRequest, page_request
from application.phone_desk import PhoneDesk
from application.pin_desk import PinDesk
from application.safe_return import Receipt
from application.triggers import TriggerReport
from domain.emergency import Emergency
from domain.language import Language
from domain.member import Member
from domain.platform import Platform
from domain.policy import Policy
from domain.roles import Role
from tests.application.delivery_twins import AccessList
from tests.memory import (
    GANGDONG,
    GANGDONG_OFFICE,
    GURO,
    SONGPA,
    CountedSecrets,
    FixedDistricts,
    FrozenClock,
    MemoryLog,
    MemoryNonces,
    Staffed,
    memory_app,
)
from tests.scenario import T0
from tests.staff_twins import PlainPasswords

CORRELATION = uuid5(NAMESPACE_URL, "/correlation")
JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
SUJIN = uuid5(NAMESPACE_URL, "/citizens/sujin")
NOTE = "Seen home safely on camera."


def phone(citizen_id: UUID = JIYOUNG, *, revoked: bool = False) -> DeviceIdentity:
    return DeviceIdentity(
        citizen_id=citizen_id,
        device_id=uuid5(citizen_id, "phone"),
        platform=Platform.ANDROID,
        revoked=revoked,
    )


def asked_by(role: Role, name: str, district: str | None = None, *, key: str = "") -> Context:
    idempotency = Idempotency(route="test", key=key, body_sha256=b"1") if key else None
    return Context(
        principal=Principal(
            id=str(uuid5(NAMESPACE_URL, f"/staff/{name}")), role=role, district=district
        ),
        correlation_id=CORRELATION,
        idempotency=idempotency,
    )


KIM = asked_by(Role.OPERATOR, "kim", GANGDONG)
LEE = asked_by(Role.OPERATOR, "lee", GANGDONG)
CHO_OF_SONGPA = asked_by(Role.OPERATOR, "cho", SONGPA)
PARK_OF_SONGPA = asked_by(Role.SUPERVISOR, "park", SONGPA)
CHOI_OF_GURO = asked_by(Role.OPERATOR, "choi", GURO)
COORDINATOR = asked_by(Role.COORDINATOR, "han")
AUDITOR = asked_by(Role.AUDITOR, "yoon")
CITIZEN = Context(
    principal=Principal(id=str(JIYOUNG), role=Role.CITIZEN), correlation_id=CORRELATION
)
NOBODY = Context(
    principal=Principal(id="anonymous", role=Role.ANONYMOUS), correlation_id=CORRELATION
)
SYSTEM = system("schedule", correlation_id=CORRELATION)
PARTNER = Context(principal=Principal(id="police", role=Role.PARTNER), correlation_id=CORRELATION)


def id_of(context: Context) -> UUID:
    return UUID(context.principal.id)


def sent(trigger_id: str = "t-1", **changes: Any) -> dict[str, Any]:
    """A whole trigger from the street before the office of Gangdong-gu."""
    return {
        "trigger_id": trigger_id,
        "how": "button",
        "occurred_at": "2023-02-02T23:41:00+09:00",
        "language": "ko",
        "alert": "siren",
        "drill": False,
        "position": {
            "latitude_deg": GANGDONG_OFFICE.latitude_deg,
            "longitude_deg": GANGDONG_OFFICE.longitude_deg,
            "accuracy_m": 8.5,
            "source": "gnss",
            "fixed_at": "2023-02-02T14:40:58Z",
        },
        "device": {"platform": "android", "app_version": "3.1.0"},
    } | changes


class DeskHouse:
    """Everything a desk needs, in memory."""

    Log: type[MemoryLog] = MemoryLog

    def __init__(self, policy: Policy | None = None) -> None:
        self.clock = FrozenClock(T0)
        self.log = self.Log()
        self.policy = policy or Policy()
        self.secrets = CountedSecrets()
        self.access = AccessList()
        self.passwords = PlainPasswords()
        self.nonces = MemoryNonces()
        self.presence = Staffed()
        self.restart()

    def restart(self) -> None:
        """Another process over the same log."""
        self.app = memory_app(self.log)
        self.pins = PinDesk(
            self.app,
            self.clock,
            self.log,
            passwords=self.passwords,
            secrets=self.secrets,
            policy=self.policy,
        )
        self.desk = EmergencyDesk(
            self.app,
            self.clock,
            self.log,
            districts=FixedDistricts(),
            policy=self.policy,
            access_log=self.access,
            pins=self.pins,
            presence=self.presence,
        )
        self.phones = PhoneDesk(
            self.app, self.clock, self.log, nonces=self.nonces, policy=self.policy
        )
        self.members = MemberDesk(self.app, self.clock, self.log, secrets=self.secrets)
        self.consents = ConsentDesk(
            self.app, self.clock, self.log, policies=self.policy, stops=Stops()
        )

    def pages(self, about: UUID) -> list[PageRequest]:
        """What the provider is told, of every call about one aggregate that is due, in order."""
        history = self.app.history(about)
        return [
            page_request(
                history,
                delivery_id=one.delivery_id,
                request_id=one.request_id,
                correlation_id=CORRELATION,
            )
            for one in self.log.deliveries.values()
            if one.channel is Channel.PAGE and one.about == about
        ]

    def report(self, report_id: UUID) -> Emergency:
        return self.app.load(Emergency, report_id)

    def trigger(
        self,
        body: Any = None,
        *,
        identity: DeviceIdentity | None = None,
        context: Context = CITIZEN,
        fallback_id: str | None = None,
    ) -> TriggerReceipt:
        said = sent() if body is None else body
        report = TriggerReport(
            sent=said,
            identity=identity,
            fallback_id=fallback_id or str(self.secrets.new_id()),
            body_sha256=sha256(repr(said).encode()).digest(),
        )
        return self.desk.trigger(report, context)

    def raised(self, **changes: Any) -> TriggerReceipt:
        """Jiyoung raises; a drill after she switched drill mode on."""
        if changes.get("drill") is True:
            self.practise()
        return self.trigger(sent(**changes), identity=phone())

    def practise(self, citizen_id: UUID = JIYOUNG) -> None:
        """The citizen has joined the service, and her drill mode is on; already on, it goes on."""
        now = self.clock.now()
        member = self.app.find(Member, citizen_id) or Member.register(
            citizen_id=citizen_id, name="…", phone="+821012345678", language=Language.KO, at=now
        )
        if not member.is_practising(at=now):
            member.practise(at=now, policy=self.policy)
        self.app.commit([member], context=CITIZEN, receipt=Receipt(aggregate_id=citizen_id))

    def accepted(self, **changes: Any) -> TriggerReceipt:
        """Jiyoung raised, and her window is over."""
        receipt = self.raised(**changes)
        self.clock.advance(5)
        self.desk.window_elapsed(receipt.report_id, SYSTEM)
        return receipt

    def claimed(self, **changes: Any) -> TriggerReceipt:
        """Kim has it in hand."""
        receipt = self.accepted(**changes)
        self.desk.claim(ClaimReport(report_id=receipt.report_id), KIM)
        return receipt
