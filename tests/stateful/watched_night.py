"""Three citizens, people at the consoles of two centres, and whatever they do in a night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from application.context import Context
from application.errors import ApplicationError
from application.monitoring.commands import (
    AnswerCheckIn,
    ClearMonitoring,
    EndMonitoring,
    ExtendMonitoring,
    GiveMonitoring,
    HandMonitoringOver,
    RaiseFromMonitoring,
)
from application.outbox import TimerKind
from domain.base import DomainError, Fact
from domain.monitoring import Monitoring
from domain.monitoring.vocabulary import CheckInAnswer, MonitoringClearedBy, MonitoringStage
from domain.policy import Policy
from tests.application.house import (
    CHO_OF_SONGPA,
    CITIZEN,
    JIYOUNG,
    KIM,
    LEE,
    PARK_OF_SONGPA,
    SUJIN,
    SYSTEM,
    id_of,
)
from tests.application.monitoring_house import MonitoringHouse
from tests.domain.walks import north
from tests.memory import GANGDONG, SONGPA

POLICY = Policy(watched_max=1, monitoring_s_max=7200)
MINYOUNG = uuid5(JIYOUNG, "friend")
CITIZENS = (JIYOUNG, SUJIN, MINYOUNG)
OPERATORS = (KIM, LEE, CHO_OF_SONGPA, PARK_OF_SONGPA)
OVER = {MonitoringStage.ARRIVED, MonitoringStage.ENDED}
sessions = st.integers(0, 5)
people = st.sampled_from(CITIZENS)
operators = st.sampled_from(OPERATORS)
metres = st.sampled_from((0, 40, 400, 980, 1000, 1480, 1600, 1700))


class Line:
    """A line of the board."""

    def __init__(self, session: Monitoring, *, behind: bool) -> None:
        self.session_id = session.id
        self.district = session.district
        self.holder = None if behind else session.watcher
        self.wanted_by = session.wanted_by


class WatchedNight(RuleBasedStateMachine):
    """Three citizens, three operators of two centres, and whatever they do."""

    def __init__(self) -> None:
        super().__init__()
        self.house = MonitoringHouse(POLICY)
        self.house.joins(MINYOUNG)
        self.house.presence.there = {GANGDONG: (id_of(KIM),), SONGPA: (id_of(CHO_OF_SONGPA),)}
        self.sessions: list[tuple[UUID, UUID]] = []
        self.ended: dict[UUID, MonitoringStage] = {}
        self.wishes = 0
        self.given_away: set[tuple[UUID, UUID]] = set()
        """Sessions, and out of whose hands they were given, until she takes or is given them."""

    def pick(self, number: int) -> tuple[UUID, UUID]:
        return self.sessions[number % len(self.sessions)]

    def may_refuse(self, act: Any) -> None:
        """What is refused leaves no fact; only that it was refused by name matters here."""
        before = len(self.house.log.facts())
        try:
            act()
        except (DomainError, ApplicationError):
            assert len(self.house.log.facts()) == before

    @rule(citizen_id=people, far=st.booleans(), minutes=st.integers(-1, 90))
    def wish(self, *, citizen_id: UUID, far: bool, minutes: int) -> None:
        self.wishes += 1
        expected = self.house.clock.now() + timedelta(minutes=minutes)

        def act() -> None:
            receipt = self.house.wish(
                citizen_id,
                request_id=f"w-{self.wishes}",
                expected_at=expected,
                destination=north(3000 if far else 1000),
            )
            self.sessions.append((receipt.session_id, citizen_id))

        self.may_refuse(act)

    @precondition(lambda self: self.sessions)
    @rule(
        number=sessions,
        places=st.lists(st.tuples(metres, st.integers(-20, 600)), min_size=1, max_size=4),
        aside=st.booleans(),
    )
    def positions_come(self, *, number: int, places: list[tuple[int, int]], aside: bool) -> None:
        session_id, citizen_id = self.pick(number)
        more = {"longitude_deg": 127.1338} if aside else {}
        fixes = [self.house.at(one, ago_s=ago_s, **more) for one, ago_s in places]
        receipt = self.house.moves(session_id, *fixes, citizen_id=citizen_id)
        assert receipt.taken + receipt.thinned + len(receipt.refused) == len(places) or (
            not receipt.open
        )

    @precondition(lambda self: self.sessions)
    @rule(number=sessions, at=metres, seconds=st.sampled_from((20, 35, 60, 130)))
    def she_walks_or_stands(self, number: int, at: int, seconds: int) -> None:
        session_id, citizen_id = self.pick(number)
        for _ in range(0, seconds, 5):
            self.house.passes(5)
            self.house.moves(session_id, self.house.at(at), citizen_id=citizen_id)

    @rule(seconds=st.sampled_from((1, 14, 30, 31, 60, 121, 300, 601, 1800)))
    def time_passes(self, seconds: int) -> None:
        self.house.passes(seconds)

    @rule(
        gangdong=st.sets(st.sampled_from((KIM, LEE)).map(id_of)),
        songpa=st.sets(st.sampled_from((CHO_OF_SONGPA,)).map(id_of)),
        behind=st.booleans(),
    )
    def people_come_and_go(self, *, gangdong: set[UUID], songpa: set[UUID], behind: bool) -> None:
        self.house.presence.there = {
            GANGDONG: tuple(sorted(gangdong)),
            SONGPA: tuple(sorted(songpa)),
        }
        lines = [Line(self.house.session(one), behind=behind) for one, _ in self.open()]
        self.house.watch.attend(lines, SYSTEM)

    @precondition(lambda self: self.sessions)
    @rule(number=sessions, answer=st.sampled_from(CheckInAnswer), old=st.booleans())
    def she_answers(self, *, number: int, answer: CheckInAnswer, old: bool) -> None:
        session_id, citizen_id = self.pick(number)
        asked = self.house.session(session_id).questions
        if not asked:  # a cry for help would be raised all the same
            answer = CheckInAnswer.ALL_RIGHT
        question_id = asked[0 if old else -1] if asked else session_id
        command = AnswerCheckIn(question_id=question_id, answer=answer)
        self.may_refuse(lambda: self.house.watch.answer(session_id, command, citizen_id, CITIZEN))

    @precondition(lambda self: self.sessions)
    @rule(number=sessions, how=st.sampled_from(("arrive", "end")), whose=people)
    def she_ends_it(self, number: int, how: str, whose: UUID) -> None:
        session_id, _ = self.pick(number)
        self.may_refuse(lambda: getattr(self.house.watch, how)(session_id, whose, CITIZEN))

    @precondition(lambda self: self.sessions)
    @rule(number=sessions, minutes=st.integers(-5, 200))
    def she_needs_longer(self, number: int, minutes: int) -> None:
        session_id, citizen_id = self.pick(number)
        expected = self.house.clock.now() + timedelta(minutes=minutes)
        command = ExtendMonitoring(expected_at=expected)
        self.may_refuse(lambda: self.house.watch.extend(session_id, command, citizen_id, CITIZEN))

    @precondition(lambda self: self.sessions)
    @rule(
        number=sessions,
        who=operators,
        what=st.sampled_from(("take", "give", "give_to", "call", "clear", "hand_over", "end")),
        to=operators,
    )
    def an_operator_acts(self, number: int, who: Context, what: str, to: Context) -> None:
        session_id, _ = self.pick(number)
        watch = self.house.watch
        district = to.principal.district or GANGDONG
        acts = {
            "take": lambda: watch.take(session_id, who),
            "give": lambda: watch.give(session_id, GiveMonitoring(), who),
            "give_to": lambda: watch.give(session_id, GiveMonitoring(operator_id=id_of(to)), who),
            "call": lambda: watch.call(session_id, who),
            "clear": lambda: watch.clear(
                session_id, ClearMonitoring(by=MonitoringClearedBy.CAMERA), who
            ),
            "hand_over": lambda: watch.hand_over(
                session_id, HandMonitoringOver(to_district=district, reason="Over there."), who
            ),
            "end": lambda: watch.end_by_hand(session_id, EndMonitoring(reason="Met."), who),
        }
        before = self.house.session(session_id).watcher
        self.may_refuse(acts[what])
        after = self.house.session(session_id).watcher
        if what.startswith("give") and before is not None and after != before:
            self.given_away.add((session_id, before))
        if what in {"take", "give_to"} and after is not None:
            self.given_away.discard((session_id, after))

    @precondition(lambda self: self.sessions)
    @rule(number=sessions)
    def her_watcher_gives_her_away_and_the_machine_looks(self, number: int) -> None:
        """As soon as it does, somebody watches who had not given her away, or nobody does."""
        session_id, _ = self.pick(number)
        watcher = self.house.session(session_id).watcher
        for who in OPERATORS:
            if id_of(who) == watcher:
                self.an_operator_acts(number, who, "give", who)
        lines = [Line(self.house.session(one), behind=False) for one, _ in self.open()]
        self.house.watch.attend(lines, SYSTEM)

    @precondition(lambda self: self.sessions)
    @rule(number=sessions, end=st.sampled_from(("hung_up", "unanswered", "failed")))
    def the_provider_tells(self, number: int, end: str) -> None:
        session_id, _ = self.pick(number)
        calls = self.house.session(session_id).calls_ordered
        call_id = f"c-{calls}"
        self.may_refuse(lambda: self.house.watch.call_placed(session_id, call_id, SYSTEM))
        self.may_refuse(lambda: self.house.watch.call_ended(session_id, call_id, end, 3.0, SYSTEM))

    @precondition(lambda self: self.sessions)
    @rule(number=sessions, who=operators, silent=st.booleans())
    def an_operator_raises(self, *, number: int, who: Context, silent: bool) -> None:
        session_id, _ = self.pick(number)
        command = RaiseFromMonitoring(silent=silent)
        self.may_refuse(lambda: self.house.watch.raise_emergency(session_id, command, who))
        self.house.passes(0)

    @rule()
    def another_process_takes_over(self) -> None:
        self.house.restart()

    def open(self) -> list[tuple[UUID, UUID]]:
        return [one for one in self.sessions if self.house.session(one[0]).stage not in OVER]

    def of(self, session_id: UUID) -> list[Fact]:
        return self.house.log.facts(session_id)

    def alarms(self, session_id: UUID) -> list[tuple[TimerKind, Any]]:
        return [
            (one.kind, one.due_at)
            for one in self.house.log.timers.values()
            if one.aggregate_id == session_id
        ]
