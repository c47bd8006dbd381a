"""Twins that live in memory: a log, a clock, a map, chance."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from application.context import Idempotency
from application.outbox import LINKED, Delivery, Timer
from application.policies import called_for
from application.ports import Located, StoredReceipt
from application.safe_return import AlreadyAnswered, SafeReturn, SaveRequest
from domain.base import Envelope, Fact
from domain.catalogue import FACTS
from domain.geography import CITY, DistrictCode, Position

JONGNO, JUNG, MAPO, GURO, GANGDONG, SONGPA = "11110", "11140", "11440", "11530", "11740", "11710"
GANGDONG_OFFICE = Position(latitude_deg=37.5301, longitude_deg=127.1238)
GANGDONG_HILL = Position(latitude_deg=37.5487, longitude_deg=127.1472)
"""2.9 km from the office."""
ACROSS_THE_BORDER = Position(latitude_deg=37.5284, longitude_deg=127.1238)
"""In Songpa-gu, 189 m from the office of Gangdong-gu: so we say."""
GURO_OFFICE = Position(latitude_deg=37.4954, longitude_deg=126.8874)
SONGPA_OFFICE = Position(latitude_deg=37.5145, longitude_deg=127.1060)
INCHEON = Position(latitude_deg=37.4563, longitude_deg=126.7052)


class FrozenClock:
    """Stands still until it is told to go on."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class FixedDistricts:
    """Three offices are on the map and a border near one, everything else is outside."""

    def locate(self, position: Position) -> Located:
        if position == GANGDONG_OFFICE:
            return Located(district=GANGDONG, cell="2109_5478", outside=False, depth_m=500)
        if position == GANGDONG_HILL:
            return Located(district=GANGDONG, cell="2130_5499", outside=False, depth_m=500)
        if position == ACROSS_THE_BORDER:
            return Located(district=SONGPA, cell="2109_5476", outside=False, depth_m=100)
        if position == GURO_OFFICE:
            return Located(district=GURO, cell="1900_5440", outside=False, depth_m=500)
        if position == SONGPA_OFFICE:
            return Located(district=SONGPA, cell="2095_5461", outside=False, depth_m=500)
        return Located(district=CITY, cell=None, outside=True, depth_m=5_000)

    def neighbours(self, district: DistrictCode) -> tuple[DistrictCode, ...]:
        return {GANGDONG: (SONGPA,), SONGPA: (GANGDONG,)}.get(district, ())

    def codes(self) -> Mapping[DistrictCode, str]:
        return {GANGDONG: "강동구", SONGPA: "송파구", GURO: "구로구"}


class Staffed:
    """Every centre is open, but those in ``closed``; nobody is felt in those that are ``quiet``."""

    def __init__(self) -> None:
        self.closed: set[DistrictCode] = set()
        self.quiet: set[DistrictCode] = set()
        self.supervisors: dict[DistrictCode, UUID] = {}
        self.beside: dict[DistrictCode, set[UUID]] = {}
        """Who supervises there, too."""
        self.asked_who_supervises = 0
        self.there: dict[DistrictCode, tuple[UUID, ...]] = {}
        """Who answers where."""

    def open_centres(self, _at: datetime) -> Staffed:
        return self

    def attended_centres(self, _at: datetime) -> Container[DistrictCode]:
        return _AllBut(self.closed | self.quiet)

    def __contains__(self, district: object) -> bool:
        return district not in self.closed

    def supervisor(self, district: DistrictCode, _at: datetime) -> UUID | None:
        self.asked_who_supervises += 1
        return self.supervisors.get(district)

    def supervises(self, who: UUID, district: DistrictCode, at: datetime) -> bool:
        first = self.supervisor(district, at)
        return who == first or who in self.beside.get(district, ())

    def operators(self, district: DistrictCode, _at: datetime) -> Sequence[UUID]:
        return self.there.get(district, ())


@dataclass(frozen=True)
class _AllBut:
    others: set[DistrictCode]

    def __contains__(self, district: object) -> bool:
        return district not in self.others


class CountedSecrets:
    """The same ids and secrets in each run, no two alike."""

    def __init__(self) -> None:
        self._drawn = 0

    def new_id(self) -> UUID:
        self._drawn += 1
        return uuid5(NAMESPACE_URL, f"/drawn/{self._drawn}")

    def new_secret(self) -> str:
        return self.new_id().hex


class MemoryNonces:
    """The nonces that have been used, for ever."""

    def __init__(self) -> None:
        self.spent: set[tuple[UUID, str]] = set()

    def spend(self, device_id: UUID, nonce: str, *, until: datetime) -> bool:
        assert until.tzinfo is not None
        fresh = (device_id, nonce) not in self.spent
        self.spent.add((device_id, nonce))
        return fresh


