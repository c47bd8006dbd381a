"""Decides a report's course again under other numbers.

People are held to what they did: a citizen presses as long after the trigger as she did, an
operator claims as long after the ring began as he did. How far a report rose while its holder was
idle, and what rang elsewhere because nobody was in its centre, stays as it was. What is computed
is what the rules would have made of it, and nothing about what people would have done instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from application.whatif.changes import LEVELS, Changes
from application.whatif.course import Course, Hold, Ring
from domain.geography import DistrictCode
from domain.policy import EscalationLevel

RISES: Final = tuple(LEVELS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules made of a report, or would have made."""

    district: DistrictCode
    cancelled: bool
    cancelled_after_s: float | None
    """Of the press that took it back; None when none did."""
    accepted: bool
    dispatched_after_s: tuple[float, ...] = ()
    """Requests to the police, counted from the trigger."""
    risen: dict[EscalationLevel, int] = field(default_factory=dict)
    answer_s: float | None = None
    """From the first ring to the first claim; None while nobody claimed it."""
    answer_from_trigger_s: float | None = None
    in_time: bool | None = None

    @property
    def escalations(self) -> int:
        return sum(self.risen.values())


def judged(course: Course) -> Verdict:
    """What was."""
    first = course.rings[0] if course.accepted is not None else None
    risen: dict[EscalationLevel, int] = {}
    rises = [one.risen for one in course.rings] + [one.risen for one in course.holds]
    for level in [level for one in rises for level in one]:
        risen[level] = risen.get(level, 0) + 1
    if again := sum(hold.rang_again is not None for hold in course.holds):
        risen[EscalationLevel.IDLE_CLAIM] = again
    answer_s = _answer_s(first)
    return Verdict(
        district=course.district,
        cancelled=course.cancelled is not None,
        cancelled_after_s=_since(course, course.cancelled),
        accepted=course.accepted is not None,
        dispatched_after_s=tuple(
            (one.at - course.triggered).total_seconds() for one in course.dispatches
        ),
        risen=risen,
        answer_s=answer_s,
        answer_from_trigger_s=_since(course, first.claimed if first else None),
        in_time=None
        if first is None or answer_s is None
        else answer_s <= (first.answer_by - first.began).total_seconds(),
    )


def redecided(course: Course, changes: Changes, until: datetime) -> tuple[Verdict, tuple[str, ...]]:
    """What would have been, and why it differs.

    Args:
        course: all of the report's facts up to ``until``.
        changes: the other numbers.
        until: how far the facts are known.
    """
    verdict, why = _routed(judged(course), changes)
    window_s = changes.number("cancel_window_s")
    if window_s is not None:
        ended = _windowed(course, verdict, window_s)
        if ended is not None:
            return ended[0], (*why, *ended[1])
    if not course.rings:
        return verdict, tuple(why)
    verdict = _answered(verdict, course, changes, why)
    verdict = _risen(verdict, course, changes, until, why)
    return _later(verdict, course, window_s), tuple(why)


def _routed(verdict: Verdict, changes: Changes) -> tuple[Verdict, list[str]]:
    goal = changes.routes.get(verdict.district)
    if goal is None:
        return verdict, []
    told = f"it would have rung in {goal} instead of {verdict.district}"
    return replace(verdict, district=goal), [told]


def _windowed(
    course: Course, was: Verdict, window_s: float
) -> tuple[Verdict, tuple[str, ...]] | None:
    """The verdict where another window turns the report's course; None where it does not."""
    ends = course.triggered + timedelta(seconds=window_s)
    counting = next((press for press in course.presses if press <= ends), None)
    if counting is not None and not was.cancelled:
        after_s = (counting - course.triggered).total_seconds()
        told = f"its cancel {after_s:.1f} s after the trigger would have counted"
        if any(at > counting for at in course.joined):
            again = "a later trigger would have opened a report of its own"
            return replace(was, cancelled=True, cancelled_after_s=after_s), (told, again)
        gone = Verdict(was.district, cancelled=True, cancelled_after_s=after_s, accepted=False)
        return gone, (told,)
    if counting is None and was.cancelled:
        told = f"its cancel {was.cancelled_after_s or 0:.1f} s after the trigger came too late"
        kept = replace(was, cancelled=False, cancelled_after_s=None, accepted=True)
        return kept, (told,)
    return None


