"""Which report a bell's press belongs to: decided here, in the append of the report's facts.

A bell that nobody has registered has a guard all the same: what is pressed is an alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, Final, Self
from uuid import UUID, uuid5

from domain.base import Aggregate, Fact, FirstFact, applies
from domain.bell.bell import Bell
from domain.policy import Policy

RECENT_KEPT: Final = 64
"""Moments of presses that are remembered, to count them within a minute."""


class Began(FirstFact):
    """A bell is pressed for the first time."""

    TOPIC: ClassVar[str] = "bell_guard.began"

    bell_no: str


class Opened(Fact):
    """A press opened a report."""

    TOPIC: ClassVar[str] = "bell_guard.opened"

    report_id: UUID
    press_id: str
    linked_to: UUID | None
    """The open report that the same bell had opened too long before to be joined."""


class Joined(Fact):
    """A press belongs to the report that is open: it rings anew."""

    TOPIC: ClassVar[str] = "bell_guard.joined"

    report_id: UUID
    press_id: str


class Counted(Fact):
    """A press of a bell that somebody has looked at and found stuck, close behind the last."""

    TOPIC: ClassVar[str] = "bell_guard.counted"

    report_id: UUID
    press_id: str


class Place(Enum):
    """What becomes of a press."""

    OPENS = "opens"
    JOINS = "joins"
    COUNTS = "counts"
    """It is kept, and rings no more than the presses before it have rung."""
    AGAIN = "again"
    """It was heard before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the guard is told of the report that its bell opened last."""

    ended: bool
    seen_stuck: bool
    """Whether a human has looked at the label that the bell may be stuck."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """Where a press belongs."""

    report_id: UUID
    place: Place
    linked_to: UUID | None = None
    """Of a new report: the open one of the same bell, which it is linked with."""
    within: int = 0
    """Presses of the bell within the time that counts for a stuck button, this one included."""


class BellGuard(Aggregate):
    """Knows which report each press of one bell belongs to, for ever."""

    TOPIC = "bell_guard"

    bell_no: str
    latest: UUID | None
    """The report that it opened last."""
    presses: dict[str, UUID]
    """The report of each press ever heard."""
    recent: tuple[datetime, ...]

    @staticmethod
    def create_id(bell_no: str) -> UUID:
        return uuid5(Bell.create_id(bell_no), "guard")

    @classmethod
    def begin_for(cls, bell_no: str, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(bell_no), at=at, bell_no=bell_no)

    def place(
        self,
        *,
        press_id: str,
        report_id: UUID,
        standing: Standing | None,
        at: datetime,
        policy: Policy,
    ) -> Pressed:
        """Say where a press belongs.

        Args:
            press_id: the bell's own name of this press.
            report_id: of the report that it would open.
            standing: of ``latest``; None while there is none.
            at: when it was received.
            policy: how far apart presses are of one report.
        """
        if press_id in self.presses:
            return Pressed(self.presses[press_id], Place.AGAIN)
        latest, since = self.latest, at - self.recent[-1] if self.recent else None
        linked_to = None
        if latest is not None and standing is not None and since is not None:
            if standing.seen_stuck and since <= timedelta(seconds=policy.bell_stuck_quiet_s):
                self.record(Counted, at=at, report_id=latest, press_id=press_id)
                return Pressed(latest, Place.COUNTS)
            if not standing.ended and since <= timedelta(seconds=policy.join_within_s):
                self.record(Joined, at=at, report_id=latest, press_id=press_id)
                return Pressed(latest, Place.JOINS, within=self._within(at, policy))
            linked_to = None if standing.ended else latest
        self.record(Opened, at=at, report_id=report_id, press_id=press_id, linked_to=linked_to)
        return Pressed(report_id, Place.OPENS, linked_to, within=self._within(at, policy))

    def _within(self, at: datetime, policy: Policy) -> int:
        since = at - timedelta(seconds=policy.bell_stuck_within_s)
        return sum(1 for one in self.recent if one >= since)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.bell_no = fact.bell_no
        self.latest = None
        self.presses = {}
        self.recent = ()

    @applies(Opened)
    def _opened(self, fact: Opened) -> None:
        self.latest = fact.report_id

    @applies(Opened, Joined, Counted)
    def _pressed(self, fact: Any) -> None:
        self.presses[fact.press_id] = fact.report_id
        self.recent = (*self.recent, fact.timestamp)[-RECENT_KEPT:]
