"""What a session of any watched service remembers of the way, and decides upon positions.

Positions flow beside the log (``application.tracks``); the log keeps one now and then, and what is
amiss. Each service has facts of its own topics: subclasses of those here, named to ``Walked``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple

from pydantic import AwareDatetime

from domain.base import ERASED, Aggregate, Erased, Fact, applies
from domain.geography import Cell, DistrictCode, FixQuality, Position, metres_between
from domain.policy import Policy
from domain.watching.fix import Fix
from domain.watching.route import Route
from domain.watching.signs import Sign, in_order, lost, stood, strayed, telling
from domain.watching.track import SealedPosition


class Trouble(StrEnum):
    """What can be amiss on the way."""

    DEVIATION = "deviation"
    STANDSTILL = "standstill"
    SIGNAL_LOST = "signal_lost"
    OVERDUE = "overdue"


class PositionSeen(Fact):
    """Where she was seen; of many positions, the one that is kept."""

    district: DistrictCode
    cell: Cell | None
    outside: bool
    """In no district of the city."""
    fix: FixQuality
    battery_pct: int | None
    position: SealedPosition = ERASED


class TroubleNoticed(Fact):
    """Something is amiss on the way."""

    trouble: Trouble
    since: AwareDatetime
    """By the positions: when it began."""
    metres: float | None
    """How far beyond the corridor; None of other troubles."""


class TroublePassed(Fact):
    """It is so no longer, by the positions."""

    trouble: Trouble
    lasted_s: float
    """Since it was noticed."""


class WalkFacts(NamedTuple):
    """A service's own; together, because the library takes a class in an aggregate for nested."""

    seen: type[PositionSeen]
    noticed: type[TroubleNoticed]
    passed: type[TroublePassed]


