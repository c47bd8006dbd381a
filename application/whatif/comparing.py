"""Adds up what was and what would have been, by district, and names what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, Final
from uuid import UUID

from application.whatif import course as courses
from application.whatif.changes import Changes, EmptyPeriod
from application.whatif.course import Course
from application.whatif.redeciding import Verdict, judged, redecided
from domain.base import Fact
from domain.emergency import facts
from domain.geography import DistrictCode

CANNOT_KNOW: Final = (
    "The rules are decided again; people are not: under another window, ring or alarm they might "
    "have pressed, claimed or called at another time, and nobody can say when. "
    "An operator is taken to claim as long after the ring as he did. "
    "A cancel that would come too late is taken as a report that rings; whether and when it would "
    "have been answered is unknown. "
    "Reports still open at the end of the period are judged by what had happened by then. "
    "Drills are left out, as in all figures."
)


@dataclass(slots=True)
class Tally:
    """One side of the comparison, for one district."""

    reports: int = 0
    accepted: int = 0
    cancels: int = 0
    dispatches: int = 0
    escalations: int = 0
    answers_s: list[float] = field(default_factory=list)
    answers_from_trigger_s: list[float] = field(default_factory=list)
    in_time: int = 0

    def add(self, verdict: Verdict) -> None:
        self.reports += 1
        self.accepted += verdict.accepted
        self.cancels += verdict.cancelled
        self.dispatches += len(verdict.dispatched_after_s)
        self.escalations += verdict.escalations
        self.in_time += bool(verdict.in_time)
        if verdict.answer_s is not None:
            self.answers_s.append(verdict.answer_s)
        if verdict.answer_from_trigger_s is not None:
            self.answers_from_trigger_s.append(verdict.answer_from_trigger_s)

    def told(self) -> dict[str, Any]:
        return {
            "reports": self.reports,
            "accepted": self.accepted,
            "cancels": self.cancels,
            "dispatches": self.dispatches,
            "escalations": self.escalations,
            "answered": len(self.answers_s),
            "answered_in_time": self.in_time,
            "answer_median_s": _median(self.answers_s),
            "answer_from_trigger_median_s": _median(self.answers_from_trigger_s),
        }


class Shadow:
    """A period's reports, folded aside: nothing of it is ever stored.

    Args:
        changes: the other numbers.
        begin: reports that were triggered earlier do not count; None for the beginning.
        end: and later ones neither; None for the end.
    """

    def __init__(self, changes: Changes, begin: datetime | None, end: datetime | None) -> None:
        self._changes = changes
        self._begin = begin
        self._end = end
        self._courses: dict[UUID, Course] = {}
        self._last: datetime | None = None
        self.facts = 0
        self.unreadable = 0

    def follow(self, fact: Fact) -> None:
        """Take in the next fact of the log."""
        self.facts += 1
        self._last = fact.timestamp if self._last is None else max(self._last, fact.timestamp)
        known = self._courses.get(fact.originator_id)
        if known is not None:
            known.follow(fact)
        elif isinstance(fact, facts.Triggered) and self._within(fact.timestamp):
            self._courses[fact.originator_id] = courses.begun(fact)

    def result(self) -> dict[str, Any]:
        """Everything that would differ, ready to be shown.

        Raises:
            EmptyPeriod: no real report began in it.
        """
        real = [course for course in self._courses.values() if not course.drill]
        if not real:
            raise EmptyPeriod("no report began in this period: look at --from and --to")
        until = self._end or self._last or real[-1].triggered
        comparison = _Comparison()
        for course in real:
            comparison.add(course, *redecided(course, self._changes, until))
        return {
            "period": {
                "from": self._begin,
                "to": self._end,
                "facts": self.facts,
                "unreadable": self.unreadable,
                "reports": len(real),
                "drills_left_out": len(self._courses) - len(real),
            },
            **comparison.told(),
            "cannot_know": CANNOT_KNOW,
        }

    def _within(self, at: datetime) -> bool:
        return (self._begin is None or at >= self._begin) and (self._end is None or at < self._end)


class _Comparison:
    def __init__(self) -> None:
        self._was: dict[DistrictCode | None, Tally] = {}
        self._would: dict[DistrictCode | None, Tally] = {}
        self._levels: dict[str, list[int]] = {}
        self._would_count: list[dict[str, Any]] = []
        self._too_late: list[dict[str, Any]] = []
        self._not_sent: list[dict[str, Any]] = []
        self._also_sent: list[dict[str, Any]] = []
        self._different: list[dict[str, Any]] = []

    def add(self, course: Course, would: Verdict, why: tuple[str, ...]) -> None:
        was = judged(course)
        for tallies, verdict in ((self._was, was), (self._would, would)):
            for place in (None, verdict.district):
                tallies.setdefault(place, Tally()).add(verdict)
        for side, verdict in enumerate((was, would)):
            for level, count in verdict.risen.items():
                self._levels.setdefault(level, [0, 0])[side] += count
        self._name(course, was, would)
        if why:
            named = _named(course)
            self._different.append({**named, "why": list(why)})

    def _name(self, course: Course, was: Verdict, would: Verdict) -> None:
        named = _named(course)
        if would.cancelled and not was.cancelled:
            cancel = {**named, "after_s": _round(would.cancelled_after_s)}
            self._would_count.append(cancel | {"window_was_s": _round(course.window_s)})
        if was.cancelled and not would.cancelled:
            cancel = {**named, "after_s": _round(was.cancelled_after_s)}
            self._too_late.append(cancel | {"window_was_s": _round(course.window_s)})
        sent, would_send = len(was.dispatched_after_s), len(would.dispatched_after_s)
        if would_send < sent:
            self._not_sent.append({**named, "dispatches": sent - would_send})
        if would_send > sent:
            self._also_sent.append({**named, "dispatches": would_send - sent})

    def told(self) -> dict[str, Any]:
        was, would = self._was[None].told(), self._would[None].told()
        answers = ("answered", "answered_in_time", "answer_median_s")
        more = (*answers, "answer_from_trigger_median_s")
        return {
            "cancels": {
                "was": was["cancels"],
                "would_be": would["cancels"],
                "would_count": self._would_count,
                "too_late": self._too_late,
            },
            "dispatches": {
                "was": was["dispatches"],
                "would_be": would["dispatches"],
                "not_sent": self._not_sent,
                "also_sent": self._also_sent,
            },
            "answers": {
                "was": {name: was[name] for name in more},
                "would_be": {name: would[name] for name in more},
            },
            "escalations": {
                "was": _side(self._levels, 0),
                "would_be": _side(self._levels, 1),
            },
            "by_district": [
                {
                    "district": place,
                    "was": self._was.get(place, Tally()).told(),
                    "would_be": self._would.get(place, Tally()).told(),
                }
                for place in sorted({*self._was, *self._would} - {None}, key=str)
            ],
            "reports": self._different,
        }


def _named(course: Course) -> dict[str, Any]:
    return {"report_id": course.report_id, "district": course.district}


def _side(levels: Mapping[str, Iterable[int]], side: int) -> dict[str, int]:
    return {level: list(counts)[side] for level, counts in sorted(levels.items())}


def _median(values: list[float]) -> float | None:
    return _round(median(values)) if values else None


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
