"""Which timers and deliveries an escort's facts call for; people are told by messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from application.outbox import Delivery, Timer, TimerKind, page_of
from domain.base import Fact
from domain.escort import facts
from domain.policy import Policy

SILENT_AFTER: Final = timedelta(seconds=Policy().signal_lost_after_s + Policy().track_every_s)
"""After a position that is kept: the next would be kept by then, or none came. Of the release's
own numbers, so that the same fact always calls for the same timer."""


def _timers(fact: Fact, *asked: tuple[TimerKind, datetime | None]) -> list[Timer]:
    about = fact.originator_id
    return [Timer(aggregate_id=about, kind=kind, due_at=due) for kind, due in asked if due]


def _booked(fact: facts.Booked) -> list[Timer]:
    return _timers(
        fact,
        (TimerKind.ESCORT_REMINDER, fact.remind_at),
        (TimerKind.ESCORT_LATE, fact.late_at),
        (TimerKind.ESCORT_NO_SHOW, fact.no_show_at),
    )


def _reassigned(fact: facts.Reassigned) -> list[Timer]:
    """Those that were due anyway are the same timers."""
    return _timers(
        fact,
        (TimerKind.ESCORT_LATE, fact.late_at),
        (TimerKind.ESCORT_NO_SHOW, fact.no_show_at),
    )


def _no_show(fact: facts.NoShow) -> list[Timer]:
    return _timers(fact, (TimerKind.ESCORT_GIVE_UP, fact.give_up_at))


def _started(fact: facts.Started) -> list[Timer]:
    return _timers(
        fact,
        (TimerKind.ESCORT_WATCH, fact.watch_by),
        (TimerKind.ESCORT_OVERDUE, fact.due_at),
        (TimerKind.ESCORT_SILENCE, fact.timestamp + SILENT_AFTER),
    )


def _watch_left(fact: facts.WatchLeft) -> list[Timer]:
    return _timers(fact, (TimerKind.ESCORT_WATCH, fact.watch_by))


def _seen(fact: facts.PositionSeen) -> list[Timer]:
    return _timers(fact, (TimerKind.ESCORT_SILENCE, fact.timestamp + SILENT_AFTER))


def _arrived(fact: facts.Arrived) -> list[Timer]:
    return _timers(fact, (TimerKind.ESCORT_CONFIRM, fact.confirm_by))


TIMERS: Final[dict[type[Fact], Callable[[Any], list[Timer]]]] = {
    facts.Booked: _booked,
    facts.Reassigned: _reassigned,
    facts.NoShow: _no_show,
    facts.Started: _started,
    facts.WatchLeft: _watch_left,
    facts.PositionSeen: _seen,
    facts.Arrived: _arrived,
}
DELIVERIES: Final[dict[type[Fact], Callable[[Any], list[Delivery]]]] = {facts.Unwatched: page_of}