class Walked(Aggregate):
    """Decides what of a track the log keeps.

    Whoever inherits names its own facts as ``WALK_FACTS``, and sets ``route`` and
    ``listening_since`` where it applies its own. Its fields need defaults, as those here have.
    """

    WALK_FACTS: ClassVar[WalkFacts]

    route: Route | Erased | None = None
    """None where no way is known."""
    listening_since: datetime | None = None
    """None while nobody is on the way."""
    located_at: datetime | None = None
    """Moment of the newest position that is kept, by our clock."""
    position: Position | Erased | None = None
    fix: FixQuality | None = None
    seen_in: DistrictCode | None = None
    """The district of that position; not the one that is responsible."""
    cell: Cell | None = None
    battery_pct: int | None = None
    noticed: tuple[tuple[Trouble, datetime], ...] = ()
    passed: tuple[tuple[Trouble, datetime], ...] = ()

    @property
    def listens(self) -> bool:
        """Whether positions are wanted now."""
        return self.listening_since is not None

    @property
    def troubles(self) -> Mapping[Trouble, datetime]:
        """What is amiss now, and when it was noticed."""
        return dict(self.noticed)

    def walk_on(
        self, track: Sequence[Fix], fresh: Sequence[Fix], *, at: datetime, policy: Policy
    ) -> None:
        """Take in what a phone sent; repeats, and what is older than what is known, do nothing.

        Args:
            track: what lies beside the log of the last minutes, ``fresh`` with it; in any order.
            fresh: what has just come; empty when a timer asks.
            at: the moment of receipt.
            policy: the city's numbers.
        """
        if not self.listens:
            return
        for fix in in_order(fresh, self.located_at).newer:
            if self._tells_more(fix, policy):
                self._see(fix, at)
        self._read(track, at=at, policy=policy)

    def heard_at(self, track: Sequence[Fix], policy: Policy) -> datetime | None:
        """When something usable was heard last; None while nobody listens."""
        moments = [fix.moment for fix in track if fix.usable(policy)]
        known = [one for one in (*moments, self.located_at, self.listening_since) if one]
        return max(known) if self.listens and known else None

    def look_again_at(
        self, track: Sequence[Fix], *, at: datetime, policy: Policy
    ) -> datetime | None:
        """When the standing timer has something to ask next; None when never again."""
        heard_at = self.heard_at(track, policy)
        if heard_at is None:
            return None
        every = timedelta(seconds=policy.signal_lost_after_s)
        return max(heard_at + every, at + every / 4)

    def notice(
        self,
        trouble: Trouble,
        since: datetime,
        *,
        at: datetime,
        policy: Policy,
        metres: float | None = None,
    ) -> None:
        """Note that something is amiss; known already, or passed a short time ago: nothing."""
        passed_at = dict(self.passed).get(trouble)
        rests = passed_at is not None and at < passed_at + timedelta(seconds=policy.trouble_again_s)
        if trouble in self.troubles or (rests and trouble is not Trouble.SIGNAL_LOST):
            return
        self.record(self.WALK_FACTS.noticed, at=at, trouble=trouble, since=since, metres=metres)
        self._troubled(trouble, at=at, policy=policy)

    def passes(self, trouble: Trouble, *, at: datetime) -> None:
        """Note that it is so no longer; never noticed: nothing."""
        noticed_at = self.troubles.get(trouble)
        if noticed_at is not None:
            lasted_s = max(0.0, (at - noticed_at).total_seconds())
            self.record(self.WALK_FACTS.passed, at=at, trouble=trouble, lasted_s=lasted_s)

    def _troubled(self, trouble: Trouble, *, at: datetime, policy: Policy) -> None:
        """What follows at once from a trouble; each service has its own."""

    def _read(self, track: Sequence[Fix], *, at: datetime, policy: Policy) -> None:
        heard_at = self.heard_at(track, policy)
        if heard_at is None:
            return
        if lost(heard_at, at=at, policy=policy):
            self.notice(Trouble.SIGNAL_LOST, heard_at, at=at, policy=policy)
            return
        self.passes(Trouble.SIGNAL_LOST, at=at)
        if not telling(track, self.listening_since, policy):
            return
        still = stood(track, at=at, after=self.listening_since, policy=policy)
        self._weigh(Trouble.STANDSTILL, still, at=at, policy=policy)
        if isinstance(self.route, Route):
            off = strayed(track, self.route, after=self.listening_since, policy=policy)
            self._weigh(Trouble.DEVIATION, off, at=at, policy=policy)

    def _weigh(self, trouble: Trouble, sign: Sign | None, *, at: datetime, policy: Policy) -> None:
        """What is so for too short a time is neither noticed nor over."""
        if sign is None:
            self.passes(trouble, at=at)
        elif sign.enough:
            metres = sign.metres if trouble is Trouble.DEVIATION else None
            self.notice(trouble, sign.since, at=at, policy=policy, metres=metres)

    def _tells_more(self, fix: Fix, policy: Policy) -> bool:
        """Whether the log should have it: the first, a newer one after a while, a move."""
        if self.located_at is None:
            return True
        if not fix.usable(policy):
            return False
        if fix.moment - self.located_at >= timedelta(seconds=policy.track_every_s):
            return True
        certain_m = fix.quality.accuracy_m or 0.0
        if fix.district != self.seen_in and fix.depth_m > certain_m:
            return True
        if not isinstance(self.position, Position):
            return False
        moved_m = metres_between(self.position, fix.position)
        return moved_m >= max(policy.track_move_m, certain_m)

    def _see(self, fix: Fix, at: datetime) -> None:
        self.record(
            self.WALK_FACTS.seen,
            at=at,
            occurred_at=fix.said_at,
            district=fix.district,
            cell=fix.cell,
            outside=fix.outside,
            fix=fix.quality,
            battery_pct=fix.battery_pct,
            position=fix.position,
        )

    @applies(PositionSeen)
    def _seen(self, fact: PositionSeen) -> None:
        age_s = max(0.0, fact.fix.age_s or 0.0)
        self.located_at = fact.timestamp - timedelta(seconds=age_s)
        self.position = fact.position
        self.fix = fact.fix
        self.seen_in = fact.district
        self.cell = fact.cell
        self.battery_pct = fact.battery_pct

    @applies(TroubleNoticed)
    def _noticed(self, fact: TroubleNoticed) -> None:
        self.noticed = (*self.noticed, (fact.trouble, fact.timestamp))

    @applies(TroublePassed)
    def _passed(self, fact: TroublePassed) -> None:
        self.noticed = tuple(one for one in self.noticed if one[0] is not fact.trouble)
        others = tuple(one for one in self.passed if one[0] is not fact.trouble)
        self.passed = (*others, (fact.trouble, fact.timestamp))
