"""What happens by itself: timers, the providers of calls, and whoever sees who is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.attended import AtConsoles, OpenWalk
from application.consoles import on_duty
from application.context import Context
from application.desk import allow
from application.monitoring.base import Step, WatchDesk
from application.monitoring.commands import MonitoringReceipt
from application.outbox import TimerKind
from application.safe_return import Receipt
from application.timers import DueTimer, Question, StandingReceipt
from domain.call_end import CallEnd
from domain.geography import DistrictCode
from domain.monitoring import Monitoring
from domain.monitoring.vocabulary import WatchLapse, WatchRise
from domain.policy import EscalationLevel
from domain.roles import Role


class OpenSession(OpenWalk, Protocol):
    """As every walk; and which centre is to watch next."""

    @property
    def wanted_by(self) -> DistrictCode | None: ...


class Following(WatchDesk):
    """Everything may be asked and told twice; ``Receipt.position`` is None when nothing came of it.

    Raises:
        Unknown: there is no such session.
        TooEarly: a timer's moment has not come by our clock.
        Conflict, LogUnavailable: nothing was stored; ask again.
    """

    def timed(self) -> Mapping[TimerKind, Question]:
        """What the timers of return monitoring ask."""
        return {
            TimerKind.MONITORING_RISE: self._rise,
            TimerKind.MONITORING_LOOK: self._look,
            TimerKind.MONITORING_OVERDUE: self._overdue,
            TimerKind.MONITORING_ANSWER: self._unanswered,
            TimerKind.MONITORING_ASK_AGAIN: self._ask_again,
        }

    def call_placed(self, session_id: UUID, call_id: str, context: Context) -> Receipt:
        return self._told(
            session_id, context, lambda session, at: session.call_placed(call_id=call_id, at=at)
        )

    def call_connected(
        self,
        session_id: UUID,
        call_id: str,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        return self._told(
            session_id,
            context,
            lambda session, at: session.call_connected(
                call_id=call_id, at=at, occurred_at=occurred_at
            ),
        )

    def call_ended(  # noqa: PLR0913 (a call's end says which, how, how long and when)
        self,
        session_id: UUID,
        call_id: str,
        end: CallEnd,
        talked_s: float,
        context: Context,
        *,
        occurred_at: datetime | None = None,
    ) -> Receipt:
        return self._told(
            session_id,
            context,
            lambda session, at: session.call_ended(
                call_id=call_id,
                end=end,
                talked_s=talked_s,
                at=at,
                policy=self._policy,
                occurred_at=occurred_at,
            ),
        )

    def call_failed(
        self, session_id: UUID, delivery_id: UUID, code: str, context: Context
    ) -> Receipt:
        """The provider was not reached for good."""
        return self._told(
            session_id,
            context,
            lambda session, at: session.call_failed(
                delivery_id=delivery_id, code=code, at=at, policy=self._policy
            ),
        )

    def attend(self, open_sessions: Sequence[OpenSession], context: Context) -> int:
        """See for whom nobody is there who should be, and find somebody; how many changed hands.

        Args:
            open_sessions: as the board has them; the session and the roster decide.
            context: the machine's own.
        """
        allow(context, Role.SYSTEM)
        at = self._clock.now()
        there = AtConsoles(self._around.presence, at)
        return sum(
            self._attend(one.session_id, at, context)
            for one in open_sessions
            if one.wanted_by is not None or not there.attend(one)
        )

    def _attend(self, session_id: UUID, at: datetime, context: Context) -> bool:
        def attempt() -> MonitoringReceipt:
            taking = self._round(at)
            session = taking.session(session_id)
            watcher, there = session.watcher, AtConsoles(self._around.presence, at)
            if watcher is not None and not there.have(watcher, session.district):
                taking.replace_watcher(session, WatchLapse.WATCHER_LEFT)
            elif session.waits:
                taking.find_watcher(session)
            if not session.over and session.wanted_by is not None:
                taking.try_hand_over(session)
            return self._saved(taking, session, context)

        return self._decide(context, MonitoringReceipt, attempt).position is not None

    def _rise(self, timer: DueTimer, context: Context) -> Receipt:
        """Try once more to find somebody; else call who is above."""
        at = self._moment_of(timer.due_at)
        why, _, level = timer.name.partition("/")
        because, rises_to = WatchRise(why), EscalationLevel(level)

        def attempt() -> MonitoringReceipt:
            taking = self._round(at)
            session = taking.session(timer.aggregate_id)
            if session.is_due(because=because, level=rises_to, due_at=timer.due_at, at=at):
                if because is WatchRise.WAITING:
                    taking.find_watcher(session)
                elif because is WatchRise.HAND_OVER:
                    taking.try_hand_over(session)
                line = session.wanted_by or session.district
                session.escalate(
                    because=because,
                    level=rises_to,
                    due_at=timer.due_at,
                    neighbours=self._around.districts.neighbours(session.district),
                    on_duty=on_duty(self._around.presence, line, at),
                    at=at,
                )
            return self._saved(taking, session, context)

        return self._decide(context, MonitoringReceipt, attempt)

    def _look(self, timer: DueTimer, context: Context) -> Receipt:
        """The one standing question: what has come of her, and when to ask again."""
        at = self._moment_of(timer.due_at)
        again_at: list[datetime | None] = []

        def step(session: Monitoring, at: datetime) -> None:
            track = self._recent(session, at)
            session.follow_positions(track, (), at=at, policy=self._policy)
            again_at[:] = [session.look_again_at(track, at=at, policy=self._policy)]

        receipt = self._step(timer.aggregate_id, context, step, at=at)
        return StandingReceipt(
            aggregate_id=receipt.aggregate_id, position=receipt.position, again_at=again_at[0]
        )

    def _overdue(self, timer: DueTimer, context: Context) -> Receipt:
        at = self._moment_of(timer.due_at)
        return self._step(
            timer.aggregate_id,
            context,
            lambda session, at: session.overdue(due_at=timer.due_at, at=at, policy=self._policy),
            at=at,
        )

    def _unanswered(self, timer: DueTimer, context: Context) -> Receipt:
        at = self._moment_of(timer.due_at)
        return self._step(
            timer.aggregate_id,
            context,
            lambda session, at: session.unanswered(
                question_id=UUID(timer.name), due_at=timer.due_at, at=at, policy=self._policy
            ),
            at=at,
        )

    def _ask_again(self, timer: DueTimer, context: Context) -> Receipt:
        at = self._moment_of(timer.due_at)
        return self._step(
            timer.aggregate_id,
            context,
            lambda session, at: session.ask_again(due_at=timer.due_at, at=at, policy=self._policy),
            at=at,
        )

    def _told(self, session_id: UUID, context: Context, step: Step) -> Receipt:
        allow(context, Role.SYSTEM, Role.PARTNER)
        return self._step(session_id, context, step)
