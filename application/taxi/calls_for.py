"""Which timers and deliveries the facts of a ride call for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from application.outbox import Channel, Delivery, Timer, TimerKind, page_of
from domain.base import Fact
from domain.taxi import facts, way


def _timer(about: UUID, kind: TimerKind, due_at: datetime | None, name: str = "") -> list[Timer]:
    if due_at is None:
        return []
    return [Timer(aggregate_id=about, kind=kind, due_at=due_at, name=name)]


def _boarded(fact: facts.Boarded) -> list[Timer]:
    trip_id = fact.originator_id
    return [
        *_timer(trip_id, TimerKind.TAXI_OVERDUE, fact.due_at),
        *_timer(trip_id, TimerKind.TAXI_SIGNAL, fact.signal_due_at),
    ]


def _kept(fact: way.PositionKept) -> list[Timer]:
    return _timer(fact.originator_id, TimerKind.TAXI_SIGNAL, fact.signal_due_at)


def _rests(fact: way.CameToRest) -> list[Timer]:
    return _timer(fact.originator_id, TimerKind.TAXI_STILL, fact.ask_at)


def _asked(fact: facts.Asked) -> list[Timer]:
    name = str(fact.question_id)
    return _timer(fact.originator_id, TimerKind.TAXI_ANSWER, fact.answer_by, name)


def _answered(fact: facts.Answered) -> list[Timer]:
    return [
        *_timer(fact.originator_id, TimerKind.TAXI_OVERDUE, fact.due_at),
        *_timer(fact.originator_id, TimerKind.TAXI_STILL, fact.ask_at),
    ]


def _extended(fact: facts.Extended) -> list[Timer]:
    return _timer(fact.originator_id, TimerKind.TAXI_OVERDUE, fact.due_at)


def _given_up(fact: facts.CheckGivenUp) -> list[Timer]:
    return _timer(fact.originator_id, TimerKind.TAXI_CHECK, fact.again_at)


def _check(fact: facts.Boarded | facts.PlateGiven | facts.CheckResumed) -> list[Delivery]:
    if fact.check_id is None:
        return []
    return [
        Delivery(
            key=f"taxi_check:{fact.check_id}",
            channel=Channel.TAXI_CHECK,
            about=fact.originator_id,
            request_id=fact.check_id,
        )
    ]


def _call(fact: facts.CallRequested) -> list[Delivery]:
    return [
        Delivery(
            key=f"taxi_call:{fact.call_id}",
            channel=Channel.TAXI_CALL,
            about=fact.originator_id,
            request_id=fact.call_id,
        )
    ]


TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    facts.Boarded: _boarded,
    way.PositionKept: _kept,
    way.CameToRest: _rests,
    facts.Asked: _asked,
    facts.Answered: _answered,
    facts.Extended: _extended,
    facts.CheckGivenUp: _given_up,
}
DELIVERIES: Final[dict[type[Fact], Callable[[Any], list[Delivery]]]] = {
    facts.Boarded: _check,
    facts.PlateGiven: _check,
    facts.CheckResumed: _check,
    facts.CallRequested: _call,
    facts.Unanswered: page_of,
}