@dataclass(frozen=True)
class Placed(StoredEvent):
    """A stored fact with what the log knows of it."""

    envelope: Envelope | None = None


class PlainMapper(Mapper[UUID]):
    """Facts as JSON, nothing sealed."""

    def __init__(self) -> None:
        """Needs no transcoder."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return Placed(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=type(domain_event).TOPIC,
            state=domain_event.model_dump_json().encode(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        fact = FACTS[stored_event.topic].model_validate_json(stored_event.state)
        if isinstance(stored_event, Placed) and stored_event.envelope is not None:
            fact.enveloped(stored_event.envelope)
        return fact


class MemoryLog(POPOApplicationRecorder):
    """The log, its idempotency rows, and the timers and deliveries stored with the facts."""

    def __init__(self) -> None:
        super().__init__()
        self.timers: dict[UUID, Timer] = {}
        self.deliveries: dict[UUID, Delivery] = {}
        """Those that somebody waits for."""
        self.linked: dict[UUID, Delivery] = {}
        """Those to linked services, in a lane of their own."""
        self._answers: dict[tuple[str, str, str], StoredReceipt] = {}
        self._read: list[Fact] = []
        self._read_of: dict[UUID, list[Fact]] = {}

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        request: SaveRequest | None = None,
        **_kwargs: Any,
    ) -> Sequence[int] | None:
        with self._database_lock:
            if request is not None:
                self._refuse_answered(request)
            positions = super().insert_events(self._placed(stored_events, request))
            if request is not None and positions:
                self._keep(request, positions[-1])
            return positions

    def find(self, principal_id: str, idempotency: Idempotency) -> StoredReceipt | None:
        """As ``Receipts`` has it."""
        return self._answers.get((principal_id, idempotency.route, idempotency.key))

    def forget_answers(self) -> None:
        """All idempotency keys have expired."""
        self._answers.clear()

    def facts(self, aggregate_id: UUID | None = None) -> list[Fact]:
        """All facts in the order of the log, or those of one aggregate; each is read once."""
        mapper = PlainMapper()
        for stored in self._stored_events[len(self._read) :]:
            fact = mapper.to_domain_event(stored)
            self._read.append(fact)
            self._read_of.setdefault(fact.originator_id, []).append(fact)
        return list(self._read if aggregate_id is None else self._read_of.get(aggregate_id, ()))

    def length(self, aggregate_id: UUID) -> int:
        """How many facts of one aggregate are stored."""
        return len(self._stored_events_index[str(aggregate_id)])

    def topics(self, aggregate_id: UUID) -> list[str]:
        return [type(fact).TOPIC for fact in self.facts(aggregate_id)]

    def _placed(
        self, stored_events: Sequence[StoredEvent], request: SaveRequest | None
    ) -> Sequence[StoredEvent]:
        if request is None:
            return stored_events
        head = len(self._stored_events)
        return [
            Placed(
                originator_id=stored.originator_id,
                originator_version=stored.originator_version,
                topic=stored.topic,
                state=stored.state,
                envelope=_envelope(head + number, stored, request),
            )
            for number, stored in enumerate(stored_events, start=1)
        ]

    def _refuse_answered(self, request: SaveRequest) -> None:
        key = request.context.idempotency
        known = key and self.find(request.context.principal.id, key)
        if known:
            raise AlreadyAnswered(known)

    def _keep(self, request: SaveRequest, position: int) -> None:
        for timer in request.outbox.timers:
            self.timers.setdefault(timer.timer_id, timer)
        for delivery in request.outbox.deliveries:
            lane = self.linked if delivery.channel in LINKED else self.deliveries
            lane.setdefault(delivery.delivery_id, delivery)
        key = request.context.idempotency
        if key is not None:
            self._answers[(request.context.principal.id, key.route, key.key)] = StoredReceipt(
                receipt=request.receipt, position=position, body_sha256=key.body_sha256
            )


def _envelope(position: int, stored: StoredEvent, request: SaveRequest) -> Envelope:
    fact = PlainMapper().to_domain_event(stored)
    return Envelope(
        position=position,
        event_id=uuid5(stored.originator_id, str(stored.originator_version)),
        correlation_id=request.context.correlation_id,
        causation_id=request.context.causation_id,
        actor=request.context.principal.actor,
        recorded_at=fact.timestamp,
        sealed=(),
    )


def memory_app(log: MemoryLog) -> SafeReturn:
    """The application over ``log``; another one over the same log is a restart."""
    return SafeReturn(mapper=PlainMapper(), recorder=log, called_for=called_for)
