"""Which timers and deliveries a fact of return monitoring calls for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from application.outbox import Channel, Delivery, Timer, TimerKind, page_of
from domain.base import Fact
from domain.escalation import Escalation
from domain.monitoring import facts
from domain.monitoring.asking import Answered, Asked, Cleared, Unanswered
from domain.monitoring.calling import CallEnded, CallFailed, CallRequested
from domain.monitoring.handing_over import HandOverWanted
from domain.monitoring.vocabulary import WatchRise


def _first(fact: Fact, because: WatchRise, escalations: tuple[Escalation, ...]) -> list[Timer]:
    """The next rise alone: when it comes to it, its fact calls for the one after."""
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.MONITORING_RISE,
            name=f"{because}/{one.level}",
            due_at=one.due_at,
        )
        for one in escalations[:1]
    ]


def _rises(because: WatchRise) -> Callable[[Any], list[Timer]]:
    return lambda fact: _first(fact, because, fact.escalations)


def _rises_further(fact: facts.Escalated) -> list[Timer]:
    return _first(fact, fact.because, fact.escalations)


def _overdue(fact: facts.Requested | facts.Extended) -> list[Timer]:
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.MONITORING_OVERDUE,
            due_at=fact.overdue_at,
        )
    ]


def _requested(fact: facts.Requested) -> list[Timer]:
    return [*_first(fact, WatchRise.WAITING, fact.escalations), *_overdue(fact)]


def _look(fact: facts.Started) -> list[Timer]:
    """One for the whole way: it stands, and is asked again and again."""
    return [
        Timer(aggregate_id=fact.originator_id, kind=TimerKind.MONITORING_LOOK, due_at=fact.look_at)
    ]


def _answer(fact: Asked) -> list[Timer]:
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.MONITORING_ANSWER,
            name=str(fact.question_id),
            due_at=fact.answer_by,
        )
    ]


def _ask_again(fact: Answered | Cleared) -> list[Timer]:
    if fact.ask_again_at is None:
        return []
    return [
        Timer(
            aggregate_id=fact.originator_id,
            kind=TimerKind.MONITORING_ASK_AGAIN,
            due_at=fact.ask_again_at,
        )
    ]


def _call(fact: CallRequested) -> list[Delivery]:
    session_id = fact.originator_id
    return [
        Delivery(
            key=f"session_call:{session_id}:{fact.attempt}",
            channel=Channel.SESSION_CALL,
            about=session_id,
        )
    ]


TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    facts.Requested: _requested,
    facts.Extended: _overdue,
    facts.Started: _look,
    facts.Unwatched: _rises(WatchRise.WAITING),
    facts.Escalated: _rises_further,
    HandOverWanted: _rises(WatchRise.HAND_OVER),
    Unanswered: _rises(WatchRise.UNANSWERED),
    CallEnded: _rises(WatchRise.CALLED),
    CallFailed: _rises(WatchRise.CALLED),
    Asked: _answer,
    Answered: _ask_again,
    Cleared: _ask_again,
}
DELIVERIES: Final[dict[type[Fact], Callable[[Any], list[Delivery]]]] = {
    CallRequested: _call,
    facts.Escalated: page_of,
}
