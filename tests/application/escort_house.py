"""The desks for escorts over twins: a citizen in Gangdong-gu, its scouts, its centre."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from application.context import Context, Principal
from application.emergency.whereabouts import PositionDesk
from application.escort import EscortDesk
from application.escort.alarms import ScoutAlarms
from application.escort.commands import BookEscort, BookingReceipt, MeetCitizen
from application.escort.roster_commands import FormTeam
from application.escort.scouts import EnlistScout, Scouts
from application.escort.walk_positions import WalkPositions
from application.outbox import TimerKind
from application.safe_return import Receipt
from application.timers import DueTimer
from domain.emergency import Emergency
from domain.emergency.facts import Triggered
from domain.escort import Escort
from domain.geography import Position
from domain.language import Language
from domain.member import Member
from domain.message import Message, RecipientKind
from domain.policy import Policy
from domain.roles import Role
from domain.scout_roster import ScoutRoster
from tests.application.house import (
    CITIZEN,
    CORRELATION,
    JIYOUNG,
    KIM,
    SYSTEM,
    DeskHouse,
    asked_by,
)
from tests.application.live_twin import MemoryLiveMap
from tests.domain.escorts import BOOKED_AT, NIGHT, STARTS_AT
from tests.memory import GANGDONG, GANGDONG_OFFICE, FixedDistricts
from tests.tracks_twin import MemoryTracks

SUPERVISOR = asked_by(Role.SUPERVISOR, "park of gangdong", GANGDONG)
HOME = Position(latitude_deg=37.5381, longitude_deg=127.1302)
NAMES = ("mina", "hana", "bora", "sora", "yuna", "nari")


def citizen(name: str) -> Context:
    """Another citizen, by name."""
    return Context(
        principal=Principal(id=str(uuid5(NAMESPACE_URL, f"/citizens/{name}")), role=Role.CITIZEN),
        correlation_id=CORRELATION,
    )


class EscortHouse(DeskHouse):
    """At nine in the evening; ``teams`` teams go out tonight."""

    def __init__(self, *, teams: int = 1, policy: Policy | None = None) -> None:
        self.tracks: MemoryTracks | None = None
        self.live: MemoryLiveMap | None = None
        self.fired: set[UUID] = set()
        super().__init__(policy)
        self.clock.advance((BOOKED_AT - self.clock.now()).total_seconds())
        self.scouts_of: dict[UUID, tuple[Context, ...]] = {}
        self.join(JIYOUNG)
        self.team_ids = [self.form(NAMES[2 * one : 2 * one + 2]) for one in range(teams)]

    def restart(self) -> None:
        super().restart()
        self.tracks = self.tracks or MemoryTracks(self.clock, self.policy)
        shared: dict[str, Any] = {"districts": FixedDistricts(), "access_log": self.access}
        escort = shared | {
            "policies": self.policy,
            "secrets": self.secrets,
            "tracks": self.tracks,
            "presence": self.presence,
        }
        self.escorts = EscortDesk(self.app, self.clock, self.log, **escort)
        self.scouts = Scouts(self.app, self.clock, self.log, **escort)
        reports = shared | {"policy": self.policy, "presence": self.presence}
        self.alarms = ScoutAlarms(self.app, self.clock, self.log, **reports)
        self.live = self.live or MemoryLiveMap(self.clock, self.policy, self._reports)
        self.positions = PositionDesk(self.app, self.clock, self.log, live=self.live, **reports)
        self.walks = WalkPositions(self.app, walks=self.escorts, reports=self.positions)

    def _reports(self) -> list[Emergency]:
        raised = [one.originator_id for one in self.log.facts() if isinstance(one, Triggered)]
        return [self.report(one) for one in raised]

    def join(self, citizen_id: UUID, language: Language = Language.KO) -> None:
        """The citizen has joined the service."""
        member = Member.register(
            citizen_id=citizen_id,
            name="지영",
            phone="+821012345678",
            language=language,
            at=self.clock.now(),
        )
        self.app.commit([member], context=CITIZEN, receipt=Receipt(aggregate_id=citizen_id))

    def enlist(self, name: str, language: Language = Language.KO) -> Context:
        """A scout of the district, as her phone speaks."""
        command = EnlistScout(
            district=GANGDONG, name=name, phone="+821055550001", language=language
        )
        token = self.scouts.enlist(command, SUPERVISOR).token
        return Context(principal=self.scouts.admit(token), correlation_id=CORRELATION)

    def form(self, names: tuple[str, ...], night: Any = NIGHT) -> UUID:
        """A team of new scouts, for the whole night."""
        scouts = tuple(self.enlist(name) for name in names)
        command = FormTeam(
            district=GANGDONG,
            night=night,
            scouts=tuple(UUID(one.principal.id) for one in scouts),
        )
        team_id = self.scouts.form_team(command, SUPERVISOR).team_id
        assert team_id is not None
        self.scouts_of[team_id] = scouts
        return team_id

    def book(self, context: Context = CITIZEN, request: str = "request-1", **changes: Any) -> Any:
        wish: dict[str, Any] = {
            "request_id": request,
            "starts_at": STARTS_AT,
            "meeting": GANGDONG_OFFICE,
            "meeting_note": "2번 출구 앞",
            "destination": HOME,
        }
        return self.escorts.book(BookEscort(**wish | changes), context)

    def meet(self, booked: BookingReceipt, code: str | None = None) -> Any:
        """Their scouts check the code, half an hour before the start."""
        self.at(-30)
        scout = self.scout_of(booked.aggregate_id)
        command = MeetCitizen(escort_id=booked.aggregate_id, code=code or booked.code or "")
        return self.escorts.meet(command, scout)

    def walking(self) -> BookingReceipt:
        booked: BookingReceipt = self.book()
        self.meet(booked)
        return booked

    def scout_of(self, escort_id: UUID, number: int = 0) -> Context:
        team_id = self.escort(escort_id).team_id
        assert team_id is not None
        return self.scouts_of[team_id][number]

    def escort(self, escort_id: UUID) -> Escort:
        return self.app.load(Escort, escort_id)

    def roster(self) -> ScoutRoster:
        return self.app.load(ScoutRoster, ScoutRoster.create_id(GANGDONG, NIGHT))

    def at(self, minutes: float) -> datetime:
        """So long after the start; never back."""
        moment = STARTS_AT + timedelta(minutes=minutes)
        self.clock.advance(max(0.0, (moment - self.clock.now()).total_seconds()))
        return self.clock.now()

    def fire(self, kind: TimerKind, escort_id: UUID, *, again: bool = False) -> int:
        """Fire the timers of one kind that are due, once each; how many changed something."""
        due = [
            one
            for one in self.log.timers.values()
            if one.kind is kind and one.aggregate_id == escort_id
            if one.due_at <= self.clock.now() and (again or one.timer_id not in self.fired)
        ]
        self.fired |= {one.timer_id for one in due}
        asked = [self.escorts.timed()[kind](due_timer(one), SYSTEM) for one in due]
        return sum(one.position is not None for one in asked)

    def told(self, escort_id: UUID) -> list[tuple[str, RecipientKind]]:
        """Which phrases were composed about it, and for whom, in order; each told apart."""
        found = [
            self.app.load(Message, fact.originator_id)
            for fact in self.log.facts()
            if type(fact).TOPIC == "message.composed"
        ]
        return [(one.phrase, one.recipient.kind) for one in found if one.about == escort_id]

    def phrases(self, escort_id: UUID) -> set[str]:
        return {phrase for phrase, _ in self.told(escort_id)}


def due_timer(timer: Any, late_s: float = 0.0) -> DueTimer:
    return DueTimer(
        timer_id=timer.timer_id,
        aggregate_id=timer.aggregate_id,
        kind=timer.kind,
        name=timer.name,
        due_at=timer.due_at,
        correlation_id=CORRELATION,
        causation_id=None,
        attempts=0,
        late_s=late_s,
    )


__all__ = ["CITIZEN", "HOME", "KIM", "SUPERVISOR", "EscortHouse", "citizen", "due_timer"]
