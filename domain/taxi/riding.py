"""Under way: what is made of the positions that flow.

Positions come every few seconds and are kept beside the log; the log keeps one now and then. Every
kept one says when she is lost sight of unless another comes, so the stream alone decides that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.geography import Position, metres_between, metres_between_cells
from domain.policy import Policy
from domain.taxi import way
from domain.taxi.asking import AskingTaxi
from domain.taxi.boarding import to_go_m
from domain.taxi.vocabulary import TaxiAskReason
from domain.watching import Fix, crossed, in_order, telling


class RidingTaxi(AskingTaxi):
    """Nothing here refuses: a position that tells nothing changes nothing."""

    def take_positions(
        self, fixes: Sequence[Fix], track: Sequence[Fix], *, at: datetime, policy: Policy
    ) -> None:
        """Take in what a phone sent; repeats, and what is older than what is known, do nothing.

        Args:
            fixes: what came now, in any order.
            track: the last minutes, those included, in any order.
            at: the moment of receipt.
            policy: the city's numbers.
        """
        if self.over:
            return
        for fix in in_order(fixes, self.located_at).newer:
            if self._tells_more(fix, policy):
                self._keep(fix, at, policy)
        self._mind_the_border(track, at, policy)
        known = telling(track, self.boarded_at, policy)  # before, she waited for the taxi
        if known:
            self._mind_the_way(known, at, policy)
            self._mind_the_rest([one for one in known if _sharp(one, policy)], at, policy)

    def signal_due(self, *, due_at: datetime, at: datetime, policy: Policy) -> None:
        """Nothing usable has come for long; a later position has made this timer void."""
        if self.over or self.signal_lost_at or due_at != self.signal_due_at or at < due_at:
            return
        self.record(
            way.SignalLost,
            at=at,
            lost_after_s=policy.taxi_signal_lost_s,
            district=self.district,
            cell=self.cell,
        )

    def _tells_more(self, fix: Fix, policy: Policy) -> bool:
        if not fix.usable(policy) or fix.moment < self.boarded_at:
            return False
        if self.located_at is None:
            return True
        later_s = (fix.moment - self.located_at).total_seconds()
        if self.signal_lost_at is not None or later_s >= policy.taxi_track_s:
            return True
        return later_s >= policy.taxi_track_s / 2 and self._gone_m(fix) >= policy.taxi_track_m

    def _gone_m(self, fix: Fix) -> float:
        if self.cell is None or fix.cell is None:
            return 0.0
        return metres_between_cells(self.cell, fix.cell)

    def _keep(self, fix: Fix, at: datetime, policy: Policy) -> None:
        if self.signal_lost_at is not None:
            lost_for = at - self.signal_lost_at
            self.record(way.SignalRegained, at=at, lost_for_s=lost_for.total_seconds())
        self.record(
            way.PositionKept,
            at=at,
            occurred_at=fix.said_at,
            citizen_id=self.citizen_id,
            district=fix.district,
            cell=fix.cell,
            outside=fix.outside,
            fix=fix.quality,
            battery_pct=fix.battery_pct,
            to_go_m=to_go_m(fix.position, self.destination),
            signal_due_at=at + timedelta(seconds=policy.taxi_signal_lost_s),
            position=fix.position,
        )

    def _mind_the_border(self, track: Sequence[Fix], at: datetime, policy: Policy) -> None:
        """The board of the district that it drives through has it, without a gap."""
        crossing = crossed(track, own=self.district, after=None, policy=policy)
        if crossing is not None:
            self.record(
                way.BorderCrossed,
                at=at,
                from_district=self.district,
                district=crossing.district,
            )

    def _mind_the_way(self, known: Sequence[Fix], at: datetime, policy: Policy) -> None:
        """Does it drive away from where she wants to go, for longer than one bad position?"""
        now_m = to_go_m(known[-1].position, self.destination)
        if now_m is None or self.nearest_m is None:
            return
        if self.away_m is not None and now_m <= self.away_m - policy.taxi_away_m:
            self.record(way.CameBack, at=at, to_go_m=now_m)
            return
        beyond = self.nearest_m + policy.taxi_away_m
        since = known[-1].moment
        for fix in reversed(known):
            if (to_go_m(fix.position, self.destination) or 0) < beyond:
                break
            since = fix.moment
        lasted_s = (known[-1].moment - since).total_seconds()
        if now_m < beyond or lasted_s < policy.taxi_away_s or len(known) == 1:
            return
        self.record(
            way.WentAway,
            at=at,
            to_go_m=now_m,
            nearest_m=self.nearest_m,
            away_m=policy.taxi_away_m,
        )
        self.ask(TaxiAskReason.AWAY, at=at, policy=policy)

    def _mind_the_rest(self, sharp: Sequence[Fix], at: datetime, policy: Policy) -> None:
        """Has she come to rest, or moved on?"""
        if not sharp:
            return
        newest = sharp[-1]
        if self.rest is not None:
            if _apart_m(self.rest.position, newest) > policy.taxi_rest_m:
                rested = at - self.rest.since
                self.record(way.MovedOn, at=at, rested_s=max(0.0, rested.total_seconds()))
            return
        since = newest.moment
        for fix in reversed(sharp):
            if _apart_m(newest.position, fix) > policy.taxi_rest_m:
                break
            since = fix.moment
        if (newest.moment - since).total_seconds() < policy.taxi_rest_s:
            return
        far_m = to_go_m(newest.position, self.destination)
        self.record(
            way.CameToRest,
            at=at,
            citizen_id=self.citizen_id,
            since=since,
            arrived=far_m is not None and far_m <= policy.taxi_arrival_m,
            ask_at=since + timedelta(seconds=policy.taxi_still_s),
            cell=newest.cell,
            position=newest.position,
        )


def _sharp(fix: Fix, policy: Policy) -> bool:
    """Whether it is known well enough to tell rest from motion."""
    return (fix.quality.accuracy_m or 0.0) <= policy.taxi_rest_m


def _apart_m(place: object, fix: Fix) -> float:
    return metres_between(place, fix.position) if isinstance(place, Position) else 0.0
