"""Everything that can be done to reports: two citizens, two operators, time, repeats, restarts.

Each step also tells a plain model, small enough to be obviously right.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    consumes,
    multiple,
    precondition,
    rule,
)

from application.emergency.commands import (
    ClaimReport,
    ReleaseReport,
    ReopenReport,
    RequestPolice,
    ResolveReport,
    TakeOverReport,
    ViewCamera,
)
from application.errors import TooEarly
from application.outbox import Channel, Timer, TimerKind
from domain.base import DomainError
from domain.emergency.vocabulary import Outcome, Stage
from domain.policy import EscalationLevel
from tests.application.delivery_twins import sending
from tests.application.house import (
    KIM,
    LEE,
    NOTE,
    SYSTEM,
    id_of,
)
from tests.stateful.belonging import Modelled
from tests.stateful.raising import Raising

OPERATORS = st.sampled_from([KIM, LEE])
KEPT = timedelta(minutes=10)


class LifeOfReports(Raising):
    """Any history of raising, cancelling, answering, waiting, repeating and restarting."""

    reports = Raising.reports
    drawn = Bundle("drawn")

    @rule(report_id=reports, operator=OPERATORS)
    def claim(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        mine = one.holder in (None, id_of(operator)) or one.unanswered
        allowed = self._lives(one) and mine
        self._ask(
            allowed, lambda: self.house.desk.claim(ClaimReport(report_id=report_id), operator)
        )
        if allowed:
            one.stage, one.holder, one.unanswered = Stage.CLAIMED, id_of(operator), False
            assert not self.house.report(report_id).ringing

    @rule(report_id=reports, operator=OPERATORS)
    def take_over(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        take = TakeOverReport(report_id=report_id, reason="Kim has left.")
        allowed = self._lives(one)
        self._ask(allowed, lambda: self.house.desk.take_over(take, operator))
        if allowed:
            one.stage, one.holder, one.unanswered = Stage.CLAIMED, id_of(operator), False

    @rule(report_id=reports, operator=OPERATORS)
    def release(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        back = ReleaseReport(report_id=report_id, reason="Shift ends.")
        allowed = one.stage is Stage.CLAIMED and one.holder == id_of(operator)
        self._ask(allowed, lambda: self.house.desk.release(back, operator))
        if allowed:
            one.stage, one.holder, one.unanswered = Stage.OPEN, None, False

    @rule(report_id=reports, operator=OPERATORS)
    def look(self, report_id: UUID, operator: Any) -> None:
        camera = ViewCamera(report_id=report_id, camera_id="GD-001")
        self._ask(
            self._lives(self.model[report_id]),
            lambda: self.house.desk.view_camera(camera, operator),
        )

    @rule(report_id=reports, operator=OPERATORS)
    def request_police(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        self._ask(
            self._lives(one) and not one.drill,
            lambda: self.house.desk.request_police(RequestPolice(report_id=report_id), operator),
        )

    @rule(times=st.integers(1, 2))
    @precondition(lambda self: bool(self.house.log.deliveries))
    def help_is_asked_for_and_answers(self, times: int) -> None:
        """Whatever waits for the police is sent; a crash may have it sent twice."""
        for delivery in list(self.house.log.deliveries.values()):
            if delivery.channel is Channel.POLICE:
                desk = sending(self.house.app, self.house.desk, delivery, self.house.access)
                for _ in range(times):
                    desk.attempt(delivery.delivery_id)
                if ("done", "a reference") in desk.book.settled:  # what is stood down never goes
                    self.sent.add(delivery.delivery_id)

    @rule(report_id=reports, operator=OPERATORS)
    def resolve(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        outcome = Outcome.DRILL if one.drill else Outcome.POLICE_HANDLED
        end = ResolveReport(report_id=report_id, outcome=outcome, note=NOTE)
        mine = one.stage is Stage.CLAIMED and one.holder == id_of(operator)
        allowed = mine and not one.unanswered
        self._ask(allowed, lambda: self.house.desk.resolve(end, operator))
        if allowed:
            one.stage, one.holder = Stage.RESOLVED, None
            self._over(report_id)

    @rule(report_id=reports, operator=OPERATORS)
    def reopen(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        again = ReopenReport(report_id=report_id, reason="A scream was heard.")
        fresh = one.cancelled_at and self.house.clock.now() <= one.cancelled_at + KEPT
        allowed = one.stage is Stage.RESOLVED or (one.stage is Stage.CANCELLED and bool(fresh))
        self._ask(allowed, lambda: self.house.desk.reopen(again, operator))
        if allowed:
            one.stage, one.holder, one.reopened = Stage.OPEN, None, True
            self.belonging.reopened(report_id)

    @rule(seconds=st.sampled_from([0.5, 4.5, 5, 15, 30, 90, 700]))
    def time_passes(self, seconds: float) -> None:
        self.house.clock.advance(seconds)

    @rule()
    @precondition(lambda self: bool(self._waiting()))
    def the_next_timer_fires_on_time(self) -> None:
        timer = min(self._waiting(), key=lambda one: one.due_at)
        self.house.clock.advance(max(0.0, (timer.due_at - self.house.clock.now()).total_seconds()))
        self._fire(timer)

    @rule(target=drawn)
    @precondition(lambda self: any(one.due_at <= self.house.clock.now() for one in self._waiting()))
    def timers_are_drawn(self) -> Any:
        """A scheduler takes what is due; it may fire at once, later, or beside another."""
        now = self.house.clock.now()
        return multiple(*[one for one in self._waiting() if one.due_at <= now])

    @rule(timer=consumes(drawn))
    def a_drawn_timer_fires(self, timer: Timer) -> None:
        self._fire(timer)

    @rule(seconds=st.sampled_from([0, 5, 30, 100]))
    @precondition(lambda self: bool(self._waiting()))
    def time_passes_and_the_scheduler_keeps_up(self, seconds: float) -> None:
        self.house.clock.advance(seconds)
        now = self.house.clock.now()
        for timer in sorted(self._waiting(), key=lambda one: one.due_at):
            if timer.due_at <= now:
                self._fire(timer)

    @rule()
    @precondition(lambda self: bool(self._waiting()))
    def an_early_timer_changes_nothing(self) -> None:
        early = [one for one in self._waiting() if one.due_at > self.house.clock.now()]
        for timer in early:
            head = self.house.log.max_notification_id()
            with suppress(TooEarly):
                self._put(timer)
            assert self.house.log.max_notification_id() == head

    @rule()
    def restart(self) -> None:
        self.house.restart()

    @rule()
    def idempotency_keys_expire(self) -> None:
        self.house.log.forget_answers()

    def _put(self, timer: Timer) -> None:
        desk, report_id = self.house.desk, timer.aggregate_id
        if timer.kind is TimerKind.CANCEL_WINDOW:
            desk.window_elapsed(report_id, SYSTEM)
        elif timer.kind is TimerKind.ESCALATION:
            desk.escalate(report_id, EscalationLevel(timer.name), timer.due_at, SYSTEM)
        else:
            desk.idle_claim(report_id, timer.due_at, SYSTEM)

    def _fire(self, timer: Timer) -> None:
        self._put(timer)
        self.fired.add(timer.timer_id)
        one = self.model[timer.aggregate_id]
        if timer.kind is TimerKind.CANCEL_WINDOW and one.stage is Stage.WINDOW:
            one.stage = Stage.OPEN

    def _waiting(self) -> list[Timer]:
        timers = self.house.log.timers
        return [one for timer_id, one in timers.items() if timer_id not in self.fired]

    def _ask(self, allowed: bool, ask: Callable[[], object]) -> None:  # noqa: FBT001
        try:
            ask()
        except DomainError:
            assert not allowed
        else:
            assert allowed

    def _lives(self, one: Modelled) -> bool:
        return one.stage in (Stage.OPEN, Stage.CLAIMED)

    def _over(self, report_id: UUID) -> None:
        self.belonging.over(report_id)
