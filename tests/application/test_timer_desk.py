"""A timer asks its aggregate, and what comes of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from application.outbox import TimerKind
from application.timers import DueTimer, TimerDesk, TimerOutcome
from domain.policy import EscalationLevel
from tests.application.house import CORRELATION, SYSTEM, DeskHouse


def due(house: DeskHouse, kind: TimerKind, name: str = "") -> DueTimer:
    """A timer of ``kind`` that a report has set."""
    timer = next(one for one in house.log.timers.values() if one.kind is kind and one.name == name)
    return DueTimer(
        timer_id=timer.timer_id,
        aggregate_id=timer.aggregate_id,
        kind=timer.kind,
        name=timer.name,
        due_at=timer.due_at,
        correlation_id=CORRELATION,
        causation_id=uuid4(),
        attempts=0,
        late_s=0,
    )


def test_the_end_of_the_window_accepts_once() -> None:
    house = DeskHouse()
    house.raised()
    desk, timer = TimerDesk(house.desk), due(house, TimerKind.CANCEL_WINDOW)
    house.clock.advance(5)
    assert desk.fire(timer) is TimerOutcome.CHANGED
    assert desk.fire(timer) is TimerOutcome.NOTHING


def test_a_timer_that_our_clock_calls_early_is_asked_again() -> None:
    house = DeskHouse()
    house.raised()
    desk, timer = TimerDesk(house.desk), due(house, TimerKind.CANCEL_WINDOW)
    house.clock.advance(4)
    assert desk.fire(timer) is TimerOutcome.EARLY
    house.clock.advance(1)
    assert desk.fire(timer) is TimerOutcome.CHANGED


def test_an_unclaimed_report_rises() -> None:
    house = DeskHouse()
    report_id = house.accepted().report_id
    timer = due(house, TimerKind.ESCALATION, EscalationLevel.SUPERVISOR)
    house.clock.advance(15)
    assert TimerDesk(house.desk).fire(timer) is TimerOutcome.CHANGED
    assert house.log.topics(report_id)[-1] == "emergency.escalated"


def test_a_claim_without_an_action_rings_again() -> None:
    house = DeskHouse()
    report_id = house.claimed().report_id
    timer = due(house, TimerKind.IDLE_CLAIM)
    house.clock.advance(30)
    assert TimerDesk(house.desk).fire(timer) is TimerOutcome.CHANGED
    assert house.log.topics(report_id)[-1] == "emergency.escalated"


def test_what_it_asks_carries_its_cause() -> None:
    house = DeskHouse()
    report_id = house.raised().report_id
    timer = due(house, TimerKind.CANCEL_WINDOW)
    house.clock.advance(5)
    TimerDesk(house.desk).fire(timer)
    envelope = house.log.facts(report_id)[-1].envelope
    assert envelope.correlation_id == CORRELATION
    assert envelope.causation_id == timer.causation_id
    assert envelope.actor == SYSTEM.principal.actor
    assert timer.due_at - house.clock.now() == timedelta(0)
