"""What positions say of a walk: off the way, standing still, there, or silent.

Pure readings of a track, made anew from the positions at hand: in any order, with repeats, after
a restart they say the same. What is worse than it could tell says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime

from domain.base import Value
from domain.geography import Position, metres_between
from domain.policy import Policy
from domain.watching.fix import Fix
from domain.watching.route import Route

Says = Callable[[Fix], float | None]
"""How far, where a position says so; None where it does not."""


class Sign(Value):
    """Something is so, and was without a break since then."""

    since: AwareDatetime
    metres: float
    """How far the last position was."""
    enough: bool
    """Whether it has lasted as long as it must to mean something."""


class InOrder(NamedTuple):
    """A batch against what was known before it."""

    newer: tuple[Fix, ...]
    """Oldest first."""
    late: int
    """Taken before the newest that was known: kept beside the log, and news of nothing."""


def in_order(fixes: Iterable[Fix], newest: datetime | None) -> InOrder:
    """The positions that bring news, in order, and how many came too late to."""
    ordered = sorted(fixes, key=lambda fix: fix.moment)
    newer = tuple(fix for fix in ordered if newest is None or fix.moment > newest)
    return InOrder(newer, len(ordered) - len(newer))


def look_back(policy: Policy) -> timedelta:
    """How much of a track must be at hand for what it says: twice what the slowest sign needs."""
    slowest_s = max(
        policy.still_after_s, policy.stray_after_s, policy.border_after_s, policy.arrive_after_s
    )
    return _s(2 * slowest_s)


def strayed(
    track: Iterable[Fix], route: Route, *, after: datetime | None, policy: Policy
) -> Sign | None:
    """Off the way, farther than the accuracy could explain; enough after ``stray_after_s``.

    Args:
        track: in any order.
        route: the way.
        after: what was taken before does not count; None counts all.
        policy: the city's numbers.
    """

    def off(fix: Fix) -> float | None:
        beside_m = route.place(fix.position).off_m - (fix.quality.accuracy_m or 0.0)
        return beside_m - route.half_width_m if beside_m > route.half_width_m else None

    return _lasting(_last_run(telling(track, after, policy), off), policy.stray_after_s)


def stood(
    track: Iterable[Fix], *, at: datetime, after: datetime | None, policy: Policy
) -> Sign | None:
    """At one place: every position near the last one since; enough after ``still_after_s``.

    A phone at rest says little, so the time runs until ``at``; one position alone is no standing.
    None where she has moved, and where the last position is as old as a lost signal.
    """
    known = telling(track, after, policy)
    if not known or known[-1].age_s(at) >= policy.signal_lost_after_s:
        return None
    last = known[-1]

    def near(fix: Fix) -> float | None:
        metres = metres_between(fix.position, last.position)
        widest_m = max(
            policy.still_within_m, fix.quality.accuracy_m or 0.0, last.quality.accuracy_m or 0.0
        )
        return metres if metres <= widest_m else None

    run = _last_run(known, near)
    if len(run) == 1 and len(known) > 1:
        return None
    since = run[0][0].moment
    enough = len(run) > 1 and at - since >= _s(policy.still_after_s)
    return Sign(since=since, metres=0.0, enough=enough)


def reached(
    track: Iterable[Fix], place: Position, *, after: datetime | None, policy: Policy
) -> Sign | None:
    """At a place; enough after ``arrive_after_s``. What is worse than its radius says nothing."""

    def there(fix: Fix) -> float | None:
        metres = metres_between(fix.position, place)
        return metres if metres <= policy.arrive_within_m else None

    known = [
        fix
        for fix in telling(track, after, policy)
        if (fix.quality.accuracy_m or 0.0) <= policy.arrive_within_m
    ]
    return _lasting(_last_run(known, there), policy.arrive_after_s)


def lost(heard_at: datetime, *, at: datetime, policy: Policy) -> bool:
    """Whether nothing usable has been heard for so long that she is lost sight of."""
    return at - heard_at >= _s(policy.signal_lost_after_s)


def telling(track: Iterable[Fix], after: datetime | None, policy: Policy) -> list[Fix]:
    """Usable positions of known accuracy, oldest first."""
    known = (
        fix
        for fix in track
        if fix.quality.accuracy_m is not None
        and fix.usable(policy)
        and (after is None or fix.moment > after)
    )
    return sorted(known, key=lambda fix: fix.moment)


def _last_run(track: Sequence[Fix], says: Says) -> list[tuple[Fix, float]]:
    """The positions at the end of a track of which all say so, with what they say."""
    run: list[tuple[Fix, float]] = []
    for fix in reversed(track):
        metres = says(fix)
        if metres is None:
            break
        run.append((fix, metres))
    return run[::-1]


def _lasting(run: Sequence[tuple[Fix, float]], after_s: float) -> Sign | None:
    if not run:
        return None
    (first, _), (last, metres) = run[0], run[-1]
    enough = last.moment - first.moment >= _s(after_s)
    return Sign(since=first.moment, metres=metres, enough=enough)


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