def _later(verdict: Verdict, course: Course, window_s: float | None) -> Verdict:
    """All that follows the acceptance, moved with it."""
    if window_s is None or course.accepted is None:
        return verdict
    later_s = window_s - course.window_s
    since_s = verdict.answer_from_trigger_s
    return replace(
        verdict,
        answer_from_trigger_s=None if since_s is None else since_s + later_s,
        dispatched_after_s=tuple(max(0.0, one + later_s) for one in verdict.dispatched_after_s),
    )


def _answered(verdict: Verdict, course: Course, changes: Changes, why: list[str]) -> Verdict:
    within_s = changes.number("answer_within_s")
    if within_s is None or verdict.answer_s is None or course.accepted is None:
        return verdict
    in_time = verdict.answer_s <= within_s
    if in_time != verdict.in_time:
        word = "within" if in_time else "after"
        why.append(f"claimed after {verdict.answer_s:.1f} s, it would be {word} the limit")
    return replace(verdict, in_time=in_time)


def _risen(
    verdict: Verdict, course: Course, changes: Changes, until: datetime, why: list[str]
) -> Verdict:
    risen = dict(verdict.risen)
    for level in RISES:
        after_s = changes.level(level)
        if after_s is None:
            continue
        would = sum(_rises(ring, level, after_s, until) for ring in course.rings)
        would += sum(level in hold.risen for hold in course.holds)
        _note(risen, level, would, why)
        if level is EscalationLevel.POLICE and not course.drill:
            verdict = _sent(verdict, course, after_s, until, why)
    act_s = changes.number("act_within_s")
    if act_s is not None:
        would = sum(_idle(hold, act_s, until) for hold in course.holds)
        _note(risen, EscalationLevel.IDLE_CLAIM, would, why)
    return replace(verdict, risen={level: count for level, count in risen.items() if count})


def _note(
    risen: dict[EscalationLevel, int], level: EscalationLevel, would: int, why: list[str]
) -> None:
    was = risen.get(level, 0)
    if would != was:
        why.append(f"{level}: it would have risen {would} times instead of {was}")
    risen[level] = would


def _rises(ring: Ring, level: EscalationLevel, after_s: float, until: datetime) -> bool:
    if ring.closed and level is EscalationLevel.NEIGHBOUR:
        return True
    return ring.began + timedelta(seconds=after_s) < (ring.ended or until)


def _idle(hold: Hold, act_s: float, until: datetime) -> bool:
    stirred = min(at for at in (hold.acted, hold.ended, until) if at is not None)
    return hold.began + timedelta(seconds=act_s) < stirred


def _sent(
    verdict: Verdict, course: Course, after_s: float, until: datetime, why: list[str]
) -> Verdict:
    """The requests to the police, if the last level came ``after_s`` after each ring."""
    by_hand = [one.at for one in course.dispatches if not one.by_itself]
    by_itself: list[datetime] = []
    opened = course.triggered
    for ring in course.rings:
        opened = ring.began if ring.opening else opened
        due = ring.began + timedelta(seconds=after_s)
        asked = any(opened <= at <= due for at in (*by_hand, *by_itself))
        if _rises(ring, EscalationLevel.POLICE, after_s, until) and not asked:
            by_itself.append(due)
    held = {hold.risen.get(EscalationLevel.POLICE) for hold in course.holds}
    by_itself += [one.at for one in course.dispatches if one.by_itself and one.at in held]
    was = sorted(one.at for one in course.dispatches if one.by_itself)
    if len(was) != len(by_itself):
        why.append(
            f"the police would have been asked {len(by_itself)} times by itself,"
            f" instead of {len(was)}"
        )
    elif was and abs((by_itself[0] - was[0]).total_seconds()) >= 1:
        moved_s = (by_itself[0] - was[0]).total_seconds()
        word = "later" if moved_s > 0 else "earlier"
        why.append(f"the police would have been asked {abs(moved_s):.0f} s {word}")
    sent = sorted([*by_hand, *by_itself])
    return replace(
        verdict,
        dispatched_after_s=tuple((at - course.triggered).total_seconds() for at in sent),
    )


def _answer_s(ring: Ring | None) -> float | None:
    if ring is None or ring.claimed is None:
        return None
    return (ring.claimed - ring.began).total_seconds()


def _since(course: Course, at: datetime | None) -> float | None:
    return None if at is None else (at - course.triggered).total_seconds()
