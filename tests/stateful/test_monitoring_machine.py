"""Any night of return monitoring: who watches whom, who is asked, and that nobody is forgotten.

The promises: once somebody watched, somebody does, or the session says that nobody does; nothing
ends twice; every question is answered, found needless, overtaken by an emergency, or rises; no
operator watches more than one may, or is handed again what she gave away; positions may come in
any order.
"""

from __future__ import annotations

from uuid import UUID

from hypothesis import settings
from hypothesis.stateful import invariant

from application.outbox import TimerKind
from domain.monitoring import facts
from domain.monitoring.asking import Answered, Asked, Cleared, Unanswered
from domain.monitoring.calling import CallRequested
from domain.monitoring.handing_over import HandedOver
from domain.monitoring.vocabulary import MonitoringStage
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind
from domain.watch_roster import WatchRoster
from tests.memory import GANGDONG, SONGPA
from tests.stateful.watched_night import CITIZENS, POLICY, WatchedNight


class MonitoringNight(WatchedNight):
    """What holds after every step."""

    @invariant()
    def once_watched_somebody_watches_or_it_says_that_nobody_does(self) -> None:
        for session_id, _ in self.sessions:
            session, watcher = self.house.session(session_id), None
            for fact in self.of(session_id):
                if isinstance(fact, facts.Assigned | HandedOver):
                    watcher = fact.operator_id
                elif isinstance(fact, facts.Unwatched | facts.Arrived | facts.Ended):
                    watcher = None
            assert session.watcher == watcher
            if not session.over:
                assert (session.stage is MonitoringStage.WATCHED) == (watcher is not None)

    @invariant()
    def rosters_and_sessions_agree_and_nobody_watches_more_than_one_may(self) -> None:
        watched: dict[UUID, UUID] = {}
        waiting: dict[UUID, str] = {}
        for district in (GANGDONG, SONGPA):
            roster = self.house.app.find(WatchRoster, WatchRoster.create_id(district))
            if roster is None:
                continue
            assert not set(watched) & set(roster.watched)
            watched |= roster.watched
            waiting |= dict.fromkeys(roster.waiting, district)
            for operator_id in set(roster.watched.values()):
                assert len(roster.watched_by(operator_id)) <= POLICY.watched_max
            for session_id in roster.watched:
                assert self.house.session(session_id).district == district
        for session_id, _ in self.sessions:
            session = self.house.session(session_id)
            assert watched.get(session_id) == session.watcher
            if session.waits:
                assert session_id in waiting, "nobody is forgotten"
            if session.over:
                assert session_id not in waiting

    @invariant()
    def who_gave_a_walk_away_is_not_handed_it_again(self) -> None:
        for session_id, _ in self.sessions:
            assert (session_id, self.house.session(session_id).watcher) not in self.given_away

    @invariant()
    def nothing_ends_twice_and_nothing_happens_after_the_end(self) -> None:
        for session_id, _ in self.sessions:
            told = self.of(session_id)
            ends = [one for one in told if isinstance(one, facts.Arrived | facts.Ended)]
            assert len(ends) <= 1
            if ends:
                after = told[told.index(ends[0]) + 1 :]
                late = {type(one).TOPIC for one in after}
                assert late <= {
                    "monitoring.call_placed",
                    "monitoring.call_connected",
                    "monitoring.call_ended",
                    "monitoring.call_failed",
                }, late
                assert self.house.session(session_id).rises == ()

    @invariant()
    def every_question_is_settled_or_has_a_timer_that_asks_after_it(self) -> None:
        for session_id, _ in self.open():
            session = self.house.session(session_id)
            if session.question is None:
                continue
            if session.answer_by is not None:
                assert (TimerKind.MONITORING_ANSWER, session.answer_by) in self.alarms(session_id)
                continue
            last = next(
                one
                for one in reversed(self.of(session_id))
                if isinstance(one, Asked | Answered | Cleared | Unanswered)
            )
            assert isinstance(last, Unanswered)
            seen_to = any(isinstance(one, CallRequested) for one in self.of(session_id))
            risen = any(isinstance(one, facts.Escalated) for one in self.of(session_id))
            assert seen_to or risen or session.rises

    @invariant()
    def what_rises_has_its_timer_and_nobody_waits_in_silence(self) -> None:
        for session_id, _ in self.open():
            session = self.house.session(session_id)
            alarms = self.alarms(session_id)
            firsts = dict(reversed(session.rises))
            for due in firsts.values():
                assert (TimerKind.MONITORING_RISE, due.due_at) in alarms
            if session.listens:
                kinds = [kind for kind, _ in alarms]
                assert kinds.count(TimerKind.MONITORING_LOOK) == 1, "one timer stands"

    @invariant()
    def a_citizen_has_one_open_session(self) -> None:
        for citizen_id in CITIZENS:
            mine = [one for one, whose in self.open() if whose == citizen_id]
            guard = self.house.app.find(SessionGuard, SessionGuard.create_id(citizen_id))
            standing = guard.session(SessionKind.MONITORING) if guard else None
            assert mine == ([standing] if standing else [])


TestMonitoringNight = MonitoringNight.TestCase
TestMonitoringNight.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
