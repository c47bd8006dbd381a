"""Everything that can be done to reports: two citizens, two districts, time, repeats, restarts.

Each step also tells a plain model, small enough to be obviously right.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
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
    AddNote,
    ClaimReport,
    ReleaseReport,
    ReopenReport,
    RequestPolice,
    ResolveReport,
    TakeOverReport,
    ViewCamera,
)
from application.errors import TooEarly
from application.outbox import Timer, TimerKind
from domain.emergency import facts
from domain.emergency.attending import HolderAway, HolderBack
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import Outcome, Stage
from domain.policy import EscalationLevel, Policy
from domain.roles import Role
from tests.application.house import NOTE, SYSTEM, id_of
from tests.stateful.belonging import Modelled
from tests.stateful.overtaking import OPERATORS
from tests.stateful.raising import Raising
from tests.stateful.turns import coordinates

CLAIMS = (facts.Claimed, facts.TakenOver, TransferAccepted)
PRESENCE = (HolderAway, HolderBack, *CLAIMS, facts.Released, facts.Resolved, facts.Reopened)
KEPT = timedelta(minutes=10)
FREE = timedelta(seconds=Policy().free_take_over_s)
REASONS = st.sampled_from([None, "Kim has left."])


class LifeOfReports(Raising):
    """Any history of raising, cancelling, answering, waiting, repeating and restarting."""

    reports = Raising.reports
    drawn = Bundle("drawn")

    def __init__(self) -> None:
        super().__init__()
        self._alarms_of = (0, 0)
        self._alarms: dict[UUID, set[tuple[TimerKind, datetime]]] = {}

    @rule(report_id=reports, operator=OPERATORS)
    def claim(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        command = ClaimReport(report_id=report_id)
        if self._step(
            operator,
            lambda: self._lives(one) and (self._free_for(one, operator) or one.unanswered),
            self.house.desk.claim,
            command,
        ):
            self._taken(one, operator)
            assert not self.report(report_id).ringing

    @rule(report_id=reports, operator=OPERATORS, reason=REASONS)
    def take_over(self, report_id: UUID, operator: Any, reason: str | None) -> None:
        one = self.model[report_id]
        command = TakeOverReport(report_id=report_id, reason=reason)

        def allowed() -> bool:
            free = self._free_for(one, operator) or reason is not None
            return self._lives(one) and (free or self._may_take(report_id, operator))

        if self._step(operator, allowed, self.house.desk.take_over, command):
            self._taken(one, operator)
            assert not self._is_away(report_id)

    def _free_for(self, one: Modelled, operator: Any) -> bool:
        return one.holder in (None, id_of(operator))

    def _may_take(self, report_id: UUID, operator: Any) -> bool:
        """Out of another's hand, without a word."""
        claims = [fact for fact in self.house.log.facts(report_id) if isinstance(fact, CLAIMS)]
        fresh = bool(claims) and self.house.clock.now() <= claims[-1].timestamp + FREE
        rings = self.report(report_id).ringing
        supervises = operator.principal.role in {Role.SUPERVISOR, Role.COORDINATOR}
        return fresh or rings or supervises or self._is_away(report_id)

    def _is_away(self, report_id: UUID) -> bool:
        """By the facts alone: away, and nothing since that says otherwise."""
        seen = [fact for fact in self.house.log.facts(report_id) if isinstance(fact, PRESENCE)]
        return bool(seen) and isinstance(seen[-1], HolderAway)

    def _taken(self, one: Modelled, operator: Any) -> None:
        one.stage, one.holder, one.unanswered = Stage.CLAIMED, id_of(operator), False

    @rule(report_id=reports, operator=OPERATORS)
    def release(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        command = ReleaseReport(report_id=report_id, reason="Shift ends.")
        if self._step(
            operator, lambda: self._holds(one, operator), self.house.desk.release, command
        ):
            one.stage, one.holder, one.unanswered = Stage.OPEN, None, False

    def _holds(self, one: Modelled, operator: Any) -> bool:
        return one.stage is Stage.CLAIMED and one.holder == id_of(operator)

    @rule(report_id=reports, operator=OPERATORS)
    def look(self, report_id: UUID, operator: Any) -> None:
        command = ViewCamera(report_id=report_id, camera_id="GD-001")
        one = self.model[report_id]
        self._step(operator, lambda: self._lives(one), self.house.desk.view_camera, command)

    @rule(report_id=reports, operator=OPERATORS)
    def note(self, report_id: UUID, operator: Any) -> None:
        """At any stage."""
        command = AddNote(report_id=report_id, note="A dog barks.")
        self._step(operator, lambda: True, self.house.desk.add_note, command)

    @rule(report_id=reports, operator=OPERATORS)
    def request_police(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        command = RequestPolice(report_id=report_id)
        self._step(
            operator,
            lambda: self._lives(one) and not one.drill,
            self.house.desk.request_police,
            command,
        )

    @rule(report_id=reports, operator=OPERATORS)
    def resolve(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        outcome = Outcome.DRILL if one.drill else Outcome.POLICE_HANDLED
        command = ResolveReport(report_id=report_id, outcome=outcome, note=NOTE)
        if self._step(
            operator,
            lambda: self._may_end(one, operator) and one.drill == (outcome is Outcome.DRILL),
            self.house.desk.resolve,
            command,
        ):
            one.stage, one.holder, one.unanswered = Stage.RESOLVED, None, False
            self._over(report_id)

    def _may_end(self, one: Modelled, operator: Any) -> bool:
        """Whoever has it and has answered; the coordinator whoever has it."""
        answered = self._holds(one, operator) and not one.unanswered
        return answered or (coordinates(operator) and self._lives(one))

    @rule(report_id=reports, operator=OPERATORS)
    def reopen(self, report_id: UUID, operator: Any) -> None:
        one = self.model[report_id]
        command = ReopenReport(report_id=report_id, reason="A scream was heard.")

        def allowed() -> bool:
            fresh = one.cancelled_at and self.house.clock.now() <= one.cancelled_at + KEPT
            return one.stage is Stage.RESOLVED or (one.stage is Stage.CANCELLED and bool(fresh))

        if self._step(operator, allowed, self.house.desk.reopen, command):
            one.stage, one.holder, one.reopened = Stage.OPEN, None, True
            one.seems_resolved = False
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
        self.belonging.answered.clear()

    def _put(self, timer: Timer) -> None:
        desk, report_id = self.house.desk, timer.aggregate_id
        if timer.kind is TimerKind.CANCEL_WINDOW:
            desk.window_elapsed(report_id, SYSTEM)
        elif timer.kind is TimerKind.ESCALATION:
            desk.escalate(report_id, EscalationLevel(timer.name), timer.due_at, SYSTEM)
        else:
            desk.idle_claim(report_id, timer.due_at, SYSTEM)

    def what_is_due(self, report_id: UUID) -> None:
        """One of its timers, if one is due."""
        now = self.house.clock.now()
        due = [one for one in self._waiting() if one.aggregate_id == report_id]
        for timer in [one for one in due if one.due_at <= now][:1]:
            self._fire(timer)

    def _fire(self, timer: Timer) -> None:
        self.judged(lambda: None, lambda: self._put(timer))
        self.fired.add(timer.timer_id)
        one = self.model[timer.aggregate_id]
        if timer.kind is TimerKind.CANCEL_WINDOW and one.stage is Stage.WINDOW:
            one.stage = Stage.OPEN

    def alarms(self, report_id: UUID) -> set[tuple[TimerKind, datetime]]:
        """What of it waits for its moment."""
        known = (len(self.house.log.timers), len(self.fired))
        if self._alarms_of != known:
            self._alarms_of = known
            self._alarms.clear()
            for one in self._waiting():
                self._alarms.setdefault(one.aggregate_id, set()).add((one.kind, one.due_at))
        return self._alarms.get(report_id, set())

    def _waiting(self) -> list[Timer]:
        timers = self.house.log.timers
        return [one for timer_id, one in timers.items() if timer_id not in self.fired]

    def _lives(self, one: Modelled) -> bool:
        return one.stage in (Stage.OPEN, Stage.CLAIMED)

    def _over(self, report_id: UUID) -> None:
        self.belonging.over(report_id)
