"""The desk for rides over twins: Jiyoung, her two guardians, a registry, a provider of messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from application.delivery_book import Patience
from application.delivery_desk import DeliveryDesk
from application.errors import PartnerUnavailable
from application.message_desk import MessageDesk
from application.messaging import numbers_of_members
from application.outbox import Channel, Delivery, Timer, TimerKind
from application.safe_return import Receipt
from application.taxi.commands import (
    AlightTaxi,
    BoardTaxi,
    ReadPlate,
    SendTaxiPositions,
    TaxiReceipt,
)
from application.taxi.desk import TaxiDesk
from application.taxi.ports import PlateQuestion, TaxiCallRequest
from application.taxi.provisions import provided_with
from application.text_routes import Fate, OutgoingText
from application.timers import DueTimer, TimerDesk
from application.ways import TextWay
from domain.language import Language
from domain.member import Member
from domain.message import Composed, Message, MessageRoute
from domain.policy import Policy
from domain.report_guard import ReportGuard
from domain.taxi import TaxiTrip
from domain.taxi.vocabulary import PlateSource, TaxiVehicle
from tests.application.delivery_twins import MemoryBook, everybody
from tests.application.house import CITIZEN, JIYOUNG, DeskHouse
from tests.application.message_twins import MemoryPace, MemoryPieces
from tests.memory import GANGDONG_OFFICE, FixedDistricts
from tests.tracks_twin import MemoryTracks

MOTHER = uuid5(NAMESPACE_URL, "/guardians/mother")
BROTHER = uuid5(NAMESPACE_URL, "/guardians/brother")
AUNT = uuid5(NAMESPACE_URL, "/guardians/aunt")
"""Named, and never confirmed."""
PLATE = "서울32바1234"
HERE = GANGDONG_OFFICE.model_dump()


class Registry:
    """Knows every plate but those in ``unknown``; ``down`` when it cannot be reached."""

    def __init__(self) -> None:
        self.asked: list[PlateQuestion] = []
        self.unknown: set[str] = set()
        self.down = False

    def look_up(self, question: PlateQuestion) -> TaxiVehicle:
        self.asked.append(question)
        if self.down:
            raise PartnerUnavailable("down")
        return TaxiVehicle.UNKNOWN if question.plate in self.unknown else TaxiVehicle.PRIVATE


class Calls:
    def __init__(self) -> None:
        self.placed: list[TaxiCallRequest] = []
        self.down = False

    def place(self, request: TaxiCallRequest) -> str:
        if self.down:
            raise PartnerUnavailable("down")
        self.placed.append(request)
        return "call-1"


class Provider:
    """Takes text messages."""

    def __init__(self) -> None:
        self.sent: list[OutgoingText] = []

    def send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        self.sent.append(outgoing)
        return (f"sms-{len(self.sent)}",)

    def ask(self, _reference: str) -> Fate | None:
        return None


class RideHouse(DeskHouse):
    """Kim and Lee of Gangdong-gu may come to the desk, and whoever else the house knows."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.registry, self.calls, self.provider = Registry(), Calls(), Provider()
        self.delivered: set[UUID] = set()
        super().__init__(policy)
        self.join()

    def restart(self) -> None:
        super().restart()
        self.tracks = MemoryTracks(self.clock, self.policy)
        self.taxi = TaxiDesk(
            self.app,
            self.clock,
            self.log,
            districts=FixedDistricts(),
            policy=self.policy,
            tracks=self.tracks,
            access_log=self.access,
            secrets=self.secrets,
            registry=lambda: self.registry,
            patient_registry=lambda: self.registry,
            calls=lambda: self.calls,
            presence=self.presence,
            alarms=self.desk,
        )
        numbers = numbers_of_members(self.app)
        self.way = TextWay(MessageRoute.SMS, lambda: self.provider, numbers)
        self.messages = MessageDesk(
            self.app,
            self.clock,
            self.log,
            ways=lambda: [self.way],
            pieces=MemoryPieces(),
            pace=MemoryPace(),
            policies=self.policy,
            access_log=self.access,
            provisions=lambda message, at: provided_with(self.app, message, at),
        )
        self.timers = TimerDesk(self.desk, self.taxi.timed())

    @classmethod
    def beside(cls, house: RideHouse) -> RideHouse:
        """Another process over the same log."""
        other = cls(house.policy)
        other.log, other.clock = house.log, house.clock
        other.restart()
        return other

    def join(self) -> None:
        """Jiyoung, with a mother who reads Korean and a brother who reads Chinese."""
        at = self.clock.now()
        member = Member.register(
            citizen_id=JIYOUNG, name="김지영", phone="+821012345678", language=Language.KO, at=at
        )
        for guardian_id, name, phone, language in (
            (MOTHER, "엄마", "+821011112222", Language.KO),
            (BROTHER, "오빠", "+8613800138000", Language.ZH),
            (AUNT, "이모", "+821033334444", Language.KO),
        ):
            member.name_guardian(
                guardian_id=guardian_id,
                name=name,
                phone=phone,
                language=language,
                at=at,
                policy=self.policy,
            )
        member.confirm_guardian(MOTHER, at=at)
        member.confirm_guardian(BROTHER, at=at)
        self.save(member)

    def save(self, *aggregates: Any) -> None:
        self.app.commit(aggregates, context=CITIZEN, receipt=Receipt(aggregate_id=JIYOUNG))

    def change_member(self, change: Callable[[Member], object]) -> None:
        member = self.app.load(Member, JIYOUNG)
        change(member)
        self.save(member)

    def board(
        self, trip_ref: str = "ride-1", plate: str | None = PLATE, **changes: Any
    ) -> TaxiReceipt:
        read = ReadPlate(payload=plate, source=PlateSource.TYPED) if plate is not None else None
        fields: dict[str, Any] = {"position": HERE | {"accuracy_m": 8.0}, "place": "강동구청 앞"}
        return self.taxi.board(
            BoardTaxi(trip_ref=trip_ref, plate=read, **(fields | changes)), CITIZEN
        )

    def alight(self, trip_ref: str = "ride-1", **changes: Any) -> TaxiReceipt:
        return self.taxi.alight(AlightTaxi(trip_ref=trip_ref, **changes), CITIZEN)

    def trip(self, trip_ref: str = "ride-1") -> TaxiTrip:
        return self.app.load(TaxiTrip, TaxiTrip.create_id(JIYOUNG, trip_ref))

    def topics(self, trip_ref: str = "ride-1") -> list[str]:
        return self.log.topics(TaxiTrip.create_id(JIYOUNG, trip_ref))

    def send(self, *fixes: Any, **more: Any):
        sent = {"fixes": list(fixes), **more}
        return self.taxi.positions(SendTaxiPositions(trip_ref="ride-1", sent=sent), CITIZEN)

    def advance_to_timer(self, kind: TimerKind) -> Any:
        """Go on to the last timer of a kind, and let it ask."""
        timer = [one for one in self.log.timers.values() if one.kind is kind][-1]
        self.clock.advance(max(0.0, (timer.due_at - self.clock.now()).total_seconds()))
        return self.fire(kind)

    def fire(self, kind: TimerKind) -> Any:
        return self._fire([one for one in self.log.timers.values() if one.kind is kind][-1])

    def fire_due(self) -> None:
        """Let every timer of a ride ask whose moment has come, also those that asked before."""
        for one in list(self.log.timers.values()):
            if one.due_at <= self.clock.now() and one.kind.startswith("taxi."):
                self._fire(one)

    def _fire(self, timer: Timer) -> Any:
        return self.timers.fire(
            DueTimer(
                timer_id=timer.timer_id,
                aggregate_id=timer.aggregate_id,
                kind=timer.kind,
                name=timer.name,
                due_at=timer.due_at,
                correlation_id=uuid4(),
                causation_id=None,
                attempts=1,
                late_s=0.0,
            )
        )

    def deliver(self, *channels: Channel, attempts_max: int = 1) -> list[Any]:
        """One attempt at each delivery that is still to come; its outcomes."""
        wanted = channels or (Channel.MESSAGE, Channel.TAXI_CHECK, Channel.TAXI_CALL)
        waiting = [
            one
            for one in self.log.deliveries.values()
            if one.channel in wanted and one.delivery_id not in self.delivered
        ]
        self.delivered |= {one.delivery_id for one in waiting}
        return [self.bring(one, attempts_max=attempts_max) for one in waiting]

    def bring(self, delivery: Delivery, *, attempts_max: int = 1) -> Any:
        desk = DeliveryDesk(
            app=self.app,
            book=MemoryBook(delivery),
            reports=self.desk,
            partners=lambda: everybody(self.provider),
            access_log=self.access,
            chance=lambda: 1.0,
            patience=Patience(attempts_max=attempts_max),
            carriers={
                Channel.MESSAGE: self.messages,
                Channel.TAXI_CHECK: self.taxi,
                Channel.TAXI_CALL: self.taxi,
            },
        )
        return desk.attempt(delivery.delivery_id).outcome

    def open_reports(self) -> tuple[UUID, ...]:
        guard = self.app.find(ReportGuard, ReportGuard.create_id(JIYOUNG))
        return guard.open_reports if guard else ()

    def composed(self, recipient_id: UUID) -> list[Composed]:
        """Every message to somebody, in order."""
        return [
            fact
            for fact in self.log.facts()
            if isinstance(fact, Composed) and fact.recipient_id == recipient_id
        ]

    def phrases_to(self, recipient_id: UUID) -> list[str]:
        return [one.phrase for one in self.composed(recipient_id)]

    def message(
        self, occasion: str, guardian_id: UUID = MOTHER, trip_ref: str = "ride-1"
    ) -> Message:
        trip_id = TaxiTrip.create_id(JIYOUNG, trip_ref)
        return self.app.load(Message, Message.create_id(trip_id, occasion, guardian_id))

    def later(self, seconds: float) -> str:
        """That moment, as a phone writes it."""
        return (self.clock.now() + timedelta(seconds=seconds)).isoformat()
