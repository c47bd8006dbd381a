"""The desk of return monitoring over twins, and a night in Gangdong-gu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from application.consents import must_be_followed
from application.monitoring import MonitoringDesk
from application.monitoring.base import Surroundings
from application.monitoring.commands import RequestMonitoring
from application.monitoring.positions import MonitoringPositions, WalkReceipt
from application.outbox import Timer
from application.safe_return import Receipt
from application.timers import DueTimer, StandingReceipt, TimerDesk
from domain.consents import Consent, GivenBy
from domain.geography import DistrictCode, Position
from domain.language import Language
from domain.member import Member
from domain.monitoring import Monitoring
from domain.policy import Policy
from domain.watch_roster import WatchRoster
from domain.watching.fix import Fix
from infrastructure.facilities.listed import ListedFacilities
from infrastructure.straight_line import StraightLine
from tests.application.house import (
    CITIZEN,
    CORRELATION,
    JIYOUNG,
    KIM,
    LEE,
    PARK_OF_SONGPA,
    SUJIN,
    SYSTEM,
    DeskHouse,
    id_of,
)
from tests.domain.walks import north
from tests.memory import GANGDONG, SONGPA, FixedDistricts, Located

HOME = north(1000)
M_PER_DEG = 111_195.0


class MemoryTracks:
    """Positions of open sessions; see ``application.tracks.Tracks``."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.slots: dict[tuple[UUID, UUID], dict[int, Fix]] = {}

    def keep(self, session_id: UUID, walker_id: UUID, fixes: Sequence[Fix]) -> int:
        slots = self.slots.setdefault((session_id, walker_id), {})
        known = len(slots)
        for fix in fixes:
            slots.setdefault(int(fix.moment.timestamp() // self._policy.fix_gap_s), fix)
        return len(slots) - known

    def recent(self, session_id: UUID, walker_id: UUID, since: datetime) -> Sequence[Fix]:
        kept = self.slots.get((session_id, walker_id), {}).values()
        return sorted((one for one in kept if one.moment > since), key=lambda one: one.moment)

    def forget(self, session_id: UUID) -> int:
        gone = [one for one in self.slots if one[0] == session_id]
        return sum(len(self.slots.pop(one)) for one in gone)

    def purge(self) -> int:
        return 0


class AlongTheMeridian(FixedDistricts):
    """North of the office lies Gangdong-gu as far as 1,500 m, and then Songpa-gu: so we say."""

    def locate(self, position: Position) -> Located:
        metres = (position.latitude_deg - north(0).latitude_deg) * M_PER_DEG
        if -50 <= metres <= 1500:
            return Located(
                district=GANGDONG, cell="2109_5478", outside=False, depth_m=1500 - metres
            )
        if 1500 < metres <= 5000:
            return Located(district=SONGPA, cell="2109_5495", outside=False, depth_m=metres - 1500)
        return super().locate(position)


class MonitoringHouse(DeskHouse):
    """Kim and Lee are at their consoles in Gangdong-gu, Park supervises Songpa-gu."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.tracks: MemoryTracks | None = None
        super().__init__(policy)
        self.presence.there = {GANGDONG: (id_of(KIM), id_of(LEE))}
        for citizen_id in (JIYOUNG, SUJIN):
            self.joins(citizen_id)

    def restart(self) -> None:
        super().restart()
        self.tracks = self.tracks or MemoryTracks(self.policy)
        around = Surroundings(
            districts=AlongTheMeridian(),
            presence=self.presence,
            policies=self.policy,
            access_log=self.access,
            routes=StraightLine(),
            facilities=ListedFacilities(),
            tracks=self.tracks,
            alarms=self.desk,
            must_be_followed=must_be_followed,
        )
        self.watch = MonitoringDesk(self.app, self.clock, self.log, around=around)
        self.positions = MonitoringPositions(self.app, self.clock, self.log, around=around)
        self.timer_desk = TimerDesk(self.desk, self.watch.timed())

    def joins(self, citizen_id: UUID, *, consents: bool = True) -> Member:
        at = self.clock.now()
        member = Member.register(
            citizen_id=citizen_id, name="…", phone="+821012345678", language=Language.KO, at=at
        )
        if not consents:
            member.withdraw_consent(Consent.LOCATION, by=GivenBy.HERSELF, at=at)
        self.app.commit([member], context=SYSTEM, receipt=Receipt(aggregate_id=citizen_id))
        return member

    def wish(self, citizen_id: UUID = JIYOUNG, request_id: str = "w-1", **changes: Any):
        fields: dict[str, Any] = {
            "request_id": request_id,
            "origin": north(0),
            "destination": HOME,
            "expected_at": self.clock.now() + timedelta(minutes=20),
        }
        command = RequestMonitoring(**(fields | changes))
        return self.watch.request(command, citizen_id, CITIZEN)

    def watched(self, citizen_id: UUID = JIYOUNG, **changes: Any) -> UUID:
        """Somebody watches her from the first moment on."""
        receipt = self.wish(citizen_id, **changes)
        assert receipt.watched
        return receipt.session_id

    def session(self, session_id: UUID) -> Monitoring:
        return self.app.load(Monitoring, session_id)

    def roster(self, district: str = GANGDONG) -> WatchRoster:
        return self.app.load(WatchRoster, WatchRoster.create_id(district))

    def topics(self, session_id: UUID) -> list[str]:
        return [topic.partition(".")[2] for topic in self.log.topics(session_id)]

    def at(self, metres: float = 0.0, *, ago_s: float = 0.0, **more: Any) -> dict[str, Any]:
        """One position as a phone sends it, by a clock that is right."""
        position = north(metres)
        said = {
            "latitude_deg": position.latitude_deg,
            "longitude_deg": position.longitude_deg,
            "accuracy_m": 8.0,
            "source": "gnss",
            "fixed_at": (self.clock.now() - timedelta(seconds=ago_s)).isoformat(),
        }
        return said | more

    def moves(self, session_id: UUID, *fixes: object, citizen_id: UUID = JIYOUNG) -> WalkReceipt:
        return self.positions.take(session_id, {"fixes": list(fixes)}, citizen_id, CITIZEN)

    def walks(self, session_id: UUID, seconds: int, *, begin: float, pace: float) -> None:
        """A position every five seconds, from ``begin`` metres on; a pace of 0 stands still."""
        for step in range(seconds // 5):
            self.clock.advance(5)
            self.moves(session_id, self.at(begin + 5 * pace * (step + 1)))

    def fires(self) -> list[Timer]:
        """Every timer that is due by now, in order, and what those call for that are due, too."""
        fired: list[Timer] = []
        while due := self._due():
            timer_id, timer = due
            fired.append(timer)
            outcome = self._ask(timer)
            del self.log.timers[timer_id]
            if isinstance(outcome, StandingReceipt) and outcome.again_at is not None:
                self.log.timers[timer_id] = timer._replace(due_at=outcome.again_at)
        return fired

    def passes(self, seconds: float) -> None:
        """Time goes on, and timers fire as it does."""
        until = self.clock.now() + timedelta(seconds=seconds)
        while True:
            due = min((one.due_at for one in self.log.timers.values()), default=until)
            step = min(due, until)
            self.clock.advance(max(0.0, (step - self.clock.now()).total_seconds()))
            self.fires()
            if step >= until:
                return

    def _due(self) -> tuple[UUID, Timer] | None:
        due = [one for one in self.log.timers.items() if one[1].due_at <= self.clock.now()]
        return min(due, key=lambda one: one[1].due_at, default=None)

    def _ask(self, timer: Timer) -> Receipt | None:
        asked = DueTimer(
            timer_id=timer.timer_id,
            aggregate_id=timer.aggregate_id,
            kind=timer.kind,
            name=timer.name,
            due_at=timer.due_at,
            correlation_id=CORRELATION,
            causation_id=None,
            attempts=0,
            late_s=0,
        )
        questions = self.timer_desk._ask
        question = questions.get(timer.kind)  # other services' desks are not in this house
        return question(asked, SYSTEM) if question else None


__all__ = ["CITIZEN", "GANGDONG", "JIYOUNG", "KIM", "LEE", "PARK_OF_SONGPA", "SONGPA", "SUJIN"]


@dataclass(frozen=True)
class Line:
    """A session as the board has it."""

    session_id: UUID
    district: DistrictCode
    holder: UUID | None
    wanted_by: DistrictCode | None


def line(house: MonitoringHouse, session_id: UUID) -> Line:
    session = house.session(session_id)
    return Line(session_id, session.district, session.watcher, session.wanted_by)
