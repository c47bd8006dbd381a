"""Which timers and deliveries the facts of protections call for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from application.outbox import Delivery, Timer, TimerKind, page_of
from domain.base import Fact
from domain.protection import facts


def _ends(fact: facts.Enrolled | facts.Extended) -> list[Timer]:
    return [Timer(fact.originator_id, TimerKind.PROTECTION_ENDS, fact.ends_at)]


def _look(fact: facts.LookPlanned) -> list[Timer]:
    return [
        Timer(fact.originator_id, TimerKind.PROTECTION_LOOK, fact.due_at, name=str(fact.look_id))
    ]


def _missed(fact: facts.LookDue) -> list[Timer]:
    return [
        Timer(
            fact.originator_id,
            TimerKind.PROTECTION_MISSED,
            fact.missed_at,
            name=str(fact.look_id),
        )
    ]


def _missed_again(fact: facts.LookMissed) -> list[Timer]:
    if fact.next_at is None:
        return []
    return [
        Timer(
            fact.originator_id,
            TimerKind.PROTECTION_MISSED,
            fact.next_at,
            name=str(fact.look_id),
        )
    ]


TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    facts.Enrolled: _ends,
    facts.Extended: _ends,
    facts.LookPlanned: _look,
    facts.LookDue: _missed,
    facts.LookMissed: _missed_again,
}
DELIVERIES: Final[dict[type[Fact], Callable[[Any], list[Delivery]]]] = {facts.LookMissed: page_of}
