"""She moves, and is lost sight of: what remains for good of the positions that flow.

Positions come every few seconds and are kept beside the log while the case is open; the log
keeps one now and then, so that history, audit and a look into the past have a track.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from domain.base import ERASED, Erased, Fact, applies
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.facts import SealedPosition
from domain.emergency.state import EmergencyState
from domain.emergency.vocabulary import How, Stage
from domain.geography import Cell, DistrictCode, FixQuality, Position, metres_between
from domain.policy import Policy
from domain.watching.fix import Fix


class PositionUpdated(Fact):
    """Where she is now; of many positions, the one that is kept."""

    TOPIC: ClassVar[str] = "emergency.position_updated"

    district: DistrictCode
    cell: Cell | None
    outside: bool
    """In no district of the city."""
    fix: FixQuality
    battery_pct: int | None
    position: SealedPosition = ERASED


class SignalLost(Fact):
    """No usable position has come for ``lost_after_s``; this is the last one."""

    TOPIC: ClassVar[str] = "emergency.signal_lost"

    lost_after_s: float
    district: DistrictCode | None
    """Of the last position; None when there never was one."""
    cell: Cell | None
    fix: FixQuality | None
    age_s: float | None
    """How old the last position is now."""
    battery_pct: int | None
    position: SealedPosition = ERASED


class SignalRegained(Fact):
    """A usable position has come again."""

    TOPIC: ClassVar[str] = "emergency.signal_regained"

    lost_for_s: float
    battery_pct: int | None


class Moving(EmergencyState):
    """What is made of the positions of an open report."""

    located_at: datetime | None = None
    """Moment of the newest known position, by our clock."""
    cell: Cell | None = None
    seen_in: DistrictCode | None = None
    """The district of the newest known position; not the one that is responsible."""
    listening_since: datetime | None = None
    clock_skew_s: float | None = None
    """Of the phone that raised it."""
    signal_lost_at: datetime | None = None
    battery_pct: int | None = None

    def follow_positions(self, fixes: Sequence[Fix], *, at: datetime, policy: Policy) -> None:
        """Take in what a phone sent; repeats, and what is older than what is known, do nothing.

        Args:
            fixes: oldest first.
            at: the moment of receipt.
            policy: the city's numbers.
        """
        if self.ended:
            return
        for fix in fixes:
            back = self.signal_lost_at is not None and self._fresh(fix, at, policy)
            if back or self._tells_more(fix, policy):
                self._keep(fix, at, back=back)

    def lose_signal(self, last: Fix | None, *, at: datetime, policy: Policy) -> None:
        """Note that she is lost sight of, when no usable position has come for long enough.

        Nothing happens before that, while it is noted already, when the report is not open, and
        for a bell, which stays where it is.

        Args:
            last: the newest usable position that lies beside the log; None when there is none.
            at: the moment of asking.
            policy: the city's numbers.
        """
        if self.stage not in {Stage.OPEN, Stage.CLAIMED} or self.how is How.BELL:
            return
        newest = last.moment if last else None
        heard = [one for one in (newest, self.located_at, self.listening_since) if one]
        silent = at - max(heard)
        if self.signal_lost_at or silent < timedelta(seconds=policy.signal_lost_after_s):
            return
        self.record(
            SignalLost,
            at=at,
            lost_after_s=policy.signal_lost_after_s,
            battery_pct=self.battery_pct if last is None else last.battery_pct,
            **self._last_place(last, at),
        )

    def _last_place(self, last: Fix | None, at: datetime) -> dict[str, object]:
        if last is not None and (self.located_at is None or last.moment > self.located_at):
            return {
                "district": last.district,
                "cell": last.cell,
                "fix": last.quality,
                "age_s": last.age_s(at),
                "position": last.position,
            }
        age_s = None if self.located_at is None else (at - self.located_at).total_seconds()
        return {
            "district": self.seen_in,
            "cell": self.cell,
            "fix": self.fix,
            "age_s": age_s,
            "position": self.position,
        }

    def _tells_more(self, fix: Fix, policy: Policy) -> bool:
        """Whether the log should have it: the first, a newer one after a while, a move."""
        if self.located_at is None:
            return True
        if fix.moment <= self.located_at or not fix.usable(policy):
            return False
        if fix.moment - self.located_at >= timedelta(seconds=policy.track_every_s):
            return True
        if self.fix is not None and (self.fix.accuracy_m or 0.0) > policy.poor_accuracy_m:
            return True
        certain_m = fix.quality.accuracy_m or 0.0
        if fix.district != self.seen_in and fix.depth_m > certain_m:
            return True
        return self._moved_m(fix.position) >= max(policy.track_move_m, certain_m)

    def _moved_m(self, position: Position) -> float:
        if self.position is None or isinstance(self.position, Erased):
            return 0.0
        return metres_between(self.position, position)

    def _fresh(self, fix: Fix, at: datetime, policy: Policy) -> bool:
        newer = self.located_at is None or fix.moment > self.located_at
        return newer and fix.usable(policy) and fix.age_s(at) < policy.signal_lost_after_s

    def _keep(self, fix: Fix, at: datetime, *, back: bool) -> None:
        if back and self.signal_lost_at is not None:
            self.record(
                SignalRegained,
                at=at,
                lost_for_s=(at - self.signal_lost_at).total_seconds(),
                battery_pct=fix.battery_pct,
            )
        self.record(
            PositionUpdated,
            at=at,
            occurred_at=fix.said_at,
            district=fix.district,
            cell=fix.cell,
            outside=fix.outside,
            fix=fix.quality,
            battery_pct=fix.battery_pct,
            position=fix.position,
        )

    @applies(facts.Triggered)
    def _listens(self, fact: facts.Triggered) -> None:
        self.listening_since = fact.timestamp
        self.clock_skew_s = fact.skew_s
        self._seen_at(fact.timestamp, fact.fix, fact.district, fact.cell)

    @applies(Amended)
    def _seen_by_repeat(self, fact: Amended) -> None:
        self._seen_at(fact.timestamp, fact.fix, fact.district, fact.cell)

    @applies(facts.Joined)
    def _seen_by_trigger(self, fact: facts.Joined) -> None:
        self._seen_at(fact.timestamp, fact.fix, fact.district, fact.cell)

    @applies(facts.Reopened)
    def _listens_again(self, fact: facts.Reopened) -> None:
        self.listening_since = fact.timestamp
        self.signal_lost_at = None

    @applies(PositionUpdated)
    def _position_updated(self, fact: PositionUpdated) -> None:
        self.position = fact.position
        self.fix = fact.fix
        self.battery_pct = fact.battery_pct
        self._seen_at(fact.timestamp, fact.fix, fact.district, fact.cell)

    def _seen_at(
        self,
        received_at: datetime,
        fix: FixQuality | None,
        seen_in: DistrictCode,
        cell: Cell | None,
    ) -> None:
        if fix is None:
            return
        self.located_at = received_at - timedelta(seconds=max(0.0, fix.age_s or 0.0))
        self.seen_in = seen_in
        self.cell = cell

    @applies(SignalLost)
    def _signal_lost(self, fact: SignalLost) -> None:
        self.signal_lost_at = fact.timestamp
        if fact.fix is not None and fact.age_s is not None:
            self.position = fact.position
            self.fix = fact.fix
            self.located_at = fact.timestamp - timedelta(seconds=fact.age_s)
            self.seen_in = fact.district
            self.cell = fact.cell
            self.battery_pct = fact.battery_pct

    @applies(SignalRegained)
    def _signal_regained(self, _fact: SignalRegained) -> None:
        self.signal_lost_at = None
